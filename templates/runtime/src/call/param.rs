//! Writes values of parameters into paths, queries and header fields. Pure. The docs have one word,
//! `Number`, for all numeric parameters, hence [`Number`].

use crate::runtime::error::InputErrorKind;
use crate::runtime::model::Time;
use std::fmt::Write as _;

/// A value that cannot be sent, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadValue(pub InputErrorKind);

/// A value of a path, query or header parameter. It is written as plain text; the caller escapes it for
/// its place.
#[diagnostic::on_unimplemented(
    message = "a `{Self}` is not a value for a path, a query or a header field",
    note = "texts, numbers, `bool`, times and dates of jiff are, and lists of them"
)]
pub trait Param {
    /// Appends the value's text, or says why it has none.
    fn write(&self, out: &mut String) -> Result<(), BadValue>;
}

impl<P: Param + ?Sized> Param for &P {
    fn write(&self, out: &mut String) -> Result<(), BadValue> {
        (**self).write(out)
    }
}

impl Param for str {
    fn write(&self, out: &mut String) -> Result<(), BadValue> {
        out.push_str(self);
        Ok(())
    }
}

impl Param for String {
    fn write(&self, out: &mut String) -> Result<(), BadValue> {
        self.as_str().write(out)
    }
}

macro_rules! displayed {
    ($($ty:ty),*) => {$(
        impl Param for $ty {
            fn write(&self, out: &mut String) -> Result<(), BadValue> {
                write!(out, "{self}").expect("a String takes every text");
                Ok(())
            }
        }
    )*};
}

// jiff writes a date as the full-date of RFC 3339.
displayed!(
    bool,
    i8,
    i16,
    i32,
    i64,
    isize,
    u8,
    u16,
    u32,
    u64,
    usize,
    jiff::civil::Date
);

impl Param for jiff::Timestamp {
    /// As in a body: three digits of fraction, or none.
    fn write(&self, out: &mut String) -> Result<(), BadValue> {
        write!(out, "{}", Time(*self)).expect("a String takes every text");
        Ok(())
    }
}

impl Param for f64 {
    fn write(&self, out: &mut String) -> Result<(), BadValue> {
        if !self.is_finite() {
            return Err(BadValue(InputErrorKind::NotFinite));
        }
        // Without the sign of a negative zero, which JSON's readers drop too.
        let value = if *self == 0.0 { 0.0 } else { *self };
        write!(out, "{value}").expect("a String takes every text");
        Ok(())
    }
}

/// A list in a path or header field: joined by commas (RFC 9110 section 5.6.1; OpenAPI's style
/// `simple`). Lists in a query have their own methods.
impl<P: Param> Param for Vec<P> {
    fn write(&self, out: &mut String) -> Result<(), BadValue> {
        if self.is_empty() {
            return Err(BadValue(InputErrorKind::EmptyList));
        }
        for (index, item) in self.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            item.write(out)?;
        }
        Ok(())
    }
}

/// A value that is written as JSON text, for objects outside a body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Json<T>(pub T);

impl<T: serde::Serialize> Param for Json<T> {
    fn write(&self, out: &mut String) -> Result<(), BadValue> {
        let json = serde_json::to_string(&self.0);
        out.push_str(&json.map_err(|_| BadValue(InputErrorKind::NotJson))?);
        Ok(())
    }
}

/// A documented value, written as its text.
#[derive(Clone, Debug)]
pub(crate) struct Text<T>(pub T);

impl<T: AsRef<str>> Param for Text<T> {
    fn write(&self, out: &mut String) -> Result<(), BadValue> {
        self.0.as_ref().write(out)
    }
}

/// A number. The docs do not distinguish whole numbers from others.
///
/// Made from any integer type, `f32` or `f64`. Infinity and NaN are an error when the call is sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number(NumberValue);

#[derive(Clone, Copy, Debug, PartialEq)]
enum NumberValue {
    Signed(i64),
    Unsigned(u64),
    Float(f64),
}

macro_rules! number_from {
    ($($ty:ty => $variant:ident),*) => {$(
        impl From<$ty> for Number {
            fn from(value: $ty) -> Self {
                Self(NumberValue::$variant(value.into()))
            }
        }
    )*};
}

number_from!(
    i8 => Signed, i16 => Signed, i32 => Signed, i64 => Signed,
    u8 => Unsigned, u16 => Unsigned, u32 => Unsigned, u64 => Unsigned,
    f32 => Float, f64 => Float
);

macro_rules! number_from_size {
    ($($ty:ty => $variant:ident),*) => {$(
        impl From<$ty> for Number {
            fn from(value: $ty) -> Self {
                // No target of Rust has pointers of more than 64 bits.
                Self(NumberValue::$variant(value as _))
            }
        }
    )*};
}

number_from_size!(isize => Signed, usize => Unsigned);

/// A whole number, made from any integer type. A value beyond the range of `i64` is sent as the nearest
/// in the range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Integer(i64);

macro_rules! integer_from {
    ($($ty:ty),*) => {$(
        impl From<$ty> for Integer {
            #[allow(
                clippy::unnecessary_fallible_conversions,
                reason = "one text for all widths"
            )]
            fn from(value: $ty) -> Self {
                Self(i64::try_from(value).unwrap_or(i64::MAX))
            }
        }
    )*};
}

integer_from!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

impl Param for Integer {
    fn write(&self, out: &mut String) -> Result<(), BadValue> {
        self.0.write(out)
    }
}

impl Param for Number {
    fn write(&self, out: &mut String) -> Result<(), BadValue> {
        match self.0 {
            NumberValue::Signed(value) => value.write(out),
            NumberValue::Unsigned(value) => value.write(out),
            NumberValue::Float(value) => value.write(out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BadValue, InputErrorKind, Integer, Json, Number, Param};
    use std::collections::BTreeMap;

    #[track_caller]
    fn check(value: &dyn Param, expected: Result<&str, BadValue>) {
        let mut out = String::new();
        let result = value.write(&mut out);
        assert_eq!(result.map(|()| out.as_str()), expected);
    }

    #[test]
    fn a_list_outside_a_query_is_joined() {
        check(&vec!["a", "b,c"], Ok("a,b,c"));
        check(&Vec::<i64>::new(), Err(BadValue(InputErrorKind::EmptyList)));
        check(&vec![f64::NAN], Err(BadValue(InputErrorKind::NotFinite)));
    }

    #[test]
    fn counts_have_any_width() {
        let counts: [&dyn Param; 10] = [
            &7_i8, &7_i16, &7_i32, &7_i64, &7_isize, &7_u8, &7_u16, &7_u32, &7_u64, &7_usize,
        ];
        for count in counts {
            check(count, Ok("7"));
        }
        check(&Number::from(7_usize), Ok("7"));
        check(&Integer::from(7_usize), Ok("7"));
        check(&Number::from(u64::MAX), Ok("18446744073709551615"));
        check(&Integer::from(u64::MAX), Ok("9223372036854775807"));
    }

    #[test]
    fn an_object_outside_a_body_is_json() {
        check(&Json(&BTreeMap::from([("a", 1)])), Ok(r#"{"a":1}"#));
        let no_json = BTreeMap::from([(vec![1], 1)]);
        check(&Json(&no_json), Err(BadValue(InputErrorKind::NotJson)));
    }
}
