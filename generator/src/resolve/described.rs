//! Described models, with their positions.

use crate::diagnostic::Span;
use spec::Model;
use std::collections::BTreeMap;
use std::ops::Range;

/// Every described model, by name.
#[derive(Default)]
pub(super) struct Described(pub BTreeMap<String, DescribedModel>);

impl Described {
    pub fn get(&self, name: &str) -> Option<&Model> {
        self.0.get(name).map(|described| &described.model)
    }
}

/// A described model.
pub(super) struct DescribedModel {
    pub model: Model,
    /// Its page; `None` if only `models.yaml` describes it.
    pub page: Option<ModelPlaces>,
}

/// Positions of the facts of a model in its page.
pub(super) struct ModelPlaces {
    pub file: String,
    pub name: Range<usize>,
    /// Names of the fields, one entry per field.
    pub fields: Vec<Range<usize>>,
}

impl ModelPlaces {
    pub fn name(&self) -> Span {
        Span::new(&self.file, &self.name)
    }

    pub fn field(&self, at: usize) -> Span {
        Span::new(&self.file, &self.fields[at])
    }
}
