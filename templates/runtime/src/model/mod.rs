//! Models: the code that all rendered models share, so that each of thousands costs little.
//!
//! A rendered model is a plain struct and one line of [`fields!`]; serde's derives would check and
//! build each model's decoder again, which for the whole API takes minutes and gigabytes. Here a
//! model only lends its fields as trait objects, by index, and one decoder (`read`), one
//! encoder and one `Debug` (`write`) serve all. They are generic over serde's `Deserializer`
//! and `Serializer`, never over the model, and serde's traits are implemented for every model.
//!
//! What decoding does where the server and the docs differ:
//!
//! | documented | also accepted |
//! |---|---|
//! | any field | missing or `null`: `None`, also if the field is required when *sent* |
//! | integer | `5.0`, `"5"` |
//! | number, boolean | its text: `"1.5"`, `"true"` |
//! | date-time | a date, or a time without a zone, as UTC |
//! | documented values | any text ([`Open::Unknown`]) |
//!
//! Anything else is kept ([`Extra`]) and sent back unchanged: an undocumented field, an empty text
//! instead of a date or a number, an object instead of a list. The field is then `None`. So reading,
//! changing and writing a model loses nothing. An element of a list or map that is `null` or of another
//! type is left out. A number that no double holds (`1e400`) is kept as its text, and half of a surrogate
//! pair is U+FFFD ([`mended`]). Errors, with their JSON path ([`Path`]), are only: text that is not JSON, a key
//! that appears twice, and an answer that as a whole is not of its type.
//!
//! A rendered file says `use crate::runtime::model;`, which is how the macros find this module.

pub mod build;
mod extra;
#[allow(
    unused_macros,
    reason = "rendered models use them; a client may have none of a kind"
)]
mod macros;
mod mend;
mod open_enum;
mod read;
mod value;
mod write;

use std::any::Any;

pub use extra::Extra;
pub(crate) use macros::{fields, texts, values};
pub use mend::{lenient, mended};
pub use open_enum::{
    Documented, Open, UnknownValue, debug as debug_value, parse as parse_value, text,
};
pub use read::{Path, from_slice, read, read_slice};
pub use value::Time;
pub use write::{debug, write};

/// A value that a field can hold, seen without its type.
///
/// One trait for all, with defaults for what a value is not, because each `impl` and each method
/// costs the compiler, times thousands: a model implements `empty`, `shape`, `field` and
/// `field_mut`, any other value `empty`, `view` and `place`.
pub trait Value: Typed {
    /// A value to decode into: for a model, one of which no field is set.
    fn empty() -> Self
    where
        Self: Sized;

    /// Of a model: what is known of its fields.
    fn shape(&self) -> &'static Shape {
        &Shape {
            name: "",
            keys: &[],
            names: "",
        }
    }

    /// Of a model: one field; the index is one of [`Shape::keys`], or that after the last, which is
    /// the model's [`Extra`].
    fn field(&self, _index: usize) -> &dyn Value {
        no_field()
    }

    /// Of a model: one field, to be written.
    fn field_mut(&mut self, _index: usize) -> &mut dyn Value {
        no_field()
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

/// What an index beyond a model's fields meets.
pub fn no_field() -> ! {
    panic!("the indices of a model's fields are those of its keys");
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
    /// Names in Rust, by index, with white space between: one literal: an array of them costs the compiler a literal
    /// for each.
    pub names: &'static str,
}

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
    /// A point in time.
    Time(jiff::Timestamp),
    /// A day.
    Date(jiff::civil::Date),
    /// JSON of any shape.
    Json(&'a serde_json::Value),
    /// A list.
    List(&'a dyn List),
    /// An object with free keys.
    Map(&'a dyn Map),
    /// A model.
    Model(&'a dyn Value),
    /// What a model keeps beyond its fields.
    Extra(&'a Extra),
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
    /// What a model keeps beyond its fields.
    Extra(&'a mut Extra),
}

/// A value that is text in JSON.
pub trait Parse {
    /// Takes the text, if it is such a value.
    fn parse(&mut self, text: &str) -> bool;
}

/// A value or nothing.
pub trait Optional {
    /// Unsets it.
    fn clear(&mut self);
    /// Sets it to an empty value, and lends its place.
    fn fill(&mut self) -> Place<'_>;
}

/// A list of values of one type.
pub trait List {
    /// How many there are.
    fn len(&self) -> usize;
    /// One of them; the index is below [`List::len`].
    fn get(&self, index: usize) -> &dyn Value;
    /// Appends an empty one, and lends it.
    fn push(&mut self) -> &mut dyn Value;
    /// Removes the last one.
    fn pop(&mut self);
}

/// Values of one type by free keys.
pub trait Map {
    /// Every key and value, in the order of the keys.
    fn entries(&self) -> Box<dyn Iterator<Item = (&str, &dyn Value)> + '_>;
    /// Adds an empty value, and lends it; nothing where the key is taken.
    fn add(&mut self, key: String) -> Option<&mut dyn Value>;
    /// Removes a key and its value.
    fn take_out(&mut self, key: &str);
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
    for index in 0..=from.shape().keys.len() {
        out.field_mut(index).assign(from.field(index));
    }
}

/// Compares two values of one model field by field.
pub fn equals(left: &dyn Value, right: &dyn Value) -> bool {
    let mut indices = 0..=left.shape().keys.len();
    indices.all(|index| left.field(index).equals(right.field(index)))
}
