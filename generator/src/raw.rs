//! The facts of one page before they are interpreted: the output of the page reader, and the input
//! of the resolving stage.
//!
//! Every fact has its position, for findings of the resolving stage. Type words are already
//! [`Type`]s, because that is syntax. Places of parameters, wire names, references and the overlay
//! are left to `resolve`, because only it sees the whole API.

use crate::language::Language;
use spec::{Method, Permissions, Scalar, Type};
use std::ops::Range;

/// A value and its byte range in the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Byte range in the page.
    pub range: Range<usize>,
}

/// An entry of `docs/notifications.json`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawTopic {
    /// The file, relative to the spec folder.
    pub file: String,
    /// The template.
    pub topic: Spanned<String>,
    /// The name of the model of its events.
    pub model: Spanned<String>,
}

/// A page of operations.
#[derive(Clone, Debug, PartialEq)]
pub struct RawPage {
    /// The file, relative to the spec folder: `docs/UsersApi.md`.
    pub file: String,
    /// The page's name: `UsersApi`.
    pub api: Spanned<String>,
    /// The language of its docs.
    pub language: Language,
    /// What paths are relative to.
    pub base_url: Spanned<String>,
    /// The docs' version, from the footer `_package@version_`.
    pub version: Option<Spanned<String>>,
    /// In the order of the page.
    pub operations: Vec<RawOperation>,
}

/// An operation's section, joined with its row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct RawOperation {
    /// The documented name.
    pub id: Spanned<String>,
    /// The HTTP method.
    pub method: Spanned<Method>,
    /// The path template.
    pub path: Spanned<String>,
    /// From the table's row, entities decoded.
    pub summary: String,
    /// The section's text beyond the summary, paragraphs separated by a blank line, entities
    /// decoded.
    pub description: String,
    /// `id is a preview method and is subject to …`.
    pub preview: bool,
    /// A deprecation block or label.
    pub deprecated: bool,
    /// `Requires ANY|ALL permissions:` with a list, or `Requires NO permissions:`.
    pub permissions: Option<Permissions>,
    /// In documented order, without `customHeaders`.
    pub parameters: Vec<RawParameter>,
    /// From the section's return type.
    pub returns: Spanned<Type>,
    /// The whole section.
    pub range: Range<usize>,
}

/// A row of a parameter table.
#[derive(Clone, Debug, PartialEq)]
pub struct RawParameter {
    /// The documented name.
    pub name: Spanned<String>,
    /// The documented type. `Number` is [`Type::Number`], `Date` is [`Type::DateTime`].
    pub ty: Spanned<Type>,
    /// No `[optional]` in the notes.
    pub required: bool,
    /// `[default to X]`, typed by the parameter's type.
    pub default: Option<Spanned<Scalar>>,
    /// `**Values**: a, b, c`, typed by the parameter's type.
    pub values: Vec<Scalar>,
    /// The description column, entities decoded.
    pub description: Spanned<String>,
    /// Its value in the example, as JavaScript source.
    pub example: Option<Spanned<String>>,
}

/// A page that describes one model.
#[derive(Clone, Debug, PartialEq)]
pub struct RawModel {
    /// The file, relative to the spec folder: `docs/typed/User.md`.
    pub file: String,
    /// The model's name.
    pub name: Spanned<String>,
    /// The language of its docs.
    pub language: Language,
    /// The docs' version, from the footer.
    pub version: Option<Spanned<String>>,
    /// In documented order.
    pub fields: Vec<RawField>,
}

/// A row of a model page's table.
#[derive(Clone, Debug, PartialEq)]
pub struct RawField {
    /// The documented name: the one on the wire, or its snake case.
    pub name: Spanned<String>,
    /// The documented type.
    pub ty: Spanned<Type>,
    /// No `[optional]` in the notes.
    pub required: bool,
    /// Documented values.
    pub values: Vec<Scalar>,
    /// The description column, entities decoded.
    pub description: String,
}
