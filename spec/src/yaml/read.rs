//! Values from a YAML tree: serde's side of reading. A fault is located at the node that has it.
//!
//! Stricter than serde in one point: a key without a value is an error, never `None`, because what
//! an empty key means is unclear.

use super::document::{Content, Document, Node};
use super::error::YamlError;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer as _, MapAccess,
    SeqAccess, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use std::cell::Cell;
use std::fmt::{self, Display};
use std::ops::Range;

/// The value of a whole document; `None` if the text has only comments.
pub(super) fn value<T: DeserializeOwned>(document: &Document<'_>) -> Result<Option<T>, YamlError> {
    let Some(node) = document.root() else {
        return Ok(None);
    };
    // Aliases of aliases are small to write and huge to read.
    let left = Cell::new(document.len().saturating_mul(100));
    let reader = NodeReader { node, left: &left };
    let value = T::deserialize(reader).map_err(|fault| fault.at(0..0))?;
    Ok(Some(value))
}

/// What a plain scalar is, by YAML 1.2's core schema. Numbers with leading zeros are text, because
/// YAML readers disagree about them.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Plain {
    Null,
    Boolean(bool),
    Integer(i64),
    Unsigned(u64),
    Float(f64),
    Text,
}

impl Plain {
    fn of(text: &str) -> Self {
        match text {
            "" | "~" | "null" | "Null" | "NULL" => return Self::Null,
            "true" | "True" | "TRUE" => return Self::Boolean(true),
            "false" | "False" | "FALSE" => return Self::Boolean(false),
            ".nan" | ".NaN" | ".NAN" => return Self::Float(f64::NAN),
            _ => {}
        }
        let (is_negative, digits) = match text.as_bytes()[0] {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            b'0'..=b'9' | b'.' => (false, text),
            _ => return Self::Text,
        };
        if matches!(digits, ".inf" | ".Inf" | ".INF") {
            let infinite = f64::INFINITY;
            return Self::Float(if is_negative { -infinite } else { infinite });
        }
        for (prefix, radix) in [("0x", 16), ("0o", 8)] {
            if let Some(digits) = digits.strip_prefix(prefix) {
                let is_number = digits.chars().all(|digit| digit.is_digit(radix));
                return match u64::from_str_radix(digits, radix) {
                    Ok(number) if is_number && !is_negative => Self::unsigned(number),
                    Ok(_) | Err(_) => Self::Text,
                };
            }
        }
        let has_leading_zero =
            digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit();
        // What Rust's parser takes besides numbers begins with a letter (`inf`) or a second sign.
        let begins_number = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
        if !begins_number || has_leading_zero {
            return Self::Text;
        }
        if let Ok(number) = text.parse() {
            return Self::Integer(number);
        }
        match (digits.parse(), text.parse()) {
            (Ok(number), _) if !is_negative => Self::Unsigned(number),
            (_, Ok(number)) => Self::Float(number),
            (_, Err(_)) => Self::Text,
        }
    }

    fn unsigned(number: u64) -> Self {
        i64::try_from(number).map_or(Self::Unsigned(number), Self::Integer)
    }

    fn shown(self, text: &str) -> Unexpected<'_> {
        match self {
            Self::Null => Unexpected::Other("nothing"),
            Self::Boolean(value) => Unexpected::Bool(value),
            Self::Integer(value) => Unexpected::Signed(value),
            Self::Unsigned(value) => Unexpected::Unsigned(value),
            Self::Float(value) => Unexpected::Float(value),
            Self::Text => Unexpected::Str(text),
        }
    }
}

/// A fault whose position may be set later.
#[derive(Debug)]
pub(super) struct ReadFault {
    message: String,
    range: Option<Range<usize>>,
}

impl ReadFault {
    /// As an error; `range` is used if the fault has no position yet.
    fn at(self, range: Range<usize>) -> YamlError {
        YamlError {
            range: self.range.unwrap_or(range),
            message: self.message,
        }
    }

    fn within(self, range: impl FnOnce() -> Range<usize>) -> Self {
        Self {
            range: Some(self.range.unwrap_or_else(range)),
            ..self
        }
    }
}

impl Display for ReadFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ReadFault {}

