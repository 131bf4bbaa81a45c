//! Combines model pages and `models.yaml`, and finds models without a description.
//!
//! The Java docs name fields as in JSON, the Python docs in snake case. For Python the key is
//! inferred as camel case, which is right for 995 of 1,000 fields. The overlay corrects the rest;
//! doubtful keys are notes (see `acronyms`).

use super::described::{Described, DescribedModel, ModelPlaces};
use super::handfile::HandFile;
use super::overlay::Overlaid;
use super::settled::shown;
use super::{acronyms, check};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::Language;
use crate::raw::{RawField, RawModel};
use rayon::prelude::*;
use spec::{Field, Model, Models, Operation, Page, Topic, Type};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// `models.yaml`, with its file.
pub(super) struct ListedModels<'a> {
    pub models: &'a Models,
    pub file: HandFile<'a>,
}

/// Makes keys from names, applies the overlay, and prefers pages to `models.yaml`: pages are newer,
/// and the overlay corrects a wrong page.
pub(super) fn merge(
    pages: Vec<RawModel>,
    handmade: &ListedModels<'_>,
    overlay: &Overlaid<'_>,
) -> (Described, Vec<Diagnostic>) {
    let mut described = Described::default();
    let mut diagnostics = Vec::new();
    let mut settled: Vec<_> = pages
        .into_par_iter()
        .map(|page| settle_page(page, overlay))
        .collect();
    settled.sort_by(|(a, _), (b, _)| order_of(a).cmp(&order_of(b)));
    for (model, found) in settled {
        diagnostics.extend(found);
        if let Some(first) = described.0.get(&model.model.name) {
            diagnostics.push(described_twice(first, &model));
        } else {
            described.0.insert(model.model.name.clone(), model);
        }
    }
    let mut seen = HashSet::new();
    for model in &handmade.models.models {
        if !seen.insert(model.name.as_str()) {
            let message = format!("{} is described twice", model.name);
            let place = handmade.file.model(&model.name);
            diagnostics.push(Diagnostic::new(Code::ModelTwice, message, place));
        } else if let Some(page) = described.0.get_mut(&model.name) {
            diagnostics.extend(contradictions(page, model, &handmade.file));
            add_values(&mut page.model, model);
        } else {
            let (model, page) = (model.clone(), None);
            let name = model.name.clone();
            described.0.insert(name, DescribedModel { model, page });
        }
    }
    (described, diagnostics)
}

fn order_of(model: &DescribedModel) -> (&str, Option<&str>) {
    let file = model.page.as_ref().map(|page| page.file.as_str());
    (&model.model.name, file)
}

fn described_twice(first: &DescribedModel, second: &DescribedModel) -> Diagnostic {
    let place = |model: &DescribedModel| {
        let page = model.page.as_ref();
        page.expect("only pages are compared here").name()
    };
    let message = format!("{} is described by two pages", second.model.name);
    Diagnostic {
        related: vec![(place(first), "the first description".to_owned())],
        ..Diagnostic::new(Code::ModelTwice, message, place(second))
    }
}

fn settle_page(raw: RawModel, overlay: &Overlaid<'_>) -> (DescribedModel, Vec<Diagnostic>) {
    let mut ranges = Vec::with_capacity(raw.fields.len());
    let mut fields = Vec::with_capacity(raw.fields.len());
    for field in raw.fields {
        ranges.push(field.name.range.clone());
        fields.push(settle_field(field, raw.language));
    }
    let mut described = DescribedModel {
        model: Model {
            name: raw.name.value,
            opaque: false,
            fields,
        },
        page: Some(ModelPlaces {
            file: raw.file,
            name: raw.name.range,
            fields: ranges,
        }),
    };
    let mut diagnostics = overlay.apply_to_model(&mut described.model);
    let page = described.page.as_ref().expect("it was made with one");
    let place = |at: usize| page.field(at);
    diagnostics.extend(check::model(&described.model, place));
    let patch = overlay.overlay.models.get(&described.model.name);
    let guessed = if raw.language.has_wire_names() {
        0
    } else {
        described.model.fields.len()
    };
    for (at, field) in described.model.fields[..guessed].iter().enumerate() {
        let confirmed = patch
            .and_then(|patch| patch.fields.get(&field.name))
            .is_some_and(|field| field.wire.is_some());
        if let Some(doubt) = acronyms::doubt(&field.name).filter(|_| !confirmed) {
            let wire = field.wire_name();
            let message = format!(
                "the key of `{}` is read as `{wire}`, but {doubt}",
                field.name
            );
            diagnostics.push(Diagnostic::new(Code::DoubtfulWireName, message, place(at)));
        }
    }
    (described, diagnostics)
}

fn settle_field(raw: RawField, language: Language) -> Field {
    let wire = (!language.has_wire_names()).then(|| wire_name(&raw.name.value));
    Field {
        wire: wire.filter(|wire| *wire != raw.name.value),
        name: raw.name.value,
        ty: raw.ty.value,
        required: raw.required,
        values: raw.values,
        description: raw.description,
    }
}

/// The key in JSON of a documented field. Seen in `date_created` for `dateCreated`. The vendor's
/// generator escapes a word that its language or its base class has reserved (`from`, `self`,
/// `property`) as `pcFrom`, or with a leading `_`.
fn wire_name(name: &str) -> String {
    if let Some(escaped) = name.strip_prefix("pc")
        && escaped.starts_with(|c: char| c.is_ascii_uppercase())
        && !name.contains('_')
    {
        let (first, rest) = escaped.split_at(1);
        return first.to_ascii_lowercase() + rest;
    }
    let name = super::places::unescaped(name).unwrap_or(name);
    let mut words = name.split('_');
    let mut wire = String::with_capacity(name.len());
    wire.push_str(words.next().unwrap_or_default());
    for word in words {
        let mut characters = word.chars();
        wire.extend(characters.next().map(|first| first.to_ascii_uppercase()));
        wire.push_str(characters.as_str());
    }
    wire
}

