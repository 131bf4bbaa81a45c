//! Applies `overlay.yaml`: what the pages don't say, or say wrongly.
//!
//! Each fact of an entry has to change something, and says so with its own line where it doesn't:
//! an entry that has become true by itself would otherwise hide the next change of the docs.

use super::models::DescribedModel;
use super::{diagnostic, safe, shown, spots::Spots};
use crate::diagnostic::{Code, Diagnostic};
use crate::notes;
use spec::{
    Field, FieldPatch, Inferred, JSON, Operation, OperationPatch, Overlay, Page, Parameter,
    ParameterPatch, Scalar, Type,
};
use std::collections::HashMap;
use std::fmt::Display;

/// The overlay, with its text.
pub(super) struct Overlaid<'a> {
    pub overlay: &'a Overlay,
    pub spots: Spots<'a>,
}

impl Overlaid<'_> {
    /// Everything but paging and jobs, which are inferred from what this has settled.
    pub fn apply_to_page(&self, page: &mut Page) -> Vec<Diagnostic> {
        let mut report = Report::new(&self.spots);
        let Some(patches) = self.overlay.pages.get(&page.api) else {
            return Vec::new();
        };
        let index = index_of(page);
        for (id, patch) in patches {
            let entry = ["pages", page.api.as_str(), id];
            match index.get(id) {
                None => {
                    report.matches_nothing(&entry, &format!("{} has no operation {id}", page.api));
                }
                Some(at) => patch_operation(&mut report, &entry, &mut page.operations[*at], patch),
            }
        }
        report.diagnostics
    }

    /// Paging that is set or taken away.
    pub fn apply_paging(&self, page: &mut Page) -> Vec<Diagnostic> {
        self.apply_inferred(
            page,
            "paging",
            |patch| patch.paging.as_ref(),
            |operation| &mut operation.paging,
        )
    }

    /// Jobs that are set or taken away.
    pub fn apply_jobs(&self, page: &mut Page) -> Vec<Diagnostic> {
        self.apply_inferred(
            page,
            "job",
            |patch| patch.job.as_ref(),
            |operation| &mut operation.job,
        )
    }

    fn apply_inferred<T: Clone + PartialEq>(
        &self,
        page: &mut Page,
        key: &str,
        said: impl Fn(&OperationPatch) -> Option<&Inferred<T>>,
        slot: impl Fn(&mut Operation) -> &mut Option<T>,
    ) -> Vec<Diagnostic> {
        let mut report = Report::new(&self.spots);
        let Some(patches) = self.overlay.pages.get(&page.api) else {
            return Vec::new();
        };
        let index = index_of(page);
        for (id, patch) in patches {
            let (Some(said), Some(at)) = (said(patch), index.get(id)) else {
                continue;
            };
            let wanted = match said {
                Inferred::Set(value) => Some(value.clone()),
                Inferred::Remove(_) => None,
            };
            let current = slot(&mut page.operations[*at]);
            if *current == wanted {
                let entry = ["pages", page.api.as_str(), id, key];
                report.changes_nothing(&entry, &format!("the {key} is that without it"));
            }
            *current = wanted;
        }
        report.diagnostics
    }

    /// What the overlay says of an operation.
    pub fn patch(&self, api: &str, id: &str) -> Option<&OperationPatch> {
        self.overlay.pages.get(api)?.get(id)
    }

    /// Entries without a reason; sleeping ones as well, while somebody still knows it.
    pub fn without_reason(&self) -> Vec<Diagnostic> {
        let mut report = Report::new(&self.spots);
        for (api, patches) in &self.overlay.pages {
            for (id, patch) in patches {
                report.reason(&["pages", api, id, "because"], &patch.because);
            }
        }
        for (name, patch) in &self.overlay.models {
            report.reason(&["models", name, "because"], &patch.because);
        }
        report.diagnostics
    }

    /// A model that a page describes. Hand-made models are corrected where they stand.
    pub fn apply_to_model(&self, model: &mut DescribedModel) -> Vec<Diagnostic> {
        let mut report = Report::new(&self.spots);
        let Some(patch) = self.overlay.models.get(&model.model.name) else {
            return Vec::new();
        };
        let name = model.model.name.clone();
        if patch.fields.is_empty() {
            report.changes_nothing(&["models", &name], "the entry holds no fact");
        }
        for (field_name, patch) in &patch.fields {
            let entry = ["models", name.as_str(), "fields", field_name];
            let fields = &mut model.model.fields;
            match fields.iter_mut().find(|field| field.name == *field_name) {
                None => {
                    report.matches_nothing(&entry, &format!("{name} has no field {field_name}"));
                }
                Some(field) => patch_field(&mut report, &entry, field, patch),
            }
        }
        report.diagnostics
    }
}

