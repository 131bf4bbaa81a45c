//! Makes the API from the pages and the hand-written files. The only stage that sees all of it; its
//! result is complete, so templates need no error path.
//!
//! Pages are settled one by one (places, wire names, overlay, paging) and then compared. A fault
//! never stops the stage, so one run shows all of them; the caller writes nothing if one is an
//! error.
//!
//! The docs are written for users of the vendor's SDK, so they omit what the SDK hides (the place
//! of a parameter, its name on the wire), and they repeat an operation on every page that it
//! belongs to.

mod acronyms;
mod check;
mod check_inferred;
mod compare;
mod described;
mod disguised;
mod entries;
mod expand;
mod handfile;
mod jobs;
mod join;
mod models;
mod overlay;
mod paging;
mod places;
mod safe;
mod settled;
mod topics;

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::raw::{RawModel, RawOperation, RawPage, RawParameter, RawTopic};
use described::Described;
use handfile::HandFile;
use overlay::Overlaid;
use rayon::prelude::*;
use settled::{OperationPlaces, SettledPage};
use spec::{Api, Models, Operation, Overlay, Page, Parameter};
use std::collections::BTreeSet;

/// The hand-written files: their values, and their texts for the positions of findings.
#[derive(Clone, Copy, Debug)]
pub struct Handmade<'a> {
    /// `overlay.yaml`.
    pub overlay: &'a Overlay,
    /// Its text; empty if there is no such file.
    pub overlay_text: &'a str,
    /// `models.yaml`.
    pub models: &'a Models,
    /// Its text; empty if there is no such file.
    pub models_text: &'a str,
}

/// Settles the whole API.
///
/// The output does not depend on the number of threads: pages and models are sorted by name, and
/// diagnostics are in the order of their pages.
pub fn resolve(
    mut pages: Vec<RawPage>,
    mut typed_pages: Vec<RawPage>,
    mut model_pages: Vec<RawModel>,
    topics: Vec<RawTopic>,
    handmade: &Handmade<'_>,
) -> (Api, Vec<Diagnostic>) {
    pages.sort_by(|a, b| (&a.api.value, &a.file).cmp(&(&b.api.value, &b.file)));
    let unnamed = without_wire_names(&mut pages);
    let overlay = Overlaid {
        overlay: handmade.overlay,
        file: HandFile::new("overlay.yaml", handmade.overlay_text),
    };
    let hand_models = models::ListedModels {
        models: handmade.models,
        file: HandFile::new("models.yaml", handmade.models_text),
    };
    let unmasked = [&mut pages, &mut typed_pages]
        .map(|pages| disguised::unmask(pages, &mut model_pages, handmade.models));
    let known = named_models(&pages, &model_pages).chain(named_models(&typed_pages, &[]));
    let (described, mut diagnostics) = models::merge(model_pages, &hand_models, &overlay);
    diagnostics.extend(unmasked.into_iter().flatten());
    diagnostics.extend(unnamed);
    let known: BTreeSet<String> = known.chain(described.0.keys().cloned()).collect();
    let apis: Vec<&str> = pages.iter().map(|page| page.api.value.as_str()).collect();
    diagnostics.extend(models::check_listed(&hand_models, &known));
    diagnostics.extend(entries::check_overlay(&overlay, &apis, &described, &known));
    typed_pages.sort_by(|a, b| (&a.api.value, &a.file).cmp(&(&b.api.value, &b.file)));
    let typed = join::TypedDocs::new(&typed_pages);
    diagnostics.extend(typed.missing(&pages));
    let mut settled = Vec::with_capacity(pages.len());
    let results: Vec<_> = pages
        .into_par_iter()
        .map(|page| settle_page(page, &typed, &described, &overlay))
        .collect();
    for (page, found) in results {
        diagnostics.extend(found);
        settled.push(page);
    }
    compare::share_overlaid(&mut settled, &overlay);
    diagnostics.extend(compare::compare(&settled));
    let pages: Vec<Page> = settled.into_iter().map(|page| page.page).collect();
    let (topics, found) = topics::settle(topics, &described);
    diagnostics.extend(found);
    let (models, found) = models::close(&pages, &topics, described, &hand_models);
    diagnostics.extend(found);
    let mut api = Api {
        pages,
        models,
        topics,
    };
    api.add_opaque_models();
    (api, diagnostics)
}

/// Takes out the pages in snake case. What an API calls `someACRONYMId` cannot be told from
/// `some_acronym_id`, and a query with a wrong name is answered as if it were not there.
fn without_wire_names(pages: &mut Vec<RawPage>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    pages.retain(|page| {
        let parameters = page.operations.iter().flat_map(|operation| &operation.parameters);
        let names = parameters.filter(|parameter| parameter.name.value.contains('_')).count();
        let is_known = page.language.has_wire_names() || names == 0;
        if !is_known {
            let message = format!(
                "{} is a page of the Python docs, which have no names on the wire: {names} names of \
                 parameters are in snake case only",
                page.api.value
            );
            found.push(Diagnostic::new(
                Code::NamesNotOnWire,
                message,
                Span::new(&page.file, &page.api.range),
            ));
        }
        is_known
    });
    found
}

