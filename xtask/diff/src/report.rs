//! Everything that a renderer shows, in the order in which people read it: pages and operations,
//! the worst first.

use crate::approvals::Approvals;
use crate::bump::Bump;
use crate::change::{Access, Change, Id, Impact};
use crate::escape;
use crate::noise::{Classes, classify};
pub use crate::words::plural;
use semver::Version;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::compare::UntypedBodies;

/// The outcome of one comparison.
pub struct DiffReport {
    /// What was compared with …
    pub old: String,
    /// … what.
    pub new: String,
    /// Every change that was asked for, sorted by subject.
    pub changes: Vec<Change>,
    /// How many request bodies could not be judged.
    pub bodies: UntypedBodies,
    /// What somebody approved.
    pub approvals: Approvals,
    /// The version of the client crate that the old side has, if it is known.
    pub version: Option<Version>,
}

/// How many changes are what. Approved ones are counted with the rest, and by themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All.
    pub all: usize,
    /// That break calls.
    pub wire: usize,
    /// That break code.
    pub rust: usize,
    /// Of who may call: fewer.
    pub narrowed: usize,
    /// Of who may call: more.
    pub widened: usize,
    /// New operations.
    pub added: usize,
    /// Operations that are gone.
    pub removed: usize,
    /// New notification topics.
    pub topics_added: usize,
    /// Notification topics that are gone.
    pub topics_removed: usize,
    /// That somebody approved.
    pub accepted: usize,
}

/// One page, the models, or the notification topics.
pub struct Section<'a> {
    /// The page's name, [`MODELS`] or [`TOPICS`].
    pub title: &'a str,
    /// Operations, models or topics, the worst first.
    pub groups: Vec<Group<'a>>,
}

/// One operation, model or topic, or the page itself.
pub struct Group<'a> {
    /// The operation's, model's or topic's name; nothing for the page itself.
    pub name: Option<&'a str>,
    /// Method and path, for an operation.
    pub line: Option<String>,
    /// How code names it, for an operation.
    pub rust_name: Option<&'a str>,
    /// The worst first.
    pub changes: Vec<&'a Change>,
}

/// What is shown instead of a page's name for changes of models.
pub const MODELS: &str = "Models";
/// What is shown instead of a page's name for changes of notification topics.
pub const TOPICS: &str = "Notification topics";

impl DiffReport {
    /// The numbers.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts {
            all: self.changes.len(),
            ..Counts::default()
        };
        for change in &self.changes {
            counts.wire += usize::from(change.wire == Impact::Breaking);
            counts.rust += usize::from(change.rust == Impact::Breaking);
            counts.narrowed += usize::from(change.access == Some(Access::Narrowed));
            counts.widened += usize::from(change.access == Some(Access::Widened));
            counts.added += usize::from(change.id == Id::EndpointAdded);
            counts.removed += usize::from(is_removal(change.id));
            counts.topics_added += usize::from(change.id == Id::TopicAdded);
            counts.topics_removed += usize::from(change.id == Id::TopicRemoved);
            counts.accepted += usize::from(self.approvals.reason(change).is_some());
        }
        counts
    }

    /// The numbers in words.
    pub fn summary(&self) -> String {
        let counts = self.counts();
        if counts.all == 0 {
            return "No changes.".to_owned();
        }
        let mut parts = vec![format!(
            "{}: {} on the wire, {} in Rust",
            plural(counts.all, "change"),
            breaking(counts.wire),
            breaking(counts.rust)
        )];
        if counts.added + counts.removed > 0 {
            parts.push(format!(
                "{} added, {} removed",
                plural(counts.added, "operation"),
                counts.removed
            ));
        }
        if counts.topics_added + counts.topics_removed > 0 {
            parts.push(format!(
                "{} added, {} removed",
                plural(counts.topics_added, "topic"),
                counts.topics_removed
            ));
        }
        if counts.narrowed + counts.widened > 0 {
            parts.push(format!(
                "permissions: {} narrowed, {} widened",
                counts.narrowed, counts.widened
            ));
        }
        if counts.accepted > 0 {
            parts.push(format!("{} accepted", counts.accepted));
        }
        format!("{}.", parts.join("; "))
    }

    /// How far the version must move for the changes shown.
    pub fn bump(&self) -> Bump {
        Bump::of(&self.changes)
    }

    /// What to publish, in words.
    pub fn bump_line(&self) -> String {
        match (&self.version, self.bump()) {
            (_, Bump::None) => "Version: no release needed.".to_owned(),
            (Some(version), bump) => {
                format!(
                    "Version: {bump} change, so at least {} after {version}.{}",
                    bump.apply(version),
                    self.wire_line(bump)
                )
            }
            (None, bump) => format!("Version: a {bump} change.{}", self.wire_line(bump)),
        }
    }

    /// Why what breaks calls does not make the version a major one.
    fn wire_line(&self, bump: Bump) -> &'static str {
        if self.counts().wire > 0 && bump < Bump::Major {
            " What breaks on the wire breaks for callers of every version: say it in the release's notes."
        } else {
            ""
        }
    }

    /// What cannot be judged, where bodies are untyped.
    pub fn untyped_note(&self) -> Option<String> {
        let UntypedBodies { untyped, all } = self.bodies;
        (untyped > 0).then(|| {
            format!(
                "Not judged: {untyped} of the {all} request bodies have no documented type, so it is not known which \
                 models callers send in them. A change of a model that no typed body reaches may break these \
                 requests without being called breaking."
            )
        })
    }

    /// Changes by class of noise.
    pub fn classes(&self) -> Classes<'_> {
        classify(&self.changes.iter().collect::<Vec<_>>())
    }

    /// Changes of who may call, those that shut somebody out first.
    pub fn permissions(&self) -> Vec<&Change> {
        let mut changes: Vec<_> = self
            .changes
            .iter()
            .filter(|change| change.access.is_some_and(|a| a != Access::Same))
            .collect();
        changes.sort_by_key(|change| (change.access, &change.subject, change.id));
        changes
    }
}

