//! Turns blocks into a draft: assigns each block to a part of a section.
//!
//! The version of the docs does not matter: each construct is accepted in any of its forms,
//! wherever it is allowed. A block where it is not allowed is left unread.

use super::draft::{Draft, Parameters, Section, Signature};
use super::{example, line, table};
use crate::blocks::{Block, BlockKind};
use crate::diagnostic::Code;
use crate::page_language::fence_word;
use crate::reader::Reader;
use crate::source_text::{SourceText, is_identifier};
use std::ops::Range;

/// The part of a section that is being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SectionPart {
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

/// The state of reading the blocks of a page.
pub(super) struct Outline<'a, 'r> {
    pub(super) reader: &'r mut Reader<'a>,
    pub(super) draft: Draft<'a>,
    pub(super) part: SectionPart,
    /// The open `:::{…}` block.
    pub(super) alert: Option<SourceText<'a>>,
}

/// Sorts a page's blocks into its parts.
pub(super) fn read<'a>(reader: &mut Reader<'a>, blocks: &[Block]) -> Draft<'a> {
    let mut outline = Outline {
        reader,
        draft: Draft::default(),
        part: SectionPart::Description,
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
            BlockKind::FrontMatter => {
                let title = line::front_matter(self.reader, piece);
                self.draft.titles.extend(title);
            }
            BlockKind::Heading(level) => self.heading(*level, piece),
            BlockKind::Quote => self.quote(piece),
            BlockKind::Table(rows) => self.table(piece, rows),
            BlockKind::List(items) => self.list(piece, items),
            BlockKind::Fence => self.fence(piece),
            BlockKind::Indented if self.is_describing() => self.text(piece.trim()),
            BlockKind::Html if self.part == SectionPart::BodySchema => self.account(piece),
            BlockKind::Paragraph | BlockKind::Html => self.prose(piece),
            BlockKind::Indented | BlockKind::Other => {}
        }
    }

    pub(super) fn account(&mut self, piece: SourceText<'a>) {
        self.reader.account(piece.range());
    }

    /// The section that is being read.
    pub(super) fn section(&mut self) -> Option<&mut Section<'a>> {
        self.draft.sections.last_mut()
    }

    pub(super) fn has_section(&self) -> bool {
        !self.draft.sections.is_empty()
    }

    fn has_example(&self) -> bool {
        let section = self.draft.sections.last();
        section.is_some_and(|section| section.example.is_some())
    }

    /// Whether free prose is allowed here.
    fn is_describing(&self) -> bool {
        self.part == SectionPart::Description && self.has_section()
    }

    pub(super) fn open(&mut self, start: usize) -> &mut Section<'a> {
        self.close_alert();
        self.part = SectionPart::Description;
        self.draft.sections.push(Section::new(start));
        self.draft.sections.last_mut().expect("one was just pushed")
    }

    fn heading(&mut self, level: u8, piece: SourceText<'a>) {
        let line = piece.trim();
        let hashes = &"######"[..usize::from(level)];
        // The docs have no underlined headings.
        let Some(text) = line.strip_prefix(hashes).map(SourceText::trim) else {
            self.unknown_heading(line, line.text);
            return;
        };
        let known = match level {
            1 => self.title(text),
            2 if self.names_page(text) => true,
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

    fn unknown_heading(&mut self, line: SourceText<'a>, text: &str) {
        self.account(line);
        let message = format!("the heading `{text}` is unknown");
        self.reader
            .report(Code::UnknownHeading, line.range(), message);
    }

    /// `# platformClient.X`, `# X`, `# Type id(args)` or `# **id**`.
    fn title(&mut self, text: SourceText<'a>) -> bool {
        if let Some(signature) = line::signature(self.reader, text) {
            self.signature(signature);
            return true;
        }
        match text.within("**", "**").filter(|id| is_identifier(id.text)) {
            Some(id) => self.named(id),
            None => return self.names_page(text),
        }
        true
    }

    /// `platformClient.X`, `PureCloudPlatformClientV2.X` or `X` above everything else.
    fn names_page(&mut self, text: SourceText<'a>) -> bool {
        if self.has_section() || self.draft.base_url.is_some() || self.draft.api.is_some() {
            return false;
        }
        if let Some((package, api)) = text.split_once(".")
            && is_identifier(package.text)
        {
            self.draft.api = Some(api);
            return true;
        }
        if is_identifier(text.text) {
            self.draft.heading.get_or_insert(text);
            self.draft.titles.push(text);
            return true;
        }
        false
    }

    /// `# **id**`, with an anchor before it in older docs.
    fn named(&mut self, id: SourceText<'a>) {
        let is_anchored = self.section().is_some_and(|section| {
            let is_empty = section.signature.is_none() && section.request.is_none();
            is_empty && section.anchor.is_some_and(|anchor| anchor.text == id.text)
        });
        if !is_anchored {
            self.open(id.start).anchor = Some(id);
        }
    }

    fn part_heading(&mut self, text: SourceText<'a>) -> bool {
        self.close_alert();
        self.part = match text.text {
            "Example" | "Example Usage" => SectionPart::Example,
            "Request Body Schema" => SectionPart::BodySchema,
            "Parameters" => SectionPart::Parameters,
            "Return type" => SectionPart::Returns,
            _ => return false,
        };
        true
    }

    fn signature(&mut self, signature: Signature<'a>) {
        let start = signature.range.start;
        let is_new = match self.section() {
            None => true,
            Some(section) => section.signature.is_some() || self.part != SectionPart::Description,
        };
        let section = if is_new {
            self.open(start)
        } else {
            self.section()
                .expect("the section without a signature exists")
        };
        section.signature = Some(signature);
    }

    /// `> Type id(args, opts)`, or a quotation in a description.
    fn quote(&mut self, piece: SourceText<'a>) {
        let line = piece.trim();
        let inner = line.strip_prefix(">").map_or(line, SourceText::trim);
        let wanted = self.part != SectionPart::Description
            || self
                .section()
                .is_none_or(|section| section.signature.is_none());
        if wanted
            && !inner.text.contains('\n')
            && let Some(signature) =
                line::signature(self.reader, inner).or_else(|| line::untyped_signature(inner))
        {
            self.account(line);
            self.signature(signature);
        } else if self.is_describing() {
            self.text(line);
        }
    }

    fn table(&mut self, piece: SourceText<'a>, rows: &[Range<usize>]) {
        let kind = table::kind(self.reader, rows);
        match (kind, self.part) {
            (Some(table::TableKind::Operations), _) if self.draft.sections.is_empty() => {
                let rows = table::operations(self.reader, rows);
                self.draft.rows.extend(rows);
            }
            (Some(table::TableKind::Fields), SectionPart::Parameters) => {
                let parameters = table::parameters(self.reader, piece.trim().range(), rows);
                self.parameters(parameters);
            }
            (None, _) => {}
            (Some(_), _) => return,
        }
        self.account(piece);
    }

    pub(super) fn parameters(&mut self, parameters: Parameters) {
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
                    "the parameters appear twice",
                    first,
                    "first here",
                );
            }
        }
    }

    fn list(&mut self, piece: SourceText<'a>, items: &[Range<usize>]) {
        match self.part {
            SectionPart::Permissions => {
                for item in items {
                    let item = self.reader.piece(item);
                    self.permission(item);
                }
            }
            SectionPart::Description if self.is_describing() => {
                let stray = piece.lines().all(|line| {
                    let item = line.text.trim_start_matches(['*', '-', '+', ' ']);
                    item.contains(':') && !item.contains(char::is_whitespace)
                });
                if stray {
                    let message =
                        "this looks like a list of permissions, but has no line `Requires …`";
                    self.reader
                        .report(Code::StrayPermissions, piece.trim().range(), message);
                }
                self.text(piece.trim());
            }
            _ => {}
        }
    }

    fn fence(&mut self, piece: SourceText<'a>) {
        let fence = piece.trim();
        let (info, rest) = fence
            .split_once("\n")
            .unwrap_or(fence.split_at(fence.text.len()));
        let marks = if info.text.starts_with('~') {
            "~~~"
        } else {
            "```"
        };
        let language = fence_word(fence);
        let expected = match self.part {
            // A second one is left unread.
            SectionPart::Example if self.has_example() => return,
            SectionPart::Example => self.reader.language.word(),
            SectionPart::BodySchema => "json",
            // Code in a description; but not an example whose heading is missing.
            SectionPart::Description
                if self.is_describing() && language.text != self.reader.language.word() =>
            {
                self.text(fence);
                return;
            }
            _ => return,
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
        if self.part == SectionPart::Example
            && let example = example::read(body, fence.range(), self.reader.language)
            && let Some(section) = self.section()
        {
            section.example = Some(example);
        }
    }

    /// A block of a description, unchanged.
    fn text(&mut self, piece: SourceText<'a>) {
        self.account(piece);
        let text = piece.plain().into_owned();
        if let Some(section) = self.section() {
            section.paragraphs.push(text);
        }
    }
}
