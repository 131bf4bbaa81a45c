//! Writes YAML; decides whether a text is plain, quoted or a block.

use crate::fact::{Fact, FactValue};
use crate::{Scalar, Type};
use std::fmt::{self, Write as _};

/// Marks a generated file, in its first line.
pub const GENERATED_MARK: &str = "@generated";

/// A YAML text being written.
pub struct Writer {
    pub text: String,
}

impl Writer {
    pub fn with_mark(source: &str) -> Self {
        let text =
            format!("# {GENERATED_MARK} by 'cargo xtask regen' from {source}. Do not edit.\n");
        Self { text }
    }

    fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn formatted(&mut self, text: fmt::Arguments<'_>) {
        self.text
            .write_fmt(text)
            .expect("writing to a String cannot fail");
    }

    /// Writes facts, one per line. The first line is indented by `first`, which may be `- `.
    pub fn facts(&mut self, first: &str, facts: &[Fact<'_>]) {
        let rest = " ".repeat(first.len());
        let mut indent = first;
        for Fact { key, value } in facts {
            if !value.is_absent() {
                self.fact(indent, key, value);
                indent = &rest;
            }
        }
    }

    fn fact(&mut self, indent: &str, key: &str, value: &FactValue<'_>) {
        match value {
            FactValue::Text(text) | FactValue::Prose(text) => self.text_entry(indent, key, text),
            FactValue::OptionalText(text) => self.text_entry(indent, key, text.unwrap_or_default()),
            FactValue::Things(things) | FactValue::OptionalThings(things) if !things.is_empty() => {
                for part in [indent, key, ":\n"] {
                    self.text.push_str(part);
                }
                // Items of a list are indented like its key; outermost items are at the margin.
                let first = format!("{}- ", " ".repeat(indent.len()));
                for facts in things {
                    self.facts(&first, facts);
                }
            }
            FactValue::Block(facts) => {
                for part in [indent, key, ":\n"] {
                    self.text.push_str(part);
                }
                let deeper = " ".repeat(indent.len() + 2);
                self.facts(&deeper, facts.as_deref().unwrap_or_default());
            }
            FactValue::Number(_)
            | FactValue::Word(_)
            | FactValue::Flag(_)
            | FactValue::Type(_)
            | FactValue::Scalar(_)
            | FactValue::Scalars(_)
            | FactValue::Texts(_)
            | FactValue::AllTexts(_)
            | FactValue::Inline(_)
            | FactValue::Things(_)
            | FactValue::OptionalThings(_) => {
                for part in [indent, key, ": "] {
                    self.text.push_str(part);
                }
                self.inline(value);
                self.text.push('\n');
            }
        }
    }

    /// Writes a value on the line of its key.
    fn inline(&mut self, value: &FactValue<'_>) {
        match value {
            FactValue::Number(number) => self.formatted(format_args!("{number}")),
            FactValue::Text(text) | FactValue::Prose(text) => self.flow_text(text),
            FactValue::OptionalText(text) => self.flow_text(text.unwrap_or_default()),
            FactValue::Word(word) => self.raw(word),
            FactValue::Flag(flag) => self.formatted(format_args!("{flag}")),
            FactValue::Type(ty) => self.ty(ty),
            FactValue::Scalar(scalar) => scalar.iter().for_each(|scalar| self.scalar(scalar)),
            FactValue::Scalars(scalars) => self.flow_list(scalars, Self::scalar),
            FactValue::Texts(texts) | FactValue::AllTexts(texts) => {
                self.flow_list(texts, |out, text| out.flow_text(text));
            }
            FactValue::Inline(facts) | FactValue::Block(facts) => {
                self.flow_map(facts.as_deref().unwrap_or_default());
            }
            FactValue::Things(things) | FactValue::OptionalThings(things) => {
                self.flow_list(things, |out, facts| out.flow_map(facts));
            }
        }
    }

    fn flow_map(&mut self, facts: &[Fact<'_>]) {
        let mut separator = "{ ";
        for Fact { key, value } in facts {
            if !value.is_absent() {
                self.raw(separator);
                self.raw(key);
                self.raw(": ");
                self.inline(value);
                separator = ", ";
            }
        }
        self.raw(if separator == "{ " { "{}" } else { " }" });
    }

    fn ty(&mut self, ty: &Type) {
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
            Type::String
            | Type::Integer
            | Type::Number
            | Type::Boolean
            | Type::Date
            | Type::DateTime
            | Type::Object
            | Type::Void
            | Type::Model(_) => {
                self.flow_text(ty.word().expect("every other type is one word"));
            }
        }
    }

    /// One line, plain or quoted; a literal block if the text has several lines.
    fn text_entry(&mut self, indent: &str, key: &str, value: &str) {
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

    fn flow_text(&mut self, value: &str) {
        if is_plain(value, true) {
            self.text.push_str(value);
        } else {
            self.quoted(value);
        }
    }

    fn flow_list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.text.push('[');
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.text.push_str(", ");
            }
            write(self, item);
        }
        self.text.push(']');
    }

    fn scalar(&mut self, scalar: &Scalar) {
        match scalar {
            Scalar::Boolean(value) => self.text.push_str(if *value { "true" } else { "false" }),
            Scalar::Integer(value) => self.text.push_str(&value.to_string()),
            // Debug keeps `.0`, so that a number stays a number.
            Scalar::Number(value) if value.is_finite() => self.formatted(format_args!("{value:?}")),
            Scalar::Number(value) => self.text.push_str(match value {
                value if value.is_nan() => ".nan",
                value if value.is_sign_positive() => ".inf",
                _negative => "-.inf",
            }),
            Scalar::String(value) => self.flow_text(value),
            Scalar::List(items) => self.flow_list(items, Self::scalar),
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
                // All of them have four digits at most.
                other => self.formatted(format_args!("\\u{:04x}", u32::from(other))),
            }
        }
        self.text.push('"');
    }
}

/// Printable by YAML 1.2 section 5.1, except the byte order mark and line separators that readers
/// fold.
fn is_printable(character: char) -> bool {
    matches!(character, ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
        && !matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// Whether a literal block preserves the lines: the first may not be indented or empty (it sets the
/// indentation), and the last may not be empty (`|-` strips it).
fn fits_block(value: &str) -> bool {
    value.contains('\n')
        && !value.starts_with([' ', '\n', '\t'])
        && !value.ends_with('\n')
        && value.split('\n').all(|line| {
            (line.is_empty() || !line.trim().is_empty())
                && line.chars().all(|c| is_printable(c) && c != '\u{85}')
        })
}

/// Whether YAML 1.1 and 1.2 both read the unquoted text as that text. Deliberately narrow: an
/// unneeded quote is harmless.
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
            // Readers take a dash before the end of a collection for the start of an entry.
            && !value.contains(" -")
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
