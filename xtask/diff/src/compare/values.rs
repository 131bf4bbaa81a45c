//! Documented values, of a parameter or of a field: what became of them is the same, what it means
//! is not.

use super::collector::{ChangeCollector, sides};
use crate::change::{Id, Impact};
use spec::Scalar;

/// What became of documented values.
pub(super) enum Event<'a> {
    /// The docs did not list them before.
    Listed,
    /// The docs no longer list them.
    Unlisted,
    /// One of those that are listed is new.
    Added(&'a Scalar),
    /// One is no longer listed.
    Removed(&'a Scalar),
}

/// What that means.
pub(super) struct Verdict {
    pub(super) id: Id,
    pub(super) wire: Impact,
    pub(super) rust: Impact,
    pub(super) text: String,
}

/// Compares what is listed; `judge` says what each event means there.
pub(super) fn compare(
    old: &[Scalar],
    new: &[Scalar],
    judge: impl Fn(&Event<'_>) -> Verdict,
    changes: &mut ChangeCollector,
) {
    if old == new {
        return;
    }
    let events: Vec<Event<'_>> = match (old, new) {
        ([], _) => vec![Event::Listed],
        (_, []) => vec![Event::Unlisted],
        _ => {
            let gone = old.iter().filter(|value| !new.contains(value));
            let fresh = new.iter().filter(|value| !old.contains(value));
            let gone = gone.map(Event::Removed);
            gone.chain(fresh.map(Event::Added)).collect()
        }
    };
    if events.is_empty() {
        let text = "The same values in another order.".to_owned();
        let sides = sides(&listed(old), &listed(new));
        changes.push(
            Id::ValueOrderChanged,
            sides,
            Impact::None,
            Impact::None,
            text,
        );
    }
    for event in &events {
        let verdict = judge(event);
        let sides = match event {
            Event::Listed => (None, Some(listed(new))),
            Event::Unlisted => (Some(listed(old)), None),
            Event::Added(value) => (None, Some(value.to_string())),
            Event::Removed(value) => (Some(value.to_string()), None),
        };
        changes.push(verdict.id, sides, verdict.wire, verdict.rust, verdict.text);
    }
}

/// In one line.
fn listed(values: &[Scalar]) -> String {
    let values: Vec<String> = values.iter().map(ToString::to_string).collect();
    values.join(", ")
}
