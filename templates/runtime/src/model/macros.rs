//! What is rendered for a model is its struct and one of these. Touches nothing.
//!
//! They name `model`, the module [`super`], and the crates `serde` and `serde_json`; all
//! else by full path, because a model may be called `Option` or `Clone`. Bodies are one call each:
//! the compiler's cost is the number of `impl`s and functions, and what it must infer in them. That
//! is also why equality, clones and `Debug` are not derived (a derived `Debug` alone costs as much
//! as four of these), and why fields are lent one by one: an array of them costs twice a `match`.

/// Makes a struct whose fields are all `Option` a model: `fields! { Type "Name" { 0 field "key", … } }`.
macro_rules! fields {
    ($type:ident $name:literal { $($index:literal $field:ident $key:literal),* $(,)? }) => {
        impl model::Value for $type {
            #[inline]
            fn empty() -> Self {
                Self { $($field: ::core::option::Option::None),* }
            }
            #[inline]
            fn shape(&self) -> &'static model::Shape {
                &model::Shape {
                    name: $name,
                    keys: &[$($key),*],
                    names: &[$(stringify!($field)),*],
                }
            }
            #[inline]
            fn field(&self, index: usize) -> &dyn model::Value {
                match index {
                    $($index => &self.$field,)*
                    _ => model::no_field(),
                }
            }
            #[inline]
            fn field_mut(&mut self, index: usize) -> &mut dyn model::Value {
                match index {
                    $($index => &mut self.$field,)*
                    _ => model::no_field(),
                }
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

/// An open enum whose values are those of a model's field: `values! { Type { Variant "text", … } }`.
macro_rules! values {
    ($type:ident { $($variant:ident $text:literal),* $(,)? }) => {
        model::open! { $type { $($variant $text),* } }
        impl model::Value for $type {
            #[inline]
            fn text(&self) -> ::core::option::Option<&str> {
                ::core::option::Option::Some(self.as_str())
            }
            #[inline]
            fn of_text(text: &str) -> Self {
                ::core::convert::From::from(text)
            }
        }
        model::serde! { $type }
    };
}
pub(crate) use values;

/// An enum to and from its texts, whose last variant is `Unknown(String)`. Two values are equal where
/// their texts are, so one that came as `Unknown` before the docs knew it, and was kept somewhere,
/// still compares.
macro_rules! open {
    ($type:ident { $($variant:ident $text:literal),* }) => {
        impl $type {
            /// Its text on the wire.
            #[inline]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Unknown(text) => text,
                }
            }
        }
        impl ::core::convert::From<&str> for $type {
            #[inline]
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    _ => Self::Unknown(::core::convert::From::from(text)),
                }
            }
        }
        impl ::core::clone::Clone for $type {
            #[inline]
            fn clone(&self) -> Self {
                ::core::convert::From::from(self.as_str())
            }
        }
        impl ::core::cmp::PartialEq for $type {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                self.as_str() == other.as_str()
            }
        }
        impl ::core::cmp::Eq for $type {}
        impl ::core::fmt::Debug for $type {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(self.as_str(), f)
            }
        }
    };
}
pub(crate) use open;

/// serde's traits over `Value`.
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
