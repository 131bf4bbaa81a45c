//! A path with variables in braces. Pure.

use crate::source_text::{SourceText, is_identifier};

/// The names in a path template, in order; `None` if it is not a path template.
pub(super) fn placeholders(path: SourceText<'_>) -> Option<Vec<SourceText<'_>>> {
    let mut names = Vec::new();
    for segment in path.strip_prefix("/")?.split(b'/') {
        let mut rest = segment;
        while let Some((literal, after)) = rest.split_once("{") {
            let (name, tail) = after.split_once("}")?;
            if !literal.text.bytes().all(is_path_byte) || !is_identifier(name.text) {
                return None;
            }
            names.push(name);
            rest = tail;
        }
        if !rest.text.bytes().all(is_path_byte) {
            return None;
        }
    }
    Some(names)
}

/// Bytes allowed in a path without escaping (RFC 3986 `pchar`, except `%`).
fn is_path_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&byte)
}
