//! Which pages need which model.
//!
//! A model is compiled only where an enabled page reaches it, so this is the closure over
//! everything that a page's operations return or send, and over the fields of that. A model that
//! no page reaches is there with `full` alone.

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
