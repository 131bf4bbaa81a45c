//! Documented values of a parameter: an enum whose last variant is `Unknown(String)`, so a value that
//! the docs don't list can be sent too. Touches nothing.
//!
//! Those of a model's field are values of a model, with serde's traits (`model::values!`); a
//! parameter is only ever written as text, and leaving those traits out takes a tenth off the time
//! in which a client without models is checked.

pub(crate) use super::macros::open;

/// `values! { Type { Variant "text", … } }`; it names this module by `open_enum`.
macro_rules! values {
    ($type:ident { $($variant:ident $text:literal),* $(,)? }) => {
        open_enum::open! { $type { $($variant $text),* } }
        impl ::core::convert::AsRef<str> for $type {
            #[inline]
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }
    };
}
pub(crate) use values;
