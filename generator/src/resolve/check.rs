//! Checks a settled page, so that templates need no error path: path templates and parameters
//! agree, there is at most one body, wire names are unique, types fit their places.
//!
//! It runs after the overlay, which corrects wrong pages.

use super::check_inferred;
use super::described::Described;
use super::entries;
use super::handfile::HandFile;
use super::overlay::Overlaid;
use super::places::template_names;
use super::settled::{OperationPlaces, SettledPage};
use crate::diagnostic::{Code, Diagnostic, Span};
use spec::{Location, Method, Model, Operation, Page, Type};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};

pub(super) fn check(
    settled: &SettledPage,
    models: &Described,
    overlay: &Overlaid<'_>,
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let SettledPage {
        page, file, places, ..
    } = settled;
    for (operation, places) in page.operations.iter().zip(places) {
        let mut checks = Checks {
            file,
            places,
            diagnostics: Vec::new(),
        };
        checks.template(operation);
        checks.names(operation);
        checks.types(operation);
        diagnostics.append(&mut checks.diagnostics);
        let path = ["pages", page.api.as_str(), operation.id.as_str()];
        diagnostics.extend(check_explode(operation, &path, &overlay.file));
        diagnostics.extend(check_produces(operation, &path, &overlay.file));
        diagnostics.extend(check_bodies(operation, page, overlay));
    }
    diagnostics.extend(check_inferred::check(page, models, &overlay.file));
    diagnostics
}

/// Makes path parameters required: without a value the path would be another one.
pub(super) fn require_path_parameters(settled: &mut SettledPage) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let SettledPage {
        page, file, places, ..
    } = settled;
    for (operation, places) in page.operations.iter_mut().zip(places) {
        let parameters = operation.parameters.iter_mut().zip(&places.parameters);
        for (parameter, place) in parameters {
            if parameter.location == Location::Path && !parameter.required {
                parameter.required = true;
                let message = format!(
                    "`{}` is documented as optional, but the path needs it",
                    parameter.name
                );
                let place = Span::new(file, place);
                diagnostics.push(Diagnostic::new(Code::PathParameterOptional, message, place));
            }
        }
    }
    diagnostics
}

/// A body from the overlay needs a method with a body: content of a GET or HEAD has no meaning (RFC
/// 9110 sections 9.3.1 and 9.3.2).
fn check_bodies(operation: &Operation, page: &Page, overlay: &Overlaid<'_>) -> Vec<Diagnostic> {
    let patch = overlay.patch(&page.api, &operation.id);
    let parameters = patch.into_iter().flat_map(|patch| &patch.parameters);
    let takes_body = match operation.method {
        Method::Get | Method::Head => false,
        Method::Options | Method::Post | Method::Put | Method::Patch | Method::Delete => true,
    };
    let wrong =
        parameters.filter(|(_, patch)| patch.location == Some(Location::Body) && !takes_body);
    let found = wrong.map(|(name, _)| {
        let message = format!("{} {} has no body", operation.method, operation.path);
        let (api, id) = (page.api.as_str(), operation.id.as_str());
        let place = overlay
            .file
            .value(&["pages", api, id, "parameters", name, "in"]);
        Diagnostic::new(Code::UnfitOverlay, message, place)
    });
    found.collect()
}

/// The checks of one operation.
struct Checks<'a> {
    file: &'a str,
    places: &'a OperationPlaces,
    diagnostics: Vec<Diagnostic>,
}

