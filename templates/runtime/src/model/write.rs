//! Models out: the one encoder, and the one `Debug`.

use super::value::Time;
use super::{Extra, Value, View};
use serde::ser::{Serialize, SerializeMap as _, SerializeSeq as _, Serializer};
use std::fmt;

/// Writes any value that a model's field could hold. Unset fields of models are left out.
///
/// # Errors
/// Those of the serializer.
pub fn write<S: Serializer>(value: &dyn Value, to: S) -> Result<S::Ok, S::Error> {
    Written(value.view()).serialize(to)
}

struct Written<'a>(View<'a>);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            View::Null => to.serialize_none(),
            View::Boolean(value) => to.serialize_bool(value),
            View::Integer(value) => to.serialize_i64(value),
            View::Number(value) => to.serialize_f64(value),
            View::Text(value) => to.serialize_str(value),
            View::Time(value) => to.collect_str(&Time(value)),
            View::Date(value) => to.collect_str(&value),
            View::Json(value) => value.serialize(to),
            View::Extra(extra) => to.collect_map(extra.iter()),
            View::List(list) => {
                let mut seq = to.serialize_seq(Some(list.len()))?;
                for index in 0..list.len() {
                    seq.serialize_element(&Written(list.get(index).view()))?;
                }
                seq.end()
            }
            View::Map(map) => to.collect_map(
                map.entries()
                    .map(|(key, value)| (key, Written(value.view()))),
            ),
            View::Model(model) => write_fields(model, to),
        }
    }
}

fn write_fields<S: Serializer>(model: &dyn Value, to: S) -> Result<S::Ok, S::Error> {
    // Not `serialize_struct`: which fields there are depends on the value.
    let mut map = to.serialize_map(None)?;
    let keys = model.shape().keys;
    for (index, key) in keys.iter().enumerate() {
        match model.field(index).view() {
            View::Null => {}
            view => map.serialize_entry(key, &Written(view))?,
        }
    }
    if let Some(extra) = extra(model) {
        for (key, value) in extra.iter() {
            let index = keys.iter().position(|known| *known == key);
            let is_set = |index| !matches!(model.field(index).view(), View::Null);
            if !index.is_some_and(is_set) {
                map.serialize_entry(key, value)?;
            }
        }
    }
    map.end()
}

/// What a model keeps beyond its fields, if it is anything.
fn extra(model: &dyn Value) -> Option<&Extra> {
    match model.field(model.shape().keys.len()).view() {
        View::Extra(extra) if !extra.is_empty() => Some(extra),
        _ => None,
    }
}

/// Shows the fields that are set.
///
/// # Errors
/// Those of the formatter.
pub fn debug(model: &dyn Value, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let shape = model.shape();
    let mut shown = f.debug_struct(shape.name);
    let mut unset = false;
    for (index, name) in shape.names.split_whitespace().enumerate() {
        match model.field(index).view() {
            View::Null => unset = true,
            view => {
                shown.field(name, &Written(view));
            }
        }
    }
    if let Some(extra) = extra(model) {
        shown.field("extra", extra);
    }
    if unset {
        shown.finish_non_exhaustive()
    } else {
        shown.finish()
    }
}

impl fmt::Debug for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            View::Null => f.write_str("None"),
            View::Boolean(value) => value.fmt(f),
            View::Integer(value) => value.fmt(f),
            View::Number(value) => value.fmt(f),
            View::Text(value) => value.fmt(f),
            View::Time(value) => value.fmt(f),
            View::Date(value) => value.fmt(f),
            View::Json(value) => value.fmt(f),
            View::Extra(value) => value.fmt(f),
            View::List(list) => f
                .debug_list()
                .entries((0..list.len()).map(|index| Written(list.get(index).view())))
                .finish(),
            View::Map(map) => f
                .debug_map()
                .entries(
                    map.entries()
                        .map(|(key, value)| (key, Written(value.view()))),
                )
                .finish(),
            View::Model(model) => debug(model, f),
        }
    }
}
