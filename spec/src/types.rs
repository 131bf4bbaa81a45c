//! Types of parameters, fields and responses, as the IR spells them.

use std::fmt;

/// A type: a word, `[T]` or `{string: T}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A day without a time, RFC 3339 `full-date`.
    Date,
    /// A moment, RFC 3339 `date-time`.
    DateTime,
    /// JSON of any shape.
    Object,
    /// No response body.
    Void,
    /// The model of that name.
    Model(String),
    /// A list: `[T]`.
    Array(Box<Type>),
    /// A JSON object whose keys are free and whose values share a type: `{string: T}`.
    Map(Box<Type>),
}

/// The one-word types and their words, each pair written once.
macro_rules! words {
    ($($variant:ident: $word:literal),+ $(,)?) => {
        impl Type {
            /// The words of all one-word types except models.
            pub const WORDS: &[&str] = &[$($word),+];

            /// The type that a word names. Any word not in [`Self::WORDS`] is a model's name.
            pub fn from_word(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)+
                    name => Self::Model(name.to_owned()),
                }
            }

            /// The word of a one-word type; `None` for lists and maps.
            pub fn word(&self) -> Option<&str> {
                match self {
                    $(Self::$variant => Some($word),)+
                    Self::Model(name) => Some(name),
                    Self::Array(_) | Self::Map(_) => None,
                }
            }
        }
    };
}

words! {
    String: "string",
    Integer: "integer",
    Number: "number",
    Boolean: "boolean",
    Date: "date",
    DateTime: "date-time",
    Object: "object",
    Void: "void",
}

/// What rules ask of a type without naming it.
#[derive(Clone, Copy, PartialEq)]
enum Property {
    Scalar,
    Text,
    Number,
    DateTime,
    JsonString,
    Object,
    AnyJson,
    Void,
}

impl Type {
    /// The answers to all questions below, so that a new type is decided here.
    fn properties(&self) -> &'static [Property] {
        match self {
            Self::String => &[Property::Scalar, Property::Text, Property::JsonString],
            Self::Integer | Self::Number => &[Property::Scalar, Property::Number],
            Self::Boolean => &[Property::Scalar],
            Self::Date => &[Property::Scalar, Property::JsonString],
            Self::DateTime => &[Property::Scalar, Property::DateTime, Property::JsonString],
            Self::Object => &[Property::Object, Property::AnyJson],
            Self::Model(_) | Self::Map(_) => &[Property::Object],
            Self::Void => &[Property::Void],
            Self::Array(_) => &[],
        }
    }

    fn is(&self, property: Property) -> bool {
        self.properties().contains(&property)
    }

    /// Whether it is a single value with a text form, so that it can be sent outside a body.
    pub fn is_scalar(&self) -> bool {
        self.is(Property::Scalar)
    }

    /// Whether it is any text.
    pub fn is_text(&self) -> bool {
        self.is(Property::Text)
    }

    /// Whether it is a number, whole or not.
    pub fn is_number(&self) -> bool {
        self.is(Property::Number)
    }

    /// Whether it may hold an id, a cursor or a count: a text or a number.
    pub fn is_text_or_number(&self) -> bool {
        self.is_text() || self.is_number()
    }

    /// Whether it is a moment.
    pub fn is_date_time(&self) -> bool {
        self.is(Property::DateTime)
    }

    /// Whether its JSON is a string.
    pub fn is_json_string(&self) -> bool {
        self.is(Property::JsonString)
    }

    /// Whether its JSON is an object.
    pub fn is_object(&self) -> bool {
        self.is(Property::Object)
    }

    /// Whether it is JSON of any shape.
    pub fn is_any_json(&self) -> bool {
        self.is(Property::AnyJson)
    }

    /// Whether it is no value.
    pub fn is_void(&self) -> bool {
        self.is(Property::Void)
    }

    /// The model in this type, directly or as the element of lists and maps.
    pub fn model(&self) -> Option<&str> {
        match self {
            Self::Model(name) => Some(name),
            Self::Array(inner) | Self::Map(inner) => inner.model(),
            Self::String
            | Self::Integer
            | Self::Number
            | Self::Boolean
            | Self::Date
            | Self::DateTime
            | Self::Object
            | Self::Void => None,
        }
    }

    /// The name of the model that this type itself is.
    pub fn own_model(&self) -> Option<&str> {
        match self {
            Self::Model(name) => Some(name),
            Self::String
            | Self::Integer
            | Self::Number
            | Self::Boolean
            | Self::Date
            | Self::DateTime
            | Self::Object
            | Self::Void
            | Self::Array(_)
            | Self::Map(_) => None,
        }
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        self.element().is_some()
    }

    /// The element type of a list; `None` if it is not a list.
    pub fn element(&self) -> Option<&Self> {
        match self {
            Self::Array(element) => Some(element),
            Self::String
            | Self::Integer
            | Self::Number
            | Self::Boolean
            | Self::Date
            | Self::DateTime
            | Self::Object
            | Self::Void
            | Self::Model(_)
            | Self::Map(_) => None,
        }
    }

    /// The type of a map's values; `None` if it is not a map.
    pub fn map_value(&self) -> Option<&Self> {
        match self {
            Self::Map(value) => Some(value),
            Self::String
            | Self::Integer
            | Self::Number
            | Self::Boolean
            | Self::Date
            | Self::DateTime
            | Self::Object
            | Self::Void
            | Self::Model(_)
            | Self::Array(_) => None,
        }
    }

    /// The type of one documented value: the element type of a list, otherwise the type itself.
    pub fn of_one_value(&self) -> &Self {
        self.element().unwrap_or(self)
    }

    /// The type inside all lists and maps.
    pub fn innermost_mut(&mut self) -> &mut Self {
        match self {
            Self::Array(inner) | Self::Map(inner) => inner.innermost_mut(),
            Self::String
            | Self::Integer
            | Self::Number
            | Self::Boolean
            | Self::Date
            | Self::DateTime
            | Self::Object
            | Self::Void
            | Self::Model(_) => self,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Array(inner) => write!(f, "[{inner}]"),
            Self::Map(inner) => write!(f, "{{string: {inner}}}"),
            Self::String
            | Self::Integer
            | Self::Number
            | Self::Boolean
            | Self::Date
            | Self::DateTime
            | Self::Object
            | Self::Void
            | Self::Model(_) => f.write_str(self.word().expect("every other type is one word")),
        }
    }
}
