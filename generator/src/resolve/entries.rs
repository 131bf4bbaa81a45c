//! Checks each entry of `overlay.yaml` and `models.yaml` on its own, whether or not the docs have
//! what it is about.
//!
//! Whether an entry fits its operation is checked once the page is settled (`check`).

use super::described::Described;
use super::handfile::HandFile;
use super::overlay::Overlaid;
use crate::diagnostic::{Code, Diagnostic};
use spec::text::{nearest, nearest_within};
use spec::{
    FieldPatch, Inferred, ModelPatch, OperationPatch, ParameterPatch, Permissions, Require, Scalar,
    Type,
};
use std::collections::BTreeSet;

/// How many ignored entries a finding names.
const NAMED: usize = 5;

/// Checks every entry of the overlay. `pages` are those of the docs, `known` the models that are
/// described, or named without the overlay.
pub(super) fn check_overlay(
    overlay: &Overlaid<'_>,
    pages: &[&str],
    described: &Described,
    known: &BTreeSet<String>,
) -> Vec<Diagnostic> {
    let mut entries = EntryChecks {
        file: &overlay.file,
        known,
        is_ignored: false,
        diagnostics: Vec::new(),
    };
    for (api, patches) in &overlay.overlay.pages {
        entries.is_ignored = !pages.contains(&api.as_str());
        for (id, patch) in patches {
            entries.operation(&["pages", api, id], patch);
        }
    }
    for (name, patch) in &overlay.overlay.models {
        entries.is_ignored = described
            .0
            .get(name)
            .is_none_or(|model| model.page.is_none());
        entries.model(&["models", name], patch);
    }
    let apis: Vec<&String> = overlay.overlay.pages.keys().collect();
    entries.ignored("pages", "page", "docs/", &apis, pages);
    let models: Vec<&String> = overlay.overlay.models.keys().collect();
    let with_page = described.0.values().filter(|model| model.page.is_some());
    let with_page: Vec<&str> = with_page.map(|model| model.model.name.as_str()).collect();
    entries.ignored("models", "model", "docs/typed/", &models, &with_page);
    entries.diagnostics
}

/// Up to how many typing errors a name counts as misspelt.
const SLIPS: usize = 2;

/// Checks the types and values of a field or parameter, wherever it is written.
pub(super) fn value_faults(ty: Option<&Type>, values: &[Scalar]) -> Vec<String> {
    let mut faults = Vec::new();
    for (at, value) in values.iter().enumerate() {
        if values[..at].contains(value) {
            faults.push(format!("the value `{value}` is listed twice"));
        }
        if let Some(ty) = ty.map(Type::of_one_value).filter(|ty| !value.is_of(ty)) {
            faults.push(format!("the value `{value}` is not of type {ty}"));
        }
    }
    faults
}

/// Why a type is invalid: its word is misspelt. A capitalised name that is not close to a known one
/// is accepted as an undescribed model, which is JSON of any shape.
pub(super) fn type_fault(ty: &Type, known: &BTreeSet<String>) -> Option<String> {
    let name = ty.model()?;
    if known.contains(name) {
        return None;
    }
    let words = known
        .iter()
        .map(String::as_str)
        .chain(Type::WORDS.iter().copied());
    let message = format!("`{name}` is neither a type nor a described model");
    // Related models have similar names (`TrustCreate`, `TrustUpdate`), so only few typing errors
    // count.
    let may_be_a_model = name.starts_with(|c: char| c.is_ascii_uppercase());
    let meant = if may_be_a_model {
        nearest_within(name, words, SLIPS)
    } else {
        nearest(name, words)
    };
    match meant {
        Some(meant) => Some(format!("{message}; did you mean `{meant}`?")),
        None => (!may_be_a_model).then_some(message),
    }
}

struct EntryChecks<'c, 'a> {
    file: &'c HandFile<'a>,
    known: &'c BTreeSet<String>,
    /// The entry is for a missing page, whose models are unknown.
    is_ignored: bool,
    diagnostics: Vec<Diagnostic>,
}

