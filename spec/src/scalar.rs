//! Documented values and defaults.

use crate::Type;
use serde::Serialize;
use std::fmt;

/// A documented default or value, typed as the parameter or field is.
#[derive(Clone, Debug, PartialEq, PartialOrd, Serialize)]
#[serde(untagged)]
pub enum Scalar {
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction, or one too large for [`Scalar::Integer`].
    Number(f64),
    /// Text.
    String(String),
    /// A list, as a default of an array parameter.
    List(Vec<Scalar>),
}

impl Scalar {
    /// Whether it is a value of that type, as a documented value is written: dates are text.
    pub fn is_of(&self, ty: &Type) -> bool {
        match (self, ty) {
            (Self::Boolean(_), Type::Boolean)
            | (Self::Integer(_), Type::Integer | Type::Number)
            | (Self::Number(_), Type::Number)
            | (Self::String(_), Type::String | Type::Date | Type::DateTime)
            // These types allow any JSON.
            | (_, Type::Object | Type::Model(_) | Type::Map(_)) => true,
            (Self::List(items), Type::Array(element)) => {
                items.iter().all(|item| item.is_of(element))
            }
            (
                Self::Boolean(_)
                | Self::Integer(_)
                | Self::Number(_)
                | Self::String(_)
                | Self::List(_),
                Type::String
                | Type::Integer
                | Type::Number
                | Type::Boolean
                | Type::Date
                | Type::DateTime
                | Type::Void
                | Type::Array(_),
            ) => false,
        }
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(value) => value.fmt(f),
            Self::Integer(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::String(value) => value.fmt(f),
            Self::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        f.write_str(", ")?;
                    }
                    item.fmt(f)?;
                }
                Ok(())
            }
        }
    }
}
