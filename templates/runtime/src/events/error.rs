//! Why there are no events.

use crate::runtime::error::{Error, escaped};
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// Why a subscription failed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum EventsError {
    /// An invalid topic; nothing was sent.
    Topic {
        /// Its name.
        topic: String,
        /// Why.
        reason: &'static str,
    },
    /// More topics than [`TOPICS_PER_CHANNEL`](super::TOPICS_PER_CHANNEL) on each of the channels that may
    /// be used; nothing was sent.
    TooManyTopics {
        /// How many were asked for, with those that are subscribed already.
        asked: usize,
        /// How many there may be.
        limit: usize,
    },
    /// The client id has as many channels as allowed; another would silently remove the oldest. Close one, or
    /// use another client id.
    TooManyChannels {
        /// How many are open.
        open: usize,
    },
    /// A call of the notification API failed.
    Call(Arc<Error>),
    /// The WebSocket could not be opened.
    Socket(Arc<Error>),
    /// The client does not understand an answer of the notification service.
    Answer(&'static str),
    /// A timeout.
    TimedOut,
    /// The stream is closed, or its tokio runtime has ended.
    Closed,
}

impl fmt::Display for EventsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Topic { topic, reason } => {
                write!(f, "the topic `{}` is refused: {reason}", escaped(topic))
            }
            Self::TooManyTopics { asked, limit } => {
                write!(f, "{asked} topics are too many: the channels take {limit}")
            }
            Self::TooManyChannels { open } => write!(
                f,
                "{open} channels are open; one more would remove the oldest of the client id"
            ),
            Self::Call(error) => write!(f, "the notification API: {error}"),
            Self::Socket(error) => write!(f, "the notification socket: {error}"),
            Self::Answer(what) => write!(f, "the notification service: {what}"),
            Self::TimedOut => f.write_str("connecting to the notification service took too long"),
            Self::Closed => f.write_str("the stream of events is closed"),
        }
    }
}

impl StdError for EventsError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Call(error) | Self::Socket(error) => error.source(),
            _ => None,
        }
    }
}