impl EntryChecks<'_, '_> {
    fn found(&mut self, path: &[&str], message: impl Into<String>) {
        let place = self.file.value(path);
        self.diagnostics
            .push(Diagnostic::new(Code::UnfitOverlay, message.into(), place));
    }

    fn operation(&mut self, entry: &[&str], patch: &OperationPatch) {
        let OperationPatch {
            because,
            preview: _,
            deprecated: _,
            safe: _,
            returns,
            produces: _, // checked against the operation
            permissions,
            paging,
            job: _, // checked against the page
            parameters,
        } = patch;
        let at = |key| [entry, &[key]].concat();
        self.because(&at("because"), because);
        if patch.is_empty() {
            self.found(entry, "the entry sets nothing");
        }
        if let Some(returns) = returns {
            self.ty(&at("returns"), returns);
        }
        if let Some(permissions) = permissions {
            self.permissions(&at("permissions"), permissions);
        }
        if let Some(Inferred::Set(paging)) = paging {
            let spec::Paging {
                style: _,
                parameter,
                location: _,
                next,
                items,
            } = paging;
            for (key, text) in [("parameter", parameter), ("next", next), ("items", items)] {
                self.not_empty(&[entry, &["paging", key]].concat(), text);
            }
        }
        for (name, patch) in parameters {
            self.parameter(&[entry, &["parameters", name]].concat(), patch);
        }
    }

    fn parameter(&mut self, entry: &[&str], patch: &ParameterPatch) {
        let ParameterPatch {
            location: _, // checked against the operation
            wire,
            ty,
            required: _,
            default,
            values,
            explode: _, // checked against the operation
        } = patch;
        let at = |key| [entry, &[key]].concat();
        if patch.is_empty() {
            self.found(entry, "the entry sets nothing");
        }
        if let Some(wire) = wire {
            self.not_empty(&at("wire"), wire);
        }
        if let Some(ty) = ty {
            self.ty(&at("type"), ty);
        }
        if let (Some(default), Some(ty)) = (default, ty)
            && !default.is_of(ty)
        {
            self.found(
                &at("default"),
                format!("the default `{default}` is not of type {ty}"),
            );
        }
        for message in value_faults(ty.as_ref(), values.as_deref().unwrap_or_default()) {
            self.found(&at("values"), message);
        }
    }

    fn model(&mut self, entry: &[&str], patch: &ModelPatch) {
        let ModelPatch { because, fields } = patch;
        self.because(&[entry, &["because"]].concat(), because);
        if fields.is_empty() {
            self.found(entry, "the entry sets nothing");
        }
        for (name, patch) in fields {
            let entry = [entry, &["fields", name]].concat();
            let FieldPatch {
                wire,
                ty,
                required: _,
                values,
            } = patch;
            let at = |key| [&entry[..], &[key]].concat();
            if patch.is_empty() {
                self.found(&entry, "the entry sets nothing");
            }
            if let Some(wire) = wire {
                self.not_empty(&at("wire"), wire);
            }
            if let Some(ty) = ty {
                self.ty(&at("type"), ty);
            }
            for message in value_faults(ty.as_ref(), values.as_deref().unwrap_or_default()) {
                self.found(&at("values"), message);
            }
        }
    }

    fn because(&mut self, path: &[&str], because: &str) {
        if because.trim().is_empty() {
            self.found(path, "the entry has no reason");
        }
    }

    fn not_empty(&mut self, path: &[&str], text: &str) {
        if text.trim().is_empty() {
            self.found(path, "a name is empty");
        }
    }

    fn ty(&mut self, path: &[&str], ty: &Type) {
        let could_be_a_model = ty
            .model()
            .is_some_and(|name| name.starts_with(|c: char| c.is_ascii_uppercase()));
        if self.is_ignored && could_be_a_model {
            return;
        }
        if let Some(message) = type_fault(ty, self.known) {
            self.found(path, message);
        }
    }

