//! Blocks to a draft: which part of which section each block belongs to.
//!
//! An era of the docs is not a switch: each construct is taken in any of its forms, wherever it
//! may stand. A block that may not stand where it stands is left unread.

use super::draft::{Draft, Requires, Section, Signature};
use super::{example, line, table};
use crate::blocks::{Block, Kind};
use crate::diagnostic::Code;
use crate::piece::{Piece, is_identifier};
use crate::reader::Reader;
use crate::type_words::Docs;
use std::ops::Range;

const NO_PARAMETERS: &str = "This endpoint does not need any parameter.";
/// What a deprecation says when it says nothing else.
const DEPRECATED_TEXT: &str = "This resource has been deprecated";

/// The part of a section that is being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// From the anchor to the description.
    Description,
    /// After `Requires …`.
    Permissions,
    /// After `### Request Body Schema`.
    BodySchema,
    /// After `### Example Usage`.
    Example,
    /// After `### Parameters`.
    Parameters,
    /// After `### Return type`.
    Returns,
}

/// What a reader of blocks knows so far.
pub(super) struct Outline<'a, 'r> {
    reader: &'r mut Reader<'a>,
    draft: Draft<'a>,
    part: Part,
    /// The open `:::{…}` block.
    alert: Option<Piece<'a>>,
}

/// Sorts a page's blocks into its parts.
pub(super) fn read<'a>(reader: &mut Reader<'a>, blocks: &[Block]) -> Draft<'a> {
    let mut outline = Outline {
        reader,
        draft: Draft::default(),
        part: Part::Description,
        alert: None,
    };
    for block in blocks {
        outline.block(block);
        if let Some(section) = outline.draft.sections.last_mut() {
            section.range.end = block.range.end;
        }
    }
    outline.close_alert();
    outline.draft
}

