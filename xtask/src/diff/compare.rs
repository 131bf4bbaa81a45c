//! Two versions of the API to a list of changes: which operation is which, on which page.
//!
//! An operation is its method and path, whatever the docs call it and whatever they call the
//! variables in the path; so a rename is a rename, and not one operation less and one more. Some
//! operations stand on several pages, and what is the same change on each of them is said once.
//!
//! Longer than most files: pairing pages, pairing operations and saying what is the same only once decide
//! together, on the same tables, and apart each would have to hand those on.

use super::change::{Change, Id, Impact, Place};
use super::models::{self, Usage};
use super::operations;
use rayon::prelude::*;
use spec::{Api, Method, Operation, Page, RenamedOperation};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What stays the same during one comparison.
pub(super) struct Context<'a> {
    pub(super) old: &'a Api,
    pub(super) new: &'a Api,
    /// The aliases that the new client has.
    pub(super) renamed: &'a [RenamedOperation],
    pub(super) usage: Usage<'a>,
}

/// What makes an operation that operation.
pub(super) type Key<'a> = (Method, Cow<'a, str>);

/// Every change from `old` to `new`, sorted by place. `renamed` is what stands in the new spec
/// folder's `renamed.yaml`.
pub fn compare(old: &Api, new: &Api, renamed: &[RenamedOperation]) -> Vec<Change> {
    let usage = Usage::of(old, new);
    let context = Context {
        old,
        new,
        renamed,
        usage,
    };
    let pages = Pages::match_up(&context);
    let (mut changes, models) =
        rayon::join(|| pages.changes(&context), || models::compare(&context));
    say_once(&mut changes);
    changes.extend(models);
    changes.sort_by(|a, b| (&a.place, a.id, &a.old, &a.new).cmp(&(&b.place, b.id, &b.old, &b.new)));
    changes
}

/// The path with every variable called the same.
pub(super) fn anonymous(path: &str) -> Cow<'_, str> {
    if !path.contains('{') {
        return Cow::Borrowed(path);
    }
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((_, behind)) = after.split_once('}') else {
            break;
        };
        out.push_str(before);
        out.push_str("{}");
        rest = behind;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

pub(super) fn key(operation: &Operation) -> Key<'_> {
    (operation.method, anonymous(&operation.path))
}

/// An operation and the page it stands on.
#[derive(Clone, Copy)]
struct Standing<'a> {
    page: &'a Page,
    operation: &'a Operation,
}

/// Which operation of the old API is which of the new.
#[derive(Default)]
struct Pages<'a> {
    both: Vec<(Standing<'a>, Standing<'a>)>,
    removed: Vec<Standing<'a>>,
    left_page: Vec<Standing<'a>>,
    added: Vec<Standing<'a>>,
    joined_page: Vec<Standing<'a>>,
    kept: Vec<(&'a Page, &'a Page)>,
    gone: Vec<&'a Page>,
    fresh: Vec<&'a Page>,
}

