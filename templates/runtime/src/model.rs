//! Models: what is the same for every rendered one, so that each of thousands costs little.
//!
//! A rendered model is a plain struct and one line of [`fields!`]; serde's derives would check and
//! build each model's decoder again, which for the whole API takes minutes and gigabytes. Here a
//! model only lends its fields as trait objects, by index, and one decoder (`model_read`), one
//! encoder and one `Debug` (`model_write`) serve all. They are generic over serde's `Deserializer`
//! and `Serializer`, never over the model, and serde's traits are implemented for every model.
//!
//! What decoding does, where the server and the docs differ:
//! - A field that is missing or null is `None`, also a required one: the docs' "required" says
//!   what a body that is *sent* must hold (`new(…)` sees to that); servers leave such fields out of
//!   references and partial answers, and the vendor's own SDKs take that. So no value is made up.
//! - Unknown fields are skipped. A field that stands twice is an error, as with serde's derives.
//! - A whole number may arrive as `5.0`. Nothing else is converted: a wrong type is an error, and
//!   its JSON path is kept ([`Path`]).
//! - A documented value is a variant, any other is kept in `Unknown` and written back as it came.
//!
//! A rendered file says `use crate::runtime::model;`, which is how the macros find this module.

use std::any::Any;
use std::fmt;

pub use super::model_read::{Path, from_slice, read};
pub use super::model_write::{debug, write};

/// A value that a field can hold, seen without its type.
///
/// A model implements the first three methods, any other value the first, fourth and fifth: one
/// trait for both, because each `impl` and each method costs the compiler, times thousands.
pub trait Value: Typed {
    /// A value to decode into: for a model, one of which no field is set.
    fn empty() -> Self
    where
        Self: Sized;

    /// Lends all fields of a model.
    fn lend(&self, to: &mut dyn FnMut(&'static Shape, &[&dyn Value])) {
        to(&NO_MODEL, &[]);
    }

    /// Lends all fields of a model to be written.
    fn lend_mut(&mut self, to: &mut dyn FnMut(&'static Shape, &mut [&mut dyn Value])) {
        to(&NO_MODEL, &mut []);
    }

    /// What it holds, for the encoder and `Debug`.
    fn view(&self) -> View<'_> {
        View::Model(self.as_value())
    }

    /// Where the decoder writes.
    fn place(&mut self) -> Place<'_> {
        Place::Model(self.as_value_mut())
    }
}

/// What needs a value's type to be known, behind the vtable.
pub trait Typed: Any {
    /// Without its type.
    fn as_value(&self) -> &dyn Value;

    /// Without its type.
    fn as_value_mut(&mut self) -> &mut dyn Value;

    /// Clones `other` into `self`; both are of one type, because both are the same field.
    fn assign(&mut self, other: &dyn Value);

    /// `==`, where both are of one type.
    fn equals(&self, other: &dyn Value) -> bool;
}

impl<T: Value + Clone + PartialEq> Typed for T {
    fn as_value(&self) -> &dyn Value {
        self
    }

    fn as_value_mut(&mut self) -> &mut dyn Value {
        self
    }

    fn assign(&mut self, other: &dyn Value) {
        let other: &dyn Any = other;
        let other = other.downcast_ref();
        self.clone_from(other.expect("the same field of the same model"));
    }

    fn equals(&self, other: &dyn Value) -> bool {
        let other: &dyn Any = other;
        other.downcast_ref() == Some(self)
    }
}

/// What is known of a model's fields before there is a value.
pub struct Shape {
    /// The model's name.
    pub name: &'static str,
    /// Keys in JSON, by index.
    pub keys: &'static [&'static str],
    /// Names in Rust, by index.
    pub names: &'static [&'static str],
}

const NO_MODEL: Shape = Shape {
    name: "",
    keys: &[],
    names: &[],
};

