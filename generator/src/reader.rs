//! The state that every reader of a page needs: the text, the diagnostics, and which lines are
//! accounted for.
//!
//! A reader accounts for what it recognised, by range; any other non-blank line becomes a
//! diagnostic.

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::Language;
use crate::source::{LineCount, SourceFile};
use crate::source_text::SourceText;
use memchr::memchr_iter;
use std::ops::Range;

/// The state of reading one page.
pub(crate) struct Reader<'a> {
    pub(crate) source: &'a SourceFile,
    /// The language that the page's type words are from.
    pub(crate) language: Language,
    accounted: Vec<Range<usize>>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(source: &'a SourceFile, language: Language) -> Self {
        Self {
            source,
            language,
            accounted: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    pub(crate) fn piece(&self, range: &Range<usize>) -> SourceText<'a> {
        SourceText::new(&self.source.text, range)
    }

    /// Marks lines as part of a construct.
    pub(crate) fn account(&mut self, range: Range<usize>) {
        self.accounted.push(range);
    }

    pub(crate) fn report(&mut self, code: Code, range: Range<usize>, message: impl Into<String>) {
        self.push(code, range, message.into(), Vec::new());
    }

    /// Reports a contradiction between two places.
    pub(crate) fn contradiction(
        &mut self,
        code: Code,
        range: Range<usize>,
        message: impl Into<String>,
        other: Range<usize>,
        label: impl Into<String>,
    ) {
        let related = vec![(self.span(other), label.into())];
        self.push(code, range, message.into(), related);
    }

    fn push(
        &mut self,
        code: Code,
        range: Range<usize>,
        message: String,
        related: Vec<(Span, String)>,
    ) {
        let span = self.span(range);
        self.diagnostics.push(Diagnostic {
            code,
            message,
            span,
            related,
        });
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span {
            file: self.source.path.clone(),
            range,
        }
    }

    /// Ends the reading: one diagnostic per run of lines that no construct accounts for.
    pub(crate) fn finish(mut self) -> (LineCount, Vec<Diagnostic>) {
        let mut accounted = std::mem::take(&mut self.accounted);
        accounted.sort_unstable_by_key(|range| range.start);
        let mut spans = accounted.into_iter().peekable();
        let mut covered = 0;
        let mut count = LineCount::default();
        let mut unread: Option<(Range<usize>, usize)> = None;
        let text = self.source.text.as_str();
        let mut start = 0;
        let newlines = memchr_iter(b'\n', text.as_bytes());
        for end in newlines.chain([text.len()]) {
            while let Some(span) = spans.next_if(|span| span.start < end) {
                covered = covered.max(span.end);
            }
            let line = &text[start..end];
            if line.trim_start().is_empty() {
                // Blank lines need no construct.
            } else if covered > start {
                count.total += 1;
                count.accounted += 1;
                self.report_unread(unread.take());
            } else {
                count.total += 1;
                let line = self.piece(&(start..end)).trim().range();
                let (range, lines) = unread.get_or_insert_with(|| (line.clone(), 0));
                range.end = line.end;
                *lines += 1;
            }
            start = end + 1;
        }
        self.report_unread(unread);
        (count, self.diagnostics)
    }

    fn report_unread(&mut self, unread: Option<(Range<usize>, usize)>) {
        match unread {
            None => {}
            Some((range, 1)) => self.report(Code::UnreadLine, range, "this line was not read"),
            Some((range, lines)) => {
                self.report(
                    Code::UnreadLine,
                    range,
                    format!("these {lines} lines were not read"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_if_a_construct_covers_a_part_of_it() {
        let source = SourceFile {
            path: "docs/A.md".to_owned(),
            text: "one\ntwo\n\nthree\nfour".to_owned(),
        };
        for (accounted, count, unread) in [
            (&[][..], 0, &["one\ntwo\n\nthree\nfour"][..]),
            (&[(0, 20)], 4, &[]),
            (&[(1, 2)], 1, &["two\n\nthree\nfour"]),
            (&[(4, 7)], 1, &["one", "three\nfour"]),
            // It begins at the end of the line before.
            (&[(3, 7)], 1, &["one", "three\nfour"]),
            (&[(9, 14), (0, 3)], 2, &["two", "four"]),
            (&[(0, 14), (4, 7)], 3, &["four"]),
        ] {
            let mut reader = Reader::new(&source, Language::Java);
            for &(start, end) in accounted {
                reader.account(start..end);
            }
            let (lines, found) = reader.finish();
            assert_eq!((lines.total, lines.accounted), (4, count), "{accounted:?}");
            let texts = found
                .iter()
                .map(|found| &source.text[found.span.range.clone()]);
            assert_eq!(texts.collect::<Vec<_>>(), unread, "{accounted:?}");
        }
    }
}
