//! Documented values of a parameter: an enum whose last variant is `Unknown(String)`, so a value that
//! the docs don't list can be sent too. Touches nothing.
//!
//! Those of a model's field are values of a model, with serde's traits (`model::values!`); a
//! parameter is only ever written as text, and leaving those traits out takes a tenth off the time
//! in which a client without models is checked.

pub(crate) use super::model_macros::texts;
use super::param::{BadValue, Param};

/// An open enum.
pub trait OpenEnum {
    /// What stands in the request.
    fn text(&self) -> &str;

    /// The value that a text stands for.
    fn of_text(text: &str) -> Self
    where
        Self: Sized;
}

/// What stands in the request.
pub fn text_of<T: OpenEnum>(value: &T) -> &str {
    value.text()
}

/// The value that a text stands for.
pub fn value_of<T: OpenEnum>(text: &str) -> T {
    T::of_text(text)
}

/// A documented value, which is written as its text.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct Text<T>(pub T);

impl<T: OpenEnum> Param for Text<T> {
    fn write(&self, out: &mut String) -> Result<(), BadValue> {
        self.0.text().write(out)
    }
}

/// `values! { Type { Variant "text", … } }`; it names this module by `open_enum`.
macro_rules! values {
    ($type:ident { $($variant:ident $text:literal),* $(,)? }) => {
        impl open_enum::OpenEnum for $type {
            #[inline]
            fn text(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Unknown(text) => text,
                }
            }
            #[inline]
            fn of_text(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    _ => Self::Unknown(::core::convert::From::from(text)),
                }
            }
        }
        open_enum::texts! { $type open_enum }
    };
}
pub(crate) use values;
