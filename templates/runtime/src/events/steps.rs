//! What goes into the [`Machine`](super::machine::Machine) and what comes out.

use super::error::EventsError;
use super::frame::Frame;
use super::item::{Notification, RejectedTopic};
use super::leg::Channel;
use super::topic::Topic;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// A moment by both clocks: one that never jumps, and one that people read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Now {
    /// Since the machine began.
    pub up: Duration,
    pub wall: Timestamp,
}

/// Times of the machine; the defaults are in [`Timing::default`].
#[derive(Clone, Debug)]
pub struct Timing {
    /// A connection that was silent for so long is pinged.
    pub heartbeat: Duration,
    /// A connection that answers nothing for so long after a ping is dead.
    pub pong: Duration,
    /// How long two connections overlap at least.
    pub overlap: Duration,
    /// The longest that bringing a connection up may take.
    pub attempt: Duration,
    /// How often the server is asked which topics it has.
    pub verify: Duration,
    pub backoff_min: Duration,
    pub backoff_max: Duration,
    /// What a frame may take beyond the time that the latest ping took; a gap begins that much earlier.
    pub margin: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            heartbeat: Duration::from_secs(35),
            pong: Duration::from_secs(10),
            overlap: Duration::from_secs(2),
            attempt: Duration::from_secs(60),
            verify: Duration::from_secs(300),
            backoff_min: Duration::from_millis(500),
            backoff_max: Duration::from_secs(30),
            margin: Duration::from_secs(1),
        }
    }
}

/// What happened.
#[derive(Debug)]
pub enum Input {
    /// Time passed.
    Tick,
    /// These are wanted from now on.
    Want(Vec<Topic>),
    /// The reader was slow, and nothing was read meanwhile: silence says nothing, and what is read next
    /// may have been sent long ago.
    Paused,
    Created {
        leg: u64,
        channel: Channel,
    },
    Opened {
        leg: u64,
    },
    Frame {
        leg: u64,
        frame: Option<Frame>,
    },
    /// The socket closed, or a step to bring it up failed.
    Ended {
        leg: u64,
        error: Option<EventsError>,
    },
    Subscribed {
        leg: u64,
        rejected: Vec<RejectedTopic>,
    },
    /// The API refused the subscriptions; `gone` where it does not know the channel.
    Refused {
        leg: u64,
        error: EventsError,
        gone: bool,
    },
    /// The topics that the server has for the channel.
    Listed {
        leg: u64,
        topics: Listed,
    },
    Stop,
}

/// The answer to [`Action::List`].
#[derive(Debug)]
pub enum Listed {
    Topics(BTreeSet<String>),
    /// The API does not know the channel.
    Gone,
    /// The call failed, which says nothing of the channel.
    Unknown(EventsError),
}

/// What is to be done.
#[derive(Debug)]
pub enum Action {
    /// Makes a channel, once the channel `instead_of` is deleted.
    Create {
        leg: u64,
        instead_of: Option<String>,
    },
    Open {
        leg: u64,
        uri: String,
    },
    Ping {
        leg: u64,
    },
    /// Replaces the channel's subscriptions.
    Subscribe {
        leg: u64,
        channel: String,
        topics: Vec<Arc<str>>,
    },
    List {
        leg: u64,
        channel: String,
    },
    Close {
        leg: u64,
    },
    Delete {
        channel: String,
    },
    Give(Notification),
    /// The wish of that number is settled.
    Settled {
        asked: u64,
        result: Result<Vec<RejectedTopic>, EventsError>,
    },
}

pub type Actions = Vec<Action>;
