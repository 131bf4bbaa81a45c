//! Which pages need which model.
//!
//! A model is compiled only if an enabled page reaches it: by what its operations send or return, or by
//! a field of such a model. A model that no page reaches is compiled with `full` only.

use spec::{Api, Operation, Type};
use std::collections::BTreeSet;

/// For each model of the API, in its order, the pages that reach it, by index. The topics come after
/// the last page, as if they were one.
pub fn reach(api: &Api) -> Vec<BTreeSet<usize>> {
    let pages = api.pages.iter().map(|page| {
        let types = page.operations.iter().flat_map(Operation::types);
        types.collect::<Vec<&Type>>()
    });
    let topics = api.topics.iter().map(|topic| &topic.model).collect();
    let mut reached = vec![BTreeSet::new(); api.models.models.len()];
    for (index, types) in pages.chain([topics]).enumerate() {
        for name in api.models.reached(types) {
            if let Some(model) = api.models.position(name) {
                reached[model].insert(index);
            }
        }
    }
    reached
}
