//! Tables: the page's operations, and each operation's parameters.
//!
//! Rows have no leading pipe. GFM reads kramdown's attribute line after a table as a row; it is
//! skipped.

use super::draft::{CUSTOM_HEADERS, Parameters, Row};
use super::line;
use crate::diagnostic::Code;
use crate::notes;
use crate::raw::{RawParameter, Spanned};
use crate::reader::Reader;
use crate::source_text::{SourceText, is_identifier};
use spec::Method;
use std::ops::Range;

const OPERATION_COLUMNS: [&str; 3] = ["Method", "HTTP request", "Description"];
/// Of a typed SDK's docs, whose rows lack method and path.
const SHORT_OPERATION_COLUMNS: [&str; 2] = ["Method", "Description"];
const FIELD_COLUMNS: [&str; 4] = ["Name", "Type", "Description", "Notes"];
const VALUE_COLUMNS: [&str; 2] = ["Name", "Value"];

/// What a table lists, by its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TableKind {
    /// The operations of a page.
    Operations,
    /// Parameters or fields.
    Fields,
    /// Values of an enum.
    Values,
}

/// Reads a table's header.
pub(crate) fn kind(reader: &mut Reader<'_>, rows: &[Range<usize>]) -> Option<TableKind> {
    let header = reader.piece(rows.first()?);
    let mut cells = Vec::with_capacity(FIELD_COLUMNS.len());
    header.cells(&mut cells);
    let is = |columns: &[&str]| {
        columns.len() == cells.len()
            && columns
                .iter()
                .zip(&cells)
                .all(|(name, cell)| *name == cell.text)
    };
    if is(&OPERATION_COLUMNS) || is(&SHORT_OPERATION_COLUMNS) {
        return Some(TableKind::Operations);
    }
    if is(&FIELD_COLUMNS) {
        return Some(TableKind::Fields);
    }
    if is(&VALUE_COLUMNS) {
        return Some(TableKind::Values);
    }
    let known = |cell: &SourceText<'_>| {
        let columns = OPERATION_COLUMNS.iter().chain(&FIELD_COLUMNS);
        columns.chain(&VALUE_COLUMNS).any(|name| *name == cell.text)
    };
    let (range, what) = match cells.iter().find(|cell| !known(cell)) {
        Some(cell) => (
            cell.range(),
            format!("the column `{}` is unknown", cell.text),
        ),
        None => (header.trim().range(), "unknown columns".to_owned()),
    };
    reader.report(Code::UnknownColumn, range, what);
    None
}

/// The column of free text: the third, or the last if there are only two.
const fn text_column(columns: usize) -> usize {
    if columns > 2 { 2 } else { 1 }
}

/// The rows of a table below its header, as `N` cells; `None` for a row with fewer.
///
/// A row that has more has a bare pipe in its text.
pub(crate) fn body<'a, const N: usize>(
    reader: &mut Reader<'a>,
    rows: &[Range<usize>],
) -> Vec<Option<[SourceText<'a>; N]>> {
    let text = text_column(N);
    let mut body = Vec::with_capacity(rows.len());
    let mut cells = Vec::with_capacity(N);
    for range in rows.iter().skip(1) {
        let row = reader.piece(range).trim();
        if line::is_kramdown(row) {
            continue;
        }
        cells.clear();
        row.cells(&mut cells);
        if cells.len() > N {
            let extra = cells.len() - N;
            let range = cells[text].start..cells[text + extra].range().end;
            let message = format!("this row has {} cells instead of {N}", cells.len());
            reader.report(Code::ExtraCell, range.clone(), message);
            cells.splice(text..=text + extra, [reader.piece(&range)]);
        }
        // If a row ends with an empty cell, its last pipe is read as the row's end.
        let is_open = cells.len() + 1 == N && (N == text + 1 || has_open_end(reader, row));
        if is_open {
            cells.push(row.end());
        }
        let whole = cells.as_slice().try_into().ok();
        if whole.is_none() {
            let message = format!("this row has {} of {N} cells", cells.len());
            reader.report(Code::MissingCell, row.range(), message);
        }
        body.push(whole);
    }
    body
}

