//! Models out: the one encoder, and the one `Debug`.

use super::{Value, View};
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
            View::Shown(value) => to.collect_str(value),
            View::Json(value) => value.serialize(to),
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
    for (index, key) in model.shape().keys.iter().enumerate() {
        match model.field(index).view() {
            View::Null => {}
            view => map.serialize_entry(key, &Written(view))?,
        }
    }
    map.end()
}

/// Shows the fields that are set.
///
/// # Errors
/// Those of the formatter.
pub fn debug(model: &dyn Value, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let shape = model.shape();
    let mut shown = f.debug_struct(shape.name);
    let mut unset = false;
    for (index, name) in shape.names.iter().enumerate() {
        match model.field(index).view() {
            View::Null => unset = true,
            view => {
                shown.field(name, &Written(view));
            }
        }
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
            View::Shown(value) => value.fmt(f),
            View::Json(value) => value.fmt(f),
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
