//! Shows diagnostics: for people with annotate-snippets, for programs as one JSON object per line.
//!
//! The renderer gets only the line of the finding, because it would scan the whole page for each finding.
//! A long line is cut to a window around the finding, and its place is given beside it: rows of the docs'
//! tables are long, and a minified page is one line.

use crate::folder::Texts;
use annotate_snippets::{
    AnnotationKind, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str,
};
use api_diff::escape;
use generator::diagnostic::{Diagnostic, Severity, Span};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

/// A line with more bytes is cut to the [`WINDOW`].
const LONG_LINE: usize = 2000;

/// Bytes of a long line that are shown before and after the start of a finding.
const WINDOW: Range<usize> = 60..120;

/// A place that people can jump to; lines and columns count from 1, columns count characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LinePlace {
    /// Relative to the spec folder.
    pub file: String,
    /// Of the first byte.
    pub line: usize,
    /// Of the first byte.
    pub column: usize,
}

/// Shows findings: knows the texts they are about, and where their lines begin.
pub struct Reporter<'a> {
    texts: Texts<'a>,
    renderer: Renderer,
    /// By file, for those that a finding names.
    line_starts: BTreeMap<&'a str, Vec<usize>>,
}

impl<'a> Reporter<'a> {
    /// For these findings and no others.
    pub fn new(texts: Texts<'a>, diagnostics: &'a [Diagnostic], renderer: Renderer) -> Self {
        let mut line_starts = BTreeMap::new();
        for diagnostic in diagnostics {
            for span in std::iter::once(&diagnostic.span).chain(related(diagnostic)) {
                line_starts
                    .entry(span.file.as_str())
                    .or_insert_with(|| starts_of_lines(texts.get(&span.file).unwrap_or_default()));
            }
        }
        Self {
            texts,
            renderer,
            line_starts,
        }
    }

    /// One finding for people, with its line and what to do about it.
    pub fn text(&self, diagnostic: &Diagnostic) -> String {
        let level = match diagnostic.code.severity() {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let title = level
            .primary_title(&diagnostic.message)
            .id(diagnostic.code.name());
        let mut groups = vec![self.with_place(Group::with_title(title), &diagnostic.span)];
        for (span, message) in &diagnostic.related {
            // A secondary title may hold colours, so what the page says is made harmless here.
            let title = Level::NOTE.secondary_title(normalize_untrusted_str(message));
            groups.push(self.with_place(Group::with_title(title), span));
        }
        let help = normalize_untrusted_str(diagnostic.code.help());
        groups.push(Group::with_title(Level::HELP.secondary_title(help)));
        self.renderer.render(&groups)
    }

    fn with_place<'s>(&'s self, group: Group<'s>, span: &'s Span) -> Group<'s> {
        let file = escape::value(&span.file);
        let Some(text) = self.texts.get(&span.file) else {
            return group.element(Origin::path(file));
        };
        let place = self.place(span);
        let window = Window::new(text, &span.range);
        let snippet = Snippet::source(window.text)
            .line_start(place.line)
            .fold(false)
            .annotation(AnnotationKind::Primary.span(window.marked));
        if window.is_cut {
            let origin = Origin::path(file);
            let origin = origin.line(place.line).char_column(place.column);
            return group.element(origin).element(snippet);
        }
        group.element(snippet.path(file))
    }

    /// Where a span begins.
    pub fn place(&self, span: &Span) -> LinePlace {
        let text = self.texts.get(&span.file).unwrap_or_default();
        let start = floor(text, span.range.start);
        let starts = self
            .line_starts
            .get(span.file.as_str())
            .map_or(&[0][..], Vec::as_slice);
        let line = starts.partition_point(|line_start| *line_start <= start);
        LinePlace {
            file: span.file.clone(),
            line,
            column: text[starts[line - 1]..start].chars().count() + 1,
        }
    }

    /// A finding as one line of JSON; `status` is `new` or `known`, where that is known.
    pub fn json(&self, diagnostic: &Diagnostic, status: Option<&'static str>) -> String {
        #[derive(Serialize)]
        struct Related<'a> {
            #[serde(flatten)]
            place: LinePlace,
            message: &'a str,
        }
        #[derive(Serialize)]
        struct SourceLine<'a> {
            #[serde(skip_serializing_if = "Option::is_none")]
            status: Option<&'static str>,
            severity: &'static str,
            code: &'static str,
            #[serde(flatten)]
            place: LinePlace,
            message: &'a str,
            help: &'a str,
            related: Vec<Related<'a>>,
        }
        let related = diagnostic.related.iter().map(|(span, message)| Related {
            place: self.place(span),
            message,
        });
        let line = SourceLine {
            status,
            severity: severity_name(diagnostic.code.severity()),
            code: diagnostic.code.name(),
            place: self.place(&diagnostic.span),
            message: &diagnostic.message,
            help: diagnostic.code.help(),
            related: related.collect(),
        };
        serde_json::to_string(&line).expect("strings and numbers are always JSON")
    }

    /// A finding as a workflow command of GitHub Actions; `dir` is the spec folder.
    pub fn annotation(&self, diagnostic: &Diagnostic, dir: &Path) -> String {
        let level = match diagnostic.code.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let place = self.place(&diagnostic.span);
        let file = crate::workspace::shown(&dir.join(&place.file));
        format!(
            "::{level} file={},line={},col={},title={}::{}",
            escaped_property(&file),
            place.line,
            place.column,
            escaped_property(diagnostic.code.name()),
            escaped_message(&format!(
                "{}\n{}",
                diagnostic.message,
                diagnostic.code.help()
            ))
        )
    }
}

