//! Compares documented values of a parameter or a field. The caller judges what a change means.

use super::collector::{ChangeCollector, Impacts, sides};
use crate::change::{Id, Impact};
use spec::Scalar;

/// What became of documented values.
pub(super) enum ValuesEvent<'a> {
    /// The docs did not list them before.
    Listed,
    /// The docs no longer list them.
    Unlisted,
    /// Some of those that are listed are new. Several at once are one change: they mean the same, and one
    /// approval is enough.
    Added(Vec<&'a Scalar>),
    /// Some are no longer listed.
    Removed(Vec<&'a Scalar>),
}

/// What that means.
pub(super) struct ValuesVerdict {
    pub(super) id: Id,
    pub(super) wire: Impact,
    pub(super) rust: Impact,
    pub(super) text: String,
}

/// Compares what is listed; `judge` says what each event means there.
pub(super) fn compare<'a>(
    old: &'a [Scalar],
    new: &'a [Scalar],
    judge: impl Fn(&ValuesEvent<'_>) -> ValuesVerdict,
    changes: &mut ChangeCollector,
) {
    if old == new {
        return;
    }
    let events: Vec<ValuesEvent<'_>> = match (old, new) {
        ([], _) => vec![ValuesEvent::Listed],
        (_, []) => vec![ValuesEvent::Unlisted],
        _ => {
            let missing = |of: &'a [Scalar], others: &[Scalar]| -> Vec<&'a Scalar> {
                of.iter().filter(|value| !others.contains(value)).collect()
            };
            let (gone, fresh) = (missing(old, new), missing(new, old));
            let gone = (!gone.is_empty()).then_some(ValuesEvent::Removed(gone));
            let fresh = (!fresh.is_empty()).then_some(ValuesEvent::Added(fresh));
            gone.into_iter().chain(fresh).collect()
        }
    };
    if events.is_empty() {
        let text = "The same values in another order.".to_owned();
        let sides = sides(&listed(old), &listed(new));
        changes.push(Id::ValueOrderChanged, sides, Impacts::NONE, text);
    }
    for event in &events {
        let verdict = judge(event);
        let sides = match event {
            ValuesEvent::Listed => (None, Some(listed(new))),
            ValuesEvent::Unlisted => (Some(listed(old)), None),
            ValuesEvent::Added(values) => (None, Some(listed(values.iter().copied()))),
            ValuesEvent::Removed(values) => (Some(listed(values.iter().copied())), None),
        };
        changes.push(
            verdict.id,
            sides,
            Impacts {
                wire: verdict.wire,
                rust: verdict.rust,
            },
            verdict.text,
        );
    }
}

/// In one line.
fn listed<'a>(values: impl IntoIterator<Item = &'a Scalar>) -> String {
    let values: Vec<String> = values.into_iter().map(ToString::to_string).collect();
    values.join(", ")
}
