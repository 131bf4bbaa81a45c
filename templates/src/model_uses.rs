//! The uses of a model: the operations that send or return it, and the models with a field of it. They
//! are its documentation, because the pages do not describe models in words. Pure.

use crate::doc::{Doc, code};
use spec::{Api, Type};
use std::collections::{BTreeMap, BTreeSet};

/// The most names that are listed; rustdoc's search finds the others.
const SHOWN: usize = 3;

/// Ids of operations and names of models.
#[derive(Default)]
pub struct Uses<'a> {
    sent_by: BTreeSet<&'a str>,
    answered_by: BTreeSet<&'a str>,
    part_of: BTreeSet<&'a str>,
}

/// By the name of the model.
pub fn uses(api: &Api) -> BTreeMap<&str, Uses<'_>> {
    let mut out: BTreeMap<&str, Uses<'_>> = BTreeMap::new();
    for operation in api.pages.iter().flat_map(|page| &page.operations) {
        let parameters = operation.parameters.iter();
        for parameter in parameters.filter(|it| it.location.is_body()) {
            if let Some(name) = named(&parameter.ty) {
                out.entry(name).or_default().sent_by.insert(&operation.id);
            }
        }
        if let Some(name) = named(&operation.returns) {
            let uses = out.entry(name).or_default();
            uses.answered_by.insert(&operation.id);
        }
    }
    for model in &api.models.models {
        for name in model.fields.iter().filter_map(|field| named(&field.ty)) {
            out.entry(name).or_default().part_of.insert(&model.name);
        }
    }
    out
}

fn named(ty: &Type) -> Option<&str> {
    ty.model()
}

impl Uses<'_> {
    /// One line for each kind of use.
    pub fn doc(&self) -> Doc {
        let mut doc = Doc::new();
        let lines = [
            ("Sent by", &self.sent_by),
            ("Answer of", &self.answered_by),
            ("Part of", &self.part_of),
        ];
        for (what, names) in lines {
            if !names.is_empty() {
                doc.markdown(&format!("{what} {}.", list(names)));
            }
        }
        if self.sent_by.is_empty() && self.answered_by.is_empty() && self.part_of.is_empty() {
            doc.markdown("No operation names this model.");
        }
        doc
    }
}

fn list(names: &BTreeSet<&str>) -> String {
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| code(name)).collect();
    let more = names.len().saturating_sub(SHOWN);
    let shown = shown.join(", ");
    if more == 0 {
        shown
    } else {
        format!("{shown} and {more} more")
    }
}