/// A finding of another revision as one line of JSON: it has no line in this one.
pub fn gone_as_json(diagnostic: &Diagnostic) -> String {
    #[derive(Serialize)]
    struct Gone<'a> {
        status: &'static str,
        severity: &'static str,
        code: &'static str,
        file: &'a str,
        message: &'a str,
    }
    let gone = Gone {
        status: "gone",
        severity: severity_name(diagnostic.code.severity()),
        code: diagnostic.code.name(),
        file: &diagnostic.span.file,
        message: &diagnostic.message,
    };
    serde_json::to_string(&gone).expect("strings are always JSON")
}

/// The escapes of a workflow command's message (GitHub's `toolkit`, `command.ts`).
pub fn escaped_message(text: &str) -> String {
    let text = escape::controls(text);
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The escapes of a workflow command's property.
fn escaped_property(text: &str) -> String {
    escaped_message(text)
        .replace(':', "%3A")
        .replace(',', "%2C")
}

fn related(diagnostic: &Diagnostic) -> impl Iterator<Item = &Span> {
    diagnostic.related.iter().map(|(span, _)| span)
}

fn starts_of_lines(text: &str) -> Vec<usize> {
    let after_newlines = text.match_indices('\n').map(|(offset, _)| offset + 1);
    std::iter::once(0).chain(after_newlines).collect()
}

/// The severity's word.
pub fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// The line that a span begins on; a piece of it, where the line is too long for the renderer's own
/// shortening to be quick.
struct Window<'a> {
    text: Cow<'a, str>,
    marked: Range<usize>,
    is_cut: bool,
}

impl<'a> Window<'a> {
    fn new(text: &'a str, range: &Range<usize>) -> Self {
        let start = floor(text, range.start);
        let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = text[start..]
            .find('\n')
            .map_or(text.len(), |length| start + length);
        let is_cut = line_end - line_start > LONG_LINE;
        let (from, to) = if is_cut {
            (
                floor(text, line_start.max(start.saturating_sub(WINDOW.start))),
                floor(text, line_end.min(start.saturating_add(WINDOW.end))),
            )
        } else {
            (line_start, line_end)
        };
        let end = floor(text, range.end).clamp(start, to);
        let shown = text[from..to].trim_end_matches('\r');
        let head = if from > line_start { "…" } else { "" };
        let shift = |offset: usize| (head.len() + offset - from).min(head.len() + shown.len());
        Self {
            marked: shift(start)..shift(end),
            text: match (from > line_start, to < line_end) {
                (false, false) => Cow::Borrowed(shown),
                (_, cut_tail) => format!("{head}{shown}{}", if cut_tail { "…" } else { "" }).into(),
            },
            is_cut,
        }
    }
}

/// The last character boundary at or before the offset.
fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
