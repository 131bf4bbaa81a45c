//! The content of a report in reading order: pages and operations, the worst first.

use crate::approvals::Approvals;
use crate::bump::Bump;
use crate::change::{Access, Change, Id, Impact, Kind};
use crate::escape;
use crate::noise::{Classes, Repeated, classify};
pub use crate::words::plural;
use semver::Version;
use std::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

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
pub struct ReportSection<'a> {
    /// The page's name, [`MODELS`] or [`TOPICS`].
    pub title: &'a str,
    /// Operations, models or topics, the worst first.
    pub groups: Vec<Group<'a>>,
}

/// Operations (of one page), models or topics to which the same happened; mostly one.
#[derive(Clone)]
pub struct Group<'a> {
    /// Who.
    pub subjects: Vec<GroupSubject<'a>>,
}

/// One operation, model or topic, or the page itself.
#[derive(Clone)]
pub struct GroupSubject<'a> {
    /// The operation's, model's or topic's name; nothing for the page itself.
    pub name: Option<&'a str>,
    /// Method and path, for an operation.
    pub line: Option<String>,
    /// How code names it, for an operation.
    pub rust_name: Option<&'a str>,
    /// The worst first.
    pub changes: Vec<&'a Change>,
}

/// A part of the report. They are in the order in which they should be read.
pub struct Chapter<'a> {
    /// What it is about.
    pub title: &'static str,
    /// Whether it is of what breaks callers or of who may call.
    pub is_urgent: bool,
    /// The same change in many places, which comes first where it breaks something, and else last.
    pub repeated: Vec<Repeated<'a>>,
    /// Pages, the models and the topics, the worst first.
    pub sections: Vec<ReportSection<'a>>,
}

impl Chapter<'_> {
    /// How many changes it has.
    pub fn count(&self) -> usize {
        let repeated: usize = self.repeated.iter().map(|group| group.changes.len()).sum();
        let sections = self.sections.iter();
        repeated
            + sections
                .map(|section| section.changes().count())
                .sum::<usize>()
    }
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
            " Changes that break the wire affect callers of every version: put them into the release notes."
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

    /// Everything but noise, in the order in which it should be read: who may call (nobody announces
    /// it, and no compiler finds it), what breaks, the rest. No chapter is empty.
    pub fn chapters(&self) -> Vec<Chapter<'_>> {
        let Classes {
            signal, repeated, ..
        } = self.classes();
        let breaks = |change: &Change| change.worst() == Impact::Breaking;
        let (access, signal): (Vec<&Change>, Vec<&Change>) = signal
            .into_iter()
            .partition(|change| change.access.is_some_and(|access| access != Access::Same));
        let (breaking, others) = signal.into_iter().partition(|change| breaks(change));
        let (repeated_breaking, repeated) =
            repeated.into_iter().partition(|group| breaks(group.sample));
        let chapter = |title, is_urgent, repeated, changes: Vec<_>| Chapter {
            title,
            is_urgent,
            repeated,
            sections: sections(changes),
        };
        let mut chapters = vec![
            chapter("Who may call", true, Vec::new(), access),
            chapter("Breaks callers", true, repeated_breaking, breaking),
            chapter("Other changes", false, repeated, others),
        ];
        chapters.retain(|chapter| chapter.count() > 0);
        chapters
    }

    /// The groups, those to which the same happened as one.
    pub fn alike<'a>(&self, groups: Vec<Group<'a>>) -> Vec<Group<'a>> {
        let mut out: Vec<Group<'a>> = Vec::new();
        let mut known: HashMap<_, usize> = HashMap::new();
        for group in groups {
            let said: Vec<_> = group
                .changes()
                .iter()
                .map(|change| self.said(change))
                .collect();
            match known.entry(said) {
                Entry::Occupied(entry) => out[*entry.get()].subjects.extend(group.subjects),
                Entry::Vacant(entry) => {
                    entry.insert(out.len());
                    out.push(group);
                }
            }
        }
        out
    }

    /// What is said of a change, apart from whose it is.
    fn said(&self, change: &Change) -> impl Eq + Hash + use<> {
        (
            (change.id, change.wire, change.rust, change.access),
            target(change),
            sides(change),
            change.text.clone(),
            self.approvals.reason(change).map(str::to_owned),
        )
    }
}

impl<'a> Group<'a> {
    /// `12 operations`, `12 models`, `12 topics`.
    pub fn count(&self) -> String {
        let subject = &self.changes()[0].subject;
        let word = if subject.operation.is_some() {
            "operation"
        } else if subject.topic.is_some() {
            "topic"
        } else {
            "model"
        };
        plural(self.subjects.len(), word)
    }

    /// What happened to each of the group, the worst first.
    pub fn changes(&self) -> &[&'a Change] {
        &self.subjects[0].changes
    }
}

/// What a change breaks, in few words.
pub fn verdict(change: &Change) -> &'static str {
    match (change.wire, change.rust, change.access) {
        (Impact::Breaking, Impact::Breaking, _) => "breaks wire+Rust",
        (Impact::Breaking, _, Some(Access::Narrowed)) => "narrows callers",
        (Impact::Breaking, ..) => "breaks wire",
        (_, Impact::Breaking, _) => "breaks Rust",
        (.., Some(Access::Widened)) => "widens callers",
        (Impact::Compatible, ..) | (_, Impact::Compatible, _) => "compatible",
        (Impact::None, Impact::None, None | Some(Access::Same | Access::Narrowed)) => "no impact",
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
pub fn sections<'a>(changes: impl IntoIterator<Item = &'a Change>) -> Vec<ReportSection<'a>> {
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
    let mut sections: Vec<ReportSection<'a>> = pages
        .into_iter()
        .map(|(title, groups)| {
            let mut groups: Vec<Group<'a>> = groups
                .into_iter()
                .map(|((name, line), mut changes)| {
                    changes.sort_by_key(|change| Reverse((change.worst(), change.wire)));
                    let rust_name = changes[0].rust_name.as_deref();
                    let subject = GroupSubject {
                        name,
                        rust_name: rust_name.filter(|_| line.is_some()),
                        line,
                        changes,
                    };
                    Group {
                        subjects: vec![subject],
                    }
                })
                .collect();
            groups.sort_by_key(|group| Reverse(weight(group.changes())));
            ReportSection { title, groups }
        })
        .collect();
    sections.sort_by_key(|section| Reverse(section.weight()));
    sections
}

/// By the worst change, then by who loses access, then by how many are that bad.
fn weight(changes: &[&Change]) -> (Impact, bool, usize, usize) {
    let narrows = |change: &&Change| change.access == Some(Access::Narrowed);
    let narrows = changes.iter().any(narrows);
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
    (worst, narrows, wire, that_bad)
}

impl<'a> ReportSection<'a> {
    fn weight(&self) -> (Impact, bool, usize, usize) {
        weight(&self.changes().collect::<Vec<_>>())
    }

    /// All changes of the section.
    pub fn changes(&self) -> impl Iterator<Item = &'a Change> {
        let subjects = self.groups.iter().flat_map(|group| &group.subjects);
        subjects.flat_map(|subject| subject.changes.iter().copied())
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
        } else if breaking == all {
            format!("{all} breaking")
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
    // Which permissions they are stands nowhere else.
    let longest = match change.id.kind() {
        Kind::Permission => 1_000,
        _ => 200,
    };
    let short = |text: &str| -> String {
        let line = escape::one_line(text);
        match line.char_indices().nth(longest) {
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
