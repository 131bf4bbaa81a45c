//! Which pages need which model.
//!
//! A model is compiled only where an enabled page reaches it, so this is the closure over
//! everything that a page's operations return or send, and over the fields of that. A model that
//! no page reaches is there with `full` alone.

use spec::{Api, Operation};
use std::collections::BTreeSet;

/// For each model of the API, in its order, the pages that reach it, by index.
pub fn reach(api: &Api) -> Vec<BTreeSet<usize>> {
    let mut reached = vec![BTreeSet::new(); api.models.models.len()];
    for (index, page) in api.pages.iter().enumerate() {
        let types = page.operations.iter().flat_map(Operation::types);
        for name in api.models.reached(types) {
            if let Some(model) = api.models.position(name) {
                reached[model].insert(index);
            }
        }
    }
    reached
}
