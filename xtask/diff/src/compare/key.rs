//! What identifies an operation.

use spec::text::unnamed;
use spec::{Method, Operation};
use std::borrow::Cow;

/// What makes an operation that operation.
pub(crate) type OperationKey<'a> = (Method, Cow<'a, str>);

pub(crate) fn key(operation: &Operation) -> OperationKey<'_> {
    (operation.method, unnamed(&operation.path))
}