/// What a [`Value`] holds.
pub enum View<'a> {
    /// Nothing: an unset field.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// Any number.
    Number(f64),
    /// Text.
    Text(&'a str),
    /// A value that is text in JSON.
    Shown(&'a dyn fmt::Display),
    /// JSON of any shape.
    Json(&'a serde_json::Value),
    /// A list.
    List(&'a dyn List),
    /// An object with free keys.
    Map(&'a dyn Map),
    /// A model.
    Model(&'a dyn Value),
}

/// Where the decoder writes a [`Value`].
pub enum Place<'a> {
    /// `true` or `false`.
    Boolean(&'a mut bool),
    /// A whole number.
    Integer(&'a mut i64),
    /// Any number.
    Number(&'a mut f64),
    /// Text.
    Text(&'a mut String),
    /// A value that is text in JSON.
    Parsed(&'a mut dyn Parse),
    /// JSON of any shape.
    Json(&'a mut serde_json::Value),
    /// A value or null.
    Optional(&'a mut dyn Optional),
    /// A list.
    List(&'a mut dyn List),
    /// An object with free keys.
    Map(&'a mut dyn Map),
    /// A model.
    Model(&'a mut dyn Value),
}

/// A value that is text in JSON.
pub trait Parse {
    /// Takes the text.
    ///
    /// # Errors
    /// Text that is not such a value; the error says why.
    fn parse(&mut self, text: &str) -> Result<(), String>;
}

/// A value or nothing.
pub trait Optional {
    /// Unsets it.
    fn clear(&mut self);
    /// Sets it to an empty value, and lends that.
    fn fill(&mut self) -> &mut dyn Value;
}

/// A list of values of one type.
pub trait List {
    /// How many there are.
    fn len(&self) -> usize;
    /// One of them; the index is below [`List::len`].
    fn get(&self, index: usize) -> &dyn Value;
    /// Appends an empty one, and lends it.
    fn push(&mut self) -> &mut dyn Value;
}

/// Values of one type by free keys.
pub trait Map {
    /// Every key and value, in the order of the keys.
    fn entries(&self) -> Box<dyn Iterator<Item = (&str, &dyn Value)> + '_>;
    /// Adds an empty value, and lends it; nothing where the key is taken.
    fn add(&mut self, key: String) -> Option<&mut dyn Value>;
}

/// A value of which nothing is set.
pub fn empty<T: Value>() -> T {
    T::empty()
}

/// Clones a model field by field.
pub fn clone<T: Value>(from: &T) -> T {
    let mut out = T::empty();
    assign_fields(&mut out, from);
    out
}

fn assign_fields(out: &mut dyn Value, from: &dyn Value) {
    from.lend(&mut |_, from| {
        out.lend_mut(&mut |_, out| {
            for (out, from) in out.iter_mut().zip(from) {
                out.assign(*from);
            }
        });
    });
}

/// Compares two values of one model field by field.
pub fn equals(left: &dyn Value, right: &dyn Value) -> bool {
    let mut equal = true;
    left.lend(&mut |_, left| {
        right.lend(&mut |_, right| {
            equal = left
                .iter()
                .zip(right)
                .all(|(left, right)| left.equals(*right));
        });
    });
    equal
}

/// An open enum: implemented by [`values!`].
pub trait Values: Clone + PartialEq + 'static {
    /// The documented values, with what they are in JSON.
    const KNOWN: &'static [(Self, &'static str)];
    /// Keeps a value that is not documented.
    fn unknown(text: String) -> Self;
    /// The text of a value that is not documented.
    fn as_unknown(&self) -> Option<&str>;
}

/// The value that a text stands for.
pub fn value_of<T: Values>(text: &str) -> T {
    T::KNOWN
        .iter()
        .find(|(_, known)| *known == text)
        .map_or_else(|| T::unknown(text.to_owned()), |(value, _)| value.clone())
}

/// The text that stands for a value.
pub fn text_of<T: Values>(value: &T) -> &str {
    value.as_unknown().unwrap_or_else(|| {
        let known = T::KNOWN.iter().find(|(known, _)| known == value);
        known.expect("`values!` lists every other variant").1
    })
}

/// Makes a struct whose fields are all `Option` a model: `fields! { Type "Name" { field "key", … } }`.
macro_rules! fields {
    ($type:ident $name:literal { $($field:ident $key:literal),* $(,)? }) => {
        const _: () = {
        static SHAPE: model::Shape = model::Shape {
            name: $name,
            keys: &[$($key),*],
            names: &[$(stringify!($field)),*],
        };
        impl model::Value for $type {
            #[inline]
            fn empty() -> Self {
                Self { $($field: ::core::option::Option::None),* }
            }
            #[inline]
            fn lend(&self, to: &mut dyn FnMut(&'static model::Shape, &[&dyn model::Value])) {
                to(&SHAPE, &[$(&self.$field),*]);
            }
            #[inline]
            fn lend_mut(&mut self, to: &mut dyn FnMut(&'static model::Shape, &mut [&mut dyn model::Value])) {
                to(&SHAPE, &mut [$(&mut self.$field),*]);
            }
        }
        };
        impl ::core::clone::Clone for $type {
            #[inline]
            fn clone(&self) -> Self {
                model::clone(self)
            }
        }
        impl ::core::cmp::PartialEq for $type {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                model::equals(self, other)
            }
        }
        impl ::core::fmt::Debug for $type {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                model::debug(self, f)
            }
        }
        model::serde! { $type }
    };
}
pub(crate) use fields;

/// `Default` for a model of which nothing is required.
macro_rules! default {
    ($type:ident) => {
        impl ::core::default::Default for $type {
            #[inline]
            fn default() -> Self {
                model::empty()
            }
        }
    };
}
pub(crate) use default;

/// Makes a newtype of a JSON value a model that keeps its JSON.
macro_rules! opaque {
    ($type:ident) => {
        impl model::Value for $type {
            #[inline]
            fn empty() -> Self {
                Self(::serde_json::Value::Null)
            }
            #[inline]
            fn view(&self) -> model::View<'_> {
                model::View::Json(&self.0)
            }
            #[inline]
            fn place(&mut self) -> model::Place<'_> {
                model::Place::Json(&mut self.0)
            }
        }
        impl ::core::convert::From<::serde_json::Value> for $type {
            #[inline]
            fn from(json: ::serde_json::Value) -> Self {
                Self(json)
            }
        }
        model::serde! { $type }
    };
}
pub(crate) use opaque;

/// serde's traits over [`Value`].
macro_rules! serde {
    ($type:ident) => {
        impl ::serde::Serialize for $type {
            #[inline]
            fn serialize<S: ::serde::Serializer>(
                &self,
                to: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                model::write(self, to)
            }
        }
        impl<'de> ::serde::Deserialize<'de> for $type {
            #[inline]
            fn deserialize<D: ::serde::Deserializer<'de>>(
                from: D,
            ) -> ::core::result::Result<Self, D::Error> {
                model::read(from)
            }
        }
    };
}
pub(crate) use serde;

/// Makes an enum with a variant `Unknown(String)` open: `values! { Type { Variant "text", … } }`.
macro_rules! values {
    ($type:ident { $($variant:ident $text:literal),* $(,)? }) => {
        impl model::Values for $type {
            const KNOWN: &'static [(Self, &'static str)] = &[$((Self::$variant, $text)),*];
            #[inline]
            fn unknown(text: ::std::string::String) -> Self {
                Self::Unknown(text)
            }
            #[inline]
            fn as_unknown(&self) -> ::core::option::Option<&str> {
                match self {
                    Self::Unknown(text) => ::core::option::Option::Some(text),
                    _ => ::core::option::Option::None,
                }
            }
        }
        impl model::Value for $type {
            #[inline]
            fn empty() -> Self {
                Self::Unknown(::std::string::String::new())
            }
            #[inline]
            fn view(&self) -> model::View<'_> {
                model::View::Text(model::text_of(self))
            }
            #[inline]
            fn place(&mut self) -> model::Place<'_> {
                model::Place::Parsed(self)
            }
        }
        impl $type {
            /// What it is in JSON.
            #[inline]
            pub fn as_str(&self) -> &str {
                model::text_of(self)
            }
        }
        impl<'a> ::core::convert::From<&'a str> for $type {
            #[inline]
            fn from(text: &'a str) -> Self {
                model::value_of(text)
            }
        }
        impl ::core::fmt::Display for $type {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(model::text_of(self))
            }
        }
        model::serde! { $type }
    };
}
pub(crate) use values;
