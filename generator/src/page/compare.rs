//! What a page says twice, compared. What is read stays what the section's own table and lines
//! say; each difference is a diagnostic.
//!
//! Names are looked up in maps: a page may be hostile, and time must not grow with its square.

mod example;
mod signature;

use super::draft::{Request, Row, Section};
use super::path_template::placeholders;
use crate::diagnostic::Code;
use crate::piece::Piece;
use crate::raw::{RawParameter, Spanned};
use crate::reader::Reader;
use spec::Type;
use std::collections::{HashMap, HashSet};

/// Anchor, signature and row against each other.
pub(super) fn names(
    reader: &mut Reader<'_>,
    id: Piece<'_>,
    section: &Section<'_>,
    row: Option<&Row<'_>>,
) {
    match section.anchor {
        None => {
            let message = format!("`{}` has no anchor of its own", id.text);
            reader.report(Code::MissingAnchor, id.range(), message);
        }
        Some(anchor) if anchor.text != id.text => {
            let message = format!("the anchor says `{}`", anchor.text);
            let label = format!("the signature says `{}`", id.text);
            let (here, there) = (anchor.range(), id.range());
            reader.contradiction(Code::AnchorMismatch, here, message, there, label);
        }
        Some(_) => {}
    }
    match row {
        None => {
            let message = format!("`{}` has no row in the table of operations", id.text);
            reader.report(Code::MissingRow, id.range(), message);
        }
        Some(row) => {
            if let Some(fragment) = row.fragment
                && fragment.text != row.id.text
            {
                let message = format!("the link goes to `{}`", fragment.text);
                let label = format!("its text is `{}`", row.id.text);
                let (here, there) = (fragment.range(), row.id.range());
                reader.contradiction(Code::RowMismatch, here, message, there, label);
            }
        }
    }
}

/// Method and path of the row against the section's.
pub(super) fn row(
    reader: &mut Reader<'_>,
    id: Piece<'_>,
    request: &Request<'_>,
    row: Option<&Row<'_>>,
) {
    let Some(row) = row else {
        return;
    };
    let there = request.line.range();
    if let Some(method) = &row.method
        && method.value != request.method
    {
        let message = format!("the table says that `{}` is a {}", id.text, method.value);
        let (here, label) = (method.range.clone(), "the section says this");
        reader.contradiction(Code::RowMismatch, here, message, there.clone(), label);
    }
    if let Some(path) = row.path
        && path.text != request.path.text
    {
        let message = format!("the table has another path for `{}`", id.text);
        let (here, label) = (path.range(), "the section says this");
        reader.contradiction(Code::RowMismatch, here, message, there, label);
    }
}

/// The summary of the row, which the section's description begins with.
pub(super) fn summary(
    reader: &mut Reader<'_>,
    id: Piece<'_>,
    section: &Section<'_>,
    row: Option<&Row<'_>>,
) {
    let Some(row) = row else {
        return;
    };
    let is_said = section.paragraphs.contains(&row.summary);
    if !row.summary.is_empty() && !is_said {
        let message = format!("the section of `{}` does not say this summary", id.text);
        let (here, there) = (row.id.range(), id.range());
        reader.contradiction(Code::SummaryMismatch, here, message, there, "the section");
    }
}

/// The table of parameters against the path, the signature and the example, which also gives
/// each its example value.
pub(super) fn parameters(
    reader: &mut Reader<'_>,
    api: &str,
    id: Piece<'_>,
    section: &mut Section<'_>,
) {
    if let Some(request) = &section.request {
        path(reader, request.path);
    }
    let mut table = section.parameters.take();
    if let Some(table) = &table {
        let rows = by_name(reader, &table.rows);
        if let Some(signature) = &section.signature
            && !table.is_partial
        {
            signature::compare(reader, id, signature, table, &rows);
        }
    }
    if let Some(example) = &section.example {
        example::compare(reader, api, id, section.signature.as_ref(), example);
        example::values(reader, example, table.as_mut());
    } else {
        let message = format!("`{}` has no example", id.text);
        reader.report(Code::MissingExample, id.range(), message);
    }
    if let (Some(ty), Some(table)) = (section.body_type.take(), &mut table) {
        body_type(ty, &mut table.rows);
    }
    section.parameters = table;
}

/// The rows by name, each name once.
fn by_name<'r>(
    reader: &mut Reader<'_>,
    rows: &'r [RawParameter],
) -> HashMap<&'r str, &'r RawParameter> {
    let mut names = HashMap::with_capacity(rows.len());
    for row in rows {
        if let Some(first) = names.insert(row.name.value.as_str(), row) {
            let message = format!("the parameter `{}` is listed twice", row.name.value);
            let (here, there) = (row.name.range.clone(), first.name.range.clone());
            reader.contradiction(Code::DuplicateParameter, here, message, there, "first here");
        }
    }
    names
}

/// The path is a template in which each name stands once. Whether they are parameters is decided
/// when places are, because the overlay may name one.
fn path(reader: &mut Reader<'_>, path: Piece<'_>) {
    let Some(names) = placeholders(path) else {
        let message = format!("`{}` is no path template", path.text);
        reader.report(Code::BadPath, path.range(), message);
        return;
    };
    let mut seen = HashSet::with_capacity(names.len());
    for name in names {
        if !seen.insert(name.text) {
            let message = format!("`{{{}}}` stands twice in this path", name.text);
            reader.report(Code::BadPath, name.range(), message);
        }
    }
}

/// A body schema names the body's type, where the table only says that it is an object.
fn body_type(ty: Spanned<Type>, rows: &mut [RawParameter]) {
    let mut objects = rows.iter_mut().filter(|row| row.ty.value == Type::Object);
    if let (Some(body), None) = (objects.next(), objects.next()) {
        body.ty = ty;
    }
}
