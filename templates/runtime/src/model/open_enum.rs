//! Documented values: [`Open`], an enum of them that also keeps a value that the docs do not list.
//!
//! What is rendered for a set of values is a plain enum and one table. All else is generic: with
//! `Unknown(String)` in each enum and its traits written out, the 3,352 enums of the vendor's models
//! took a third of the time in which the whole client is checked.

use super::{Parse, Place, Value, View};
use std::convert::Infallible;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::mem::discriminant;
use std::str::FromStr;

/// The documented values, each with its text on the wire.
pub trait Documented: Copy + 'static {
    /// In documented order.
    const VALUES: &'static [(&'static str, Self)];
}

/// A documented value, or any other text: servers send values that are newer than the docs.
///
/// The enum of a field has no text of its own: `Open::from(known).as_str()`, and `Open::from("text").known()`.
///
/// Two are equal if their texts are equal. So a value that an older release of this crate read as
/// `Unknown` equals the variant that a newer release has for it.
#[derive(Clone)]
pub enum Open<K> {
    /// One of the documented values.
    Known(K),
    /// Another text.
    Unknown(String),
}

impl<K: Documented> Open<K> {
    /// Its text on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(known) => text(known),
            Self::Unknown(text) => text,
        }
    }

    /// The documented value; `None` for another text.
    pub fn known(&self) -> Option<K> {
        match self {
            Self::Known(known) => Some(*known),
            Self::Unknown(text) => find(text),
        }
    }
}

/// Its text on the wire.
pub fn text<K: Documented>(known: &K) -> &'static str {
    let mut values = K::VALUES.iter();
    let found = values.find(|(_, value)| discriminant(value) == discriminant(known));
    found.map_or("", |(text, _)| text)
}

/// The documented value of that text.
pub fn parse<K: Documented>(text: &str) -> Result<K, UnknownValue> {
    find(text).ok_or(UnknownValue)
}

/// A text that is none of the documented values; [`Open`] takes any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UnknownValue;

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the text is none of the documented values")
    }
}

impl std::error::Error for UnknownValue {}

fn find<K: Documented>(text: &str) -> Option<K> {
    let mut values = K::VALUES.iter();
    values
        .find(|(known, _)| *known == text)
        .map(|(_, value)| *value)
}

/// Shows a documented value by its text.
pub fn debug<K: Documented>(known: &K, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    fmt::Debug::fmt(text(known), f)
}

impl<K: Documented> From<K> for Open<K> {
    fn from(known: K) -> Self {
        Self::Known(known)
    }
}

impl<K: Documented> From<&str> for Open<K> {
    fn from(text: &str) -> Self {
        find(text).map_or_else(|| Self::Unknown(text.to_owned()), Self::Known)
    }
}

impl<K: Documented> From<String> for Open<K> {
    fn from(text: String) -> Self {
        find(&text).map_or(Self::Unknown(text), Self::Known)
    }
}

impl<K: Documented> FromStr for Open<K> {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.into())
    }
}

impl<K: Documented> AsRef<str> for Open<K> {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl<K: Documented> fmt::Display for Open<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl<K: Documented> fmt::Debug for Open<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl<K: Documented> PartialEq for Open<K> {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl<K: Documented> Eq for Open<K> {}

impl<K: Documented> PartialEq<K> for Open<K> {
    fn eq(&self, other: &K) -> bool {
        self.as_str() == text(other)
    }
}

impl<K: Documented> PartialEq<str> for Open<K> {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl<K: Documented> Hash for Open<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl<K: Documented> serde::Serialize for Open<K> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl<'de, K: Documented> serde::Deserialize<'de> for Open<K> {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(Self::from)
    }
}

impl<K: Documented> Value for Open<K> {
    fn empty() -> Self {
        Self::Unknown(String::new())
    }

    fn view(&self) -> View<'_> {
        View::Text(self.as_str())
    }

    fn place(&mut self) -> Place<'_> {
        Place::Parsed(self)
    }
}

impl<K: Documented> Parse for Open<K> {
    fn parse(&mut self, text: &str) -> bool {
        *self = text.into();
        true
    }
}