    /// `{ require: any, of: [domain:entity:action] }`, or `{ require: none }`.
    fn permissions(&mut self, path: &[&str], permissions: &Permissions) {
        let Permissions { require, of } = permissions;
        match require {
            Require::None if !of.is_empty() => {
                self.found(path, "`require: none` has no list `of`");
            }
            Require::Any | Require::All if of.is_empty() => {
                self.found(path, "the list `of` is empty; write `require: none`");
            }
            Require::Any | Require::All | Require::None => {}
        }
        let path = [path, &["of"]].concat();
        for (at, permission) in of.iter().enumerate() {
            if !is_permission(permission) {
                let message = format!("`{permission}` is not a permission (example: `a:b:view`)");
                self.found(&path, message);
            }
            if of[..at].contains(permission) {
                self.found(&path, format!("`{permission}` is listed twice"));
            }
        }
    }

    /// Reports entries for what the docs do not have: one finding for all, and one for each that
    /// may be misspelt.
    fn ignored(
        &mut self,
        key: &str,
        what: &str,
        folder: &str,
        entries: &[&String],
        there: &[&str],
    ) {
        let ignored: Vec<&str> = entries.iter().map(|name| name.as_str()).collect();
        let ignored: Vec<&str> = ignored
            .into_iter()
            .filter(|name| !there.contains(name))
            .collect();
        let Some(first) = ignored.first() else { return };
        for name in &ignored {
            if let Some(meant) = nearest(name, there.iter().copied()) {
                let message = format!("no {what} is called {name}; did you mean `{meant}`?");
                let place = self.file.key(&[key, name]);
                let found = Diagnostic::new(Code::OverlayIgnored, message, place);
                self.diagnostics.push(found);
            }
        }
        let named = &ignored[..ignored.len().min(NAMED)];
        let more = ignored.len() - named.len();
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        let message = format!(
            "{} of {} entries for a {what} are ignored, because {folder} does not have it: {}{more}",
            ignored.len(),
            entries.len(),
            named.join(", ")
        );
        let place = self.file.key(&[key, first]);
        let found = Diagnostic::new(Code::OverlayIgnored, message, place);
        self.diagnostics.push(found);
    }
}

/// `domain:entity:action`, each part a word; the vendor uses two to four parts.
fn is_permission(text: &str) -> bool {
    let is_word = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '*'))
    };
    text.contains(':') && text.split(':').all(is_word)
}

#[cfg(test)]
mod tests {
    use super::{is_permission, value_faults};
    use spec::{Scalar, Type};

    #[test]
    fn values_are_of_their_type_and_once() {
        let one = Scalar::Integer(1);
        let texts = Type::Array(Box::new(Type::String));
        for (ty, values, faults) in [
            (
                Some(&Type::Integer),
                vec![one.clone(), Scalar::Integer(2)],
                &[][..],
            ),
            (Some(&texts), vec![Scalar::String("a".to_owned())], &[]),
            (None, vec![one.clone()], &[]),
            (
                Some(&Type::Integer),
                vec![one.clone(), one.clone()],
                &["the value `1` is listed twice"],
            ),
            (
                Some(&texts),
                vec![one],
                &["the value `1` is not of type string"],
            ),
        ] {
            assert_eq!(value_faults(ty, &values), faults, "{values:?}");
        }
    }

    #[test]
    fn a_permission_is_words_between_colons() {
        for (text, is_one) in [
            ("a:b", true),
            ("a:b:view", true),
            ("a-b:c_d:*", true),
            ("a:b:c:d", true),
            ("a", false),
            ("a:", false),
            (":a", false),
            ("a::b", false),
            ("a b:c", false),
            ("", false),
        ] {
            assert_eq!(is_permission(text), is_one, "{text}");
        }
    }
}
