//! Notification topics that came, went or changed. A topic is its template, ids unnamed.

use crate::change::{Change, Id, Impact, Subject};
use crate::compare::collector::{ChangeCollector, Impacts, sides};
use crate::compare::context::Context;
use crate::compare::permissions;
use crate::compare::types::{readers, response_impact};
use crate::compare::verdict::{SeenByCallers, differ};
use crate::escape::code;
use spec::text::unnamed;
use spec::{Api, Topic};
use std::borrow::Cow;
use std::collections::BTreeMap;
use templates::TopicSurface;

use Impact::None as Unchanged;

/// Every change of a topic.
pub(super) fn compare(context: &Context<'_>) -> Vec<Change> {
    let (old, new) = (by_template(context.old), by_template(context.new));
    let gone = old.iter().filter(|(key, _)| !new.contains_key(*key));
    let mut out: Vec<Change> = gone.flat_map(|(_, topic)| removed(topic)).collect();
    for (key, topic) in &new {
        match old.get(key) {
            Some(before) => out.extend(changed(context, before, topic)),
            None => out.extend(added(topic)),
        }
    }
    out
}

fn by_template(api: &Api) -> BTreeMap<Cow<'_, str>, &Topic> {
    let topics = api.topics.iter();
    topics.map(|topic| (unnamed(&topic.topic), topic)).collect()
}

fn collector(topic: &Topic) -> ChangeCollector {
    ChangeCollector::at(Subject {
        topic: Some(topic.topic.clone()),
        ..Subject::default()
    })
}

fn removed(topic: &Topic) -> Vec<Change> {
    let mut changes = collector(topic);
    changes.push(
        Id::TopicRemoved,
        (Some(topic.model.to_string()), None),
        Impacts::BREAKING,
        "The docs no longer have it: a subscription to it may be rejected, and the client has no \
         function for it."
            .to_owned(),
    );
    changes.changes
}

fn added(topic: &Topic) -> Vec<Change> {
    let mut changes = collector(topic);
    changes.push(
        Id::TopicAdded,
        (None, Some(topic.model.to_string())),
        Impacts::COMPATIBLE,
        format!(
            "New; the client has a function for it. Its events carry {}.",
            code(&topic.model.to_string())
        ),
    );
    changes.changes
}

fn changed(context: &Context<'_>, old: &Topic, new: &Topic) -> Vec<Change> {
    let surface = "a surface has every topic of its API";
    let seen = SeenByCallers {
        was: context.old_surface.topic(&old.topic).expect(surface),
        is: context.new_surface.topic(&new.topic).expect(surface),
    };
    let mut changes = collector(new);
    // Every fact is named, so that rustc asks here what becomes of a new one.
    let Topic {
        topic: _,
        model: _,
        permissions: _,
    } = new;
    if old.topic != new.topic || seen.was.function != seen.is.function {
        renamed(old, new, seen, &mut changes);
    }
    if old.model != new.model {
        let wire = response_impact(context, &old.model, &new.model);
        changes.push(
            Id::TopicModelChanged,
            sides(&old.model, &new.model),
            Impacts {
                wire,
                rust: differ(&seen.was.body, &seen.is.body),
            },
            format!(
                "Its events carried {} and carry {}; {}.",
                code(&old.model.to_string()),
                code(&new.model.to_string()),
                readers(wire)
            ),
        );
    }
    if let Some(found) = permissions::compare(old.permissions.as_ref(), new.permissions.as_ref()) {
        changes.push_access(found.id, (found.old, found.new), found.access, found.text);
    }
    changes.changes
}

fn renamed(
    old: &Topic,
    new: &Topic,
    seen: SeenByCallers<'_, TopicSurface<'_>>,
    changes: &mut ChangeCollector,
) {
    let (was, is) = (&seen.was.function, &seen.is.function);
    let text = if was == is {
        "An id in its template has another name; nobody sends that name.".to_owned()
    } else {
        format!(
            "Its function in Rust is {} now, no longer {}.",
            code(&format!("topics::{is}")),
            code(&format!("topics::{was}"))
        )
    };
    let sides = if old.topic == new.topic {
        sides(was, is)
    } else {
        sides(&old.topic, &new.topic)
    };
    changes.push(
        Id::TopicRenamed,
        sides,
        Impacts {
            wire: Unchanged,
            rust: differ(was, is),
        },
        text,
    );
}
