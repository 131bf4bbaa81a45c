//! Models in: the one decoder.
//!
//! Every value is a [`Seed`] that writes into its place, and gives back what it could not write: a
//! value of another type than the docs say is no error but goes to the nearest model's
//! [`Extra`](super::Extra). The JSON path of a fault is gathered while the error travels up, so that
//! a decoding that succeeds pays nothing for it.
//!
//! Longer than most files: one seed for each kind of value, which call each other.

use super::{Extra, List, Map, Optional, Place, Value, mended};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{
    Deserialize as _, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor,
};
use serde_json::Value as Json;
use std::fmt;

/// Where in a JSON text a value is: `entities[3].user.id`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    /// The innermost first.
    segments: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Key(String),
    /// A key that is data itself.
    Free(String),
    /// The value of a free key, which may be a secret: an error must not show it.
    AnyKey,
    Index(usize),
}

impl Path {
    /// Without keys that are data, which an error never shows.
    fn for_an_error(mut self) -> Self {
        for segment in &mut self.segments {
            if matches!(segment, Segment::Free(_)) {
                *segment = Segment::AnyKey;
            }
        }
        self
    }

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
            let dot = if index == 0 { "" } else { "." };
            match segment {
                Segment::Key(key) | Segment::Free(key) => write!(f, "{dot}{key}")?,
                Segment::AnyKey => write!(f, "{dot}*")?,
                Segment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// Decodes any value that a model's field could hold.
///
/// # Errors
/// Those of the deserializer, and a whole that is not of that type.
pub fn read<'de, T: Value, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    let mut out = T::empty();
    read_whole(from, &mut out, &mut Path::default())?;
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
/// Those of [`from_slice`]; `path` gets the place.
pub fn read_slice(
    json: &[u8],
    out: &mut dyn Value,
    path: &mut Path,
) -> Result<(), serde_json::Error> {
    let error = match read_text(json, out, path) {
        Err(error) if error.is_syntax() => error,
        read => return read,
    };
    let Some(json) = mended(json) else {
        return Err(error);
    };
    clear(out);
    *path = Path::default();
    read_text(json.as_bytes(), out, path)
}

fn read_text(json: &[u8], out: &mut dyn Value, path: &mut Path) -> Result<(), serde_json::Error> {
    let mut from = serde_json::Deserializer::from_slice(json);
    read_whole(&mut from, out, path)?;
    from.end()
}

/// Makes it what it was before anything was decoded into it.
fn clear(out: &mut dyn Value) {
    match out.place() {
        // What is decoded replaces them.
        Place::Boolean(_)
        | Place::Integer(_)
        | Place::Number(_)
        | Place::Text(_)
        | Place::Parsed(_) => {}
        Place::Json(json) => *json = Json::Null,
        Place::Optional(optional) => optional.clear(),
        Place::List(list) => (0..list.len()).for_each(|_| list.pop()),
        Place::Map(map) => {
            let keys: Vec<String> = map.entries().map(|(key, _)| key.to_owned()).collect();
            for key in keys {
                map.take_out(&key);
            }
        }
        Place::Extra(extra) => *extra = Extra::empty(),
        Place::Model(model) => {
            (0..=model.shape().keys.len()).for_each(|index| clear(model.field_mut(index)));
        }
    }
}

fn read_whole<'de, D: Deserializer<'de>>(
    from: D,
    out: &mut dyn Value,
    path: &mut Path,
) -> Result<(), D::Error> {
    let expected = expected(&out.place());
    let mut context = ReadContext::default();
    let seed = Seed {
        out,
        context: &mut context,
    };
    let read = seed.deserialize(from);
    *path = context.path;
    let odd = read?.map(|value| (Path::default(), *value));
    // No model around that could keep it. A null in a list is nothing to keep.
    let left_out = context.left_out.into_iter();
    let mut odd = odd.into_iter().chain(left_out.filter(|it| !it.1.is_null()));
    if let Some((place, value)) = odd.next() {
        let found = kind(&value);
        let is_whole = place.segments.is_empty();
        *path = place.for_an_error();
        return Err(if is_whole {
            D::Error::custom(format_args!("expected {expected}, found {found}"))
        } else {
            D::Error::custom(format_args!("{found} is not of the documented type"))
        });
    }
    Ok(())
}

/// What a place takes. An error never shows what came instead, which may be a secret.
fn expected(place: &Place<'_>) -> &'static str {
    match place {
        Place::Boolean(_) => "a boolean",
        Place::Integer(_) => "a whole number of 64 bits",
        Place::Number(_) => "a number",
        Place::Text(_) | Place::Parsed(_) => "a string",
        Place::Json(_) | Place::Optional(_) => "a value",
        Place::List(_) => "an array",
        Place::Map(_) | Place::Model(_) | Place::Extra(_) => "an object",
    }
}

fn kind(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "an array",
        Json::Object(_) => "an object",
    }
}

/// What is gathered on the way up.
#[derive(Default)]
struct ReadContext {
    /// Of the fault.
    path: Path,
    /// Elements that were not understood, for the nearest model.
    left_out: Vec<(Path, Json)>,
}

impl ReadContext {
    /// An element is read: the fault, or what was not understood in it, stands at `segment`.
    fn within<T, E>(
        &mut self,
        read: Result<T, E>,
        before: usize,
        segment: impl Fn() -> Segment,
    ) -> Result<T, E> {
        for (path, _) in &mut self.left_out[before..] {
            path.segments.push(segment());
        }
        self.path.within(read, || match segment() {
            Segment::Free(_) => Segment::AnyKey,
            other => other,
        })
    }
}

/// A value that is not of its place's type. Boxed, so that each value returns two words: a wider result is
/// copied at every layer, which was a tenth of the time of decoding.
type Odd = Option<Box<Json>>;

#[expect(clippy::unnecessary_wraps, reason = "it is what a visitor returns")]
fn odd(value: impl Into<Json>) -> Odd {
    Some(Box::new(value.into()))
}

/// A place to be decoded into; gives back a value that is not of the place's type.
struct Seed<'a> {
    out: &'a mut dyn Value,
    context: &'a mut ReadContext,
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Odd;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Odd, D::Error> {
        read_place(self.out.place(), self.context, from)
    }
}

fn read_place<'a, 'de, D: Deserializer<'de>>(
    place: Place<'a>,
    context: &'a mut ReadContext,
    from: D,
) -> Result<Odd, D::Error> {
    match place {
        Place::Optional(out) => from.deserialize_option(Nullable { out, context }),
        Place::Json(out) => {
            *out = Json::deserialize(from)?;
            Ok(None)
        }
        place => from.deserialize_any(TypedSeed { place, context }),
    }
}

