//! What a model's field can hold: the types behind `model::Value`.
//!
//! A model in a field is boxed (`Box<T>`): structs would else hold each other by value, up to
//! tens of kilobytes each, and recursive ones could not exist.

use super::{List, Map, Optional, Parse, Place, Value, View};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

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
    |value| View::Shown(value),
    Parsed
);
scalar!(
    jiff::civil::Date,
    Self::ZERO,
    |value| View::Shown(value),
    Parsed
);

impl Parse for jiff::Timestamp {
    fn parse(&mut self, text: &str) -> Result<(), String> {
        *self = text
            .parse()
            .map_err(|error: jiff::Error| error.to_string())?;
        Ok(())
    }
}

impl Parse for jiff::civil::Date {
    fn parse(&mut self, text: &str) -> Result<(), String> {
        *self = text
            .parse()
            .map_err(|error: jiff::Error| error.to_string())?;
        Ok(())
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

    fn fill(&mut self) -> &mut dyn Value {
        self.insert(T::empty())
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
}
