//! Topics: what to subscribe to.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// A topic with its ids, such as `v2.users.1234.presence`. Rendered constructors (`topics::…`) make
/// those that the docs know; [`Topic::new`] takes any other.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Topic {
    name: Arc<str>,
    template: Option<&'static str>,
}

impl Topic {
    /// A topic by its name, with the ids in it. It is checked when it is subscribed to.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into().into(),
            template: None,
        }
    }

    /// The topic of a template (segments between dots, `{id}` for each id) with these ids.
    #[doc(hidden)]
    pub fn of(template: &'static str, ids: &[&str]) -> Self {
        let mut ids = ids.iter();
        let parts = template
            .split('.')
            .map(|part| match part.strip_prefix('{') {
                Some(_) => ids.next().copied().unwrap_or_default(),
                None => part,
            });
        Self {
            name: parts.collect::<Vec<_>>().join(".").into(),
            template: Some(template),
        }
    }

    /// The name, as the API has it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The documented template; `None` for [`Topic::new`].
    pub fn template(&self) -> Option<&'static str> {
        self.template
    }

    /// The ids, in the order of the template; none without a template.
    pub fn ids(&self) -> Vec<&str> {
        self.template
            .and_then(|template| ids(template, &self.name))
            .unwrap_or_default()
    }

    pub(super) fn shared_name(&self) -> Arc<str> {
        self.name.clone()
    }

    /// Why it cannot be subscribed to.
    pub(super) fn fault(&self) -> Option<&'static str> {
        let is_text = |part: &str| part.chars().all(|c| c.is_ascii_graphic());
        if self.name.is_empty() {
            Some("it is empty")
        } else if !is_text(&self.name) {
            Some("it contains a space or a character that is not ASCII")
        } else if self.name.split('.').any(str::is_empty) {
            Some("a segment between its dots is empty")
        } else if self
            .template
            .is_some_and(|template| ids(template, &self.name).is_none())
        {
            Some("an id contains a dot, which would make it another topic")
        } else {
            None
        }
    }
}

impl From<&str> for Topic {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl From<String> for Topic {
    fn from(name: String) -> Self {
        Self::new(name)
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// The ids of a topic's name where it is of that template.
pub(super) fn ids<'a>(template: &str, name: &'a str) -> Option<Vec<&'a str>> {
    let mut ids = Vec::new();
    let mut parts = name.split('.');
    for wanted in template.split('.') {
        let part = parts.next()?;
        if wanted.starts_with('{') {
            ids.push(part);
        } else if wanted != part {
            return None;
        }
    }
    parts.next().is_none().then_some(ids)
}

/// A documented topic whose events carry a `T`: what [`Event::decode`](super::Event::decode) takes.
pub struct TopicKind<T> {
    template: &'static str,
    body: PhantomData<fn() -> T>,
}

impl<T> TopicKind<T> {
    #[doc(hidden)]
    pub const fn new(template: &'static str) -> Self {
        Self {
            template,
            body: PhantomData,
        }
    }

    /// The documented template, such as `v2.users.{id}.presence`.
    pub const fn template(&self) -> &'static str {
        self.template
    }
}

impl<T> Clone for TopicKind<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for TopicKind<T> {}

impl<T> fmt::Debug for TopicKind<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TopicKind").field(&self.template).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_ids() {
        let topic = Topic::of("v2.users.{id}.conversations.{id}.recordings", &["a", "b"]);
        assert_eq!(topic.name(), "v2.users.a.conversations.b.recordings");
        assert_eq!(topic.ids(), ["a", "b"]);
        assert_eq!(topic.fault(), None);
        assert_eq!(ids("v2.users.{id}.presence", "v2.users.a.activity"), None);
        assert_eq!(ids("v2.users.{id}", "v2.users.a.activity"), None);
        assert_eq!(ids("v2.users.{id}.presence", "v2.users.a"), None);
    }

    #[test]
    fn what_is_no_topic_is_told() {
        for (topic, fault) in [
            (Topic::new(""), "it is empty"),
            (Topic::new("v2..a"), "a segment between its dots is empty"),
            (
                Topic::new("v2.a b"),
                "it contains a space or a character that is not ASCII",
            ),
            (
                Topic::of("v2.users.{id}", &[""]),
                "a segment between its dots is empty",
            ),
            (
                Topic::of("v2.users.{id}", &["a.b"]),
                "an id contains a dot, which would make it another topic",
            ),
        ] {
            assert_eq!(topic.fault(), Some(fault), "{topic}");
        }
        assert_eq!(Topic::new("v2.new.thing.{x}?a&b").fault(), None);
    }
}