impl de::Error for ReadFault {
    fn custom<T: Display>(message: T) -> Self {
        Self {
            message: message.to_string(),
            range: None,
        }
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::custom(format_args!("this must be {expected}, not {unexpected}"))
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::custom(format_args!("this must be {expected}, not {unexpected}"))
    }

    fn unknown_variant(word: &str, expected: &'static [&'static str]) -> Self {
        Self::custom(unknown("word", word, expected))
    }

    fn unknown_field(key: &str, expected: &'static [&'static str]) -> Self {
        Self::custom(unknown("key", key, expected))
    }

    fn missing_field(key: &'static str) -> Self {
        Self::custom(format_args!("the key `{key}` is missing"))
    }
}

/// `unknown key `x`, did you mean `y`?`, or the list of known words.
fn unknown(what: &str, word: &str, known: &[&str]) -> String {
    if let Some(meant) = crate::text::nearest(word, known.iter().copied()) {
        return format!("unknown {what} `{word}`; did you mean `{meant}`?");
    }
    let known: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
    format!(
        "unknown {what} `{word}`; expected one of {}",
        known.join(", ")
    )
}

#[derive(Clone, Copy)]
struct NodeReader<'d> {
    node: Node<'d>,
    /// How many more nodes may be read.
    left: &'d Cell<usize>,
}

impl<'d> NodeReader<'d> {
    fn with(self, node: Node<'d>) -> Self {
        Self { node, ..self }
    }

    fn count(self) -> Result<(), ReadFault> {
        let left = self.left.get().checked_sub(1);
        self.left
            .set(left.ok_or_else(|| de::Error::custom("too large with its aliases expanded"))?);
        Ok(())
    }

    /// Reads a value. A fault without a position gets that of the value or, if the value has
    /// several lines or none, that of its key.
    fn nested<T: DeserializeSeed<'d>>(
        self,
        seed: T,
        name: impl FnOnce() -> Range<usize>,
    ) -> Result<T::Value, ReadFault> {
        seed.deserialize(self).map_err(|fault| {
            fault.within(|| match self.node.content() {
                Content::Scalar { text, .. } if !text.is_empty() => self.node.range(),
                Content::Scalar { .. } | Content::List | Content::Map => name(),
            })
        })
    }

    fn unexpected(self) -> Unexpected<'d> {
        match self.node.content() {
            Content::Scalar { text, plain: true } => Plain::of(text).shown(text),
            Content::Scalar { text, plain: false } => Unexpected::Str(text),
            Content::List => Unexpected::Seq,
            Content::Map => Unexpected::Map,
        }
    }

    fn word(self) -> Option<&'d str> {
        match self.node.content() {
            Content::Scalar { text, plain } => {
                (!plain || Plain::of(text) == Plain::Text).then_some(text)
            }
            Content::List | Content::Map => None,
        }
    }
}

