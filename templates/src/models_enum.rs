//! Which fields have an enum of their documented values. Pure.

use spec::{Model, Scalar, Type};

/// Documented values of text are an enum; those of other types are only in rustdoc.
pub fn has_enum(ty: &Type, values: &[Scalar]) -> bool {
    match ty {
        Type::String => values
            .iter()
            .any(|value| matches!(value, Scalar::String(_))),
        Type::Array(inner) | Type::Map(inner) => has_enum(inner, values),
        Type::Integer
        | Type::Number
        | Type::Boolean
        | Type::Date
        | Type::DateTime
        | Type::Object
        | Type::Void
        | Type::Model(_) => false,
    }
}

/// Whether any field has one.
pub fn has_enums(model: &Model) -> bool {
    let mut fields = model.fields.iter();
    fields.any(|field| has_enum(&field.ty, &field.values))
}