impl<'a> Pages<'a> {
    fn match_up(context: &Context<'a>) -> Self {
        let mut out = Self::default();
        let old_pages: BTreeMap<&str, &Page> = by_name(context.old);
        let new_pages: BTreeMap<&str, &Page> = by_name(context.new);
        let (mut old_left, mut new_left) = (Vec::new(), Vec::new());
        for (name, &old) in &old_pages {
            let Some(&new) = new_pages.get(name) else {
                out.gone.push(old);
                old_left.extend(old.operations.iter().map(|operation| Standing {
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
                new_left.extend(new.operations.iter().map(|operation| Standing {
                    page: new,
                    operation,
                }));
            }
        }
        out.match_across(context, old_left, new_left);
        out
    }

    /// On one page: by method and path, where those stand there twice by name as well.
    fn match_page(
        &mut self,
        old: &'a Page,
        new: &'a Page,
        old_left: &mut Vec<Standing<'a>>,
        new_left: &mut Vec<Standing<'a>>,
    ) {
        let mut by_key: HashMap<Key<'_>, Vec<usize>> = HashMap::with_capacity(new.operations.len());
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
                None => old_left.push(Standing {
                    page: old,
                    operation,
                }),
            }
        }
        let fresh = new.operations.iter().zip(taken).filter(|(_, taken)| !taken);
        new_left.extend(fresh.map(|(operation, _)| Standing {
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
            Standing {
                page: old_page,
                operation: old,
            },
            Standing {
                page: new_page,
                operation: new,
            },
        ));
    }

    /// What a page lost and another gained has moved; what still stands elsewhere has only left
    /// (or joined) this page.
    fn match_across(
        &mut self,
        context: &Context<'a>,
        old_left: Vec<Standing<'a>>,
        new_left: Vec<Standing<'a>>,
    ) {
        let (old_keys, new_keys) = (all_keys(context.old), all_keys(context.new));
        let mut arrivals: HashMap<Key<'_>, Vec<Standing<'a>>> = HashMap::new();
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
        let mut rest: Vec<Standing<'a>> = arrivals.into_values().flatten().collect();
        rest.sort_by(|a, b| (&a.page.api, &a.operation.id).cmp(&(&b.page.api, &b.operation.id)));
        for standing in rest {
            if old_keys.contains(&key(standing.operation)) {
                self.joined_page.push(standing);
            } else {
                self.added.push(standing);
            }
        }
    }

    fn changes(&self, context: &Context<'a>) -> Vec<Change> {
        let mut out: Vec<Change> = self
            .both
            .par_iter()
            .flat_map_iter(|(old, new)| {
                operations::compare(context, old.page, old.operation, new.page, new.operation)
            })
            .collect();
        out.extend(
            self.removed
                .iter()
                .map(|standing| removed(context, *standing)),
        );
        out.extend(self.added.iter().map(|standing| added(context, *standing)));
        out.extend(self.left_page.iter().map(|standing| left_page(*standing)));
        out.extend(
            self.joined_page
                .iter()
                .map(|standing| joined_page(*standing)),
        );
        for (old, new) in &self.kept {
            page_changes(old, new, &mut out);
        }
        out.extend(self.gone.iter().map(|page| page_removed(page)));
        out.extend(self.fresh.iter().map(|page| page_added(page)));
        out
    }
}

fn by_name(api: &Api) -> BTreeMap<&str, &Page> {
    api.pages
        .iter()
        .map(|page| (page.api.as_str(), page))
        .collect()
}

fn all_keys(api: &Api) -> HashSet<Key<'_>> {
    api.pages
        .iter()
        .flat_map(|page| &page.operations)
        .map(key)
        .collect()
}

/// The same change of an operation that stands on several pages stays only at the first page.
/// What is about a page itself is kept.
fn say_once(changes: &mut Vec<Change>) {
    changes.sort_by(|a, b| a.place.api.cmp(&b.place.api));
    let mut seen = HashSet::new();
    changes.retain(|change| {
        let about_page = matches!(
            change.id,
            Id::OperationMoved | Id::AddedToPage | Id::RemovedFromPage | Id::OperationOrderChanged
        ) || change.place.operation.is_none();
        let place = Place {
            api: None,
            ..change.place.clone()
        };
        about_page || seen.insert((place, change.id, change.old.clone(), change.new.clone()))
    });
}

/// The place of an operation.
pub(super) fn place_of(page: &Page, operation: &Operation) -> Place {
    Place {
        api: Some(page.api.clone()),
        operation: Some(operation.id.clone()),
        method: Some(operation.method),
        path: Some(operation.path.clone()),
        ..Place::default()
    }
}

fn line_of(operation: &Operation) -> String {
    format!("{} {}", operation.method, operation.path)
}

/// The operation of that name on that page of an API.
fn named<'a>(api: &'a Api, page: &str, id: &str) -> Option<(&'a Page, &'a Operation)> {
    let page = api.pages.iter().find(|candidate| candidate.api == page)?;
    let operation = page
        .operations
        .iter()
        .find(|operation| operation.id == id)?;
    Some((page, operation))
}

