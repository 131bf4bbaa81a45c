//! Topics: what one can subscribe to on a notification channel.

use crate::{Permissions, Type};
use serde::Deserialize;

/// The IR's file `topics.yaml`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topics {
    /// The version of the IR: [`crate::FORMAT`].
    pub format: u32,
    /// Sorted by [`Topic::topic`].
    pub topics: Vec<Topic>,
}

/// One kind of topic, and what its events carry.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// The template: segments between dots, `{id}` for each id (or another name in braces), such as `v2.users.{id}.presence`.
    pub topic: String,
    /// The type of an event's body: a model.
    pub model: Type,
    /// What a subscriber's role must hold; nothing where the docs do not say.
    #[serde(default)]
    pub permissions: Option<Permissions>,
}

impl Topic {
    /// How many ids the template takes.
    pub fn ids(&self) -> usize {
        self.topic
            .split('.')
            .filter(|segment| Self::is_id(segment))
            .count()
    }

    /// Whether a segment of a template stands for an id.
    pub fn is_id(segment: &str) -> bool {
        segment.starts_with('{')
    }
}
