//! Events of the API's notification channels (feature `events`).
//!
//! [`machine`] is a channel's life as a pure state machine; [`line`] is the task that does what it says;
//! [`stream`] spreads topics over such channels and gives what they bring. `topic` and `item` are what a
//! user sees.

mod api;
mod error;
mod frame;
mod item;
mod leg;
mod line;
mod machine;
#[cfg(feature = "mock")]
mod mock;
mod moves;
mod queue;
mod seen;
#[cfg(test)]
mod simulation;
mod socket;
mod steps;
mod stream;
mod subscriptions;
mod topic;

pub use api::CHANNELS;
pub use error::EventsError;
pub use item::{Event, Gap, Notification, RejectedTopic};
#[cfg(feature = "mock")]
pub use mock::MockNotifications;
pub use queue::Overflow;
pub use stream::{EventStream, Events, TOPICS_PER_CHANNEL};
pub use topic::{Topic, TopicKind};

use crate::runtime::client::Client;

impl Client {
    /// Begins to subscribe to events; see [`Events`].
    pub fn events(&self) -> Events {
        Events::new(self.clone())
    }
}
