//! Compares types on the wire: what the new server still accepts, and what old readers can still read.
//! Rust types are compared by `templates::surface`.

use super::context::Context;
use crate::change::Impact;
use spec::{Field, Model, Type};

/// Whether everything that is a `narrow` is also a `wide`, as JSON or as text in a URL.
pub(super) fn includes(wide: &Type, narrow: &Type) -> bool {
    if wide == narrow {
        return true;
    }
    match wide {
        Type::Number => narrow.is_number(),
        Type::String => narrow.is_json_string(),
        Type::Object => !narrow.is_void(),
        Type::Array(a) => narrow.element().is_some_and(|b| includes(a, b)),
        Type::Map(a) => narrow.map_value().is_some_and(|b| includes(a, b)),
        // A model's JSON is an object, but its keys are not free.
        Type::Model(_)
        | Type::Integer
        | Type::Boolean
        | Type::Date
        | Type::DateTime
        | Type::Void => false,
    }
}

/// What the change of a type that is sent means on the wire.
pub(super) fn request_impact(context: &Context<'_>, old: &Type, new: &Type) -> Impact {
    if old == new || same_shape(context, old, new) {
        Impact::None
    } else if includes(new, old) {
        Impact::Compatible
    } else {
        Impact::Breaking
    }
}

/// What the change of a type that is received means on the wire.
pub(super) fn response_impact(context: &Context<'_>, old: &Type, new: &Type) -> Impact {
    if old == new || same_shape(context, old, new) {
        Impact::None
    } else if old.is_void() || includes(old, new) {
        // Nobody read a body where there was none.
        Impact::Compatible
    } else {
        Impact::Breaking
    }
}

/// Two models under two names with the same fields: the JSON cannot tell them apart.
fn same_shape(context: &Context<'_>, old: &Type, new: &Type) -> bool {
    match old {
        Type::Model(old) => {
            let Some(new) = new.own_model() else {
                return false;
            };
            let old = find(&context.old.models.models, old);
            let new = find(&context.new.models.models, new);
            old.zip(new)
                .is_some_and(|(old, new)| !old.opaque && !new.opaque && fields(old) == fields(new))
        }
        Type::Array(a) => new.element().is_some_and(|b| same_shape(context, a, b)),
        Type::Map(a) => new.map_value().is_some_and(|b| same_shape(context, a, b)),
        Type::String
        | Type::Number
        | Type::Integer
        | Type::Boolean
        | Type::Date
        | Type::DateTime
        | Type::Object
        | Type::Void => false,
    }
}

fn find<'a>(models: &'a [Model], name: &str) -> Option<&'a Model> {
    models.iter().find(|model| model.name == name)
}

/// What the JSON of a model's fields can show.
fn fields(model: &Model) -> Vec<(&str, &Type, bool, Vec<String>)> {
    fn view(field: &Field) -> (&str, &Type, bool, Vec<String>) {
        // Every fact is named, so that rustc asks here whether JSON shows a new one.
        let Field {
            name: _,
            wire: _,
            ty,
            required,
            values,
            description: _,
        } = field;
        let values = values.iter().map(ToString::to_string).collect();
        (field.wire_name(), ty, *required, values)
    }
    let mut out: Vec<_> = model.fields.iter().map(view).collect();
    out.sort_unstable();
    out
}

/// What another type of an answer or event means for who reads it.
pub(super) fn readers(wire: Impact) -> &'static str {
    match wire {
        Impact::Breaking => "what reads the old shape cannot read the new one",
        Impact::Compatible | Impact::None => {
            "readers of the JSON still work, but the Rust type is different"
        }
    }
}
