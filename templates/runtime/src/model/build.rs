//! [`model!`](crate::model) and the functions that it calls. Nothing of it is rendered per model.

use super::open_enum::{Documented, Open};
use super::read::extra;
use super::{Value, no_field};
use std::collections::BTreeMap;

/// Makes a model, written like its JSON.
///
/// - Fields have their Rust names.
/// - Braces are a nested model, brackets a list, `"key" => value` in braces a map.
/// - `null` is sent as `null`, which clears a field in a PATCH.
/// - Any other value is an expression. Text may be a `&str`, an integer of any type.
#[macro_export]
macro_rules! model {
    (@fields $made:ident $(,)?) => {};
    (@fields $made:ident $field:ident : null $(, $($rest:tt)*)?) => {
        $made.$field = ::core::option::Option::None;
        $crate::build::null($made, ::core::stringify!($field));
        $($crate::model!(@fields $made $($rest)*);)?
    };
    (@fields $made:ident $field:ident : { $($key:expr => $value:expr),+ $(,)? } $(, $($rest:tt)*)?) => {
        let map = $made.$field.get_or_insert_default();
        $($crate::build::entry(map, $key, $value);)+
        $($crate::model!(@fields $made $($rest)*);)?
    };
    (@fields $made:ident $field:ident : { $($inner:tt)* } $(, $($rest:tt)*)?) => {
        $crate::build::fill(&mut $made.$field, |made| {
            $crate::model!(@fields made $($inner)*);
        });
        $($crate::model!(@fields $made $($rest)*);)?
    };
    (@fields $made:ident $field:ident : [ $($inner:tt)* ] $(, $($rest:tt)*)?) => {
        let list = $made.$field.get_or_insert_default();
        $crate::model!(@items list $($inner)*);
        $($crate::model!(@fields $made $($rest)*);)?
    };
    (@fields $made:ident $field:ident : $value:expr $(, $($rest:tt)*)?) => {
        $made.$field = $crate::build::IntoField::into_field($value);
        $($crate::model!(@fields $made $($rest)*);)?
    };
    (@items $list:ident $(,)?) => {
        let _ = $list;
    };
    (@items $list:ident { $($inner:tt)* } $(, $($rest:tt)*)?) => {
        $crate::build::push($list, |made| {
            $crate::model!(@fields made $($inner)*);
        });
        $($crate::model!(@items $list $($rest)*);)?
    };
    (@items $list:ident $value:expr $(, $($rest:tt)*)?) => {
        $crate::build::item($list, $value);
        $($crate::model!(@items $list $($rest)*);)?
    };
    ($($path:ident)::+ { $($fields:tt)* }) => {{
        let mut model = <$($path)::+ as ::core::default::Default>::default();
        {
            let made = &mut model;
            $crate::model!(@fields made $($fields)*);
            let _ = made;
        }
        model
    }};
}

/// Sets a field to `null`, by its Rust name.
pub fn null(model: &mut dyn Value, name: &str) {
    let shape = model.shape();
    let mut names = shape.names.split_whitespace();
    let index = names.position(|known| known == name);
    let key = index.map_or_else(|| no_field(), |index| shape.keys[index]);
    extra(model).insert(key, serde_json::Value::Null);
}

/// Fills the model in a field.
pub fn fill<T: Default>(field: &mut Option<Box<T>>, fill: impl FnOnce(&mut T)) {
    fill(field.get_or_insert_default());
}

/// Appends a model to a list.
pub fn push<T: Default>(list: &mut Vec<T>, fill: impl FnOnce(&mut T)) {
    let mut item = T::default();
    fill(&mut item);
    list.push(item);
}

/// Appends a value to a list; nothing for `None`.
pub fn item<T>(list: &mut Vec<T>, value: impl IntoField<T>) {
    list.extend(value.into_field());
}

/// Puts a value into a map; nothing for `None`.
pub fn entry<T>(map: &mut BTreeMap<String, T>, key: impl Into<String>, value: impl IntoField<T>) {
    if let Some(value) = value.into_field() {
        map.insert(key.into(), value);
    }
}

/// A value that a field of type `T` can be set to.
#[diagnostic::on_unimplemented(message = "a field of type `{T}` cannot be set to a `{Self}`")]
pub trait IntoField<T> {
    /// The field.
    fn into_field(self) -> Option<T>;
}

macro_rules! into_field {
    ($([$($generics:tt)*] $from:ty => $to:ty, |$value:ident| $made:expr;)*) => {$(
        impl<$($generics)*> IntoField<$to> for $from {
            fn into_field(self) -> Option<$to> {
                let $value = self;
                $made
            }
        }
    )*};
}

into_field! {
    [T] T => T, |value| Some(value);
    [T] Option<T> => T, |value| value;
    [T] T => Box<T>, |value| Some(Box::new(value));
    [T] Option<T> => Box<T>, |value| value.map(Box::new);
    [K: Documented] K => Open<K>, |value| Some(value.into());
    [K: Documented] &str => Open<K>, |value| Some(value.into());
    [] &str => String, |value| Some(value.to_owned());
    [] &String => String, |value| Some(value.clone());
    [T, V: IntoField<T>, const N: usize] [V; N] => Vec<T>,
        |value| Some(value.into_iter().filter_map(V::into_field).collect());
    [] f32 => f64, |value| Some(value.into());
    [] &str => serde_json::Value, |value| Some(value.into());
    [] bool => serde_json::Value, |value| Some(value.into());
    [] String => serde_json::Value, |value| Some(value.into());
}

macro_rules! integers {
    ($($type:ty),*) => {$(
        into_field! {
            // What is beyond 64 bits becomes the nearest that is not.
            [] $type => i64, |value| Some(i64::try_from(value).unwrap_or(i64::MAX));
            [] $type => serde_json::Value, |value| Some(value.into());
        }
        float!($type);
    )*};
}

macro_rules! float {
    ($type:ty) => {
        impl IntoField<f64> for $type {
            #[allow(
                clippy::cast_precision_loss,
                clippy::cast_lossless,
                reason = "numbers of JSON are doubles"
            )]
            fn into_field(self) -> Option<f64> {
                Some(self as f64)
            }
        }
    };
}

integers!(i8, i16, i32, u8, u16, u32, u64, usize, isize);
float!(i64);
