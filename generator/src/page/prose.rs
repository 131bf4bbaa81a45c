//! Lines of prose, many of which state a fact. What a line means depends on its part of the
//! section.
//!
//! Paragraphs are read line by line, because versions of the docs differ in blank lines.

use super::draft::{Parameters, RequestLine, Requires};
use super::line;
use super::outline::{Outline, SectionPart};
use crate::diagnostic::Code;
use crate::source_text::SourceText;
use spec::Require;

const NO_PARAMETERS: [&str; 3] = [
    "This endpoint does not need any parameter.",
    "This endpoint does not need any parameters.",
    "This endpoint does not require any parameters.",
];
const DEPRECATED: &str = "Deprecated";
/// The standard text of a deprecation, which adds nothing.
const DEPRECATED_TEXT: &str = "This resource has been deprecated";

impl<'a> Outline<'a, '_> {
    /// A paragraph, or a block of HTML.
    pub(super) fn prose(&mut self, piece: SourceText<'a>) {
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
            } else if self.has_section() {
                self.line(line, &mut paragraph);
            } else {
                self.preamble(line);
            }
        }
        if !paragraph.is_empty()
            && let Some(section) = self.section()
        {
            section.paragraphs.push(paragraph);
        }
    }

    /// `All URIs are relative to *https://…*`.
    fn preamble(&mut self, line: SourceText<'a>) {
        if let Some(url) = line.strip_prefix("All URIs are relative to ")
            && self.draft.base_url.is_none()
        {
            self.account(line);
            self.draft.base_url = Some(url.within("*", "*").unwrap_or(url));
        }
    }

    fn line(&mut self, line: SourceText<'a>, paragraph: &mut String) {
        match self.part {
            SectionPart::Description => self.description(line, paragraph),
            // Only a list may follow the first, only a fence the second.
            SectionPart::Permissions | SectionPart::Example => {}
            SectionPart::BodySchema => self.body_type(line),
            SectionPart::Parameters => self.no_parameters(line),
            SectionPart::Returns => self.return_type(line),
        }
    }

    fn description(&mut self, line: SourceText<'a>, paragraph: &mut String) {
        self.account(line);
        if let Some(title) = self.alert {
            self.alert_line(title, line, paragraph);
        } else if let Some(title) = line::alert(line) {
            self.open_alert(title, line);
        } else if line::is_deprecated_label(line) {
            self.deprecated();
        } else if let Some(request) = line::request(self.reader, line) {
            self.request(request, paragraph);
        } else if let Some(id) = line::preview(line) {
            self.preview(id);
        } else if let Some(requires) = line::requires(line) {
            self.requires(line, requires);
        } else {
            say(paragraph, line);
        }
    }

    fn deprecated(&mut self) {
        if let Some(section) = self.section() {
            section.deprecated = true;
        }
    }

    fn open_alert(&mut self, title: SourceText<'a>, line: SourceText<'a>) {
        self.alert = Some(title);
        if title.text.eq_ignore_ascii_case(DEPRECATED) {
            self.deprecated();
        } else {
            let message = format!("the alert `{}` is unknown", title.text);
            self.reader
                .report(Code::UnknownAlert, line.range(), message);
        }
    }

    fn alert_line(&mut self, title: SourceText<'a>, line: SourceText<'a>, paragraph: &mut String) {
        if line.text == ":::" {
            self.alert = None;
        } else if !title.text.eq_ignore_ascii_case(DEPRECATED) || line.text != DEPRECATED_TEXT {
            say(paragraph, line);
        }
    }

    pub(super) fn close_alert(&mut self) {
        if let Some(title) = self.alert.take() {
            let message = "this `:::` block is not closed";
            self.reader
                .report(Code::UnclosedAlert, title.range(), message);
        }
    }

    /// The first is the operation's; a second one may be prose about an operation to use instead.
    fn request(&mut self, request: RequestLine<'a>, paragraph: &mut String) {
        let Some(section) = self.draft.sections.last_mut() else {
            return;
        };
        let Some(first) = section.request else {
            section.request = Some(request);
            return;
        };
        say(paragraph, request.line);
        let (here, there) = (request.line.range(), first.line.range());
        let (code, message) = (Code::SecondRequest, "a second request line");
        self.reader
            .contradiction(code, here, message, there, "the first");
    }

    fn preview(&mut self, id: SourceText<'a>) {
        let Some(section) = self.draft.sections.last_mut() else {
            return;
        };
        section.preview = true;
        if let Some(signature) = &section.signature
            && signature.id.text != id.text
        {
            let message = format!("the preview note is about `{}`", id.text);
            let (here, there) = (id.range(), signature.id.range());
            let code = Code::PreviewMismatch;
            self.reader
                .contradiction(code, here, message, there, "the operation");
        }
    }

    fn requires(&mut self, line: SourceText<'a>, requires: Result<Require, SourceText<'a>>) {
        self.part = SectionPart::Permissions;
        match (requires, self.draft.sections.last_mut()) {
            (Ok(require), Some(section)) => section.requires = Some(Requires::new(require, line)),
            (Err(word), _) => {
                let message = format!("`{}` is not ANY, ALL or NO", word.text);
                self.reader
                    .report(Code::UnknownRequire, word.range(), message);
            }
            (Ok(_), None) => {}
        }
    }

    /// `* domain:entity:action`; the rest of an item's lines is left unread.
    pub(super) fn permission(&mut self, item: SourceText<'a>) {
        let Some(line) = item.lines().next() else {
            return;
        };
        let Some(name) = line.strip_prefix("*").or_else(|| line.strip_prefix("-")) else {
            return;
        };
        self.account(line);
        let name = name.trim();
        let section = self.draft.sections.last_mut();
        let Some(requires) = section.and_then(|section| section.requires.as_mut()) else {
            return;
        };
        let text = name.plain().into_owned();
        if text.is_empty() || text.contains(char::is_whitespace) {
            let message = format!("`{text}` is not a permission");
            requires.prose.push(text);
            self.reader
                .report(Code::PermissionForm, name.range(), message);
        } else if requires.seen.insert(name.text) {
            requires.of.push(text);
        } else {
            let message = format!("the permission `{text}` is listed twice");
            self.reader
                .report(Code::DuplicatePermission, name.range(), message);
        }
    }

    /// `TypeName <a …>Copy</a>`, above the schema of a body.
    fn body_type(&mut self, line: SourceText<'a>) {
        if let Some((word, link)) = line.split_once(" <a ")
            && link.text.ends_with(">Copy</a>")
        {
            self.account(line);
            let body_type = line::type_of(self.reader, word);
            if let Some(section) = self.section() {
                section.body_type = body_type;
            }
        }
    }

    fn no_parameters(&mut self, line: SourceText<'a>) {
        if NO_PARAMETERS.contains(&line.text) {
            self.account(line);
            self.parameters(Parameters {
                range: line.range(),
                rows: Vec::new(),
                is_partial: false,
                has_custom_headers: false,
            });
        }
    }

    /// `**Type**` or `void (no response body)`; a second one is left unread.
    fn return_type(&mut self, line: SourceText<'a>) {
        let word = line
            .strip_suffix("(no response body)")
            .or_else(|| line.strip_suffix("(empty response body)"))
            .unwrap_or(line);
        let is_first = self.section().is_some_and(|section| !section.has_return);
        if is_first {
            self.account(line);
            let returns = line::type_of(self.reader, word);
            if let Some(section) = self.section() {
                section.has_return = true;
                section.returns = returns;
            }
        }
    }
}

/// One more line of a paragraph.
fn say(paragraph: &mut String, line: SourceText<'_>) {
    if !paragraph.is_empty() {
        paragraph.push('\n');
    }
    paragraph.push_str(&line.plain());
}
