//! Models: the shapes of bodies.

use crate::{Scalar, Type};
use serde::Deserialize;

/// The file `models.yaml`, of the IR and of a spec folder alike.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "the keys format and models")]
pub struct Models {
    /// The version of the IR: [`crate::FORMAT`].
    pub format: u32,
    /// Sorted by name.
    pub models: Vec<Model>,
}

impl Default for Models {
    fn default() -> Self {
        Self {
            format: crate::FORMAT,
            models: Vec::new(),
        }
    }
}

/// One model: what OpenAPI calls a schema of type object.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "the keys of a model: name, opaque, fields"
)]
pub struct Model {
    /// As documented.
    pub name: String,
    /// No page describes it; its JSON is kept as it is.
    #[serde(default)]
    pub opaque: bool,
    /// In documented order.
    #[serde(default)]
    pub fields: Vec<Field>,
}

/// One field of a model: what OpenAPI calls a property.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "the keys of a field, such as name and type"
)]
pub struct Field {
    /// As documented.
    pub name: String,
    /// The key in JSON, where that differs from [`Field::name`].
    #[serde(default)]
    pub wire: Option<String>,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: Type,
    /// Whether it is required in request bodies.
    #[serde(default)]
    pub required: bool,
    /// Documented values, in documented order. The server may send others.
    #[serde(default)]
    pub values: Vec<Scalar>,
    /// Text of the page.
    #[serde(default)]
    pub description: String,
}

impl Field {
    /// The key in JSON.
    pub fn wire_name(&self) -> &str {
        self.wire.as_deref().unwrap_or(&self.name)
    }
}