struct Nullable<'a> {
    out: &'a mut dyn Optional,
    context: &'a mut ReadContext,
}

impl<'de> Visitor<'de> for Nullable<'_> {
    type Value = Odd;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }

    fn visit_none<E: Error>(self) -> Result<Odd, E> {
        self.out.clear();
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Odd, E> {
        self.visit_none()
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Odd, D::Error> {
        let odd = read_place(self.out.fill(), self.context, from)?;
        if odd.is_some() {
            self.out.clear();
        }
        Ok(odd)
    }
}

/// A value that is not null, for a place of a type.
struct TypedSeed<'a> {
    place: Place<'a>,
    context: &'a mut ReadContext,
}

impl<'de> Visitor<'de> for TypedSeed<'_> {
    type Value = Odd;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(expected(&self.place))
    }

    fn visit_unit<E: Error>(self) -> Result<Odd, E> {
        Ok(odd(Json::Null))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Odd, E> {
        Ok(match self.place {
            Place::Boolean(out) => put(out, value),
            _ => odd(value),
        })
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Odd, E> {
        Ok(match self.place {
            Place::Integer(out) => put(out, value),
            #[expect(clippy::cast_precision_loss, reason = "JSON numbers are doubles")]
            Place::Number(out) => put(out, value as f64),
            _ => odd(value),
        })
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Odd, E> {
        match i64::try_from(value) {
            Ok(value) => self.visit_i64(value),
            #[expect(clippy::cast_precision_loss, reason = "JSON numbers are doubles")]
            Err(_) => Ok(match self.place {
                Place::Number(out) => put(out, value as f64),
                _ => odd(value),
            }),
        }
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Odd, E> {
        Ok(match self.place {
            Place::Number(out) => put(out, value),
            Place::Integer(out) => match whole(value) {
                Some(value) => put(out, value),
                None => odd(value),
            },
            _ => odd(value),
        })
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Odd, E> {
        let understood = match self.place {
            Place::Text(out) => {
                *out = String::from(text);
                true
            }
            Place::Parsed(out) => out.parse(text),
            Place::Boolean(out) => text.parse().map(|value| *out = value).is_ok(),
            Place::Integer(out) => text.parse().map(|value| *out = value).is_ok(),
            Place::Number(out) => match text.parse() {
                Ok(value) if f64::is_finite(value) => put(out, value).is_none(),
                _ => false,
            },
            _ => false,
        };
        Ok(if understood { None } else { odd(text) })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Odd, A::Error> {
        match self.place {
            Place::List(list) => read_list(list, self.context, items),
            _ => Json::deserialize(SeqAccessDeserializer::new(items)).map(odd),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Odd, A::Error> {
        match self.place {
            Place::Model(model) => read_model(model, self.context, entries),
            Place::Map(map) => read_map(map, self.context, entries),
            _ => Json::deserialize(MapAccessDeserializer::new(entries)).map(odd),
        }
    }
}

fn put<T>(out: &mut T, value: T) -> Odd {
    *out = value;
    None
}

/// A whole number that is written as `5.0`.
fn whole(value: f64) -> Option<i64> {
    // Above 2^53 a double no longer tells which whole number was meant.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it is whole and below 2^53"
    )]
    let whole = || value as i64;
    (value.fract() == 0.0 && value.abs() <= EXACT).then(whole)
}

fn read_list<'de, A: SeqAccess<'de>>(
    list: &mut dyn List,
    context: &mut ReadContext,
    mut items: A,
) -> Result<Odd, A::Error> {
    for index in 0.. {
        let before = context.left_out.len();
        let read = items.next_element_seed(Item {
            list: &mut *list,
            context: &mut *context,
        });
        if let Ok(Some(Some(odd))) = &read {
            list.pop();
            context.left_out.push((Path::default(), Json::clone(odd)));
        }
        if context
            .within(read, before, || Segment::Index(index))?
            .is_none()
        {
            break;
        }
    }
    Ok(None)
}

/// One more item of a list: its place is only made when it is there.
struct Item<'a> {
    list: &'a mut dyn List,
    context: &'a mut ReadContext,
}

impl<'de> DeserializeSeed<'de> for Item<'_> {
    type Value = Odd;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Odd, D::Error> {
        let seed = Seed {
            out: self.list.push(),
            context: self.context,
        };
        seed.deserialize(from)
    }
}

fn read_map<'de, A: MapAccess<'de>>(
    map: &mut dyn Map,
    context: &mut ReadContext,
    mut entries: A,
) -> Result<Odd, A::Error> {
    while let Some(key) = entries.next_key::<String>()? {
        let Some(out) = map.add(key.clone()) else {
            let twice = Err(A::Error::custom("a key appears twice"));
            return context.path.within(twice, || Segment::AnyKey);
        };
        let before = context.left_out.len();
        let read = entries.next_value_seed(Seed {
            out,
            context: &mut *context,
        });
        if let Ok(Some(odd)) = &read {
            map.take_out(&key);
            context.left_out.push((Path::default(), Json::clone(odd)));
        }
        context.within(read, before, || Segment::Free(key.clone()))?;
    }
    Ok(None)
}

fn read_model<'de, A: MapAccess<'de>>(
    model: &mut dyn Value,
    context: &mut ReadContext,
    mut entries: A,
) -> Result<Odd, A::Error> {
    let keys = model.shape().keys;
    let mut seen = ReadFields::default();
    let mut expected = 0;
    // What is left out of the fields here is this model's, and not that of the one around.
    let around = std::mem::take(&mut context.left_out);
    while let Some(key) = entries.next_key_seed(Key { keys, expected })? {
        let index = match key {
            FoundField::Field(index) => index,
            FoundField::Unknown(key) => {
                let value: Json = entries.next_value()?;
                extra(model).insert(key, value);
                continue;
            }
        };
        let segment = || Segment::Key(keys[index].to_owned());
        let read = if seen.insert(index) {
            let (out, context) = (model.field_mut(index), &mut *context);
            entries.next_value_seed(Seed { out, context })
        } else {
            Err(A::Error::duplicate_field(keys[index]))
        };
        if let Some(odd) = context.path.within(read, segment)? {
            extra(model).insert(keys[index], *odd);
        }
        // Mostly there is none, and a drain costs as much as a short text.
        if !context.left_out.is_empty() {
            for (mut path, value) in context.left_out.drain(..) {
                path.segments.push(segment());
                extra(model).leave_out(path, value);
            }
        }
        expected = index + 1;
    }
    context.left_out = around;
    Ok(None)
}

/// What a model keeps beyond its fields: the field after the last one with a key.
pub fn extra(model: &mut dyn Value) -> &mut Extra {
    match model.field_mut(model.shape().keys.len()).place() {
        Place::Extra(extra) => extra,
        _ => super::no_field(),
    }
}

/// Finds a key's field. Servers write fields in one order, so the search begins where the last
/// one ended, and mostly ends there.
struct Key {
    keys: &'static [&'static str],
    expected: usize,
}

enum FoundField {
    Field(usize),
    Unknown(String),
}

impl<'de> DeserializeSeed<'de> for Key {
    type Value = FoundField;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<FoundField, D::Error> {
        from.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Key {
    type Value = FoundField;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<FoundField, E> {
        let (before, after) = self.keys.split_at(self.expected);
        let find = |keys: &[&str]| keys.iter().position(|key| *key == text);
        let found = find(after).map(|index| index + self.expected);
        Ok(found
            .or_else(|| find(before))
            .map_or_else(|| FoundField::Unknown(text.to_owned()), FoundField::Field))
    }
}

/// Which fields have been read.
#[derive(Default)]
struct ReadFields {
    bits: [u64; 3],
    /// Those beyond the bits.
    rest: Vec<usize>,
}

impl ReadFields {
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
