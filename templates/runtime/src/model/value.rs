//! What a model's field can hold: the types behind `model::Value`.
//!
//! A model in a field is boxed (`Box<T>`): structs would else hold each other by value, up to
//! tens of kilobytes each, and recursive ones could not exist.

use super::{List, Map, Optional, Parse, Place, Value, View};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

macro_rules! scalar {
    ($type:ty, $empty:expr, |$value:ident| $view:expr, $place:ident) => {
        impl Value for $type {
            fn empty() -> Self {
                $empty
            }

            fn view(&self) -> View<'_> {
                let $value = self;
                $view
            }

            fn place(&mut self) -> Place<'_> {
                Place::$place(self)
            }
        }
    };
}

scalar!(bool, false, |value| View::Boolean(*value), Boolean);
scalar!(i64, 0, |value| View::Integer(*value), Integer);
scalar!(f64, 0.0, |value| View::Number(*value), Number);
scalar!(String, Self::new(), |value| View::Text(value), Text);
scalar!(
    serde_json::Value,
    Self::Null,
    |value| View::Json(value),
    Json
);
scalar!(
    jiff::Timestamp,
    Self::UNIX_EPOCH,
    |value| View::Time(*value),
    Parsed
);
scalar!(
    jiff::civil::Date,
    Self::ZERO,
    |value| View::Date(*value),
    Parsed
);

impl Parse for jiff::Timestamp {
    /// A time without a zone is taken as UTC, which is what the API means by it. One with a zone that is
    /// not understood is none: without its zone it would be another time.
    fn parse(&mut self, text: &str) -> bool {
        let civil = || {
            let after_date = text.get("yyyy-mm-dd".len()..).unwrap_or_default();
            if after_date.contains(['+', '-', 'Z', 'z', '[']) {
                return None;
            }
            let civil: jiff::civil::DateTime = text.parse().ok()?;
            jiff::tz::Offset::UTC.to_timestamp(civil).ok()
        };
        let parsed = text.parse().ok().or_else(civil);
        parsed.map(|parsed| *self = parsed).is_some()
    }
}

impl Parse for jiff::civil::Date {
    fn parse(&mut self, text: &str) -> bool {
        text.parse().map(|parsed| *self = parsed).is_ok()
    }
}

/// A time as the docs write it (`yyyy-MM-ddTHH:mm:ss[.mmm]Z`): three digits of fraction or none. What is
/// finer than a millisecond is cut off.
pub struct Time(pub jiff::Timestamp);

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.subsec_nanosecond() == 0 {
            write!(f, "{}", self.0)
        } else {
            write!(f, "{:.3}", self.0)
        }
    }
}

impl<T: Value + Clone + PartialEq> Value for Box<T> {
    fn empty() -> Self {
        Self::new(T::empty())
    }

    fn view(&self) -> View<'_> {
        T::view(self)
    }

    fn place(&mut self) -> Place<'_> {
        T::place(self)
    }
}

impl<T: Value + Clone + PartialEq> Value for Option<T> {
    fn empty() -> Self {
        None
    }

    fn view(&self) -> View<'_> {
        self.as_ref().map_or(View::Null, Value::view)
    }

    fn place(&mut self) -> Place<'_> {
        Place::Optional(self)
    }
}

impl<T: Value> Optional for Option<T> {
    fn clear(&mut self) {
        *self = None;
    }

    fn fill(&mut self) -> Place<'_> {
        self.insert(T::empty()).place()
    }
}

impl<T: Value + Clone + PartialEq> Value for Vec<T> {
    fn empty() -> Self {
        Self::new()
    }

    fn view(&self) -> View<'_> {
        View::List(self)
    }

    fn place(&mut self) -> Place<'_> {
        Place::List(self)
    }
}

impl<T: Value + Clone + PartialEq> List for Vec<T> {
    fn len(&self) -> usize {
        self.len()
    }

    fn get(&self, index: usize) -> &dyn Value {
        &self[index]
    }

    fn push(&mut self) -> &mut dyn Value {
        self.push(T::empty());
        self.last_mut().expect("one was pushed")
    }

    fn pop(&mut self) {
        self.pop();
    }
}

impl<T: Value + Clone + PartialEq> Value for BTreeMap<String, T> {
    fn empty() -> Self {
        Self::new()
    }

    fn view(&self) -> View<'_> {
        View::Map(self)
    }

    fn place(&mut self) -> Place<'_> {
        Place::Map(self)
    }
}

impl<T: Value + Clone + PartialEq> Map for BTreeMap<String, T> {
    fn entries(&self) -> Box<dyn Iterator<Item = (&str, &dyn Value)> + '_> {
        Box::new(
            self.iter()
                .map(|(key, value)| (key.as_str(), value as &dyn Value)),
        )
    }

    fn add(&mut self, key: String) -> Option<&mut dyn Value> {
        match self.entry(key) {
            Entry::Vacant(entry) => Some(entry.insert(T::empty())),
            Entry::Occupied(_) => None,
        }
    }

    fn take_out(&mut self, key: &str) {
        self.remove(key);
    }
}
