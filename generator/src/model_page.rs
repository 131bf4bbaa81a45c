//! Reads a page that describes one model: syntax only.
//!
//! The vendor's Java and Python docs describe models, the JavaScript docs don't. Their tables,
//! types and notes have the same forms, so those readers are shared with [`crate::page`].

mod enums;

use crate::blocks::{self, Block, BlockKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::language::Language;
use crate::notes;
use crate::page::line::{self, front_matter};
use crate::page::table;
use crate::page_language;
use crate::raw::{RawField, RawModel, Spanned};
use crate::reader::Reader;
use crate::source::{LineCount, SourceFile};
use crate::source_text::{SourceText, is_identifier};
use crate::type_words;
use std::collections::HashSet;
use std::ops::Range;

pub(crate) const PROPERTIES: &str = "Properties";

/// The parts of a page, not yet interpreted.
#[derive(Default)]
struct ModelDraft<'a> {
    /// Front matter and headings; each contains the model's name.
    titles: Vec<SourceText<'a>>,
    /// `## Properties`.
    properties: Option<SourceText<'a>>,
    table: Option<Range<usize>>,
    rows: Vec<[SourceText<'a>; 4]>,
    enums: Vec<enums::Enum<'a>>,
    version: Option<Spanned<String>>,
}

/// Reads a page; `None` if not even its name could be read.
pub fn read(source: &SourceFile) -> (Option<RawModel>, LineCount, Vec<Diagnostic>) {
    read_blocks(source, &blocks::read(&source.text))
}

pub(crate) fn read_blocks(
    source: &SourceFile,
    blocks: &[Block],
) -> (Option<RawModel>, LineCount, Vec<Diagnostic>) {
    let mut reader = Reader::new(source, Language::Python);
    let mut draft = ModelDraft::default();
    for block in blocks {
        let piece = reader.piece(&block.range);
        match &block.kind {
            BlockKind::FrontMatter => draft.titles.extend(front_matter(&mut reader, piece)),
            BlockKind::Heading(level) => heading(&mut reader, &mut draft, *level, piece),
            BlockKind::Table(rows) => table(&mut reader, &mut draft, piece, rows),
            BlockKind::Paragraph | BlockKind::Html => prose(&mut reader, &mut draft, piece),
            _ => {}
        }
    }
    let types: Vec<SourceText<'_>> = draft.rows.iter().map(|cells| cells[1]).collect();
    reader.language = page_language::of_model(source, &types);
    let model = model(&mut reader, draft);
    let (lines, diagnostics) = reader.finish();
    (model, lines, diagnostics)
}

/// `# Name`, `## Name`, `## Properties` or `## Enum: NameEnum`. A model that is itself named
/// `Properties` has that heading twice.
fn heading<'a>(
    reader: &mut Reader<'a>,
    draft: &mut ModelDraft<'a>,
    level: u8,
    piece: SourceText<'a>,
) {
    let line = piece.trim();
    let text = line.strip_prefix(if level == 1 { "#" } else { "##" });
    let text = text.map_or(line, SourceText::trim);
    reader.account(line.range());
    if level == 2 && text.text == PROPERTIES && !draft.titles.is_empty() {
        draft.properties = Some(text);
    } else if let Some(name) = enums::heading(level, text).filter(|_| draft.properties.is_some()) {
        draft.enums.push(enums::Enum::new(name));
    } else if level <= 2 && draft.properties.is_none() && is_identifier(text.text) {
        draft.titles.push(text);
    } else {
        let text = text.text.trim_start_matches('#').trim_start();
        let message = format!("the heading `{text}` is unknown");
        reader.report(Code::UnknownHeading, line.range(), message);
    }
}