impl<'a> Outline<'a, '_> {
    fn block(&mut self, block: &Block) {
        let piece = self.reader.piece(&block.range);
        match &block.kind {
            Kind::FrontMatter => {
                let title = super::front_matter(self.reader, piece);
                self.draft.titles.extend(title);
            }
            Kind::Heading(level) => self.heading(*level, piece),
            Kind::Quote => self.quote(piece),
            Kind::Table(rows) => self.table(piece, rows),
            Kind::List(items) => self.list(piece, items),
            Kind::Fence => self.fence(piece),
            Kind::Html if self.part == Part::BodySchema => self.account(piece),
            Kind::Paragraph | Kind::Html => self.prose(piece),
            Kind::Other => {}
        }
    }

    fn account(&mut self, piece: Piece<'a>) {
        self.reader.account(piece.range());
    }

    /// The section that is being read.
    fn section(&mut self) -> Option<&mut Section<'a>> {
        self.draft.sections.last_mut()
    }

    fn has_section(&self) -> bool {
        !self.draft.sections.is_empty()
    }

    fn open(&mut self, start: usize) -> &mut Section<'a> {
        self.close_alert();
        self.part = Part::Description;
        self.draft.sections.push(Section::new(start));
        self.draft.sections.last_mut().expect("one was just pushed")
    }

    fn heading(&mut self, level: u8, piece: Piece<'a>) {
        let line = piece.trim();
        let hashes = &"######"[..usize::from(level)];
        // A heading that is underlined is none of ours.
        let Some(text) = line.strip_prefix(hashes).map(Piece::trim) else {
            self.unknown_heading(line, line.text);
            return;
        };
        let known = match level {
            1 => self.title(text),
            2 if is_identifier(text.text) => {
                self.open(piece.start).anchor = Some(text);
                true
            }
            3 if self.has_section() => self.part_heading(text),
            _ => false,
        };
        if known {
            self.account(line);
        } else {
            self.unknown_heading(line, text.text);
        }
    }

    fn unknown_heading(&mut self, line: Piece<'a>, text: &str) {
        self.account(line);
        let message = format!("the heading `{text}` is unknown");
        self.reader
            .report(Code::UnknownHeading, line.range(), message);
    }

    /// `# platformClient.X`, `# X` or `# Type id(args)`.
    fn title(&mut self, text: Piece<'a>) -> bool {
        if let Some(signature) = line::signature(self.reader, text) {
            self.signature(signature);
        } else if let Some(api) = text.strip_prefix("platformClient.") {
            if self.draft.api.is_some() || self.has_section() {
                return false;
            }
            self.draft.api = Some(api);
        } else if is_identifier(text.text) && self.draft.api.is_none() {
            self.draft.titles.push(text);
        } else {
            return false;
        }
        true
    }

    fn part_heading(&mut self, text: Piece<'a>) -> bool {
        self.close_alert();
        self.part = match text.text {
            "Example" | "Example Usage" => Part::Example,
            "Request Body Schema" => Part::BodySchema,
            "Parameters" => Part::Parameters,
            "Return type" => Part::Returns,
            _ => return false,
        };
        true
    }

    fn signature(&mut self, signature: Signature<'a>) {
        let start = signature.range.start;
        let is_new = match self.section() {
            None => true,
            Some(section) => section.signature.is_some() || self.part != Part::Description,
        };
        let section = if is_new {
            self.open(start)
        } else {
            self.section().expect("there is one that has no signature")
        };
        section.signature = Some(signature);
    }

    /// `> Type id(args, opts)`, or a quotation in a description.
    fn quote(&mut self, piece: Piece<'a>) {
        let line = piece.trim();
        let inner = line.strip_prefix(">").map_or(line, Piece::trim);
        let wanted = self.part != Part::Description
            || self
                .section()
                .is_none_or(|section| section.signature.is_none());
        if wanted
            && !inner.text.contains('\n')
            && let Some(signature) = line::signature(self.reader, inner)
        {
            self.account(line);
            self.signature(signature);
        } else if self.part == Part::Description && self.has_section() {
            self.text(line);
        }
    }

    fn table(&mut self, piece: Piece<'a>, rows: &[Range<usize>]) {
        let kind = table::kind(self.reader, rows);
        match (kind, self.part) {
            (Some(table::TableKind::Operations), _) if self.draft.sections.is_empty() => {
                let rows = table::operations(self.reader, rows);
                self.draft.rows.extend(rows);
            }
            (Some(table::TableKind::Fields), Part::Parameters) => {
                let parameters = table::parameters(self.reader, piece.trim().range(), rows);
                self.parameters(parameters);
            }
            (None, _) => {}
            (Some(_), _) => return,
        }
        self.account(piece);
    }

    fn parameters(&mut self, parameters: super::draft::Parameters) {
        let range = parameters.range.clone();
        let Some(section) = self.draft.sections.last_mut() else {
            return;
        };
        match &mut section.parameters {
            slot @ None => *slot = Some(parameters),
            Some(first) => {
                let first = first.range.clone();
                self.reader.contradiction(
                    Code::DuplicatePart,
                    range,
                    "the parameters are told twice",
                    first,
                    "first here",
                );
            }
        }
    }

    fn list(&mut self, piece: Piece<'a>, items: &[Range<usize>]) {
        match self.part {
            Part::Permissions => {
                for item in items {
                    let item = self.reader.piece(item);
                    self.permission(item);
                }
            }
            Part::Description if self.has_section() => {
                let stray = piece.lines().all(|line| {
                    let item = line.text.trim_start_matches(['*', '-', '+', ' ']);
                    item.contains(':') && !item.contains(char::is_whitespace)
                });
                if stray {
                    let message = "this list looks like permissions, but nothing says so";
                    self.reader
                        .report(Code::StrayPermissions, piece.trim().range(), message);
                }
                self.text(piece.trim());
            }
            _ => {}
        }
    }

    /// `* domain:entity:action`; the rest of an item's lines is left unread.
    fn permission(&mut self, item: Piece<'a>) {
        let Some(line) = item.lines().next() else {
            return;
        };
        let Some(name) = line.strip_prefix("*").or_else(|| line.strip_prefix("-")) else {
            return;
        };
        self.account(line);
        let name = name.trim();
        let text = name.plain().into_owned();
        let Some(requires) = self
            .draft
            .sections
            .last_mut()
            .and_then(|section| section.requires.as_mut())
        else {
            return;
        };
        if text.is_empty() || text.contains(char::is_whitespace) {
            let message = format!("`{text}` is no permission");
            requires.prose.push(text);
            self.reader
                .report(Code::PermissionForm, name.range(), message);
        } else if requires.of.contains(&text) {
            let message = format!("the permission `{text}` is listed twice");
            self.reader
                .report(Code::DuplicatePermission, name.range(), message);
        } else {
            requires.of.push(text);
        }
    }

    fn fence(&mut self, piece: Piece<'a>) {
        if !matches!(self.part, Part::Example | Part::BodySchema) {
            return;
        }
        let fence = piece.trim();
        let (info, rest) = fence
            .split_once("\n")
            .unwrap_or(fence.split_at(fence.text.len()));
        let marks = if info.text.starts_with('~') {
            "~~~"
        } else {
            "```"
        };
        let language = language(info.strip_prefix(marks).unwrap_or(info).trim());
        let expected = if self.part == Part::Example {
            "javascript"
        } else {
            "json"
        };
        self.account(piece);
        if language.text != expected {
            let message = format!("the language `{}` is not `{expected}`", language.text);
            self.reader
                .report(Code::UnknownLanguage, info.range(), message);
        }
        let Some(body) = rest.strip_suffix(marks) else {
            let message = "this fence is not closed";
            self.reader
                .report(Code::UnclosedFence, info.range(), message);
            return;
        };
        if self.part == Part::Example
            && let Some(section) = self.section()
            && section.example.is_none()
        {
            section.example = Some(example::read(body, fence.range()));
        }
    }

    fn prose(&mut self, piece: Piece<'a>) {
        let mut paragraph = String::new();
        for line in piece.lines() {
            if let Some(version) = line::footer(line) {
                self.account(line);
                self.draft.version = Some(version);
            } else if let Some(id) = line::anchor(line) {
                self.account(line);
                self.open(line.start).anchor = Some(id);
            } else if line::is_kramdown(line) {
                self.account(line);
            } else if !self.has_section() {
                self.preamble(line);
            } else {
                self.line(line, &mut paragraph);
            }
        }
        if !paragraph.is_empty()
            && let Some(section) = self.section()
        {
            section.paragraphs.push(paragraph);
        }
    }

    /// `All URIs are relative to *https://…*`.
    fn preamble(&mut self, line: Piece<'a>) {
        if let Some(url) = line.strip_prefix("All URIs are relative to ")
            && self.draft.base_url.is_none()
        {
            self.account(line);
            self.draft.base_url = Some(url.within("*", "*").unwrap_or(url));
        }
    }

    fn line(&mut self, line: Piece<'a>, paragraph: &mut String) {
        match self.part {
            Part::Description => self.description_line(line, paragraph),
            Part::BodySchema => {
                if let Some((word, _)) = line.split_once(" <a ")
                    && line.text.ends_with(">Copy</a>")
                {
                    self.account(line);
                    self.section()
                        .expect("a part stands in a section")
                        .body_type = Some(word);
                }
            }
            // Nothing but a list follows the one, nothing but a fence the other.
            Part::Permissions | Part::Example => {}
            Part::Parameters => {
                if line.text == NO_PARAMETERS {
                    self.account(line);
                    self.parameters(super::draft::Parameters {
                        range: line.range(),
                        rows: Vec::new(),
                        has_custom_headers: false,
                    });
                }
            }
            Part::Returns => self.return_type(line),
        }
    }

    fn description_line(&mut self, line: Piece<'a>, paragraph: &mut String) {
        self.account(line);
        if let Some(alert) = self.alert {
            self.alert_line(alert, line, paragraph);
        } else if let Some(title) = line::alert(line) {
            self.alert = Some(title);
            if title.text == "Deprecated" {
                self.section()
                    .expect("a part stands in a section")
                    .deprecated = true;
            } else {
                let message = format!("the alert `{}` is unknown", title.text);
                self.reader
                    .report(Code::UnknownAlert, line.range(), message);
            }
        } else if line::is_deprecated_label(line) {
            self.section()
                .expect("a part stands in a section")
                .deprecated = true;
        } else if let Some(request) = line::request(self.reader, line) {
            self.request(request);
        } else if let Some(id) = line::preview(line) {
            self.preview(id);
        } else if let Some(requires) = line::requires(line) {
            self.requires(line, requires);
        } else {
            if !paragraph.is_empty() {
                paragraph.push('\n');
            }
            paragraph.push_str(&line.plain());
        }
    }

    fn alert_line(&mut self, title: Piece<'a>, line: Piece<'a>, paragraph: &mut String) {
        if line.text == ":::" {
            self.alert = None;
        } else if title.text != "Deprecated" || line.text != DEPRECATED_TEXT {
            if !paragraph.is_empty() {
                paragraph.push('\n');
            }
            paragraph.push_str(&line.plain());
        }
    }

    fn close_alert(&mut self) {
        if let Some(title) = self.alert.take() {
            let message = "this `:::` block is not closed";
            self.reader
                .report(Code::UnclosedAlert, title.range(), message);
        }
    }

    fn request(&mut self, request: super::draft::Request<'a>) {
        let Some(section) = self.draft.sections.last_mut() else {
            return;
        };
        match section.request {
            None => section.request = Some(request),
            Some(first) => self.reader.contradiction(
                Code::DuplicatePart,
                request.line.range(),
                "a second request line",
                first.line.range(),
                "the first",
            ),
        }
    }

    fn preview(&mut self, id: Piece<'a>) {
        let Some(section) = self.draft.sections.last_mut() else {
            return;
        };
        section.preview = true;
        if let Some(signature) = &section.signature
            && signature.id.text != id.text
        {
            let message = format!("the preview note is about `{}`", id.text);
            let other = signature.id.range();
            self.reader.contradiction(
                Code::PreviewMismatch,
                id.range(),
                message,
                other,
                "the operation",
            );
        }
    }

    fn requires(&mut self, line: Piece<'a>, requires: Result<spec::Require, Piece<'a>>) {
        self.part = Part::Permissions;
        match requires {
            Ok(require) => {
                let section = self.section().expect("a part stands in a section");
                section.requires = Some(Requires {
                    require,
                    range: line.range(),
                    of: Vec::new(),
                    prose: Vec::new(),
                });
            }
            Err(word) => {
                let message = format!("`{}` is none of ANY, ALL, NO", word.text);
                self.reader
                    .report(Code::UnknownRequire, word.range(), message);
            }
        }
    }

    fn return_type(&mut self, line: Piece<'a>) {
        let word = line
            .strip_suffix("(no response body)")
            .or_else(|| line.strip_suffix("(empty response body)"))
            .unwrap_or(line)
            .trim();
        let Some(section) = self.draft.sections.last() else {
            return;
        };
        if section.returns.is_some() {
            return;
        }
        self.account(line);
        let returns = line::type_of(self.reader, word, Docs::Operations);
        self.section().expect("there is one").returns = returns;
    }

    /// A block of a description, as it stands.
    fn text(&mut self, piece: Piece<'a>) {
        self.account(piece);
        let text = piece.plain().into_owned();
        if let Some(section) = self.section() {
            section.paragraphs.push(text);
        }
    }
}

/// `javascript` or `{"language":"javascript", …}`.
fn language(info: Piece<'_>) -> Piece<'_> {
    let quoted = || {
        let (_, rest) = info.split_once("\"language\":\"")?;
        Some(rest.split_once("\"")?.0)
    };
    quoted().unwrap_or(info)
}
