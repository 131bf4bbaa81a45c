//! Models: what is the same for every rendered one, so that each of thousands costs little.
//!
//! A rendered model is a plain struct and one line of [`fields!`]; serde's derives would check and
//! build each model's decoder again, which for the whole API takes minutes and gigabytes. Here a
//! model only lends its fields as trait objects, by index, and one decoder (`read`), one
//! encoder and one `Debug` (`write`) serve all. They are generic over serde's `Deserializer`
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

#[allow(
    unused_macros,
    reason = "rendered models use them; a client may have none of a kind"
)]
mod macros;
#[allow(
    unused_imports,
    unused_macros,
    reason = "rendered operations use it; a client may have no documented value"
)]
pub(crate) mod open_enum;
mod read;
mod value;
mod write;

use std::any::Any;
use std::fmt;

pub(crate) use macros::{default, fields, open, serde, values};
pub use read::{Path, from_slice, read, read_slice};
pub use write::{debug, write};

/// A value that a field can hold, seen without its type.
///
/// One trait for all, with defaults for what a value is not, because each `impl` and each method
/// costs the compiler, times thousands: a model implements `empty`, `shape`, `field` and
/// `field_mut`, an open enum `text` and `of_text`, any other value `empty`, `view` and `place`.
pub trait Value: Typed {
    /// A value to decode into: for a model, one of which no field is set.
    fn empty() -> Self
    where
        Self: Sized,
    {
        Self::of_text("")
    }

    /// Of a model: what is known of its fields.
    fn shape(&self) -> &'static Shape {
        &Shape {
            name: "",
            keys: &[],
            names: &[],
        }
    }

    /// Of a model: one field; the index is one of [`Shape::keys`].
    fn field(&self, _index: usize) -> &dyn Value {
        no_field()
    }

    /// Of a model: one field, to be written.
    fn field_mut(&mut self, _index: usize) -> &mut dyn Value {
        no_field()
    }

    /// Of an open enum: what stands in JSON.
    fn text(&self) -> Option<&str> {
        None
    }

    /// Of an open enum: the value that a text stands for.
    fn of_text(_text: &str) -> Self
    where
        Self: Sized,
    {
        Self::empty()
    }

    /// What it holds, for the encoder and `Debug`.
    fn view(&self) -> View<'_> {
        match self.text() {
            Some(text) => View::Text(text),
            None => View::Model(self.as_value()),
        }
    }

    /// Where the decoder writes.
    fn place(&mut self) -> Place<'_> {
        if self.text().is_some() {
            Place::Open(self.as_value_mut())
        } else {
            Place::Model(self.as_value_mut())
        }
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

    /// Takes the value that a text stands for.
    fn take_text(&mut self, text: &str);
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

    fn take_text(&mut self, text: &str) {
        *self = T::of_text(text);
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
    /// An open enum.
    Open(&'a mut dyn Value),
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
    for index in 0..from.shape().keys.len() {
        out.field_mut(index).assign(from.field(index));
    }
}

/// Compares two values of one model field by field.
pub fn equals(left: &dyn Value, right: &dyn Value) -> bool {
    let mut indices = 0..left.shape().keys.len();
    indices.all(|index| left.field(index).equals(right.field(index)))
}
