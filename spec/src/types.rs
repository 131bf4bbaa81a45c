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

impl Type {
    /// The words of all one-word types except models.
    pub const WORDS: [&str; 8] = [
        "string",
        "integer",
        "number",
        "boolean",
        "date",
        "date-time",
        "object",
        "void",
    ];

    /// The type that a word names. Any word not in [`Self::WORDS`] is a model's name.
    pub fn from_word(word: &str) -> Self {
        match word {
            "string" => Self::String,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "boolean" => Self::Boolean,
            "date" => Self::Date,
            "date-time" => Self::DateTime,
            "object" => Self::Object,
            "void" => Self::Void,
            name => Self::Model(name.to_owned()),
        }
    }

    /// The word of a one-word type; `None` for lists and maps.
    pub fn word(&self) -> Option<&str> {
        Some(match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::DateTime => "date-time",
            Self::Object => "object",
            Self::Void => "void",
            Self::Model(name) => name,
            Self::Array(_) | Self::Map(_) => return None,
        })
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

    /// Whether it is a single value with a text form, so that it can be sent outside a body.
    pub fn is_scalar(&self) -> bool {
        match self {
            Self::String
            | Self::Integer
            | Self::Number
            | Self::Boolean
            | Self::Date
            | Self::DateTime => true,
            Self::Object | Self::Void | Self::Model(_) | Self::Array(_) | Self::Map(_) => false,
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

    /// Whether its JSON is an object.
    pub fn is_object(&self) -> bool {
        match self {
            Self::Object | Self::Model(_) | Self::Map(_) => true,
            Self::String
            | Self::Integer
            | Self::Number
            | Self::Boolean
            | Self::Date
            | Self::DateTime
            | Self::Void
            | Self::Array(_) => false,
        }
    }

    /// Whether it may hold an id, a cursor or a count: a text or a number.
    pub fn is_text_or_number(&self) -> bool {
        match self {
            Self::String | Self::Integer | Self::Number => true,
            Self::Boolean
            | Self::Date
            | Self::DateTime
            | Self::Object
            | Self::Void
            | Self::Model(_)
            | Self::Array(_)
            | Self::Map(_) => false,
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

    /// The type of one documented value: the element type of a list, otherwise the type itself.
    pub fn of_one_value(&self) -> &Self {
        self.element().unwrap_or(self)
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
