//! Whether code may no longer compile, by comparing the two Rust APIs.

use crate::change::Impact;
use spec::Scalar;
use templates::{FieldSurface, ModelSurface, OperationSurface, ParameterSurface};

/// What callers saw and see of one thing.
pub(super) struct SeenByCallers<'a, T> {
    pub(super) was: &'a T,
    pub(super) is: &'a T,
}

// Derived, they would ask the same of `T`.
impl<T> Clone for SeenByCallers<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for SeenByCallers<'_, T> {}

/// Whether code that names it must change.
pub(super) fn differ<T: PartialEq + ?Sized>(was: &T, is: &T) -> Impact {
    if was == is {
        Impact::None
    } else {
        Impact::Breaking
    }
}

impl<'a> SeenByCallers<'a, OperationSurface<'a>> {
    /// What callers see of a parameter, by its documented names.
    pub(super) fn parameter(self, old: &str, new: &str) -> SeenByCallers<'a, ParameterSurface<'a>> {
        let find = |surface: &'a OperationSurface<'a>, name: &str| {
            let found = surface.parameters.iter().find(|p| p.documented == name);
            found.expect("an operation's surface has all its parameters")
        };
        SeenByCallers {
            was: find(self.was, old),
            is: find(self.is, new),
        }
    }

    /// The method returned `Call<T>` and returns a builder. The builder can do all that a `Call` can,
    /// but code that names the type breaks.
    pub(super) fn becomes_builder(self) -> bool {
        !self.was.has_builder && self.is.has_builder
    }
}

impl SeenByCallers<'_, ParameterSurface<'_>> {
    /// What is passed for it.
    pub(super) fn argument(self) -> Impact {
        if self.was.ty == self.is.ty {
            Impact::None
        } else if templates::accepts(&self.is.ty, &self.was.ty) {
            Impact::Compatible
        } else {
            Impact::Breaking
        }
    }
}

impl<'a> SeenByCallers<'a, ModelSurface<'a>> {
    /// What callers see of a field, by its documented names.
    pub(super) fn field(self, old: &str, new: &str) -> SeenByCallers<'a, FieldSurface<'a>> {
        let find = |surface: &'a ModelSurface<'a>, name: &str| {
            let found = surface.fields.iter().find(|field| field.documented == name);
            found.expect("a described model's surface has all its fields")
        };
        SeenByCallers {
            was: find(self.was, old),
            is: find(self.is, new),
        }
    }
}

/// Documented values more or fewer: variants more or fewer, where there is an enum with one for them.
pub(super) fn variants(
    variants: &[(String, String)],
    values: &[&Scalar],
    with_variant: Impact,
) -> Impact {
    let has_variant = |value: &&Scalar| {
        let value = value.to_string();
        variants.iter().any(|(text, _)| *text == value)
    };
    if values.iter().any(has_variant) {
        with_variant
    } else {
        Impact::None
    }
}
