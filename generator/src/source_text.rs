//! A part of a page with its position, and its text without escapes.
//!
//! The vendor's texts were not written as Markdown: its template HTML-escapes them (`&#39;`) into
//! Markdown, where `_` or `*` in them would be read as emphasis. So the content of a block is read
//! from the source, not from inline events, and [`plain`] removes the escapes.

use memchr::{memchr_iter, memchr2, memrchr_iter};
use std::borrow::Cow;
use std::ops::Range;

/// A part of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SourceText<'a> {
    pub(crate) text: &'a str,
    pub(crate) start: usize,
}

impl<'a> SourceText<'a> {
    pub(crate) fn new(text: &'a str, range: &Range<usize>) -> Self {
        Self {
            text: &text[range.clone()],
            start: range.start,
        }
    }

    pub(crate) fn range(self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }

    /// The piece for `text`, a slice of this piece.
    fn at(self, offset: usize, text: &'a str) -> Self {
        Self {
            text,
            start: self.start + offset,
        }
    }

    pub(crate) fn trim(self) -> Self {
        let text = self.text.trim_start();
        self.at(self.text.len() - text.len(), text.trim_end())
    }

    pub(crate) fn strip_prefix(self, prefix: &str) -> Option<Self> {
        let text = self.text.strip_prefix(prefix)?;
        Some(self.at(prefix.len(), text))
    }

    pub(crate) fn strip_suffix(self, suffix: &str) -> Option<Self> {
        let text = self.text.strip_suffix(suffix)?;
        Some(self.at(0, text))
    }

    /// The empty piece after this one.
    pub(crate) fn end(self) -> Self {
        self.split_at(self.text.len()).1
    }

    /// The text between a prefix and a suffix.
    pub(crate) fn within(self, prefix: &str, suffix: &str) -> Option<Self> {
        self.strip_prefix(prefix)?.strip_suffix(suffix)
    }

    pub(crate) fn split_at(self, middle: usize) -> (Self, Self) {
        let (left, right) = self.text.split_at(middle);
        (self.at(0, left), self.at(middle, right))
    }

    /// The parts before and after the first separator, which is ASCII.
    pub(crate) fn split_once(self, separator: &str) -> Option<(Self, Self)> {
        let first = *separator.as_bytes().first()?;
        let mut places = memchr_iter(first, self.text.as_bytes());
        let middle =
            places.find(|&at| self.text.as_bytes()[at..].starts_with(separator.as_bytes()))?;
        Some(self.around(middle, separator.len()))
    }

    /// The parts before and after the last separator, which is ASCII.
    pub(crate) fn rsplit_once(self, separator: &str) -> Option<(Self, Self)> {
        let first = *separator.as_bytes().first()?;
        let mut places = memrchr_iter(first, self.text.as_bytes());
        let middle =
            places.find(|&at| self.text.as_bytes()[at..].starts_with(separator.as_bytes()))?;
        Some(self.around(middle, separator.len()))
    }

    fn around(self, middle: usize, separator: usize) -> (Self, Self) {
        let after = middle + separator;
        let left = self.at(0, &self.text[..middle]);
        (left, self.at(after, &self.text[after..]))
    }

    /// Non-blank lines, trimmed.
    pub(crate) fn lines(self) -> impl Iterator<Item = Self> {
        self.split(b'\n')
            .map(Self::trim)
            .filter(|line| !line.text.is_empty())
    }

    /// The parts between separators, which are ASCII.
    pub(crate) fn split(self, separator: u8) -> impl Iterator<Item = Self> {
        let ends = memchr_iter(separator, self.text.as_bytes());
        let mut start = 0;
        ends.chain([self.text.len()]).map(move |end| {
            let piece = self.at(start, &self.text[start..end]);
            start = end + 1;
            piece
        })
    }

