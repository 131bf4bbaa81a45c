//! Escapes texts from outside (answers, arguments) before they are shown, so that they cannot move a
//! cursor, begin a line or change the direction of writing. Pure.

use std::fmt::{self, Write};

/// Writes a text with its deceptive characters escaped as in Rust (`\\u{1b}`).
pub(crate) struct Escaped<'f, W>(pub &'f mut W);

impl<W: Write> Write for Escaped<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some(at) = rest.find(is_deceptive) {
            let (before, from) = rest.split_at(at);
            self.0.write_str(before)?;
            let mut from = from.chars();
            if let Some(character) = from.next() {
                write!(self.0, "{}", character.escape_default())?;
            }
            rest = from.as_str();
        }
        self.0.write_str(rest)
    }
}

/// A text, escaped.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::new();
    Escaped(&mut out)
        .write_str(text)
        .expect("a text takes everything");
    out
}

/// Control characters (line breaks and what begins an escape sequence among them), separators of lines
/// and paragraphs, and characters that are not seen: marks of direction (Unicode standard annex 9),
/// of width zero, tags.
fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}
