//! The values of a model's fields: sections `## Enum: StatusEnum` of the Java docs, each with a
//! table of names and values.
//!
//! In Java an enum is a type of its own, nested in its model. On the wire it is a text or a number,
//! so the field gets that type, with the documented values.

use crate::diagnostic::Code;
use crate::notes;
use crate::page::table;
use crate::raw::Spanned;
use crate::reader::Reader;
use crate::source_text::SourceText;
use spec::{Scalar, Type};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// A section of values.
pub(super) struct Enum<'a> {
    name: SourceText<'a>,
    table: Option<Range<usize>>,
    values: Vec<Scalar>,
    is_used: bool,
}

impl<'a> Enum<'a> {
    pub fn new(name: SourceText<'a>) -> Self {
        Self {
            name,
            table: None,
            values: Vec::new(),
            is_used: false,
        }
    }

    /// The type of the values on the wire.
    fn ty(&self) -> Type {
        let mut kinds = self.values.iter().map(|value| match value {
            Scalar::Boolean(_) => Type::Boolean,
            Scalar::Integer(_) => Type::Integer,
            Scalar::Number(_) => Type::Number,
            Scalar::String(_) | Scalar::List(_) => Type::String,
        });
        let first = kinds.next().unwrap_or(Type::String);
        let common = |left: Type, right: Type| {
            if left == right {
                left
            } else if left.is_number() && right.is_number() {
                Type::Number // a decimal enum may have whole values too
            } else {
                Type::String
            }
        };
        kinds.fold(first, common)
    }
}

/// `## Enum: StatusEnum`.
pub(super) fn heading(level: u8, text: SourceText<'_>) -> Option<SourceText<'_>> {
    let name = text.strip_prefix("Enum:").filter(|_| level == 2)?.trim();
    crate::type_words::is_model_name(name.text).then_some(name)
}

/// `| NAME | &quot;value&quot; |`: the name is Java's, the value is the one on the wire.
pub(super) fn table<'a>(
    reader: &mut Reader<'a>,
    section: &mut Enum<'a>,
    piece: SourceText<'a>,
    rows: &[Range<usize>],
) {
    if let Some(first) = section.table.clone() {
        let here = piece.trim().range();
        let message = format!("the values of `{}` appear twice", section.name.text);
        reader.contradiction(Code::DuplicatePart, here, message, first, "first here");
        return;
    }
    section.table = Some(piece.trim().range());
    let mut seen = HashSet::new();
    for [name, cell] in table::body::<2>(reader, rows).into_iter().flatten() {
        let text = cell.plain();
        if !seen.insert(cell.text) {
            let message = format!("the value {text} is listed twice");
            reader.report(Code::DuplicateValue, cell.range(), message);
            continue;
        }
        let value = value(&text);
        // In an enum of numbers only the name says that it is the placeholder.
        let name = Scalar::String(name.plain().into_owned());
        if !notes::is_sentinel(&value) && !notes::is_sentinel(&name) {
            section.values.push(value);
        }
    }
}

/// A value as the template writes it: a text in quotes, anything else bare.
fn value(text: &str) -> Scalar {
    let quoted = |mark| text.strip_prefix(mark)?.strip_suffix(mark);
    if let Some(text) = quoted('"') {
        return Scalar::String(text.to_owned());
    }
    if let Ok(whole) = text.parse() {
        return Scalar::Integer(whole);
    }
    match (text.parse::<f64>(), text.parse()) {
        (Ok(number), _) if number.is_finite() => Scalar::Number(number),
        (_, Ok(boolean)) => Scalar::Boolean(boolean),
        _ => Scalar::String(text.to_owned()),
    }
}

/// The sections of a page by name.
pub(super) struct Enums<'a>(HashMap<&'a str, Enum<'a>>);

impl<'a> Enums<'a> {
    pub fn new(reader: &mut Reader<'_>, sections: Vec<Enum<'a>>) -> Self {
        let mut enums: HashMap<&str, Enum<'_>> = HashMap::with_capacity(sections.len());
        for section in sections {
            let name = section.name;
            if section.table.is_none() {
                let message = format!("`{}` has no table of values", name.text);
                reader.report(Code::MissingValues, name.range(), message);
            }
            if let Some(first) = enums.get(name.text) {
                let message = format!("the values of `{}` appear twice", name.text);
                let (here, there) = (name.range(), first.name.range());
                reader.contradiction(Code::DuplicatePart, here, message, there, "first here");
            } else {
                enums.insert(name.text, section);
            }
        }
        Self(enums)
    }

    /// Where a field's type is an enum of this page, makes it the type on the wire and gives its
    /// values.
    pub fn take(
        &mut self,
        reader: &mut Reader<'_>,
        cell: SourceText<'_>,
        ty: &mut Spanned<Type>,
    ) -> Option<Vec<Scalar>> {
        let slot = ty.value.innermost_mut();
        let Type::Model(name) = slot else {
            return None;
        };
        let Some(section) = self.0.get_mut(name.as_str()) else {
            // A link within the page is to an enum, a link to another page is to a model.
            if target(cell).is_some_and(|target| target.text.starts_with('#')) {
                let message = format!("`{name}` has no section with its values");
                reader.report(Code::MissingValues, ty.range.clone(), message);
                *slot = Type::String;
            }
            return None;
        };
        section.is_used = true;
        let wire = section.ty();
        let values = if wire.is_text() {
            texts(&section.values)
        } else {
            section.values.clone()
        };
        *slot = wire;
        Some(values)
    }

    /// Reports values that no field uses.
    pub fn finish(self, reader: &mut Reader<'_>) {
        for section in self.0.into_values().filter(|section| !section.is_used) {
            let message = format!("no field is a `{}`", section.name.text);
            reader.report(Code::UnusedValues, section.name.range(), message);
        }
    }
}

fn texts(values: &[Scalar]) -> Vec<Scalar> {
    let text = |value: &Scalar| Scalar::String(value.to_string());
    values.iter().map(text).collect()
}

/// The target of the type's link.
fn target(cell: SourceText<'_>) -> Option<SourceText<'_>> {
    let piece = cell.uncommented().unstarred();
    piece.link().map(|(_, target)| target)
}

#[cfg(test)]
mod tests {
    use super::value;
    use spec::Scalar;

    #[test]
    fn values_are_numbers_booleans_or_texts() {
        let text = |text: &str| Scalar::String(text.to_owned());
        for (cell, expected) in [
            ("\"1\"", text("1")),
            ("\"", text("\"")),
            ("1", Scalar::Integer(1)),
            ("-2.5", Scalar::Number(-2.5)),
            ("true", Scalar::Boolean(true)),
            ("inf", text("inf")),
            ("NaN", text("NaN")),
            ("open", text("open")),
        ] {
            assert_eq!(value(cell), expected, "{cell}");
        }
    }
}