impl Checks<'_> {
    fn found(&mut self, code: Code, message: String, place: Span) {
        self.diagnostics.push(Diagnostic::new(code, message, place));
    }

    fn parameter(&self, at: usize) -> Span {
        Span::new(self.file, &self.places.parameters[at])
    }

    /// The name in the template, if the page's text is the path unchanged.
    fn placeholder(&self, path: &str, name: &str) -> Span {
        let whole = &self.places.path;
        let at = path.find(&format!("{{{name}}}"));
        let part = at.filter(|_| whole.len() == path.len()).map(|at| {
            let start = whole.start + at + 1;
            start..start + name.len()
        });
        Span::new(self.file, &part.unwrap_or_else(|| whole.clone()))
    }

    /// Checks that the names of the template are the path parameters.
    fn template(&mut self, operation: &Operation) {
        let (id, path) = (&operation.id, &operation.path);
        let names: Vec<&str> = template_names(path).collect();
        let in_path = |name: &str| {
            let mut parameters = operation.parameters.iter();
            parameters.any(|p| p.location == Location::Path && p.wire_name() == name)
        };
        for name in &names {
            if !in_path(name) {
                let message = format!("{path} needs `{name}`, but {id} has no such parameter");
                self.found(
                    Code::PathParameterMissing,
                    message,
                    self.placeholder(path, name),
                );
            }
        }
        for (at, parameter) in operation.parameters.iter().enumerate() {
            if parameter.location == Location::Path && !names.contains(&parameter.wire_name()) {
                let wire = parameter.wire_name();
                let message = format!("`{wire}` is a path parameter, but {path} does not have it");
                self.found(Code::PlaceholderMissing, message, self.parameter(at));
            }
        }
    }

    /// Checks that there is one body, and that names are unique in their place (header fields
    /// case-insensitively).
    fn names(&mut self, operation: &Operation) {
        let mut seen = HashMap::with_capacity(operation.parameters.len());
        for (at, parameter) in operation.parameters.iter().enumerate() {
            let key = match parameter.location {
                Location::Body => Cow::Borrowed(""),
                Location::Header => Cow::Owned(parameter.wire_name().to_ascii_lowercase()),
                Location::Path | Location::Query => Cow::Borrowed(parameter.wire_name()),
            };
            let Some(first): Option<usize> = seen.insert((parameter.location, key), at) else {
                continue;
            };
            if operation.parameters[first].name == parameter.name {
                continue; // the page reader reports duplicate rows
            }
            let (code, message) = if parameter.location.is_body() {
                let (one, other) = (&operation.parameters[first].name, &parameter.name);
                let message = format!("{} has two bodies, `{one}` and `{other}`", operation.id);
                (Code::SeveralBodies, message)
            } else {
                let (place, wire) = (parameter.location, parameter.wire_name());
                let message = format!("{} sends `{wire}` twice in the {place}", operation.id);
                (Code::WireNameTwice, message)
            };
            let related = vec![(self.parameter(first), "the other one".to_owned())];
            let found = Diagnostic::new(code, message, self.parameter(at));
            self.diagnostics.push(Diagnostic { related, ..found });
        }
    }

    fn types(&mut self, operation: &Operation) {
        for (at, parameter) in operation.parameters.iter().enumerate() {
            let (name, place, ty) = (&parameter.name, parameter.location, &parameter.ty);
            if !fits(ty, place) {
                let message = format!("`{name}` goes into the {place}, which cannot hold {ty}");
                self.found(Code::UnfitType, message, self.parameter(at));
            }
            let wire = parameter.wire_name();
            let can_be_named = match place {
                Location::Header => is_token(wire),
                Location::Path | Location::Query | Location::Body => true,
            };
            if !can_be_named {
                let message = format!("`{wire}` is not a valid header field name");
                self.found(Code::WireNameInvalid, message, self.parameter(at));
            }
        }
        if !operation.returns.is_void() && !is_type_of_json(&operation.returns) {
            let message = format!("{} cannot return {}", operation.id, operation.returns);
            self.found(
                Code::UnfitType,
                message,
                Span::new(self.file, &self.places.id),
            );
        }
    }
}

/// Outside a body a value is text: one scalar, or a list of scalars in a query or header.
fn fits(ty: &Type, location: Location) -> bool {
    match location {
        Location::Body => is_type_of_json(ty),
        Location::Query | Location::Header => ty.of_one_value().is_scalar(),
        Location::Path => ty.is_scalar(),
    }
}