/// Differences between `models.yaml` and the page, one finding per field.
fn contradictions(page: &DescribedModel, handmade: &Model, file: &HandFile<'_>) -> Vec<Diagnostic> {
    let places = page
        .page
        .as_ref()
        .expect("models.yaml has it once, and a page before it");
    let name = &handmade.name;
    let mut diagnostics = Vec::new();
    let mut found = |message: String, place: Span, there: Span| {
        diagnostics.push(Diagnostic {
            related: vec![(there, "the page's description".to_owned())],
            ..Diagnostic::new(Code::ModelsContradict, message, place)
        });
    };
    if handmade.opaque {
        let message = format!("{name} is marked opaque, but a page describes it");
        found(message, file.model(name), places.name());
        return diagnostics;
    }
    let known: BTreeMap<&str, usize> = by_wire(&page.model);
    for field in &handmade.fields {
        let place = file.field(name, &field.name);
        let Some(at) = known.get(field.wire_name()) else {
            let message = format!("{name} has no field `{}` on its page", field.wire_name());
            found(message, place, places.name());
            continue;
        };
        if let Some(message) = difference(name, field, &page.model.fields[*at]) {
            found(message, place, places.field(*at));
        }
    }
    let listed = by_wire(handmade);
    for (wire, at) in known {
        if !listed.contains_key(wire) {
            let message = format!("{name} has a field `{wire}` on its page, but not here");
            let there = places.field(at);
            found(message, file.model(name), there);
        }
    }
    diagnostics
}

/// Model pages have no values before version 257, so values of `models.yaml` are not a
/// contradiction.
fn add_values(page: &mut Model, handmade: &Model) {
    let listed = by_wire(handmade);
    for field in page
        .fields
        .iter_mut()
        .filter(|field| field.values.is_empty())
    {
        if let Some(at) = listed.get(field.wire_name()) {
            field.values.clone_from(&handmade.fields[*at].values);
        }
    }
}

fn by_wire(model: &Model) -> BTreeMap<&str, usize> {
    let fields = model.fields.iter().enumerate();
    fields.map(|(at, field)| (field.wire_name(), at)).collect()
}

fn difference(model: &str, here: &Field, page: &Field) -> Option<String> {
    let field = here.wire_name();
    if here.ty != page.ty {
        let (here, page) = (&here.ty, &page.ty);
        return Some(format!(
            "{model}.{field} is {here} here and {page} on its page"
        ));
    }
    if here.required != page.required {
        let word = |required| if required { "required" } else { "optional" };
        let (here, page) = (word(here.required), word(page.required));
        return Some(format!(
            "{model}.{field} is {here} here and {page} on its page"
        ));
    }
    (!page.values.is_empty() && here.values != page.values).then(|| {
        let (here, page) = (shown(&here.values), shown(&page.values));
        format!("{model}.{field} has the values {here} here and {page} on its page")
    })
}

/// Checks each model of `models.yaml` on its own; `known` are the described or named models.
pub(super) fn check_listed(
    handmade: &ListedModels<'_>,
    known: &BTreeSet<String>,
) -> Vec<Diagnostic> {
    let models = handmade.models.models.iter();
    models
        .flat_map(|model| check::handmade_model(model, known, &handmade.file))
        .collect()
}

/// All described models for the IR, and findings for entries of `models.yaml` that nothing uses.
pub(super) fn close(
    pages: &[Page],
    topics: &[Topic],
    described: Described,
    handmade: &ListedModels<'_>,
) -> (Models, Vec<Diagnostic>) {
    let operations = pages.iter().flat_map(|page| &page.operations);
    let from_pages = described.0.values().filter(|model| model.page.is_some());
    let from_pages: Vec<Type> = from_pages
        .map(|model| Type::Model(model.model.name.clone()))
        .collect();
    let topics = topics.iter().map(|topic| &topic.model);
    let types = operations.flat_map(Operation::types);
    let types = types.chain(&from_pages).chain(topics);
    let reached = spec::reached(types, |name| described.get(name));
    let mut diagnostics = Vec::new();
    for model in &handmade.models.models {
        if !reached.contains(model.name.as_str()) {
            let message = format!(
                "no page uses {}, directly or through another model",
                model.name
            );
            let place = handmade.file.model(&model.name);
            diagnostics.push(Diagnostic::new(Code::UnreachedModel, message, place));
        }
    }
    let models = described.0.into_values().map(|model| model.model).collect();
    let format = spec::FORMAT;
    (Models { format, models }, diagnostics)
}

#[cfg(test)]
mod tests {
    use super::wire_name;

    #[test]
    fn the_key_of_a_name_in_snake_case_is_in_camel_case() {
        for (name, wire) in [
            ("id", "id"),
            ("date_created", "dateCreated"),
            ("v2_url", "v2Url"),
            // Escaped by the vendor's generator.
            ("_default", "default"),
            ("pcFrom", "from"),
            // Not escaped.
            ("pcs", "pcs"),
            ("pc_from", "pcFrom"),
            ("pcFrom_date", "pcFromDate"),
        ] {
            assert_eq!(wire_name(name), wire, "{name}");
        }
    }
}
