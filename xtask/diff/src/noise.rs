//! Noise: changes of prose or order only, and the same change in many operations or models. Reports for
//! people collapse it. A breaking change is always shown.

use crate::change::{Change, Id, Impact, Kind};
use crate::words::plural;
use std::collections::HashMap;

/// From this many places on, the same change is one line with its list.
const REPEATED: usize = 10;

/// The same change of many operations or models.
pub struct Repeated<'a> {
    /// One of them, for id, old, new and text.
    pub sample: &'a Change,
    /// All of them.
    pub changes: Vec<&'a Change>,
}

impl Repeated<'_> {
    /// `12 operations`, `12 models`.
    pub fn count(&self) -> String {
        let word = if self.sample.subject.operation.is_some() {
            "operation"
        } else {
            "model"
        };
        plural(self.changes.len(), word)
    }

    /// Names of at most that many operations or models, and how many more there are.
    pub fn names(&self, most: usize) -> String {
        let name = |change: &&Change| {
            let subject = &change.subject;
            subject.name().unwrap_or_default().to_owned()
        };
        let mut names: Vec<String> = self.changes.iter().map(name).collect();
        names.sort();
        names.dedup();
        let rest = names.len().saturating_sub(most);
        names.truncate(most);
        let listed = names.join(", ");
        if rest == 0 {
            listed
        } else {
            format!("{listed} and {rest} more")
        }
    }
}

/// Changes in the classes in which people look at them.
#[derive(Default)]
pub struct Classes<'a> {
    /// To be read one by one.
    pub signal: Vec<&'a Change>,
    /// One line for many; those that break something, or change who may call, first.
    pub repeated: Vec<Repeated<'a>>,
    /// Prose only.
    pub prose: Vec<&'a Change>,
    /// Order only.
    pub order: Vec<&'a Change>,
}

/// What makes two changes of different operations or models the same change.
type Alike<'a> = (
    Id,
    Option<&'a str>,
    Option<&'a str>,
    Option<&'a str>,
    Option<&'a str>,
    Impact,
    Impact,
);

fn alike(change: &Change) -> Alike<'_> {
    (
        change.id,
        change.subject.parameter.as_deref(),
        change.subject.field.as_deref(),
        change.old.as_deref(),
        change.new.as_deref(),
        change.wire,
        change.rust,
    )
}

/// Sorts changes into their classes; each stands in exactly one.
pub fn classify<'a>(changes: &[&'a Change]) -> Classes<'a> {
    let mut groups: HashMap<Alike<'a>, Vec<&'a Change>> = HashMap::new();
    for change in changes.iter().filter(|change| can_repeat(change)) {
        groups.entry(alike(change)).or_default().push(change);
    }
    groups.retain(|_, group| group.len() >= REPEATED);
    let mut classes = Classes::default();
    for &change in changes {
        if is_noise(change) {
            if change.id.kind() == Kind::Prose {
                classes.prose.push(change);
            } else {
                classes.order.push(change);
            }
        } else if !(can_repeat(change) && groups.contains_key(&alike(change))) {
            classes.signal.push(change);
        }
    }
    classes.repeated = groups
        .into_values()
        .map(|changes| Repeated {
            sample: changes[0],
            changes,
        })
        .collect();
    classes.repeated.sort_by_key(|group| {
        (
            std::cmp::Reverse((group.sample.worst(), group.changes.len())),
            group.sample.id,
            &group.sample.subject,
        )
    });
    classes
}

/// Whether the same change in many places is noise. Additions and removals are not, and neither are
/// changes of who may call.
fn can_repeat(change: &Change) -> bool {
    !is_noise(change)
        && (change.subject.operation.is_some() || change.subject.field.is_some())
        && !matches!(change.id.kind(), Kind::Permission)
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

/// Only worded or ordered differently, and nobody can tell.
fn is_noise(change: &Change) -> bool {
    change.worst() == Impact::None && change.id.kind().is_editorial()
}
