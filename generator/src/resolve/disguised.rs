//! Types that are named like models and are texts on the wire.
//!
//! In the typed docs, classes of a language's library (`YearMonth`, `LocalDateTime`) are links to a
//! page that does not exist, so they look like undescribed models.

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::raw::{RawField, RawModel, RawPage, Spanned};
use spec::{Models, Type};
use std::collections::HashSet;

/// Classes of `java.time`, `java.net` and `java.util` whose JSON is one string. If a page or
/// models.yaml describes a model of such a name, it is a model.
const TEXTS: [&str; 16] = [
    "DayOfWeek",
    "Duration",
    "Instant",
    "LocalDateTime",
    "LocalTime",
    "Locale",
    "MonthDay",
    "OffsetDateTime",
    "OffsetTime",
    "Period",
    "URI",
    "URL",
    "UUID",
    "Year",
    "YearMonth",
    "ZonedDateTime",
];

/// Makes them strings, with a note on each.
pub(super) fn unmask(
    pages: &mut [RawPage],
    models: &mut [RawModel],
    handmade: &Models,
) -> Vec<Diagnostic> {
    let pages_of_models = models.iter().map(|model| model.name.value.as_str());
    let entries = handmade.models.iter().map(|model| model.name.as_str());
    let known: HashSet<&str> = pages_of_models.chain(entries).collect();
    let mut texts = TEXTS.to_vec();
    texts.retain(|name| !known.contains(name));
    let mut found = Vec::new();
    for page in pages {
        for operation in &mut page.operations {
            let types = operation
                .parameters
                .iter_mut()
                .map(|parameter| &mut parameter.ty);
            for ty in types.chain([&mut operation.returns]) {
                unmask_type(&texts, &page.file, ty, &mut found);
            }
        }
    }
    for model in models {
        for field in &mut model.fields {
            unmask_field(&texts, &model.file, field, &mut found);
        }
    }
    found
}

/// Adds the class name to the field's description, because it says how the text is written.
fn unmask_field(texts: &[&str], file: &str, field: &mut RawField, found: &mut Vec<Diagnostic>) {
    if let Some(name) = unmask_type(texts, file, &mut field.ty, found) {
        let gap = if field.description.is_empty() {
            ""
        } else {
            " "
        };
        field.description.extend([gap, "(`", &name, "`)"]);
    }
}

fn unmask_type(
    texts: &[&str],
    file: &str,
    ty: &mut Spanned<Type>,
    found: &mut Vec<Diagnostic>,
) -> Option<String> {
    let name = ty
        .value
        .model()
        .filter(|name| texts.contains(name))?
        .to_owned();
    let message = format!("`{name}` is read as text");
    found.push(Diagnostic::new(
        Code::TextInDisguise,
        message,
        Span::new(file, &ty.range),
    ));
    *ty.value.innermost_mut() = Type::String;
    Some(name)
}
