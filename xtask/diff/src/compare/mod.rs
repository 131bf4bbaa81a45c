//! Two APIs to a list of changes.
//!
//! Some operations appear on several pages; what is the same change on each of them is listed once.

mod collector;
mod context;
mod fields;
mod key;
mod matching;
mod models;
mod operations;
mod order;
mod pages;
mod parameters;
mod permissions;
mod topics;
mod types;
mod usage;
mod values;
mod verdict;

pub(crate) use key::key;
pub use usage::UntypedBodies;

use crate::change::{Change, Id, Subject};
use context::Context;
use matching::Matched;
use spec::{Api, RenamedOperation};
use std::collections::HashSet;
use usage::Usage;

/// Every change from `old` to `new`, sorted by place. `renamed` is what stands in the new spec
/// folder's `renamed.yaml`.
pub fn compare(old: &Api, new: &Api, renamed: &[RenamedOperation]) -> Vec<Change> {
    let usage = Usage::of(old, new);
    let (old_surface, new_surface) = rayon::join(
        || templates::surface(old, &[]),
        || templates::surface(new, renamed),
    );
    let context = Context {
        old,
        new,
        renamed,
        usage,
        old_surface,
        new_surface,
    };
    let matched = Matched::of(old, new);
    let (mut changes, models) = rayon::join(
        || pages::of(&matched, &context),
        || models::compare(&context),
    );
    say_once(&mut changes);
    changes.extend(models);
    changes.extend(topics::compare(&context));
    name_in_rust(&context, &mut changes);
    changes.sort_by(|a, b| {
        (&a.subject, a.id, &a.old, &a.new).cmp(&(&b.subject, b.id, &b.old, &b.new))
    });
    changes
}

/// Says how code names each operation.
fn name_in_rust(context: &Context<'_>, changes: &mut [Change]) {
    for change in changes {
        let subject = &change.subject;
        if let Some((api, operation)) = subject.api.as_ref().zip(subject.operation.as_ref()) {
            let new = context.new_surface.operation(api, operation);
            let seen = new.or_else(|| context.old_surface.operation(api, operation));
            change.rust_name = seen.map(|seen| seen.call.clone());
        } else if let Some(topic) = &subject.topic {
            let new = context.new_surface.topic(topic);
            let seen = new.or_else(|| context.old_surface.topic(topic));
            change.rust_name = seen.map(|seen| format!("topics::{}", seen.function));
        }
    }
}

/// The same change of an operation that stands on several pages stays only at the first page.
/// What is about a page itself is kept.
fn say_once(changes: &mut Vec<Change>) {
    changes.sort_by(|a, b| a.subject.api.cmp(&b.subject.api));
    let mut seen = HashSet::new();
    changes.retain(|change| {
        let about_page = matches!(
            change.id,
            Id::OperationMoved | Id::AddedToPage | Id::RemovedFromPage | Id::OperationOrderChanged
        ) || change.subject.operation.is_none();
        let place = Subject {
            api: None,
            ..change.subject.clone()
        };
        about_page || seen.insert((place, change.id, change.old.clone(), change.new.clone()))
    });
}