/// The first operation of an id; a second one is the page reader's finding.
fn index_of(page: &Page) -> HashMap<String, usize> {
    let mut index = HashMap::with_capacity(page.operations.len());
    for (at, operation) in page.operations.iter().enumerate() {
        index.entry(operation.id.clone()).or_insert(at);
    }
    index
}

fn patch_operation(
    report: &mut Report<'_, '_>,
    entry: &[&str],
    operation: &mut Operation,
    patch: &OperationPatch,
) {
    let facts = [
        patch.preview.is_some(),
        patch.deprecated.is_some(),
        patch.safe.is_some(),
        patch.returns.is_some(),
        patch.produces.is_some(),
        patch.permissions.is_some(),
        patch.paging.is_some(),
        patch.job.is_some(),
        !patch.parameters.is_empty(),
    ];
    if !facts.contains(&true) {
        report.changes_nothing(entry, "the entry holds no fact");
    }
    report.set(
        entry,
        "preview",
        &mut operation.preview,
        patch.preview.as_ref(),
    );
    report.set(
        entry,
        "deprecated",
        &mut operation.deprecated,
        patch.deprecated.as_ref(),
    );
    report.set(
        entry,
        "returns",
        &mut operation.returns,
        patch.returns.as_ref(),
    );
    if let Some(produces) = &patch.produces {
        let mut media_type = operation.media_type().to_owned();
        report.set(entry, "produces", &mut media_type, Some(produces));
        operation.produces = Some(media_type).filter(|it| it != JSON);
    }
    if let Some(safe) = patch.safe {
        let by_method = safe::by_method(operation.method);
        if by_method || operation.safe == safe {
            let what = format!("safe is {} without it", by_method || operation.safe);
            report.changes_nothing(&[entry, &["safe"]].concat(), &what);
        } else {
            operation.safe = safe;
            operation.safe_because = if safe {
                patch.because.clone()
            } else {
                String::new()
            };
        }
    }
    if let Some(permissions) = &patch.permissions {
        if operation.permissions.as_ref() == Some(permissions) {
            let what = "the permissions are those without it";
            report.changes_nothing(&[entry, &["permissions"]].concat(), what);
        }
        operation.permissions = Some(permissions.clone());
    }
    for (name, patch) in &patch.parameters {
        let entry = [entry, &["parameters", name]].concat();
        match operation.parameters.iter_mut().find(|p| p.name == *name) {
            None => {
                report
                    .matches_nothing(&entry, &format!("{} has no parameter {name}", operation.id));
            }
            Some(parameter) => patch_parameter(report, &entry, parameter, patch),
        }
    }
}

fn patch_parameter(
    report: &mut Report<'_, '_>,
    entry: &[&str],
    parameter: &mut Parameter,
    patch: &ParameterPatch,
) {
    if *patch == ParameterPatch::default() {
        report.changes_nothing(entry, "the entry holds no fact");
    }
    report.set(
        entry,
        "in",
        &mut parameter.location,
        patch.location.as_ref(),
    );
    report.set_wire(
        entry,
        &parameter.name,
        &mut parameter.wire,
        patch.wire.as_ref(),
    );
    report.set(entry, "type", &mut parameter.ty, patch.ty.as_ref());
    if patch.ty.is_some() {
        // What the entry says itself has its type already.
        if let (Some(default), None) = (&mut parameter.default, &patch.default) {
            report.retype(entry, default, &parameter.ty);
        }
        if patch.values.is_none() {
            report.retype_values(entry, &mut parameter.values, &parameter.ty);
        }
    }
    report.set(
        entry,
        "required",
        &mut parameter.required,
        patch.required.as_ref(),
    );
    if let Some(default) = &patch.default {
        if parameter.default.as_ref() == Some(default) {
            let what = format!("default is {default} without it");
            report.changes_nothing(&[entry, &["default"]].concat(), &what);
        }
        parameter.default = Some(default.clone());
    }
    report.set_values(entry, &mut parameter.values, patch.values.as_ref());
    report.set(
        entry,
        "explode",
        &mut parameter.explode,
        patch.explode.as_ref(),
    );
}

