//! What the stream gives.

use super::error::EventsError;
use super::frame::RawEvent;
use super::topic::{Topic, TopicKind, ids};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// An item of the stream.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Notification {
    /// An event.
    Event(Event),
    /// Events may be missing.
    Gap(Gap),
    /// A subscribed topic is no longer granted, so its subscription ended. Subscribe to it again once the
    /// reason is gone.
    Rejected(RejectedTopic),
    /// The channel could not be connected again; the next attempt follows. A gap is reported once it is
    /// connected.
    Failed(Arc<EventsError>),
}

/// An event. Its body is decoded on request.
#[derive(Clone, Debug)]
pub struct Event {
    pub(super) topic: Topic,
    pub(super) raw: RawEvent,
    pub(super) received: Timestamp,
}

impl Event {
    /// The topic, including its ids.
    pub fn topic(&self) -> &Topic {
        &self.topic
    }

    /// The ids of the topic, in the order of its template.
    pub fn ids(&self) -> Vec<&str> {
        self.topic.ids()
    }

    /// The version of the topic's schema; `None` if the event has none.
    pub fn version(&self) -> Option<&str> {
        self.raw.version.as_deref()
    }

    /// The correlation id, to quote to the vendor's support; `None` if the event has none.
    pub fn correlation_id(&self) -> Option<&str> {
        self.raw.correlation_id.as_deref()
    }

    /// When it arrived, by this machine's clock.
    pub fn received(&self) -> Timestamp {
        self.received
    }

    /// The body, as JSON.
    pub fn json(&self) -> &str {
        self.raw.body.get()
    }

    /// The body, if the event is of that topic; otherwise `None`.
    pub fn decode<T: DeserializeOwned>(
        &self,
        kind: TopicKind<T>,
    ) -> Option<Result<T, serde_json::Error>> {
        ids(kind.template(), self.topic.name()).map(|_| self.decode_as())
    }

    /// Decodes the body as any type.
    ///
    /// # Errors
    /// The body is not JSON of that type.
    pub fn decode_as<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.json())
    }
}

/// A time in which events may have been lost.
///
/// Both ends are times of this machine's clock. An event that was sent within a gap may be lost. Events
/// that arrived are always returned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The last moment at which the channel was known to work.
    pub from: Timestamp,
    /// When it was known to work again.
    pub to: Timestamp,
    /// The topics, by name.
    pub topics: Vec<Arc<str>>,
}

/// A topic that the API did not grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedTopic {
    /// Its name.
    pub topic: Arc<str>,
    /// Why, in the API's words.
    pub reason: Option<String>,
    /// The missing permissions of the caller's role.
    pub missing_permissions: Vec<String>,
}
