//! What is rendered for a model is its struct and one of these.
//!
//! They name `model`, the module [`super`], and the crates `serde` and `serde_json`; all
//! else by full path, because a model may be called `Option` or `Clone`. Bodies are one call each:
//! the compiler's cost is the number of `impl`s and functions, and what it must infer in them. That
//! is also why equality, clones and `Debug` are not derived (a derived `Debug` alone costs as much
//! as four of these), and why fields are lent one by one: an array of them costs twice a `match`.

/// Makes a struct of `Option`s and `extra` a model: `fields! { Type "Name" { 0 field "key", … } 1 }`, where the
/// last number is that of the fields.
macro_rules! fields {
    ($type:ident $name:literal { $($index:literal $field:ident $key:literal),* $(,)? } $count:literal) => {
        impl model::Value for $type {
            #[inline]
            fn empty() -> Self {
                Self { $($field: ::core::option::Option::None,)* extra: model::empty() }
            }
            #[inline]
            fn shape(&self) -> &'static model::Shape {
                &model::Shape {
                    name: $name,
                    keys: &[$($key),*],
                    names: stringify!($($field)*),
                }
            }
            #[inline]
            fn field(&self, index: usize) -> &dyn model::Value {
                match index {
                    $($index => &self.$field,)*
                    $count => &self.extra,
                    _ => model::no_field(),
                }
            }
            #[inline]
            fn field_mut(&mut self, index: usize) -> &mut dyn model::Value {
                match index {
                    $($index => &mut self.$field,)*
                    $count => &mut self.extra,
                    _ => model::no_field(),
                }
            }
        }
        impl ::core::default::Default for $type {
            #[inline]
            fn default() -> Self {
                model::empty()
            }
        }
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
pub(crate) use fields;

/// Makes an enum without fields a set of documented values: `values! { Type { Variant "text", … } }`.
///
/// The enum of a model's field needs no more: the field's type is `Open`, which shows, parses and writes.
macro_rules! values {
    ($type:ident { $($variant:ident $text:literal),* $(,)? }) => {
        impl model::Documented for $type {
            const VALUES: &'static [(&'static str, Self)] = &[$(($text, Self::$variant)),*];
        }
        impl ::core::marker::Copy for $type {}
        #[allow(clippy::expl_impl_clone_on_copy)] // a derive for each enum is slower to expand
        impl ::core::clone::Clone for $type {
            #[inline]
            fn clone(&self) -> Self {
                *self
            }
        }
        impl ::core::fmt::Debug for $type {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                model::debug_value(self, f)
            }
        }
        impl ::core::cmp::PartialEq for $type {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                *self as usize == *other as usize
            }
        }
        impl ::core::cmp::Eq for $type {}
        impl ::core::hash::Hash for $type {
            #[inline]
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                state.write_usize(*self as usize);
            }
        }
    };
}
pub(crate) use values;

/// Gives an enum of documented values the traits of its text. Those of parameters have them; for the
/// thousands of fields they would be a tenth of the time in which the whole client is checked.
macro_rules! texts {
    ($type:ident) => {
        impl ::core::fmt::Display for $type {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(model::text(self))
            }
        }
        impl ::core::str::FromStr for $type {
            type Err = model::UnknownValue;
            #[inline]
            fn from_str(text: &str) -> ::core::result::Result<Self, model::UnknownValue> {
                model::parse_value(text)
            }
        }
        impl ::serde::Serialize for $type {
            #[inline]
            fn serialize<S: ::serde::Serializer>(
                &self,
                to: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                to.serialize_str(model::text(self))
            }
        }
    };
}
pub(crate) use texts;