fn patch_field(report: &mut Report<'_, '_>, entry: &[&str], field: &mut Field, patch: &FieldPatch) {
    if *patch == FieldPatch::default() {
        report.changes_nothing(entry, "the entry holds no fact");
    }
    report.set_wire(entry, &field.name, &mut field.wire, patch.wire.as_ref());
    report.set(entry, "type", &mut field.ty, patch.ty.as_ref());
    if patch.ty.is_some() && patch.values.is_none() {
        report.retype_values(entry, &mut field.values, &field.ty);
    }
    report.set(
        entry,
        "required",
        &mut field.required,
        patch.required.as_ref(),
    );
    report.set_values(entry, &mut field.values, patch.values.as_ref());
}

/// Collects entries that do nothing.
struct Report<'s, 'a> {
    spots: &'s Spots<'a>,
    diagnostics: Vec<Diagnostic>,
}

impl<'s, 'a> Report<'s, 'a> {
    fn new(spots: &'s Spots<'a>) -> Self {
        Self {
            spots,
            diagnostics: Vec::new(),
        }
    }

    fn reason(&mut self, entry: &[&str], because: &str) {
        if because.trim().is_empty() {
            let message = "the entry does not say why it is there".to_owned();
            let found = diagnostic(Code::UnfitOverlay, message, self.spots.key(entry));
            self.diagnostics.push(found);
        }
    }

    fn matches_nothing(&mut self, entry: &[&str], what: &str) {
        let span = self.spots.key(entry);
        self.diagnostics.push(diagnostic(
            Code::OverlayMatchesNothing,
            what.to_owned(),
            span,
        ));
    }

    fn changes_nothing(&mut self, entry: &[&str], what: &str) {
        let span = self.spots.key(entry);
        self.diagnostics.push(diagnostic(
            Code::OverlayChangesNothing,
            what.to_owned(),
            span,
        ));
    }

    fn set<T: Clone + PartialEq + Display>(
        &mut self,
        entry: &[&str],
        key: &str,
        slot: &mut T,
        value: Option<&T>,
    ) {
        let Some(value) = value else { return };
        if slot == value {
            let what = format!("{key} is {value} without it");
            self.changes_nothing(&[entry, &[key]].concat(), &what);
        } else {
            value.clone_into(slot);
        }
    }

    /// A wire name that is the documented one takes a rule's guess away.
    fn set_wire(
        &mut self,
        entry: &[&str],
        name: &str,
        slot: &mut Option<String>,
        value: Option<&String>,
    ) {
        let mut current = slot.clone().unwrap_or_else(|| name.to_owned());
        self.set(entry, "wire", &mut current, value);
        *slot = Some(current).filter(|wire| wire != name);
    }

    /// Gives what the docs say the type that the entry says.
    fn retype(&mut self, entry: &[&str], slot: &mut Scalar, ty: &Type) {
        let span = self.spots.key(&[entry, &["type"]].concat());
        *slot = notes::typed(&slot.to_string(), ty, &mut |message| {
            let found = diagnostic(Code::ValueType, message, span.clone());
            self.diagnostics.push(found);
        });
    }

    fn retype_values(&mut self, entry: &[&str], values: &mut [Scalar], ty: &Type) {
        for value in values {
            self.retype(entry, value, ty.of_one_value());
        }
    }

    fn set_values(&mut self, entry: &[&str], slot: &mut Vec<Scalar>, value: Option<&Vec<Scalar>>) {
        let Some(value) = value else { return };
        if slot == value {
            let what = match value.as_slice() {
                [] => "there are no values without it".to_owned(),
                values => format!("the values are {} without it", shown(values)),
            };
            self.changes_nothing(&[entry, &["values"]].concat(), &what);
        } else {
            value.clone_into(slot);
        }
    }
}