/// `void` is not a value, and a model's name must be a valid name.
fn is_type_of_json(ty: &Type) -> bool {
    match ty {
        Type::Void => false,
        Type::Model(name) => is_name(name),
        Type::Array(inner) | Type::Map(inner) => is_type_of_json(inner),
        Type::String
        | Type::Integer
        | Type::Number
        | Type::Boolean
        | Type::Date
        | Type::DateTime
        | Type::Object => true,
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// RFC 9110 section 5.6.2.
fn is_token(name: &str) -> bool {
    let special = |c: char| "!#$%&'*+-.^_`|~".contains(c);
    !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || special(c))
}

/// `explode` comes only from the overlay, so the finding is about the overlay.
fn check_explode(operation: &Operation, path: &[&str], file: &HandFile<'_>) -> Vec<Diagnostic> {
    let wrong = operation.parameters.iter().filter(|parameter| {
        let list = parameter.ty.is_list();
        parameter.explode && !(list && parameter.location == Location::Query)
    });
    wrong
        .map(|parameter| {
            let message = format!(
                "`{}` is not a list in the query, so there is no key to repeat",
                parameter.name
            );
            let place = file.key(&[path, &["parameters", &parameter.name, "explode"]].concat());
            Diagnostic::new(Code::UnfitOverlay, message, place)
        })
        .collect()
}

/// `produces` comes only from the overlay. An answer that is not JSON is read as text, so its type
/// must be a string.
fn check_produces(operation: &Operation, path: &[&str], file: &HandFile<'_>) -> Option<Diagnostic> {
    let media_type = operation.produces.as_ref()?;
    let returns = &operation.returns;
    let message = match media_type.split_once('/') {
        Some((kind, subtype)) if is_token(kind) && is_token(subtype) => {
            let is_json = subtype.ends_with("+json");
            if is_json || returns.is_text() || returns.is_void() {
                return None;
            }
            format!("an answer in {media_type} is text, which {returns} is not")
        }
        Some(_) | None => format!("`{media_type}` is not a media type (example: text/plain)"),
    };
    let place = file.key(&[path, &["produces"]].concat());
    Some(Diagnostic::new(Code::UnfitOverlay, message, place))
}

/// Checks that a model's keys are unique and its types are types of values. Readers report
/// duplicate names.
pub(super) fn model(model: &Model, place: impl Fn(usize) -> Span) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let mut seen: HashMap<&str, usize> = HashMap::with_capacity(model.fields.len());
    for (at, field) in model.fields.iter().enumerate() {
        if let Some(first) = seen.insert(field.wire_name(), at)
            && model.fields[first].name != field.name
        {
            let message = format!("{} has the key `{}` twice", model.name, field.wire_name());
            diagnostics.push(Diagnostic {
                related: vec![(place(first), "the other one".to_owned())],
                ..Diagnostic::new(Code::WireNameTwice, message, place(at))
            });
        }
        if !is_type_of_json(&field.ty) {
            let message = format!("{}.{} cannot be {}", model.name, field.name, field.ty);
            diagnostics.push(Diagnostic::new(Code::UnfitType, message, place(at)));
        }
    }
    diagnostics
}

/// Checks a model of `models.yaml`; its name has not been checked before.
pub(super) fn handmade_model(
    handmade: &Model,
    known: &BTreeSet<String>,
    file: &HandFile<'_>,
) -> Vec<Diagnostic> {
    let name = handmade.name.as_str();
    let place = |at: usize| file.field(name, &handmade.fields[at].name);
    let mut diagnostics = model(handmade, place);
    let mut seen = HashSet::new();
    for (at, field) in handmade.fields.iter().enumerate() {
        if !seen.insert(&field.name) {
            let message = format!("{name} has the field `{}` twice", field.name);
            diagnostics.push(Diagnostic::new(Code::DuplicateField, message, place(at)));
        }
        let mut faults = entries::value_faults(Some(&field.ty), &field.values);
        faults.extend(entries::type_fault(&field.ty, known));
        if field.name.trim().is_empty() || field.wire_name().trim().is_empty() {
            faults.push("a name is empty".to_owned());
        }
        for fault in faults {
            let message = format!("{name}.{}: {fault}", field.name);
            diagnostics.push(Diagnostic::new(Code::UnfitModel, message, place(at)));
        }
    }
    if !is_name(name) || Type::from_word(name).model().is_none() {
        let message = format!("`{name}` is not a model name");
        diagnostics.push(Diagnostic::new(Code::UnfitModel, message, file.model(name)));
    }
    if handmade.opaque && !handmade.fields.is_empty() {
        let message = format!("{name} is marked opaque, but has fields");
        diagnostics.push(Diagnostic::new(Code::UnfitModel, message, file.model(name)));
    }
    diagnostics
}
