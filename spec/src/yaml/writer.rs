//! The letters of what we write as YAML: which text stands plain, in quotes or in a block.

use super::GENERATED_MARK;
use crate::{Scalar, Type};
use std::fmt::{self, Write as _};

/// YAML text that grows.
pub struct Writer {
    pub text: String,
}

impl Writer {
    pub fn with_mark(source: &str) -> Self {
        let text =
            format!("# {GENERATED_MARK} by 'cargo xtask regen' from {source}. Do not edit.\n");
        Self { text }
    }

    pub fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn formatted(&mut self, text: fmt::Arguments<'_>) {
        self.text.write_fmt(text).expect("a String takes all text");
    }

    pub fn entry(&mut self, indent: &str, key: &str, value: &str) {
        for part in [indent, key, ": ", value, "\n"] {
            self.text.push_str(part);
        }
    }

    pub fn flag(&mut self, indent: &str, key: &str, value: bool) {
        if value {
            self.entry(indent, key, "true");
        }
    }

    pub fn type_entry(&mut self, indent: &str, key: &str, ty: &Type) {
        for part in [indent, key, ": "] {
            self.text.push_str(part);
        }
        self.ty(ty);
        self.text.push('\n');
    }

    pub fn ty(&mut self, ty: &Type) {
        match ty {
            Type::Array(inner) => {
                self.text.push('[');
                self.ty(inner);
                self.text.push(']');
            }
            Type::Map(inner) => {
                self.text.push_str("{string: ");
                self.ty(inner);
                self.text.push('}');
            }
            other => self.flow_text(other.word().expect("every other type is one word")),
        }
    }

    pub fn optional_text(&mut self, indent: &str, key: &str, value: &str) {
        if !value.is_empty() {
            self.text_entry(indent, key, value);
        }
    }

    /// One line where it can be plain or quoted, a literal block where it has several lines.
    pub fn text_entry(&mut self, indent: &str, key: &str, value: &str) {
        for part in [indent, key, ": "] {
            self.text.push_str(part);
        }
        if fits_block(value) {
            self.text.push_str("|-\n");
            for line in value.split('\n') {
                if !line.is_empty() {
                    self.text.extend(std::iter::repeat_n(' ', indent.len() + 2));
                    self.text.push_str(line);
                }
                self.text.push('\n');
            }
            return;
        }
        if is_plain(value, false) {
            self.text.push_str(value);
        } else {
            self.quoted(value);
        }
        self.text.push('\n');
    }

    pub fn flow_text(&mut self, value: &str) {
        if is_plain(value, true) {
            self.text.push_str(value);
        } else {
            self.quoted(value);
        }
    }

    pub fn flow_list<'a, T: 'a>(
        &mut self,
        items: impl Iterator<Item = &'a T>,
        mut write: impl FnMut(&mut Self, &T),
    ) {
        for (index, item) in items.enumerate() {
            if index > 0 {
                self.text.push_str(", ");
            }
            write(self, item);
        }
    }

    pub fn values(&mut self, indent: &str, values: &[Scalar]) {
        if values.is_empty() {
            return;
        }
        self.raw(indent);
        self.raw("values: [");
        self.flow_list(values.iter(), Self::scalar);
        self.raw("]\n");
    }

    pub fn scalar(&mut self, scalar: &Scalar) {
        match scalar {
            Scalar::Boolean(value) => self.text.push_str(if *value { "true" } else { "false" }),
            Scalar::Integer(value) => self.text.push_str(&value.to_string()),
            // Debug keeps `.0`, so that a number stays a number.
            Scalar::Number(value) if value.is_finite() => self.formatted(format_args!("{value:?}")),
            Scalar::Number(value) => self.text.push_str(match value {
                value if value.is_nan() => ".nan",
                value if *value > 0.0 => ".inf",
                _ => "-.inf",
            }),
            Scalar::String(value) => self.flow_text(value),
            Scalar::List(items) => {
                self.text.push('[');
                self.flow_list(items.iter(), Self::scalar);
                self.text.push(']');
            }
        }
    }

    /// A double-quoted scalar, YAML 1.2 section 7.3.1.
    fn quoted(&mut self, value: &str) {
        self.text.push('"');
        for character in value.chars() {
            match character {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                '\n' => self.text.push_str("\\n"),
                '\t' => self.text.push_str("\\t"),
                '\r' => self.text.push_str("\\r"),
                printable if is_printable(printable) => self.text.push(printable),
                other if u32::from(other) <= 0xffff => {
                    self.formatted(format_args!("\\u{:04x}", u32::from(other)));
                }
                other => self.formatted(format_args!("\\U{:08x}", u32::from(other))),
            }
        }
        self.text.push('"');
    }
}

/// YAML 1.2 section 5.1, less the line separators that readers fold and the byte order mark.
fn is_printable(character: char) -> bool {
    matches!(character, ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
        && !matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// Several lines that a literal block gives back as they are: the first may not be indented or
/// empty (it sets the indentation), and the last may not be empty (`|-` strips it).
fn fits_block(value: &str) -> bool {
    value.contains('\n')
        && !value.starts_with([' ', '\n', '\t'])
        && !value.ends_with('\n')
        && value.split('\n').all(|line| {
            (line.is_empty() || !line.trim().is_empty())
                && line.chars().all(|c| is_printable(c) && c != '\u{85}')
        })
}

/// Whether YAML 1.1 and 1.2 both read the unquoted text as that text. Deliberately narrow: a
/// quote too many harms nobody.
fn is_plain(value: &str, in_flow: bool) -> bool {
    let Some(first) = value.chars().next() else {
        return false;
    };
    if !(first.is_ascii_alphabetic() || first == '/') || value.ends_with([' ', ':']) {
        return false;
    }
    // In a flow collection readers disagree about what a colon before punctuation is.
    let colon_is_within = |(at, _)| {
        let next = value[at + 1..].chars().next();
        next.is_some_and(|next| next.is_ascii_alphanumeric())
    };
    let flow_safe = !in_flow
        || (!value.contains([',', '[', ']', '{', '}'])
            && value.match_indices(':').all(colon_is_within));
    flow_safe
        && value.chars().all(|c| is_printable(c) && c != '\u{85}')
        && !value.contains(": ")
        && !value.contains(" #")
        && !is_reserved_word(value)
}

/// Words that YAML 1.1 or 1.2 reads as a boolean or null, in any case.
fn is_reserved_word(value: &str) -> bool {
    const WORDS: [&str; 10] = [
        "true", "false", "yes", "no", "on", "off", "null", "y", "n", "nan",
    ];
    value.len() <= 5 && WORDS.iter().any(|word| value.eq_ignore_ascii_case(word))
}
