//! Compares facts that a page states twice. The section's own table and lines are used; each
//! difference is a diagnostic.
//!
//! Names are looked up in maps, so that a hostile page cannot cost quadratic time.

mod example;
mod signature;

use super::draft::{RequestLine, Row, Section};
use super::path_template::placeholders;
use crate::diagnostic::Code;
use crate::raw::{RawParameter, Spanned};
use crate::reader::Reader;
use crate::source_text::SourceText;
use spec::Type;
use std::collections::{HashMap, HashSet};

/// Compares anchor, signature and row.
pub(super) fn names(
    reader: &mut Reader<'_>,
    id: SourceText<'_>,
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

/// Compares method and path of row and section.
pub(super) fn row(
    reader: &mut Reader<'_>,
    id: SourceText<'_>,
    request: &RequestLine<'_>,
    row: Option<&Row<'_>>,
) {
    let Some(row) = row else {
        return;
    };
    let there = request.line.range();
    if let Some(method) = &row.method
        && method.value != request.method
    {
        let message = format!("the table has `{}` as a {}", id.text, method.value);
        let (here, label) = (method.range.clone(), "the section has this");
        reader.contradiction(Code::RowMismatch, here, message, there.clone(), label);
    }
    if let Some(path) = row.path
        && path.text != request.path.text
    {
        let message = format!("the table has another path for `{}`", id.text);
        let (here, label) = (path.range(), "the section has this");
        reader.contradiction(Code::RowMismatch, here, message, there, label);
    }
}

/// Compares the row's summary with the start of the section's description.
pub(super) fn summary(
    reader: &mut Reader<'_>,
    id: SourceText<'_>,
    section: &Section<'_>,
    row: Option<&Row<'_>>,
) {
    let Some(row) = row else {
        return;
    };
    let is_said = section.paragraphs.contains(&row.summary);
    if !row.summary.is_empty() && !is_said {
        let message = format!("the section of `{}` does not have this summary", id.text);
        let (here, there) = (row.id.range(), id.range());
        reader.contradiction(Code::SummaryMismatch, here, message, there, "the section");
    }
}

/// Compares the table of parameters with path, signature and example, and sets example values.
pub(super) fn parameters(
    reader: &mut Reader<'_>,
    api: &str,
    id: SourceText<'_>,
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

/// Checks that the path is a template with unique names. Whether each is a parameter is checked
/// after the overlay, which may rename parameters.
fn path(reader: &mut Reader<'_>, path: SourceText<'_>) {
    let Some(names) = placeholders(path) else {
        let message = format!("`{}` is not a path template", path.text);
        reader.report(Code::BadPath, path.range(), message);
        return;
    };
    let mut seen = HashSet::with_capacity(names.len());
    for name in names {
        if !seen.insert(name.text) {
            let message = format!("`{{{}}}` appears twice in this path", name.text);
            reader.report(Code::BadPath, name.range(), message);
        }
    }
}

/// Sets the body's type from the body schema, where the table only says `Object`.
fn body_type(ty: Spanned<Type>, rows: &mut [RawParameter]) {
    let mut objects = rows.iter_mut().filter(|row| row.ty.value.is_any_json());
    if let (Some(body), None) = (objects.next(), objects.next()) {
        body.ty = ty;
    }
}