/// The models that the docs name, described or not.
fn named_models(pages: &[RawPage], models: &[RawModel]) -> impl Iterator<Item = String> + use<> {
    let operations = pages.iter().flat_map(|page| &page.operations);
    let in_operations = operations.flat_map(|operation| {
        let parameters = operation.parameters.iter();
        let types = parameters.map(|parameter| &parameter.ty.value);
        types.chain([&operation.returns.value])
    });
    let in_models = models.iter().flat_map(|model| &model.fields);
    let types = in_operations.chain(in_models.map(|field| &field.ty.value));
    let names: BTreeSet<String> = types
        .filter_map(|ty| ty.model().map(str::to_owned))
        .collect();
    names.into_iter()
}

fn settle_page(
    raw: RawPage,
    typed: &join::TypedDocs<'_>,
    models: &Described,
    overlay: &Overlaid<'_>,
) -> (SettledPage, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut operations = Vec::with_capacity(raw.operations.len());
    let mut places = Vec::with_capacity(raw.operations.len());
    for operation in raw.operations {
        let (operation, found, differing) =
            settle_operation(operation, typed, (&raw.api.value, &raw.file));
        operations.push(operation);
        places.push(found);
        diagnostics.extend(differing);
    }
    let mut settled = SettledPage {
        page: Page {
            format: spec::FORMAT,
            api: raw.api.value,
            base_url: raw.base_url.value.trim_end_matches('/').to_owned(),
            operations,
        },
        file: raw.file,
        name: raw.api.range,
        places,
    };
    safe::infer(&mut settled.page);
    diagnostics.extend(overlay.apply_to_page(&mut settled.page));
    for operation in &mut settled.page.operations {
        operation.paging = paging::infer(operation, models);
    }
    diagnostics.extend(overlay.apply_paging(&mut settled.page));
    diagnostics.extend(infer_jobs(&mut settled, models, overlay));
    diagnostics.extend(overlay.apply_jobs(&mut settled.page));
    diagnostics.extend(check::require_path_parameters(&mut settled));
    diagnostics.extend(check::check(&settled, models, overlay));
    diagnostics.extend(expand::check(&settled, models));
    (settled, diagnostics)
}

/// Jobs need the whole page, because a job has three operations.
fn infer_jobs(
    settled: &mut SettledPage,
    models: &Described,
    overlay: &Overlaid<'_>,
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for at in 0..settled.page.operations.len() {
        let operation = &settled.page.operations[at];
        match jobs::infer(&settled.page, operation, models) {
            None => {}
            Some(jobs::Finding::Job(job)) => settled.page.operations[at].job = Some(job),
            Some(jobs::Finding::Doubt(why)) => {
                let patch = overlay.patch(&settled.page.api, &operation.id);
                if patch.is_none_or(|patch| patch.job.is_none()) {
                    let message = format!("{} may start a job: {why}", operation.id);
                    let place = settled.span(&settled.places[at].id);
                    diagnostics.push(Diagnostic::new(Code::DoubtfulJob, message, place));
                }
            }
        }
    }
    diagnostics
}

/// The facts of an operation by docs and rules, without the overlay. Places depend on the primary
/// page only.
fn settle_operation(
    mut raw: RawOperation,
    typed: &join::TypedDocs<'_>,
    page: (&str, &str),
) -> (Operation, OperationPlaces, Vec<Diagnostic>) {
    let rules = places::Rules::of(&raw);
    let decided: Vec<_> = raw.parameters.iter().map(|p| rules.decide(p)).collect();
    let differing = join::join(typed, page, &mut raw, &decided);
    let mut ranges = Vec::with_capacity(decided.len());
    let mut parameters = Vec::with_capacity(decided.len());
    for (parameter, decision) in raw.parameters.into_iter().zip(decided) {
        ranges.push(parameter.name.range.clone());
        parameters.push(settle_parameter(parameter, decision));
    }
    let operation = Operation {
        id: raw.id.value,
        method: raw.method.value,
        path: raw.path.value,
        summary: raw.summary,
        description: raw.description,
        preview: raw.preview,
        deprecated: raw.deprecated,
        safe: false,
        safe_because: String::new(),
        permissions: raw.permissions,
        paging: None,
        job: None,
        parameters,
        returns: raw.returns.value,
        produces: None,
    };
    let places = OperationPlaces {
        id: raw.id.range,
        path: raw.path.range,
        parameters: ranges,
    };
    (operation, places, differing)
}

fn settle_parameter(raw: RawParameter, decision: places::Decision) -> Parameter {
    Parameter {
        wire: decision.wire.filter(|wire| *wire != raw.name.value),
        name: raw.name.value,
        location: decision.location,
        ty: places::as_sent(raw.ty.value, decision.location),
        required: raw.required,
        default: raw.default.map(|default| default.value),
        values: raw.values,
        explode: false,
        description: raw.description.value,
    }
}