pub(crate) fn is_removal(id: Id) -> bool {
    matches!(
        id,
        Id::RemovedWithDeprecation | Id::RemovedWithoutDeprecation
    )
}

fn breaking(count: usize) -> String {
    if count == 0 {
        "nothing breaks".to_owned()
    } else {
        format!("{count} breaking")
    }
}

/// Groups changes by page and operation, the worst first.
pub fn sections<'a>(changes: impl IntoIterator<Item = &'a Change>) -> Vec<Section<'a>> {
    type Groups<'a> = BTreeMap<(Option<&'a str>, Option<String>), Vec<&'a Change>>;
    let mut pages: BTreeMap<&str, Groups<'a>> = BTreeMap::new();
    for change in changes {
        let subject = &change.subject;
        let others = if subject.topic.is_some() {
            TOPICS
        } else {
            MODELS
        };
        let title = subject.api.as_deref().unwrap_or(others);
        let name = subject.name();
        let line = subject
            .method
            .zip(subject.path.as_deref())
            .map(|(method, path)| format!("{method} {path}"));
        pages
            .entry(title)
            .or_default()
            .entry((name, line))
            .or_default()
            .push(change);
    }
    let mut sections: Vec<Section<'a>> = pages
        .into_iter()
        .map(|(title, groups)| {
            let mut groups: Vec<Group<'a>> = groups
                .into_iter()
                .map(|((name, line), mut changes)| {
                    changes.sort_by_key(|change| Reverse((change.worst(), change.wire)));
                    let rust_name = changes[0].rust_name.as_deref();
                    Group {
                        name,
                        rust_name: rust_name.filter(|_| line.is_some()),
                        line,
                        changes,
                    }
                })
                .collect();
            groups.sort_by_key(|group| Reverse(weight(&group.changes)));
            Section { title, groups }
        })
        .collect();
    sections.sort_by_key(|section| Reverse(section.weight()));
    sections
}

/// By the worst change, then by how many are that bad.
fn weight(changes: &[&Change]) -> (Impact, usize, usize) {
    let worst = changes
        .iter()
        .map(|change| change.worst())
        .max()
        .unwrap_or_default();
    let that_bad = changes
        .iter()
        .filter(|change| change.worst() == worst)
        .count();
    let wire = changes
        .iter()
        .filter(|change| change.wire == Impact::Breaking)
        .count();
    (worst, wire, that_bad)
}

impl<'a> Section<'a> {
    fn weight(&self) -> (Impact, usize, usize) {
        weight(&self.changes().collect::<Vec<_>>())
    }

    /// All changes of the section.
    pub fn changes(&self) -> impl Iterator<Item = &'a Change> {
        self.groups
            .iter()
            .flat_map(|group| group.changes.iter().copied())
    }

    /// `11 changes, 2 breaking`.
    pub fn summary(&self) -> String {
        let (mut all, mut breaking) = (0, 0);
        for change in self.changes() {
            all += 1;
            breaking += usize::from(change.worst() == Impact::Breaking);
        }
        if breaking == 0 {
            plural(all, "change")
        } else {
            format!("{}, {breaking} breaking", plural(all, "change"))
        }
    }
}

/// What a change is of, within its operation or model: `parameter pageSize`, `field name`.
pub fn target(change: &Change) -> Option<String> {
    let subject = &change.subject;
    let parameter = subject
        .parameter
        .as_ref()
        .map(|name| format!("parameter {name}"));
    parameter.or_else(|| subject.field.as_ref().map(|name| format!("field {name}")))
}

/// Old and new in one line, shortened so that a paragraph does not fill the screen.
pub fn sides(change: &Change) -> Option<String> {
    let short = |text: &str| -> String {
        let line = escape::one_line(text);
        match line.char_indices().nth(120) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line,
        }
    };
    if change.id == Id::EndpointAdded || is_removal(change.id) {
        return None; // the place says it already
    }
    match (change.old.as_deref(), change.new.as_deref()) {
        (Some(old), Some(new)) => Some(format!("{} → {}", short(old), short(new))),
        (Some(old), None) => Some(format!("− {}", short(old))),
        (None, Some(new)) => Some(format!("+ {}", short(new))),
        (None, None) => None,
    }
}
