//! Models in: the one decoder.
//!
//! Every value is a [`Seed`] that writes into its place; the JSON path of a fault is gathered
//! while the error travels up, so that a decoding that succeeds pays nothing for it.

use super::{List, Map, Optional, Parse, Place, Value};
use serde::de::{
    Deserialize as _, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess,
    Unexpected, Visitor,
};
use std::fmt;

/// Where in a JSON text a fault is: `entities[3].user.id`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    /// The innermost first.
    segments: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Key(String),
    Index(usize),
}

impl Path {
    fn within<T, E>(
        &mut self,
        result: Result<T, E>,
        segment: impl FnOnce() -> Segment,
    ) -> Result<T, E> {
        if result.is_err() {
            self.segments.push(segment());
        }
        result
    }
}

impl fmt::Display for Path {
    /// `.` for the whole text, as `serde_path_to_error` says it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.segments.is_empty() {
            return f.write_str(".");
        }
        for (index, segment) in self.segments.iter().rev().enumerate() {
            match segment {
                Segment::Key(key) if index == 0 => f.write_str(key)?,
                Segment::Key(key) => write!(f, ".{key}")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// Decodes any value that a model's field could hold.
///
/// # Errors
/// Those of the deserializer, and faults of the value.
pub fn read<'de, T: Value, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    let mut out = T::empty();
    Seed {
        out: &mut out,
        path: &mut Path::default(),
    }
    .deserialize(from)?;
    Ok(out)
}

/// Decodes a JSON text.
///
/// # Errors
/// Text that is not JSON, or not such a value, with the path of the fault.
pub fn from_slice<T: Value>(json: &[u8]) -> Result<T, (Path, serde_json::Error)> {
    let mut out = T::empty();
    let mut path = Path::default();
    match read_slice(json, &mut out, &mut path) {
        Ok(()) => Ok(out),
        Err(error) => Err((path, error)),
    }
}

/// Decodes a JSON text into a value of which nothing is set.
///
/// # Errors
/// Those of [`from_slice`]; the path is told beside.
pub fn read_slice(
    json: &[u8],
    out: &mut dyn Value,
    path: &mut Path,
) -> Result<(), serde_json::Error> {
    let mut from = serde_json::Deserializer::from_slice(json);
    Seed { out, path }.deserialize(&mut from)?;
    from.end()
}

/// A place to be decoded into.
struct Seed<'a> {
    out: &'a mut dyn Value,
    path: &'a mut Path,
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        let path = self.path;
        match self.out.place() {
            Place::Boolean(out) => *out = bool::deserialize(from)?,
            Place::Integer(out) => *out = from.deserialize_i64(Integer)?,
            Place::Number(out) => *out = f64::deserialize(from)?,
            Place::Text(out) => *out = String::deserialize(from)?,
            Place::Json(out) => *out = serde_json::Value::deserialize(from)?,
            Place::Open(out) => from.deserialize_str(Open(out))?,
            Place::Parsed(out) => from.deserialize_str(Parsed(out))?,
            Place::Optional(out) => from.deserialize_option(Into { out, path })?,
            Place::List(out) => from.deserialize_seq(Into { out, path })?,
            Place::Map(out) => from.deserialize_map(Into { out, path })?,
            Place::Model(out) => from.deserialize_map(Into { out, path })?,
        }
        Ok(())
    }
}

/// A whole number, also one that is written as `5.0`.
struct Integer;

impl Visitor<'_> for Integer {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number of 64 bits")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<i64, E> {
        Ok(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<i64, E> {
        i64::try_from(value).map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &self))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<i64, E> {
        // Above 2^53 a double no longer tells which whole number was meant.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if value.fract() == 0.0 && value.abs() <= EXACT {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "it is whole and below 2^53"
            )]
            return Ok(value as i64);
        }
        Err(E::invalid_value(Unexpected::Float(value), &self))
    }
}

/// A value that is text in JSON.
struct Parsed<'a>(&'a mut dyn Parse);

impl Visitor<'_> for Parsed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.0.parse(text).map_err(E::custom)
    }
}

/// An open enum.
struct Open<'a>(&'a mut dyn Value);

impl Visitor<'_> for Open<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.0.take_text(text);
        Ok(())
    }
}

/// A place that holds further places, all of one kind.
struct Into<'a, T: ?Sized> {
    out: &'a mut T,
    path: &'a mut Path,
}

impl<'de> Visitor<'de> for Into<'_, dyn Optional + '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.out.clear();
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.visit_none()
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        let out = self.out.fill();
        Seed {
            out,
            path: self.path,
        }
        .deserialize(from)
    }
}

impl<'de> Visitor<'de> for Into<'_, dyn List + '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        for index in 0.. {
            let seed = Item {
                list: self.out,
                path: self.path,
            };
            let read = items.next_element_seed(seed);
            if self.path.within(read, || Segment::Index(index))?.is_none() {
                break;
            }
        }
        Ok(())
    }
}

/// One more item of a list: its place is only made when it is there.
struct Item<'a> {
    list: &'a mut dyn List,
    path: &'a mut Path,
}

impl<'de> DeserializeSeed<'de> for Item<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        let out = self.list.push();
        Seed {
            out,
            path: self.path,
        }
        .deserialize(from)
    }
}

impl<'de> Visitor<'de> for Into<'_, dyn Map + '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        while let Some(key) = entries.next_key::<String>()? {
            let Some(out) = self.out.add(key.clone()) else {
                let twice = Err(A::Error::custom(format_args!("duplicate key `{key}`")));
                return self.path.within(twice, || Segment::Key(key));
            };
            let read = entries.next_value_seed(Seed {
                out,
                path: self.path,
            });
            self.path.within(read, || Segment::Key(key))?;
        }
        Ok(())
    }
}

impl<'de> Visitor<'de> for Into<'_, dyn Value + '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object ({})", self.out.shape().name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let keys = self.out.shape().keys;
        let mut seen = Seen::default();
        let mut expected = 0;
        while let Some(index) = entries.next_key_seed(Key { keys, expected })? {
            let Some(index) = index else {
                entries.next_value::<IgnoredAny>()?;
                continue;
            };
            let read = if seen.insert(index) {
                let (out, path) = (self.out.field_mut(index), &mut *self.path);
                entries.next_value_seed(Seed { out, path })
            } else {
                Err(A::Error::duplicate_field(keys[index]))
            };
            self.path
                .within(read, || Segment::Key(keys[index].to_owned()))?;
            expected = index + 1;
        }
        Ok(())
    }
}

/// Finds a key's field. Servers write fields in one order, so the search begins where the last
/// one ended, and mostly ends there.
struct Key {
    keys: &'static [&'static str],
    expected: usize,
}

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Option<usize>, D::Error> {
        from.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Key {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<usize>, E> {
        let (before, after) = self.keys.split_at(self.expected);
        let find = |keys: &[&str]| keys.iter().position(|key| *key == text);
        Ok(find(after)
            .map(|index| index + self.expected)
            .or_else(|| find(before)))
    }
}

/// Which fields have been read.
#[derive(Default)]
struct Seen {
    bits: [u64; 3],
    /// Those beyond the bits.
    rest: Vec<usize>,
}

impl Seen {
    /// Whether it is the first time.
    fn insert(&mut self, index: usize) -> bool {
        let Some(bits) = self.bits.get_mut(index / 64) else {
            let first = !self.rest.contains(&index);
            self.rest.push(index);
            return first;
        };
        let bit = 1 << (index % 64);
        let first = *bits & bit == 0;
        *bits |= bit;
        first
    }
}