fn table<'a>(
    reader: &mut Reader<'a>,
    draft: &mut ModelDraft<'a>,
    piece: SourceText<'a>,
    rows: &[Range<usize>],
) {
    if draft.properties.is_none() {
        return;
    }
    match (table::kind(reader, rows), draft.enums.last_mut()) {
        (Some(table::TableKind::Values), Some(last)) => {
            reader.account(piece.range());
            enums::table(reader, last, piece, rows);
        }
        (Some(table::TableKind::Fields), None) => {
            reader.account(piece.range());
            fields(reader, draft, piece, rows);
        }
        (None, _) => reader.account(piece.range()),
        // A table that is not allowed here is left unread.
        (Some(_), _) => {}
    }
}

fn fields<'a>(
    reader: &mut Reader<'a>,
    draft: &mut ModelDraft<'a>,
    piece: SourceText<'a>,
    rows: &[Range<usize>],
) {
    if let Some(first) = draft.table.clone() {
        let (here, message) = (piece.trim().range(), "the fields appear twice");
        reader.contradiction(Code::DuplicatePart, here, message, first, "first here");
        return;
    }
    draft.table = Some(piece.trim().range());
    let body = table::body::<4>(reader, rows);
    draft.rows = body.into_iter().flatten().collect();
}

/// `| **name** | **type** | description | notes |`.
fn field(
    reader: &mut Reader<'_>,
    cells: &[SourceText<'_>; 4],
    enums: &mut enums::Enums<'_>,
) -> Option<RawField> {
    let name = field_name(reader, cells[0]);
    let ty = line::type_of(reader, cells[1]);
    let (name, mut ty) = (name?, ty?);
    let values = enums.take(reader, cells[1], &mut ty);
    let notes = notes::read(reader, cells[3], &ty.value);
    Some(RawField {
        name,
        ty,
        required: notes.required,
        values: values.unwrap_or(notes.values),
        description: cells[2].plain().into_owned(),
    })
}

/// A name on the wire may have any characters (`$ref`, `v1-http`); one in snake case must be an
/// identifier.
fn field_name(reader: &mut Reader<'_>, cell: SourceText<'_>) -> Option<Spanned<String>> {
    let piece = cell.unstarred();
    let value = piece.plain();
    let is_wire_name = reader.language.has_wire_names()
        && value.contains(|c: char| c.is_ascii_alphanumeric())
        && !value.contains(|c: char| c.is_whitespace() || c.is_control());
    if !is_wire_name {
        return table::name(reader, cell);
    }
    Some(Spanned {
        value: value.into_owned(),
        range: piece.range(),
    })
}

fn prose<'a>(reader: &mut Reader<'a>, draft: &mut ModelDraft<'a>, piece: SourceText<'a>) {
    for line in piece.lines() {
        if let Some(version) = line::footer(line) {
            reader.account(line.range());
            draft.version = Some(Spanned {
                value: version.text.to_owned(),
                range: version.range(),
            });
        } else if line::is_kramdown(line) || line::anchor(line).is_some() {
            reader.account(line.range());
        }
    }
}

fn model(reader: &mut Reader<'_>, draft: ModelDraft<'_>) -> Option<RawModel> {
    let name = name(reader, &draft)?;
    if draft.table.is_none() {
        let message = format!("`{}` has no table of fields", name.text);
        reader.report(Code::MissingFields, name.range(), message);
    }
    let mut enums = enums::Enums::new(reader, draft.enums);
    let rows = draft.rows.iter();
    let fields: Vec<_> = rows
        .filter_map(|cells| field(reader, cells, &mut enums))
        .collect();
    enums.finish(reader);
    let mut seen = HashSet::with_capacity(fields.len());
    for field in &fields {
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
        language: reader.language,
        version: draft.version,
        fields,
    })
}

/// The model's name, compared with the titles and the file's name.
fn name<'a>(reader: &mut Reader<'_>, draft: &ModelDraft<'a>) -> Option<SourceText<'a>> {
    let Some(name) = draft.titles.first().copied() else {
        let message = "the page does not name its model";
        reader.report(Code::MissingPageName, 0..0, message);
        return None;
    };
    if !type_words::is_model_name(name.text) {
        let message = format!("`{}` is not a model name", name.text);
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
    Some(name)
}