/// Seen in the Java docs' rows `| **id** | **String**| The id | `, whose last cell is not closed:
/// the blank after the pipe is an empty cell.
fn has_open_end(reader: &Reader<'_>, row: SourceText<'_>) -> bool {
    let rest = &reader.source.text[row.range().end..];
    row.text.ends_with('|') && rest.starts_with([' ', '\t'])
}

/// `[**id**](Page.html#id) | **VERB** /path | summary`, or without the middle.
pub(super) fn operations<'a>(reader: &mut Reader<'a>, rows: &[Range<usize>]) -> Vec<Row<'a>> {
    let header = rows.first().map(|header| reader.piece(header));
    let is_short = header.is_some_and(|header| {
        let mut cells = Vec::new();
        header.cells(&mut cells);
        cells.len() == SHORT_OPERATION_COLUMNS.len()
    });
    if is_short {
        let body = body::<2>(reader, rows).into_iter().flatten();
        return body
            .map(|[link, summary]| row(link, None, None, summary))
            .collect();
    }
    let body = body::<3>(reader, rows).into_iter().flatten();
    body.map(|[link, request, summary]| {
        let (verb, path) = request
            .split_once(" ")
            .unwrap_or((request.split_at(0).0, request));
        let method = line::method(reader, verb.trim().unstarred());
        row(link, method, Some(path.trim()), summary)
    })
    .collect()
}

fn row<'a>(
    link: SourceText<'a>,
    method: Option<Spanned<Method>>,
    path: Option<SourceText<'a>>,
    summary: SourceText<'a>,
) -> Row<'a> {
    let (label, target) = match link.link() {
        Some((label, target)) => (label, Some(target)),
        None => (link, None),
    };
    Row {
        id: label.trim().unstarred(),
        fragment: target.and_then(|target| Some(target.rsplit_once("#")?.1)),
        method,
        path,
        summary: summary.plain().into_owned(),
    }
}

/// ` **name** | **Type** | description | notes |`. `customHeaders` is not a parameter of an
/// operation: any call of the client can have extra headers.
pub(super) fn parameters(
    reader: &mut Reader<'_>,
    range: Range<usize>,
    rows: &[Range<usize>],
) -> Parameters {
    let body = body::<4>(reader, rows);
    let mut parameters = Parameters {
        range,
        rows: Vec::with_capacity(body.len()),
        is_partial: false,
        has_custom_headers: false,
    };
    for cells in body {
        let Some((name, ty, cells)) = cells.and_then(|cells| {
            let name = name(reader, cells[0]);
            let ty = line::type_of(reader, cells[1]);
            Some((name?, ty?, cells))
        }) else {
            parameters.is_partial = true;
            continue;
        };
        if name.value == CUSTOM_HEADERS {
            parameters.has_custom_headers = true;
            continue;
        }
        let notes = notes::read(reader, cells[3], &ty.value);
        parameters.rows.push(RawParameter {
            name,
            required: notes.required,
            default: notes.default,
            values: notes.values,
            ty,
            description: Spanned {
                value: cells[2].plain().into_owned(),
                range: cells[2].range(),
            },
            example: None,
        });
    }
    parameters
}

/// A name in a table's first column.
pub(crate) fn name(reader: &mut Reader<'_>, cell: SourceText<'_>) -> Option<Spanned<String>> {
    let piece = cell.unstarred();
    let value = piece.plain();
    if !is_identifier(&value) {
        let message = format!("`{value}` is not a valid name: letters, digits and underscores");
        reader.report(Code::BadName, cell.range(), message);
        return None;
    }
    Some(Spanned {
        value: value.into_owned(),
        range: piece.range(),
    })
}
