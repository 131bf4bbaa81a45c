//! Which pages need which model. Touches nothing.
//!
//! A model is compiled only where an enabled page reaches it, so this is the closure over
//! everything that a page's operations return or send, and over the fields of that. A model that
//! no page reaches is there with `full` alone.

use spec::{Api, Model, Page};
use std::collections::{BTreeMap, BTreeSet};

/// For each model of the API, in its order, the pages that reach it, by index.
pub fn reach(api: &Api) -> Vec<BTreeSet<usize>> {
    let models = &api.models.models;
    let indices: BTreeMap<&str, usize> = models
        .iter()
        .enumerate()
        .map(|(index, model)| (model.name.as_str(), index))
        .collect();
    let edges: Vec<Vec<usize>> = models
        .iter()
        .map(|model| {
            named(model)
                .filter_map(|name| indices.get(name).copied())
                .collect()
        })
        .collect();
    let mut reached = vec![BTreeSet::new(); models.len()];
    for (page_index, page) in api.pages.iter().enumerate() {
        let mut open: Vec<usize> = roots(page)
            .filter_map(|name| indices.get(name).copied())
            .collect();
        while let Some(model) = open.pop() {
            if reached[model].insert(page_index) {
                open.extend(&edges[model]);
            }
        }
    }
    reached
}

fn roots(page: &Page) -> impl Iterator<Item = &str> {
    page.operations.iter().flat_map(|operation| {
        let parameters = operation.parameters.iter().map(|parameter| &parameter.ty);
        parameters
            .chain([&operation.returns])
            .filter_map(spec::Type::model)
    })
}

fn named(model: &Model) -> impl Iterator<Item = &str> {
    model.fields.iter().filter_map(|field| field.ty.model())
}