impl<'de> Deserializer<'de> for NodeReader<'de> {
    type Error = ReadFault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadFault> {
        self.count()?;
        match self.node.content() {
            Content::Scalar { text, plain: false } => visitor.visit_borrowed_str(text),
            Content::Scalar { text, plain: true } => match Plain::of(text) {
                Plain::Null => visitor.visit_unit(),
                Plain::Boolean(value) => visitor.visit_bool(value),
                Plain::Integer(value) => visitor.visit_i64(value),
                Plain::Unsigned(value) => visitor.visit_u64(value),
                Plain::Float(value) => visitor.visit_f64(value),
                Plain::Text => visitor.visit_borrowed_str(text),
            },
            Content::List => visitor.visit_seq(ListItems {
                reader: self,
                items: self.node.items(),
            }),
            Content::Map => visitor.visit_map(MapEntries {
                reader: self,
                pairs: self.node.entries(),
                entry: None,
            }),
        }
    }

    /// A key that is present must have a value.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadFault> {
        match self.unexpected() {
            Unexpected::Other(_) => Err(de::Error::custom(
                "the key has no value; write one, or remove the key",
            )),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadFault> {
        self.count()?;
        match (self.word(), self.unexpected()) {
            (Some(word), _) => visitor.visit_borrowed_str(word),
            (None, unexpected @ (Unexpected::Seq | Unexpected::Map | Unexpected::Other(_))) => {
                Err(de::Error::invalid_type(unexpected, &"a text"))
            }
            (None, unexpected) => Err(de::Error::invalid_type(
                unexpected,
                &"a text (in quotes, if it is meant as one)",
            )),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadFault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadFault> {
        visitor.visit_borrowed_str(self.node.text().unwrap_or_default())
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadFault> {
        let Some(word) = self.node.text().filter(|word| !word.is_empty()) else {
            let words: Vec<String> = variants.iter().map(|word| format!("`{word}`")).collect();
            let expected = format!("one of {}", words.join(", "));
            return Err(de::Error::invalid_type(
                self.unexpected(),
                &expected.as_str(),
            ));
        };
        visitor.visit_enum(word.into_deserializer())
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadFault> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct
        seq tuple tuple_struct map struct ignored_any
    }
}

struct ListItems<'de, I> {
    reader: NodeReader<'de>,
    items: I,
}

impl<'de, I: Iterator<Item = Node<'de>>> SeqAccess<'de> for ListItems<'de, I> {
    type Error = ReadFault;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ReadFault> {
        let Some(item) = self.items.next() else {
            return Ok(None);
        };
        let name = || first_key(item).unwrap_or_else(|| item.range());
        self.reader.with(item).nested(seed, name).map(Some)
    }
}

struct MapEntries<'de, I> {
    reader: NodeReader<'de>,
    pairs: I,
    entry: Option<(Node<'de>, Node<'de>)>,
}

impl<'de, I: Iterator<Item = (Node<'de>, Node<'de>)>> MapAccess<'de> for MapEntries<'de, I> {
    type Error = ReadFault;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, ReadFault> {
        self.entry = self.pairs.next();
        let Some((key, _)) = self.entry else {
            return Ok(None);
        };
        let key = self.reader.with(key);
        key.nested(seed, || key.node.range()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, ReadFault> {
        let (key, value) = self.entry.expect("serde reads the key first");
        self.reader.with(value).nested(seed, || key.range())
    }
}

/// The key that identifies a map in a list.
fn first_key(item: Node<'_>) -> Option<Range<usize>> {
    item.entries().next().map(|(key, _)| key.range())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_are_what_yaml_takes_them_for() {
        for (text, plain) in [
            ("", Plain::Null),
            ("~", Plain::Null),
            ("True", Plain::Boolean(true)),
            ("yes", Plain::Text),
            ("0", Plain::Integer(0)),
            ("+1", Plain::Integer(1)),
            ("-12", Plain::Integer(-12)),
            ("007", Plain::Text),
            ("0x1F", Plain::Integer(31)),
            ("0o17", Plain::Integer(15)),
            ("0x", Plain::Text),
            ("0x+1", Plain::Text),
            (
                "9223372036854775808",
                Plain::Unsigned(9_223_372_036_854_775_808),
            ),
            ("-9223372036854775808", Plain::Integer(i64::MIN)),
            ("1.", Plain::Float(1.0)),
            (".5", Plain::Float(0.5)),
            ("-0.25e2", Plain::Float(-25.0)),
            ("1e3", Plain::Float(1000.0)),
            (".", Plain::Text),
            ("-", Plain::Text),
            ("e3", Plain::Text),
            ("1e", Plain::Text),
            ("1.2.3", Plain::Text),
            ("2013-10-20", Plain::Text),
            ("-.inf", Plain::Float(f64::NEG_INFINITY)),
            ("infinity", Plain::Text),
            ("-infinity", Plain::Text),
            ("+nan", Plain::Text),
            ("--1", Plain::Text),
            ("-1e-3", Plain::Float(-0.001)),
            ("1e+", Plain::Text),
            (
                "-9223372036854775809",
                Plain::Float(-9_223_372_036_854_775_809.0),
            ),
            ("1_000", Plain::Text),
        ] {
            assert_eq!(Plain::of(text), plain, "{text}");
        }
    }

    #[test]
    fn a_fault_shows_its_message() {
        let fault = <ReadFault as de::Error>::custom("a message");
        assert_eq!(fault.to_string(), "a message");
    }
}
