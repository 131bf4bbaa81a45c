//! What nobody needs to read line by line: prose only, order only, and template drift, the same
//! change on more than a hundred operations. Noise is collapsed where people look, and it is never
//! what breaks: a change that breaks something is shown whatever its class.

use super::change::{Change, Id, Impact, Topic};
use std::collections::HashMap;

/// Above this many operations the same change is one line with its count.
const DRIFT: usize = 100;

/// The same change on many operations.
pub struct Drift<'a> {
    /// One of them, for id, old, new and text.
    pub sample: &'a Change,
    /// All of them.
    pub changes: Vec<&'a Change>,
}

/// Changes in the classes in which people look at them.
#[derive(Default)]
pub struct Classes<'a> {
    /// To be read one by one.
    pub signal: Vec<&'a Change>,
    /// One line for many; those that break something, or change who may call, first.
    pub drift: Vec<Drift<'a>>,
    /// Prose only.
    pub prose: Vec<&'a Change>,
    /// Order only.
    pub order: Vec<&'a Change>,
}

/// What makes two changes of different operations the same change. Prose is the same whatever it
/// says: a template that words each operation anew is drift all the same.
type Alike<'a> = (
    Id,
    Option<&'a str>,
    Option<&'a str>,
    Option<&'a str>,
    Impact,
    Impact,
);

fn alike(change: &Change) -> Alike<'_> {
    let prose = change.id.kind() == Topic::Prose;
    let side = |side: &'_ Option<String>| -> bool { !prose && side.is_some() };
    (
        change.id,
        change.subject.parameter.as_deref(),
        change.old.as_deref().filter(|_| side(&change.old)),
        change.new.as_deref().filter(|_| side(&change.new)),
        change.wire,
        change.rust,
    )
}

/// Sorts changes into their classes; each stands in exactly one.
pub fn classify<'a>(changes: &[&'a Change]) -> Classes<'a> {
    let mut groups: HashMap<Alike<'a>, Vec<&'a Change>> = HashMap::new();
    for change in changes.iter().filter(|change| can_drift(change)) {
        groups.entry(alike(change)).or_default().push(change);
    }
    groups.retain(|_, group| group.len() > DRIFT);
    let mut classes = Classes::default();
    for &change in changes {
        let kind = change.id.kind();
        if can_drift(change) && groups.contains_key(&alike(change)) {
            continue;
        }
        if change.worst() == Impact::None && kind == Topic::Prose {
            classes.prose.push(change);
        } else if change.worst() == Impact::None
            && (kind == Topic::Order || is_reordering(change.id))
        {
            classes.order.push(change);
        } else {
            classes.signal.push(change);
        }
    }
    classes.drift = groups
        .into_values()
        .map(|changes| Drift {
            sample: changes[0],
            changes,
        })
        .collect();
    classes.drift.sort_by_key(|drift| {
        (
            std::cmp::Reverse((drift.sample.worst(), drift.changes.len())),
            drift.sample.id,
            &drift.sample.subject,
        )
    });
    classes
}

/// Drift is something that a template does to operations that stay. What comes and goes is each of
/// it news, even when a hundred come at once, and so is who may call.
fn can_drift(change: &Change) -> bool {
    change.subject.operation.is_some()
        && !matches!(change.id.kind(), Topic::Permission)
        && !matches!(
            change.id,
            Id::EndpointAdded
                | Id::RemovedWithDeprecation
                | Id::RemovedWithoutDeprecation
                | Id::AddedToPage
                | Id::RemovedFromPage
                | Id::OperationMoved
                | Id::OperationRenamed
        )
}

fn is_reordering(id: Id) -> bool {
    id == Id::PermissionOrderChanged
}
