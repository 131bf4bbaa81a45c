//! Corrections of what pages omit or get wrong: `overlay.yaml`; and `renamed.yaml`.

mod apply;

pub use apply::Idle;

use crate::{Job, Location, Method, Paging, Permissions, Scalar, Type};
use serde::Deserialize;
use std::collections::BTreeMap;

/// `overlay.yaml`: corrections by page and operation, and by model.
///
/// Every entry has a reason, and every fact of an entry must change something: an entry that
/// matches nothing or changes nothing is an error. Entries for a page that is not in `docs/` (or a
/// model that has no page in `docs/typed/`) are ignored; a warning counts them.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "the keys pages and models")]
pub struct Overlay {
    /// Page name to operation id to what is corrected.
    pub pages: BTreeMap<String, BTreeMap<String, OperationPatch>>,
    /// Model name to what is corrected.
    pub models: BTreeMap<String, ModelPatch>,
}

/// What is corrected of one operation.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "the keys of an operation's entry, such as because and parameters"
)]
pub struct OperationPatch {
    /// Why.
    pub because: String,
    /// See [`crate::Operation::preview`].
    pub preview: Option<bool>,
    /// See [`crate::Operation::deprecated`].
    pub deprecated: Option<bool>,
    /// See [`crate::Operation::safe`].
    pub safe: Option<bool>,
    /// See [`crate::Operation::returns`].
    pub returns: Option<Type>,
    /// See [`crate::Operation::produces`].
    pub produces: Option<String>,
    /// See [`crate::Operation::permissions`].
    pub permissions: Option<Permissions>,
    /// See [`crate::Operation::paging`].
    pub paging: Option<Inferred<Paging>>,
    /// See [`crate::Operation::job`].
    pub job: Option<Inferred<Job>>,
    /// Documented parameter name to what is corrected.
    #[serde(default)]
    pub parameters: BTreeMap<String, ParameterPatch>,
}

/// A fact that is otherwise inferred: set, or removed by the word `none`.
#[derive(Clone, Debug, PartialEq)]
pub enum Inferred<T> {
    /// The value.
    Set(T),
    /// `none`.
    Remove(Nothing),
}

/// The word `none`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nothing {
    /// The operation has none.
    None,
}

/// What is corrected of one parameter.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(
    deny_unknown_fields,
    default,
    expecting = "the keys of a parameter's entry, such as { wire, in, type }"
)]
pub struct ParameterPatch {
    /// See [`crate::Parameter::location`].
    #[serde(rename = "in")]
    pub location: Option<Location>,
    /// See [`crate::Parameter::wire`].
    pub wire: Option<String>,
    /// See [`crate::Parameter::ty`].
    #[serde(rename = "type")]
    pub ty: Option<Type>,
    /// See [`crate::Parameter::required`].
    pub required: Option<bool>,
    /// See [`crate::Parameter::default`].
    pub default: Option<Scalar>,
    /// See [`crate::Parameter::values`].
    pub values: Option<Vec<Scalar>>,
    /// See [`crate::Parameter::explode`].
    pub explode: Option<bool>,
}

/// What is corrected of one model.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "the keys because and fields")]
pub struct ModelPatch {
    /// Why.
    pub because: String,
    /// Documented field name to what is corrected.
    pub fields: BTreeMap<String, FieldPatch>,
}

/// What is corrected of one field.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(
    deny_unknown_fields,
    default,
    expecting = "the keys of a field's entry, such as { wire, type }"
)]
pub struct FieldPatch {
    /// See [`crate::Field::wire`].
    pub wire: Option<String>,
    /// See [`crate::Field::ty`].
    #[serde(rename = "type")]
    pub ty: Option<Type>,
    /// See [`crate::Field::required`].
    pub required: Option<bool>,
    /// See [`crate::Field::values`].
    pub values: Option<Vec<Scalar>>,
}

/// An entry of `renamed.yaml`: the operation keeps a deprecated alias under its old name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "the keys api, old, new, method, path, since"
)]
pub struct RenamedOperation {
    /// The page, such as `UsersApi`.
    pub api: String,
    /// The operation's id before.
    pub old: String,
    /// The operation's id now.
    pub new: String,
    /// Its method, which did not change.
    pub method: Method,
    /// Its path, which did not change.
    pub path: String,
    /// The client crate's version that first had the new name.
    pub since: String,
}
