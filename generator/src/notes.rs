//! The column `Notes`: `[optional]`, `[default to X]` and `<br />**Values**: a, b, c`.

use crate::diagnostic::Code;
use crate::piece::Piece;
use crate::raw::Spanned;
use crate::reader::Reader;
use spec::{Scalar, Type};

/// What the notes of a row say.
pub(crate) struct Notes {
    pub(crate) required: bool,
    pub(crate) default: Option<Spanned<Scalar>>,
    pub(crate) values: Vec<Scalar>,
}

/// Reads a row's notes; `ty` is the row's type, which types the values.
pub(crate) fn read(reader: &mut Reader<'_>, cell: Piece<'_>, ty: &Type) -> Notes {
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
            notes.default = Some(Spanned {
                value: scalar(reader, value, ty),
                range: value.range(),
            });
            rest = after.trim();
        } else if let Some(list) = values(rest) {
            let element = element(ty);
            for value in list.split(',').map(Piece::trim) {
                let value = scalar(reader, value, element);
                notes.values.push(value);
            }
            break;
        } else {
            let message = format!("`{}` is no note that is known", rest.text);
            reader.report(Code::UnknownNote, rest.range(), message);
            break;
        }
    }
    check_values(reader, cell, &notes);
    notes
}

fn default(rest: Piece<'_>) -> Option<(Piece<'_>, Piece<'_>)> {
    let rest = rest.strip_prefix("[default to ")?;
    // A default may hold brackets itself, as a list does: its end is the bracket before what follows.
    let end = rest
        .text
        .find("]<br")
        .or_else(|| rest.text.find("] ["))
        .or_else(|| rest.text.rfind(']'))?;
    let (value, after) = rest.split_at(end);
    Some((value.trim(), after.strip_prefix("]")?))
}

fn values(rest: Piece<'_>) -> Option<Piece<'_>> {
    let rest = ["<br />", "<br/>", "<br>"]
        .into_iter()
        .find_map(|tag| rest.strip_prefix(tag))
        .unwrap_or(rest)
        .trim();
    Some(rest.strip_prefix("**Values**:")?.trim()).filter(|list| !list.text.is_empty())
}

fn element(ty: &Type) -> &Type {
    match ty {
        Type::Array(element) => element,
        other => other,
    }
}

/// A documented value, typed as its row is.
fn scalar(reader: &mut Reader<'_>, value: Piece<'_>, ty: &Type) -> Scalar {
    let text = value.plain();
    let text = text.trim();
    let typed = match ty {
        Type::Boolean => text.parse().ok().map(Scalar::Boolean),
        Type::Integer => text.parse().ok().map(Scalar::Integer),
        Type::Number => text.parse().map(Scalar::Integer).ok().or_else(|| {
            let number: f64 = text.parse().ok()?;
            number.is_finite().then_some(Scalar::Number(number))
        }),
        Type::Array(element) => {
            let inner = text
                .strip_prefix('[')
                .and_then(|text| text.strip_suffix(']'));
            let list = inner.unwrap_or(text);
            let items = list.split(',').filter(|item| !item.trim().is_empty());
            let items = items.map(|item| {
                let text = item.trim().trim_matches('"');
                let piece = Piece { text, ..value };
                scalar(reader, piece, element)
            });
            Some(Scalar::List(items.collect()))
        }
        _ => Some(Scalar::String(text.to_owned())),
    };
    typed.unwrap_or_else(|| {
        let message = format!("`{text}` is no {ty}");
        reader.report(Code::ValueType, value.range(), message);
        Scalar::String(text.to_owned())
    })
}

fn check_values(reader: &mut Reader<'_>, cell: Piece<'_>, notes: &Notes) {
    for (index, value) in notes.values.iter().enumerate() {
        if notes.values[..index].contains(value) {
            let message = format!("the value `{value}` is listed twice");
            reader.report(Code::DuplicateValue, cell.range(), message);
        }
    }
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
            "the default `{}` is none of the documented values",
            default.value
        );
        reader.report(Code::DefaultOutsideValues, default.range.clone(), message);
    }
}
