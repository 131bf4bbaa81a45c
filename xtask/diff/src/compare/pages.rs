//! The changes of whole operations and of pages: what came, what went, what moved.

use super::context::{Context, subject_of};
use super::matching::{Matched, OnPage};
use super::operations;
use crate::change::{Change, Id, Impact, Subject};
use crate::escape::code;
use rayon::prelude::*;
use spec::{Api, Operation, Page};
use std::collections::HashSet;

/// Every change of the pages and their operations, not sorted.
pub(super) fn of(matched: &Matched<'_>, context: &Context<'_>) -> Vec<Change> {
    let mut out: Vec<Change> = matched
        .both
        .par_iter()
        .flat_map_iter(|(old, new)| {
            operations::compare(context, old.page, old.operation, new.page, new.operation)
        })
        .collect();
    out.extend(
        matched
            .removed
            .iter()
            .map(|standing| removed(context, *standing)),
    );
    out.extend(
        matched
            .added
            .iter()
            .map(|standing| added(context, *standing)),
    );
    out.extend(
        matched
            .left_page
            .iter()
            .map(|standing| left_page(*standing)),
    );
    out.extend(
        matched
            .joined_page
            .iter()
            .map(|standing| joined_page(*standing)),
    );
    for (old, new) in &matched.kept {
        page_changes(old, new, &mut out);
    }
    out.extend(matched.gone.iter().map(|page| page_removed(page)));
    out.extend(matched.fresh.iter().map(|page| page_added(page)));
    out
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

fn removed(context: &Context<'_>, standing: OnPage<'_>) -> Change {
    let OnPage { page, operation } = standing;
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
            (
                rust,
                format!("its name now belongs to {}", code(&line_of(new))),
            )
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
        subject: subject_of(page, operation),
        id,
        old: Some(line_of(operation)),
        new: None,
        wire: Impact::Breaking,
        rust,
        access: None,
        rust_name: None,
        text: format!("The docs no longer have it, and {fate}. {warned}."),
    }
}

fn added(context: &Context<'_>, standing: OnPage<'_>) -> Change {
    let OnPage { page, operation } = standing;
    let reused = named(context.old, &page.api, &operation.id).is_some();
    Change {
        subject: subject_of(page, operation),
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
        rust_name: None,
        text: if reused {
            "New, under a name that another operation had before.".to_owned()
        } else {
            "New; the client has a method for it.".to_owned()
        },
    }
}

fn left_page(standing: OnPage<'_>) -> Change {
    let OnPage { page, operation } = standing;
    Change {
        subject: subject_of(page, operation),
        id: Id::RemovedFromPage,
        old: Some(page.api.clone()),
        new: None,
        wire: Impact::None,
        rust: Impact::Breaking,
        access: None,
        rust_name: None,
        text: format!(
            "It still stands on another page, but no longer on {}: callers that reach it through \
             that page's module must take the other.",
            page.api
        ),
    }
}

fn joined_page(standing: OnPage<'_>) -> Change {
    let OnPage { page, operation } = standing;
    Change {
        subject: subject_of(page, operation),
        id: Id::AddedToPage,
        old: None,
        new: Some(page.api.clone()),
        wire: Impact::None,
        rust: Impact::Compatible,
        access: None,
        rust_name: None,
        text: format!(
            "It now also stands on {}, and can be reached through that module too.",
            page.api
        ),
    }
}

fn page_changes(old: &Page, new: &Page, out: &mut Vec<Change>) {
    let Page {
        format: _, // of the IR, not of the API
        api: _,
        base_url: _,
        operations: _,
    } = new;
    let subject = Subject {
        api: Some(new.api.clone()),
        ..Subject::default()
    };
    if old.base_url != new.base_url {
        out.push(Change {
            subject: subject.clone(),
            id: Id::BaseUrlChanged,
            old: Some(old.base_url.clone()),
            new: Some(new.base_url.clone()),
            wire: Impact::Breaking,
            rust: Impact::None,
            access: None,
 rust_name: None,
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
            subject,
            id: Id::OperationOrderChanged,
            old: None,
            new: None,
            wire: Impact::None,
            rust: Impact::None,
            access: None,
            rust_name: None,
            text: "The page lists the same operations in another order.".to_owned(),
        });
    }
}

fn page_removed(page: &Page) -> Change {
    Change {
        subject: Subject {
            api: Some(page.api.clone()),
            ..Subject::default()
        },
        id: Id::PageRemoved,
        old: Some(page.api.clone()),
        new: None,
        wire: Impact::None,
        rust: Impact::Breaking,
        access: None,
        rust_name: None,
        text:
            "The page is gone, and with it the client's module and Cargo feature of its name; what \
               became of its operations is listed on its own."
                .to_owned(),
    }
}

fn page_added(page: &Page) -> Change {
    Change {
        subject: Subject {
            api: Some(page.api.clone()),
            ..Subject::default()
        },
        id: Id::PageAdded,
        old: None,
        new: Some(page.api.clone()),
        wire: Impact::None,
        rust: Impact::Compatible,
        access: None,
        rust_name: None,
        text: "The page is new; the client has a module and a Cargo feature for it.".to_owned(),
    }
}
