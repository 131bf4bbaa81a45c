//! Reads a page that describes one model: syntax only.
//!
//! The vendor's Python docs describe models, the JavaScript docs don't; their tables, types and
//! notes are of the same family, so the readers of those are shared with [`crate::page`].

use crate::blocks::{self, Kind};
use crate::diagnostic::{Code, Diagnostic};
use crate::notes;
use crate::page::{front_matter, line, table};
use crate::piece::{Piece, is_identifier};
use crate::raw::{RawField, RawModel, Spanned};
use crate::reader::Reader;
use crate::source::{LineCount, SourceFile};
use crate::type_words::{self, Docs};
use std::collections::HashSet;
use std::ops::Range;

const PROPERTIES: &str = "Properties";

/// The parts of a page as they stand.
#[derive(Default)]
struct Draft<'a> {
    /// Front matter and headings: all of them say the model's name.
    titles: Vec<Piece<'a>>,
    /// `## Properties`.
    properties: Option<Piece<'a>>,
    table: Option<Range<usize>>,
    fields: Vec<RawField>,
    version: Option<Spanned<String>>,
}

/// Reads a page. Nothing comes back when not even its name could be read.
pub fn read(source: &SourceFile) -> (Option<RawModel>, LineCount, Vec<Diagnostic>) {
    let mut reader = Reader::new(source);
    let mut draft = Draft::default();
    for block in blocks::read(&source.text) {
        let piece = reader.piece(&block.range);
        match &block.kind {
            Kind::FrontMatter => draft.titles.extend(front_matter(&mut reader, piece)),
            Kind::Heading(level) => heading(&mut reader, &mut draft, *level, piece),
            Kind::Table(rows) => fields(&mut reader, &mut draft, piece, rows),
            Kind::Paragraph => prose(&mut reader, &mut draft, piece),
            _ => {}
        }
    }
    let model = model(&mut reader, draft);
    let (lines, diagnostics) = reader.finish();
    (model, lines, diagnostics)
}

/// `# Name`, `## Name` or `## Properties`. A model that is itself named
/// `Properties` has that heading twice.
fn heading<'a>(reader: &mut Reader<'a>, draft: &mut Draft<'a>, level: u8, piece: Piece<'a>) {
    let line = piece.trim();
    let text = line.strip_prefix(if level == 1 { "#" } else { "##" });
    let text = text.map_or(line, Piece::trim);
    reader.account(line.range());
    if level == 2 && text.text == PROPERTIES && !draft.titles.is_empty() {
        draft.properties = Some(text);
    } else if level <= 2 && draft.properties.is_none() && is_identifier(text.text) {
        draft.titles.push(text);
    } else {
        let text = text.text.trim_start_matches('#').trim_start();
        let message = format!("the heading `{text}` is unknown");
        reader.report(Code::UnknownHeading, line.range(), message);
    }
}

fn fields<'a>(
    reader: &mut Reader<'a>,
    draft: &mut Draft<'a>,
    piece: Piece<'a>,
    rows: &[Range<usize>],
) {
    if draft.properties.is_none() {
        return;
    }
    match table::kind(reader, rows) {
        Some(table::TableKind::Fields) => {}
        Some(table::TableKind::Operations) => return,
        None => {
            reader.account(piece.range());
            return;
        }
    }
    reader.account(piece.range());
    if let Some(first) = draft.table.clone() {
        let (here, message) = (piece.trim().range(), "the fields are told twice");
        reader.contradiction(Code::DuplicatePart, here, message, first, "first here");
        return;
    }
    draft.table = Some(piece.trim().range());
    for cells in table::body::<4>(reader, rows).into_iter().flatten() {
        draft.fields.extend(field(reader, &cells));
    }
}

/// `| **name** | **type** | description | notes |`.
fn field(reader: &mut Reader<'_>, cells: &[Piece<'_>; 4]) -> Option<RawField> {
    let name = table::name(reader, cells[0]);
    let ty = line::type_of(reader, cells[1], Docs::Models);
    let (name, ty) = (name?, ty?);
    let notes = notes::read(reader, cells[3], &ty.value);
    Some(RawField {
        name,
        ty,
        required: notes.required,
        values: notes.values,
        description: cells[2].plain().into_owned(),
    })
}

fn prose<'a>(reader: &mut Reader<'a>, draft: &mut Draft<'a>, piece: Piece<'a>) {
    for line in piece.lines() {
        if let Some(version) = line::footer(line) {
            reader.account(line.range());
            draft.version = Some(Spanned {
                value: version.text.to_owned(),
                range: version.range(),
            });
        } else if line::is_kramdown(line) {
            reader.account(line.range());
        }
    }
}

fn model(reader: &mut Reader<'_>, draft: Draft<'_>) -> Option<RawModel> {
    let Some(name) = draft.titles.first().copied() else {
        reader.report(
            Code::MissingPageName,
            0..0,
            "nothing says which model this page describes",
        );
        return None;
    };
    if !type_words::is_model_name(name.text) {
        let message = format!("`{}` is no name of a model", name.text);
        reader.report(Code::BadName, name.range(), message);
        return None;
    }
    for title in &draft.titles {
        if title.text != name.text {
            let message = format!("this title says `{}`", title.text);
            let label = format!("the first title says `{}`", name.text);
            let (here, there) = (title.range(), name.range());
            reader.contradiction(Code::PageNameMismatch, here, message, there, label);
        }
    }
    let stem = reader.source.stem();
    if stem != name.text {
        let message = format!("the file is named `{stem}`, the model `{}`", name.text);
        reader.report(Code::PageNameMismatch, name.range(), message);
    }
    if draft.table.is_none() {
        let message = format!("`{}` does not say what its fields are", name.text);
        reader.report(Code::MissingFields, name.range(), message);
    }
    let mut seen = HashSet::with_capacity(draft.fields.len());
    for field in &draft.fields {
        if !seen.insert(field.name.value.as_str()) {
            let message = format!("the field `{}` is listed twice", field.name.value);
            reader.report(Code::DuplicateField, field.name.range.clone(), message);
        }
    }
    Some(RawModel {
        file: reader.source.path.clone(),
        name: Spanned {
            value: name.text.to_owned(),
            range: name.range(),
        },
        version: draft.version,
        fields: draft.fields,
    })
}