    /// The cells of a table row, trimmed. GFM drops cells beyond the header's count; here all are
    /// returned, so that the caller can report them.
    pub(crate) fn cells(self, cells: &mut Vec<Self>) {
        let row = self.trim();
        let row = row.strip_prefix("|").unwrap_or(row);
        let mut start = 0;
        let mut escaped = false;
        for (offset, byte) in row.text.bytes().enumerate() {
            match byte {
                b'\\' => escaped = !escaped,
                b'|' if !escaped => {
                    cells.push(row.at(start, &row.text[start..offset]).trim());
                    start = offset + 1;
                }
                _ => escaped = false,
            }
        }
        let last = row.at(start, &row.text[start..]).trim();
        if !last.text.is_empty() || !row.text.ends_with('|') {
            cells.push(last);
        }
    }

    /// Without the stars of `**strong**`.
    pub(crate) fn unstarred(self) -> Self {
        self.within("**", "**").unwrap_or(self)
    }

    /// Without HTML comments before and after it.
    pub(crate) fn uncommented(self) -> Self {
        let mut piece = self.trim();
        while let Some((_, rest)) = piece.strip_prefix("<!--").and_then(|p| p.split_once("-->")) {
            piece = rest.trim();
        }
        while let Some((rest, _)) = piece
            .strip_suffix("-->")
            .and_then(|p| p.rsplit_once("<!--"))
        {
            piece = rest.trim();
        }
        piece
    }

    /// The label and the target of `[label](target)`.
    pub(crate) fn link(self) -> Option<(Self, Self)> {
        let (label, target) = self.within("[", ")")?.rsplit_once("](")?;
        Some((label, target))
    }

    /// The text without Markdown's and HTML's escapes.
    pub(crate) fn plain(self) -> Cow<'a, str> {
        plain(self.text)
    }
}

/// Text without Markdown's backslash escapes and HTML's character references.
///
/// The vendor's template escapes only what HTML requires; any other reference was written by an
/// author and is kept. A backslash before a reference (`\&quot;`) means that the quote was escaped
/// twice.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    let find_escape = |text: &str| memchr2(b'&', b'\\', text.as_bytes());
    let Some(first) = find_escape(text) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut next = Some(first);
    while let Some(at) = next {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let escape = rest.strip_prefix('\\');
        if let Some((character, length)) = reference(escape.unwrap_or(rest)) {
            out.push(character);
            rest = &rest[length + usize::from(escape.is_some())..];
        } else if let Some(after) = escape
            && let Some(character) = after.chars().next().filter(char::is_ascii_punctuation)
        {
            out.push(character);
            rest = &after[character.len_utf8()..];
        } else {
            out.push_str(&rest[..1]);
            rest = &rest[1..];
        }
        next = find_escape(rest);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The character of the reference at the start of `text`, and the reference's length.
fn reference(text: &str) -> Option<(char, usize)> {
    let body = text.strip_prefix('&')?;
    let end = body.bytes().take(10).position(|byte| byte == b';')?;
    let name = &body[..end];
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|&c| c != '\0')?
        }
    };
    Some((character, end + 2))
}

/// Whether every language accepts the name as an identifier.
pub(crate) fn is_identifier(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.bytes().any(|byte| byte != b'_')
}

#[cfg(test)]
mod tests {
    use super::{is_identifier, plain};

    #[test]
    fn escapes_and_references_are_what_they_stand_for() {
        for (text, meant) in [
            ("plain", "plain"),
            ("&amp;&lt;&gt;&quot;", "&<>\""),
            ("it&apos;s", "it's"),
            ("a&nbsp;b", "a\u{a0}b"),
            ("&#65;&#x42;&#X43;", "ABC"),
            ("a\\_b \\* \\&amp;", "a_b * &"),
            // None of these is a reference, and a letter cannot be escaped.
            (
                "& &; &amp &unknown; &#0; &#xD800; &#xyz; \\a \\",
                "& &; &amp &unknown; &#0; &#xD800; &#xyz; \\a \\",
            ),
            ("&#0000000065;", "&#0000000065;"),
            ("\\é&lt;é", "\\é<é"),
        ] {
            assert_eq!(plain(text), meant, "{text}");
        }
    }

    #[test]
    fn identifiers_hold_a_letter_or_digit() {
        for (name, is_one) in [
            ("a", true),
            ("_1", true),
            ("aB_2", true),
            ("", false),
            ("_", false),
            ("1a", false),
            ("a-b", false),
            ("é", false),
        ] {
            assert_eq!(is_identifier(name), is_one, "{name}");
        }
    }
}
