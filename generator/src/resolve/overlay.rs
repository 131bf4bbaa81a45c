//! Applies `overlay.yaml`: corrections of what pages omit or get wrong.
//!
//! Each fact of an entry must change something; one that doesn't is a finding at its own line.
//! `spec` defines the facts and sets them; the findings are made here.

use super::handfile::HandFile;
use crate::diagnostic::{Code, Diagnostic};
use crate::notes;
use spec::{Idle, Model, Operation, OperationPatch, Overlay, Page, Parameter, Scalar, Type};
use std::collections::HashMap;

/// The overlay, with its file.
pub(super) struct Overlaid<'a> {
    pub overlay: &'a Overlay,
    pub file: HandFile<'a>,
}

impl Overlaid<'_> {
    /// Applies everything but paging and jobs, which are inferred from the result.
    pub fn apply_to_page(&self, page: &mut Page) -> Vec<Diagnostic> {
        let mut report = IdleReport::new(&self.file);
        let Some(patches) = self.overlay.pages.get(&page.api) else {
            return Vec::new();
        };
        let index = index_of(page);
        for (id, patch) in patches {
            let entry = ["pages", page.api.as_str(), id];
            match index.get(id) {
                None => {
                    let what = format!("{} has no operation {id}", page.api);
                    report.matches_nothing(&entry, what, index.keys());
                }
                Some(at) => patch_operation(&mut report, &entry, &mut page.operations[*at], patch),
            }
        }
        report.diagnostics
    }

    /// Sets or removes paging.
    pub fn apply_paging(&self, page: &mut Page) -> Vec<Diagnostic> {
        let mut report = IdleReport::new(&self.file);
        let Some(patches) = self.overlay.pages.get(&page.api) else {
            return Vec::new();
        };
        let index = index_of(page);
        for (id, patch) in patches {
            if let Some(at) = index.get(id) {
                let entry = ["pages", page.api.as_str(), id];
                report.idle(&entry, patch.apply_paging(&mut page.operations[*at]));
            }
        }
        report.diagnostics
    }

    /// Sets or removes jobs.
    pub fn apply_jobs(&self, page: &mut Page) -> Vec<Diagnostic> {
        let mut report = IdleReport::new(&self.file);
        let Some(patches) = self.overlay.pages.get(&page.api) else {
            return Vec::new();
        };
        let index = index_of(page);
        for (id, patch) in patches {
            if let Some(at) = index.get(id) {
                let entry = ["pages", page.api.as_str(), id];
                report.idle(&entry, patch.apply_job(&mut page.operations[*at]));
            }
        }
        report.diagnostics
    }

    /// What the overlay says of an operation.
    pub fn patch(&self, api: &str, id: &str) -> Option<&OperationPatch> {
        self.overlay.pages.get(api)?.get(id)
    }

    /// Corrects a model that a page describes. Models of models.yaml are corrected there.
    pub fn apply_to_model(&self, model: &mut Model) -> Vec<Diagnostic> {
        let mut report = IdleReport::new(&self.file);
        let Some(patch) = self.overlay.models.get(&model.name) else {
            return Vec::new();
        };
        let name = model.name.clone();
        for (field_name, patch) in &patch.fields {
            let entry = ["models", name.as_str(), "fields", field_name];
            let fields = &mut model.fields;
            let Some(at) = fields.iter().position(|field| field.name == *field_name) else {
                let what = format!("{name} has no field {field_name}");
                report.matches_nothing(&entry, what, fields.iter().map(|field| &field.name));
                continue;
            };
            let field = &mut fields[at];
            report.idle(&entry, patch.apply(field));
            if patch.ty.is_some() && patch.values.is_none() {
                report.retype_values(&entry, &mut field.values, &field.ty);
            }
        }
        report.diagnostics
    }
}

/// The first operation with an id; the page reader reports a second one.
fn index_of(page: &Page) -> HashMap<String, usize> {
    let mut index = HashMap::with_capacity(page.operations.len());
    for (at, operation) in page.operations.iter().enumerate() {
        index.entry(operation.id.clone()).or_insert(at);
    }
    index
}

fn patch_operation(
    report: &mut IdleReport<'_, '_>,
    entry: &[&str],
    operation: &mut Operation,
    patch: &OperationPatch,
) {
    report.idle(entry, patch.apply(operation));
    for (name, patch) in &patch.parameters {
        let entry = [entry, &["parameters", name]].concat();
        let parameters = &mut operation.parameters;
        let Some(at) = parameters.iter().position(|found| found.name == *name) else {
            let what = format!("{} has no parameter {name}", operation.id);
            report.matches_nothing(&entry, what, parameters.iter().map(|found| &found.name));
            continue;
        };
        let parameter = &mut parameters[at];
        report.idle(&entry, patch.apply(parameter));
        if patch.ty.is_some() {
            let (default, values) = (patch.default.is_none(), patch.values.is_none());
            report.retype(&entry, parameter, default, values);
        }
    }
}

/// Collects findings for entries that change nothing.
struct IdleReport<'f, 'a> {
    file: &'f HandFile<'a>,
    diagnostics: Vec<Diagnostic>,
}

impl<'f, 'a> IdleReport<'f, 'a> {
    fn new(file: &'f HandFile<'a>) -> Self {
        Self {
            file,
            diagnostics: Vec::new(),
        }
    }

    fn matches_nothing<'n>(
        &mut self,
        entry: &[&str],
        mut message: String,
        known: impl IntoIterator<Item = &'n String>,
    ) {
        let wanted = entry.last().copied().unwrap_or_default();
        if let Some(meant) = spec::text::nearest(wanted, known.into_iter().map(String::as_str)) {
            message += &["; did you mean `", meant, "`?"].concat();
        }
        let code = Code::OverlayMatchesNothing;
        self.diagnostics
            .push(Diagnostic::new(code, message, self.file.key(entry)));
    }

    fn idle(&mut self, entry: &[&str], idle: Vec<Idle>) {
        for Idle { key, message } in idle {
            let place = self.file.key(&[entry, &[key]].concat());
            self.diagnostics
                .push(Diagnostic::new(Code::OverlayChangesNothing, message, place));
        }
    }

    /// Converts default and values of the docs to the type of the entry; those of the entry have it
    /// already.
    fn retype(&mut self, entry: &[&str], parameter: &mut Parameter, default: bool, values: bool) {
        if let Some(slot) = parameter.default.as_mut().filter(|_| default) {
            self.retype_one(entry, slot, &parameter.ty);
        }
        if values {
            self.retype_values(entry, &mut parameter.values, &parameter.ty);
        }
    }

    fn retype_values(&mut self, entry: &[&str], values: &mut [Scalar], ty: &Type) {
        for value in values {
            self.retype_one(entry, value, ty.of_one_value());
        }
    }

    fn retype_one(&mut self, entry: &[&str], slot: &mut Scalar, ty: &Type) {
        let place = self.file.key(&[entry, &["type"]].concat());
        *slot = notes::typed(&slot.to_string(), ty, &mut |message| {
            let found = Diagnostic::new(Code::ValueType, message, place.clone());
            self.diagnostics.push(found);
        });
    }
}
