//! The column `Notes`: `[optional]`, `[default to X]` and `<br />**Values**: a, b, c`.

use crate::diagnostic::Code;
use crate::language::Language;
use crate::raw::Spanned;
use crate::reader::Reader;
use crate::source_text::SourceText;
use spec::{Scalar, Type};
use std::collections::HashSet;
use std::ops::Range;

/// The facts in the notes of a row.
pub(crate) struct Notes {
    pub(crate) required: bool,
    pub(crate) default: Option<Spanned<Scalar>>,
    pub(crate) values: Vec<Scalar>,
}

/// A placeholder that SDKs add for unknown values; the API never sends it.
const SENTINEL: &str = "OutdatedSdkVersion";

/// Whether it is that placeholder, in any case.
pub(crate) fn is_sentinel(value: &Scalar) -> bool {
    matches!(value, Scalar::String(text) if text.eq_ignore_ascii_case(SENTINEL))
}

/// Reads a row's notes; `ty` is the row's type, which types the values.
pub(crate) fn read(reader: &mut Reader<'_>, cell: SourceText<'_>, ty: &Type) -> Notes {
    let mut notes = Notes {
        required: true,
        default: None,
        values: Vec::new(),
    };
    let mut rest = cell.trim();
    while !rest.text.is_empty() {
        if let Some(after) = rest.strip_prefix("[optional]") {
            notes.required = false;
            rest = after.trim();
        } else if let Some((value, after)) = default(rest) {
            let text = value.plain();
            // Python's docs write texts as Python literals.
            let quoted = text
                .strip_prefix('\'')
                .and_then(|text| text.strip_suffix('\''));
            let text = quoted
                .filter(|_| reader.language == Language::Python)
                .unwrap_or(&text);
            let default = scalar(reader, text, &value.range(), ty);
            notes.default = (!is_sentinel(&default)).then(|| Spanned {
                value: default,
                range: value.range(),
            });
            rest = after.trim();
        } else if let Some(list) = values(rest) {
            notes.values = documented_values(reader, list, ty.of_one_value());
            break;
        } else {
            let message = format!("unknown note `{}`", rest.text);
            reader.report(Code::UnknownNote, rest.range(), message);
            break;
        }
    }
    check_default(reader, &notes);
    notes
}

/// Each value once.
fn documented_values(reader: &mut Reader<'_>, list: SourceText<'_>, ty: &Type) -> Vec<Scalar> {
    let mut seen = HashSet::new();
    let mut values = Vec::new();
    let listed = list.split(b',').map(SourceText::trim);
    for value in listed.filter(|value| !value.text.is_empty()) {
        if seen.insert(value.text) {
            let value = scalar(reader, &value.plain(), &value.range(), ty);
            if !is_sentinel(&value) {
                values.push(value);
            }
        } else {
            let message = format!("the value `{}` is listed twice", value.text);
            reader.report(Code::DuplicateValue, value.range(), message);
        }
    }
    values
}

fn default(rest: SourceText<'_>) -> Option<(SourceText<'_>, SourceText<'_>)> {
    let rest = rest.strip_prefix("[default to ")?;
    // A default may contain brackets, as a list does: it ends at the last bracket before the next
    // note.
    let end = rest
        .text
        .find("]<br")
        .or_else(|| rest.text.find("] ["))
        .or_else(|| rest.text.rfind(']'))?;
    let (value, after) = rest.split_at(end);
    Some((value.trim(), after.strip_prefix("]")?))
}

fn values(rest: SourceText<'_>) -> Option<SourceText<'_>> {
    let rest = ["<br />", "<br/>", "<br>"]
        .into_iter()
        .find_map(|tag| rest.strip_prefix(tag))
        .unwrap_or(rest)
        .trim();
    Some(rest.strip_prefix("**Values**:")?.trim())
}

/// A documented value, typed as its row is. `range` is where it stands.
fn scalar(reader: &mut Reader<'_>, text: &str, range: &Range<usize>, ty: &Type) -> Scalar {
    typed(text, ty, &mut |message| {
        reader.report(Code::ValueType, range.clone(), message);
    })
}

/// A documented value of that type. A value of another type is kept as text and reported by
/// `report`.
pub(crate) fn typed(text: &str, ty: &Type, report: &mut dyn FnMut(String)) -> Scalar {
    let text = text.trim();
    let typed = match ty {
        Type::Boolean => boolean(text).map(Scalar::Boolean),
        Type::Integer => text.parse().ok().map(Scalar::Integer),
        Type::Number => text.parse().map(Scalar::Integer).ok().or_else(|| {
            let number: f64 = text.parse().ok()?;
            number.is_finite().then_some(Scalar::Number(number))
        }),
        Type::Array(element) => {
            let inner = text
                .strip_prefix('[')
                .and_then(|text| text.strip_suffix(']'));
            let items = inner.unwrap_or(text).split(',').map(str::trim);
            let items = items.filter(|item| !item.is_empty());
            let items = items.map(|item| typed(item.trim_matches('"'), element, report));
            Some(Scalar::List(items.collect()))
        }
        // The format of dates is not checked; the other types have no text form.
        Type::String
        | Type::Date
        | Type::DateTime
        | Type::Object
        | Type::Void
        | Type::Model(_)
        | Type::Map(_) => Some(Scalar::String(text.to_owned())),
    };
    typed.unwrap_or_else(|| {
        report(format!("`{text}` is not of type {ty}"));
        Scalar::String(text.to_owned())
    })
}

/// `true` and `false`, as the typed SDKs' templates write them too.
fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" => Some(true),
        "false" | "False" => Some(false),
        _ => None,
    }
}

fn check_default(reader: &mut Reader<'_>, notes: &Notes) {
    let Some(default) = &notes.default else {
        return;
    };
    let outside = |value: &Scalar| !notes.values.is_empty() && !notes.values.contains(value);
    let is_outside = match &default.value {
        Scalar::List(items) => items.iter().any(outside),
        value => outside(value),
    };
    if is_outside {
        let message = format!(
            "the default `{}` is not among the documented values",
            default.value
        );
        reader.report(Code::DefaultOutsideValues, default.range.clone(), message);
    }
}

#[cfg(test)]
mod tests {
    use super::{default, values};
    use crate::source_text::SourceText;

    fn piece(text: &str) -> SourceText<'_> {
        SourceText::new(text, &(0..text.len()))
    }

    #[test]
    fn a_default_ends_before_what_follows_it() {
        for (notes, value, after) in [
            ("[default to a]", "a", ""),
            ("[default to a] [optional]", "a", "[optional]"),
            ("[default to [a, b]] [optional]", "[a, b]", "[optional]"),
            (
                "[default to [a]]<br />**Values**: [a]",
                "[a]",
                "<br />**Values**: [a]",
            ),
            ("[default to a[0]]", "a[0]", ""),
        ] {
            let (found, rest) = default(piece(notes)).expect(notes);
            assert_eq!((found.text, rest.trim().text), (value, after), "{notes}");
            assert_eq!(&notes[found.range()], value, "{notes}");
        }
        for notes in ["[default to a", "default to a]", "[optional]"] {
            assert!(default(piece(notes)).is_none(), "{notes}");
        }
    }

    #[test]
    fn values_stand_behind_any_line_break() {
        for notes in [
            "<br />**Values**: a, b",
            "<br/> **Values**: a, b",
            "<br>**Values**: a, b",
            "**Values**: a, b",
        ] {
            assert_eq!(values(piece(notes)).expect(notes).text, "a, b", "{notes}");
        }
        assert!(values(piece("<hr>**Values**: a")).is_none());
    }
}
