//! Requests without an answer: errors of the connection, and timeouts. Pure.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// Any error, as a cause.
pub(crate) type Cause = Box<dyn StdError + Send + Sync>;

/// How far a request without an answer got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection, so nothing of the request was sent.
    Connect,
    /// The connection broke before the answer was whole. The server may have acted on the request.
    Broken,
    /// The body of the answer is larger than the client's limit.
    TooLarge,
    /// Anything else; not retried.
    Other,
}

impl TransportErrorKind {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Broken => "broken",
            Self::TooLarge => "too_large",
            Self::Other => "transport",
        }
    }
}

/// A request that got no answer.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Cause,
}

impl TransportError {
    /// A failure of a transport and its cause.
    pub fn new(
        kind: TransportErrorKind,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self {
            kind,
            source: source.into(),
        }
    }

    /// An answer whose body is larger than `limit` bytes.
    pub(crate) fn too_large(limit: usize) -> Self {
        Self::new(
            TransportErrorKind::TooLarge,
            format!("more than {limit} bytes"),
        )
    }

    /// How far the request got.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::Connect => "no connection",
            TransportErrorKind::Broken => "the connection broke before the answer was whole",
            TransportErrorKind::TooLarge => "the answer is too large",
            TransportErrorKind::Other => "the request was not answered",
        })
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(self.source.as_ref())
    }
}

/// Which timeout it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeoutKind {
    /// Of connecting.
    Connect,
    /// Of one attempt, from sending to the end of the answer.
    Attempt,
    /// Of the whole call, including waits and retries.
    Call,
}

/// A timeout.
#[derive(Clone, Copy, Debug)]
pub struct TimeoutError {
    pub(crate) kind: TimeoutKind,
    pub(crate) limit: Option<Duration>,
}

impl TimeoutError {
    /// Which timeout it is.
    pub fn kind(&self) -> TimeoutKind {
        self.kind
    }

    /// How long it was; `None` if it was a setting of another HTTP stack.
    pub fn limit(&self) -> Option<Duration> {
        self.limit
    }
}

impl fmt::Display for TimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TimeoutKind::Connect => "no connection",
            TimeoutKind::Attempt => "no answer",
            TimeoutKind::Call => "the call was not done",
        })?;
        match self.limit {
            Some(limit) => write!(f, " within {limit:?}"),
            None => f.write_str(" in time"),
        }
    }
}

impl StdError for TimeoutError {}