fn removed(context: &Context<'_>, standing: Standing<'_>) -> Change {
    let Standing { page, operation } = standing;
    // The name may live on, for a call that goes elsewhere: then only the compiler's view differs.
    let heir = named(context.new, &page.api, &operation.id);
    let (rust, fate) = match heir {
        Some((new_page, new)) => {
            let changes = operations::compare(context, page, operation, new_page, new);
            let rust = changes
                .iter()
                .map(|change| change.rust)
                .max()
                .unwrap_or_default();
            (rust, format!("its name now calls `{}`", line_of(new)))
        }
        None => (
            Impact::Breaking,
            "its method is gone from the client".to_owned(),
        ),
    };
    let (id, warned) = if operation.deprecated {
        (Id::RemovedWithDeprecation, "It was deprecated before")
    } else {
        (
            Id::RemovedWithoutDeprecation,
            "It was never marked as deprecated",
        )
    };
    Change {
        place: place_of(page, operation),
        id,
        old: Some(line_of(operation)),
        new: None,
        wire: Impact::Breaking,
        rust,
        access: None,
        text: format!("The docs no longer have it, and {fate}. {warned}."),
    }
}

fn added(context: &Context<'_>, standing: Standing<'_>) -> Change {
    let Standing { page, operation } = standing;
    let reused = named(context.old, &page.api, &operation.id).is_some();
    Change {
        place: place_of(page, operation),
        id: Id::EndpointAdded,
        old: None,
        new: Some(line_of(operation)),
        wire: Impact::Compatible,
        rust: if reused {
            Impact::None
        } else {
            Impact::Compatible
        },
        access: None,
        text: if reused {
            "New, under a name that called another operation before.".to_owned()
        } else {
            "New; the client has a method for it.".to_owned()
        },
    }
}

fn left_page(standing: Standing<'_>) -> Change {
    let Standing { page, operation } = standing;
    Change {
        place: place_of(page, operation),
        id: Id::RemovedFromPage,
        old: Some(page.api.clone()),
        new: None,
        wire: Impact::None,
        rust: Impact::Breaking,
        access: None,
        text: format!(
            "It still stands on another page, but no longer on {}: callers that reach it through \
             that page's module must take the other.",
            page.api
        ),
    }
}

fn joined_page(standing: Standing<'_>) -> Change {
    let Standing { page, operation } = standing;
    Change {
        place: place_of(page, operation),
        id: Id::AddedToPage,
        old: None,
        new: Some(page.api.clone()),
        wire: Impact::None,
        rust: Impact::Compatible,
        access: None,
        text: format!(
            "It now also stands on {}, and can be reached through that module too.",
            page.api
        ),
    }
}

fn page_changes(old: &Page, new: &Page, out: &mut Vec<Change>) {
    let place = Place {
        api: Some(new.api.clone()),
        ..Place::default()
    };
    if old.base_url != new.base_url {
        out.push(Change {
            place: place.clone(),
            id: Id::BaseUrlChanged,
            old: Some(old.base_url.clone()),
            new: Some(new.base_url.clone()),
            wire: Impact::Breaking,
            rust: Impact::None,
            access: None,
            text: "Every path of the page is relative to another address; requests to the old one may fail."
                .to_owned(),
        });
    }
    let is_in = |page: &Page| {
        page.operations
            .iter()
            .map(|o| o.id.clone())
            .collect::<HashSet<_>>()
    };
    let (in_old, in_new) = (is_in(old), is_in(new));
    let order = |page: &Page| -> Vec<String> {
        let ids = page.operations.iter().map(|operation| operation.id.clone());
        ids.filter(|id| in_old.contains(id) && in_new.contains(id))
            .collect()
    };
    if order(old) != order(new) {
        out.push(Change {
            place,
            id: Id::OperationOrderChanged,
            old: None,
            new: None,
            wire: Impact::None,
            rust: Impact::None,
            access: None,
            text: "The page lists the same operations in another order.".to_owned(),
        });
    }
}

fn page_removed(page: &Page) -> Change {
    Change {
        place: Place {
            api: Some(page.api.clone()),
            ..Place::default()
        },
        id: Id::PageRemoved,
        old: Some(page.api.clone()),
        new: None,
        wire: Impact::None,
        rust: Impact::Breaking,
        access: None,
        text:
            "The page is gone, and with it the client's module and Cargo feature of its name; what \
               became of its operations is listed on its own."
                .to_owned(),
    }
}

fn page_added(page: &Page) -> Change {
    Change {
        place: Place {
            api: Some(page.api.clone()),
            ..Place::default()
        },
        id: Id::PageAdded,
        old: None,
        new: Some(page.api.clone()),
        wire: Impact::None,
        rust: Impact::Compatible,
        access: None,
        text: "The page is new; the client has a module and a Cargo feature for it.".to_owned(),
    }
}
