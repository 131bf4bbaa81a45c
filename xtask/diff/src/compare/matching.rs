//! Matches operations of the old API with those of the new.
//!
//! An operation is identified by its method and path, without the names of variables. So a new documented
//! name is a rename, not a removal and an addition.

use super::key::{OperationKey, key};
use spec::{Api, Operation, Page};
use std::collections::{BTreeMap, HashMap, HashSet};

/// An operation and the page it stands on.
#[derive(Clone, Copy)]
pub(super) struct OnPage<'a> {
    pub(super) page: &'a Page,
    pub(super) operation: &'a Operation,
}

/// Which operation of the old API is which of the new.
#[derive(Default)]
pub(super) struct Matched<'a> {
    pub(super) both: Vec<(OnPage<'a>, OnPage<'a>)>,
    pub(super) removed: Vec<OnPage<'a>>,
    pub(super) left_page: Vec<OnPage<'a>>,
    pub(super) added: Vec<OnPage<'a>>,
    pub(super) joined_page: Vec<OnPage<'a>>,
    pub(super) kept: Vec<(&'a Page, &'a Page)>,
    pub(super) gone: Vec<&'a Page>,
    pub(super) fresh: Vec<&'a Page>,
}

impl<'a> Matched<'a> {
    pub(super) fn of(old_api: &'a Api, new_api: &'a Api) -> Self {
        let mut out = Self::default();
        let old_pages: BTreeMap<&str, &Page> = by_name(old_api);
        let new_pages: BTreeMap<&str, &Page> = by_name(new_api);
        let (mut old_left, mut new_left) = (Vec::new(), Vec::new());
        for (name, &old) in &old_pages {
            let Some(&new) = new_pages.get(name) else {
                out.gone.push(old);
                old_left.extend(old.operations.iter().map(|operation| OnPage {
                    page: old,
                    operation,
                }));
                continue;
            };
            out.kept.push((old, new));
            out.match_page(old, new, &mut old_left, &mut new_left);
        }
        for (name, &new) in &new_pages {
            if !old_pages.contains_key(name) {
                out.fresh.push(new);
                new_left.extend(new.operations.iter().map(|operation| OnPage {
                    page: new,
                    operation,
                }));
            }
        }
        out.match_across(old_api, new_api, old_left, new_left);
        out
    }

    /// On one page: by method and path, where those stand there twice by name as well.
    fn match_page(
        &mut self,
        old: &'a Page,
        new: &'a Page,
        old_left: &mut Vec<OnPage<'a>>,
        new_left: &mut Vec<OnPage<'a>>,
    ) {
        let mut by_key: HashMap<OperationKey<'_>, Vec<usize>> =
            HashMap::with_capacity(new.operations.len());
        for (index, operation) in new.operations.iter().enumerate() {
            by_key.entry(key(operation)).or_default().push(index);
        }
        let mut taken = vec![false; new.operations.len()];
        let mut waiting = Vec::new();
        for operation in &old.operations {
            let candidates = by_key.get(&key(operation)).map_or(&[][..], Vec::as_slice);
            let same_name = candidates
                .iter()
                .copied()
                .find(|&index| !taken[index] && new.operations[index].id == operation.id);
            match same_name {
                Some(index) => {
                    taken[index] = true;
                    self.pair(old, operation, new, &new.operations[index]);
                }
                None => waiting.push(operation),
            }
        }
        for operation in waiting {
            let candidates = by_key.get(&key(operation)).map_or(&[][..], Vec::as_slice);
            match candidates.iter().copied().find(|&index| !taken[index]) {
                Some(index) => {
                    taken[index] = true;
                    self.pair(old, operation, new, &new.operations[index]);
                }
                None => old_left.push(OnPage {
                    page: old,
                    operation,
                }),
            }
        }
        let fresh = new.operations.iter().zip(taken).filter(|(_, taken)| !taken);
        new_left.extend(fresh.map(|(operation, _)| OnPage {
            page: new,
            operation,
        }));
    }

    fn pair(
        &mut self,
        old_page: &'a Page,
        old: &'a Operation,
        new_page: &'a Page,
        new: &'a Operation,
    ) {
        self.both.push((
            OnPage {
                page: old_page,
                operation: old,
            },
            OnPage {
                page: new_page,
                operation: new,
            },
        ));
    }

    /// What a page lost and another gained has moved; what still stands elsewhere has only left
    /// (or joined) this page.
    fn match_across(
        &mut self,
        old: &Api,
        new: &Api,
        old_left: Vec<OnPage<'a>>,
        new_left: Vec<OnPage<'a>>,
    ) {
        let (old_keys, new_keys) = (all_keys(old), all_keys(new));
        let mut arrivals: HashMap<OperationKey<'_>, Vec<OnPage<'a>>> = HashMap::new();
        for standing in new_left {
            arrivals
                .entry(key(standing.operation))
                .or_default()
                .push(standing);
        }
        for standing in old_left {
            let key = key(standing.operation);
            match arrivals.get_mut(&key).and_then(Vec::pop) {
                Some(arrival) => self.both.push((standing, arrival)),
                None if new_keys.contains(&key) => self.left_page.push(standing),
                None => self.removed.push(standing),
            }
        }
        let mut rest: Vec<OnPage<'a>> = arrivals.into_values().flatten().collect();
        rest.sort_by(|a, b| (&a.page.api, &a.operation.id).cmp(&(&b.page.api, &b.operation.id)));
        for standing in rest {
            if old_keys.contains(&key(standing.operation)) {
                self.joined_page.push(standing);
            } else {
                self.added.push(standing);
            }
        }
    }
}

fn by_name(api: &Api) -> BTreeMap<&str, &Page> {
    api.pages
        .iter()
        .map(|page| (page.api.as_str(), page))
        .collect()
}

fn all_keys(api: &Api) -> HashSet<OperationKey<'_>> {
    api.pages
        .iter()
        .flat_map(|page| &page.operations)
        .map(key)
        .collect()
}
