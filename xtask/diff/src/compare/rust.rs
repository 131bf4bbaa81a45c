//! What the client crate makes of types and names, as far as it decides whether code still compiles.
//!
//! The only file of the comparison that knows how `templates` renders. A test renders a client
//! before and after each kind of change, and a consumer that must (or must not) keep compiling
//! confirms what is said here.

use crate::change::Impact;
use spec::{Field, Location, Operation, Parameter, Scalar, Type};

/// The first optional parameter (or paging) of an operation turns its method's return type from `Call<T>` into
/// a builder. The builder can do all that a `Call` can, but code that names the type breaks.
pub(super) const FIRST_OPTIONAL: Impact = Impact::Breaking;

/// Whether the method of an operation returns a builder: something can be set, or walked through.
pub(super) fn has_builder(operation: &Operation) -> bool {
    operation.paging.is_some()
        || operation
            .parameters
            .iter()
            .any(|parameter| !parameter.required)
}

/// A parameter whose type, place or list of values changed: what callers pass for it.
pub(super) fn argument_changed(old: &Parameter, new: &Parameter) -> Impact {
    let (was, is) = (argument(old), argument(new));
    if was == is {
        Impact::None
    } else if takes(&is, &was) {
        Impact::Compatible
    } else {
        Impact::Breaking
    }
}

/// A field whose documented type changed: the field has that type, so each change shows.
pub(super) fn field_type(old: &Type, new: &Type) -> Impact {
    differ(old, new)
}

/// A field whose values are listed now, or are not listed any more.
pub(super) fn field_listed_values(old: &Field, new: &Field) -> Impact {
    let is_enum = |field: &Field| field_has_enum(&field.ty, &field.values);
    differ(&is_enum(old), &is_enum(new))
}

/// The name of a setter, or of a field (whose name is made of its key in JSON).
pub(super) fn name_changed(old: &str, new: &str) -> Impact {
    differ(&templates::snake_name(old), &templates::snake_name(new))
}

/// One documented value more or less, which is a variant more or less where there is an enum.
pub(super) fn parameter_value(parameter: &Parameter, with_enum: Impact) -> Impact {
    if has_enum(parameter) {
        with_enum
    } else {
        Impact::None
    }
}

/// The same for a field.
pub(super) fn field_value(field: &Field, value: &Scalar, with_enum: Impact) -> Impact {
    if field_has_enum(&field.ty, std::slice::from_ref(value)) {
        with_enum
    } else {
        Impact::None
    }
}

/// Fields have enums where parameters have none: in maps, and in lists of lists.
fn field_has_enum(ty: &Type, values: &[Scalar]) -> bool {
    match ty {
        Type::String => values
            .iter()
            .any(|value| matches!(value, Scalar::String(_))),
        Type::Array(inner) | Type::Map(inner) => field_has_enum(inner, values),
        _ => false,
    }
}

fn differ<T: PartialEq>(old: &T, new: &T) -> Impact {
    if old == new {
        Impact::None
    } else {
        Impact::Breaking
    }
}

/// Text, alone or in a list, has an enum for its listed values.
fn is_text(ty: &Type) -> bool {
    match ty {
        Type::Array(inner) => **inner == Type::String,
        ty => *ty == Type::String,
    }
}

fn has_enum(parameter: &Parameter) -> bool {
    is_text(&parameter.ty) && !parameter.values.is_empty() && parameter.location != Location::Body
}

/// What stands in a signature.
#[derive(PartialEq)]
enum Argument<'a> {
    /// An enum of its own, or a list of its values.
    Enum { list: bool },
    /// `impl Into<Number>`.
    AnyNumber,
    /// `&[impl Into<Number>]`.
    AnyNumbers,
    /// `&impl Serialize`.
    AnyJson,
    /// `&[impl Serialize]`.
    AnyJsons,
    /// The type itself, or a reference to it.
    Exactly(&'a Type),
}

fn argument(parameter: &Parameter) -> Argument<'_> {
    let ty = &parameter.ty;
    if has_enum(parameter) {
        return Argument::Enum {
            list: matches!(ty, Type::Array(_)),
        };
    }
    let element = match ty {
        Type::Array(element) => Some(&**element),
        _ => None,
    };
    let scalar = |ty: &Type| {
        matches!(
            ty,
            Type::String
                | Type::Number
                | Type::Integer
                | Type::Boolean
                | Type::Date
                | Type::DateTime
        )
    };
    if parameter.location == Location::Body {
        return match (ty, element) {
            (Type::Object | Type::Void, _) => Argument::AnyJson,
            (_, Some(Type::Object | Type::Void)) => Argument::AnyJsons,
            _ => Argument::Exactly(ty),
        };
    }
    match (ty, element) {
        (Type::Number, _) => Argument::AnyNumber,
        (_, Some(Type::Number)) => Argument::AnyNumbers,
        (_, Some(element)) if !scalar(element) => Argument::AnyJsons,
        (ty, None) if !scalar(ty) => Argument::AnyJson,
        _ => Argument::Exactly(ty),
    }
}

/// Whether whatever could be passed for `was` can be passed for `is`.
fn takes(is: &Argument<'_>, was: &Argument<'_>) -> bool {
    let Argument::Exactly(was) = was else {
        return false;
    };
    match (is, was) {
        (Argument::AnyNumber, Type::Integer)
        | (Argument::AnyJson, Type::Model(_) | Type::Map(_)) => true,
        (Argument::AnyNumbers, Type::Array(element)) => **element == Type::Integer,
        (Argument::AnyJsons, Type::Array(element)) => {
            matches!(**element, Type::Model(_) | Type::Map(_))
        }
        _ => false,
    }
}
