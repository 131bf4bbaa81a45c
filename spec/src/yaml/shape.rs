//! The shapes of the IR that serde's derive cannot express, and their error messages.

use crate::{Inferred, Nothing, Scalar, Type};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::marker::PhantomData;

impl<'de> Deserialize<'de> for Type {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TypeVisitor)
    }
}

struct TypeVisitor;

impl<'de> Visitor<'de> for TypeVisitor {
    type Value = Type;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a type: a word, a list of one type such as [string], or {string: type}")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<Type, E> {
        if word.is_empty() {
            return Err(E::invalid_value(Unexpected::Str(word), &self));
        }
        Ok(Type::from_word(word))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Type, A::Error> {
        let inner = items
            .next_element()?
            .ok_or_else(|| A::Error::invalid_length(0, &self))?;
        if items.next_element::<Type>()?.is_some() {
            return Err(A::Error::invalid_length(2, &self));
        }
        Ok(Type::Array(Box::new(inner)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Type, A::Error> {
        let (key, inner): (String, Type) = entries
            .next_entry()?
            .ok_or_else(|| A::Error::invalid_length(0, &self))?;
        if key != "string" {
            return Err(A::Error::invalid_value(
                Unexpected::Str(&key),
                &"the key `string`",
            ));
        }
        if entries.next_key::<String>()?.is_some() {
            return Err(A::Error::invalid_length(2, &self));
        }
        Ok(Type::Map(Box::new(inner)))
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value: a text, a number, true, false, or a list of those")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Scalar, E> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "JSON readers lose this precision too"
        )]
        let large = |_| Scalar::Number(value as f64);
        Ok(i64::try_from(value).map_or_else(large, Scalar::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Scalar, E> {
        Ok(Scalar::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Scalar, E> {
        Ok(Scalar::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Scalar, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Scalar::List(list))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Inferred<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(InferredVisitor(PhantomData))
    }
}

struct InferredVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for InferredVisitor<T> {
    type Value = Inferred<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`none` or a map")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<Inferred<T>, E> {
        match word {
            "none" => Ok(Inferred::Remove(Nothing::None)),
            _ => Err(E::invalid_value(Unexpected::Str(word), &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Inferred<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(entries)).map(Inferred::Set)
    }
}
