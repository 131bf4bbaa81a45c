//! The one error type of the client. Pure.
//!
//! # What may be shown
//!
//! `Display`, `Debug` and the causes of errors, `Debug` of everything else that is public, spans and
//! events may go to any log. So they show
//!
//! - names: of operations, parameters, header fields, documented JSON keys, and the path's template;
//! - places, statuses, sizes and times, hosts, and the path that was called (in spans);
//! - what the API itself says of a failure (code, message, correlation id);
//!
//! and never
//!
//! - tokens, secrets and credentials, or a URL that may hold some;
//! - values of header fields, of the query, and of bodies, in either direction, decoded or not;
//! - keys of a JSON object that are data.
//!
//! Exceptions are what the user asks for: bodies by `trace_bodies`, at level DEBUG; a value that shows itself
//! (a model, `Open`, `Extra`, a `Param`), since the answer is the user's once it is decoded; and the
//! `http::Request` that transports, hooks and the mock's user are given.
//!
//! What others wrote (an answer, an argument) may hold line breaks, escape sequences of terminals and
//! characters that turn the direction of writing. Every `Display` here writes through
//! [`Escaped`](text::Escaped), the one exit. A test plants all of these everywhere
//! (`tests/it/shown.rs`).

mod answer;
mod auth;
mod body;
mod config;
mod input;
mod job;
mod retry_after;
mod text;
mod transport;

pub use answer::{ApiError, DecodeError, PagingError, PagingErrorKind};
pub(crate) use answer::{correlation_id, texts};
pub(crate) use auth::AuthFailure;
pub use auth::{AuthError, AuthErrorKind};
pub use body::{ErrorBody, ErrorDetail, ErrorLimit};
pub use config::{ConfigError, ConfigErrorKind};
pub use input::{InputError, InputErrorKind};
pub use job::{JobError, JobErrorKind};
pub(crate) use retry_after::read as retry_after;
pub(crate) use text::escaped;
pub(crate) use transport::Cause;
pub use transport::{TimeoutError, TimeoutKind, TransportError, TransportErrorKind};

use std::error::Error as StdError;
use std::fmt;

/// Why a call failed. [`std::error::Error::source`] gives the cause.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// An argument was refused; nothing was sent.
    Input(Box<InputError>),
    /// The client's configuration is wrong; nothing was sent.
    Config(Box<ConfigError>),
    /// No token could be obtained. The call was not sent, or it was answered 401 and not repeated.
    Auth(AuthError),
    /// The request was not answered: no connection, a broken one, or an answer that is not HTTP.
    Transport(Box<TransportError>),
    /// A timeout.
    Timeout(TimeoutError),
    /// The API answered with a status other than 2xx.
    Api(Box<ApiError>),
    /// The API answered 2xx, but the body is not of the documented type.
    Decode(Box<DecodeError>),
    /// The pages of a listing do not end.
    Paging(PagingError),
    /// A job has no results: it failed, or did not end in time.
    Job(Box<JobError>),
}

impl Error {
    /// The HTTP status of the API's answer; `None` if there was no answer.
    pub fn status(&self) -> Option<http::StatusCode> {
        match self {
            Self::Api(error) => Some(error.status()),
            Self::Decode(error) => Some(error.status()),
            _ => None,
        }
    }

    /// The correlation id, to quote to the vendor's support; `None` if the API did not answer.
    pub fn correlation_id(&self) -> Option<&str> {
        match self {
            Self::Api(error) => error.correlation_id(),
            Self::Decode(error) => error.correlation_id(),
            _ => None,
        }
    }

    fn inner(&self) -> &(dyn StdError + 'static) {
        match self {
            Self::Input(error) => &**error,
            Self::Config(error) => &**error,
            Self::Auth(error) => error,
            Self::Transport(error) => &**error,
            Self::Timeout(error) => error,
            Self::Api(error) => &**error,
            Self::Decode(error) => &**error,
            Self::Paging(error) => error,
            Self::Job(error) => &**error,
        }
    }

    /// The value of OpenTelemetry's `error.type`: a word for the kind of error, or the status of an
    /// answer.
    pub(crate) fn kind(&self) -> &str {
        match self {
            Self::Input(_) => "input",
            Self::Config(_) => "config",
            Self::Auth(_) => "auth",
            Self::Transport(error) => error.kind().word(),
            Self::Timeout(_) => "timeout",
            Self::Api(error) => error.status_text(),
            Self::Decode(_) => "decode",
            Self::Paging(_) => "paging",
            Self::Job(_) => "job",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.inner(), f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner().source()
    }
}

macro_rules! error_from {
    ($($ty:ty => $variant:ident),*) => {$(
        impl From<$ty> for Error {
            fn from(error: $ty) -> Self {
                Self::$variant(error.into())
            }
        }
    )*};
}

error_from!(
    InputError => Input,
    AuthError => Auth,
    TransportError => Transport,
    TimeoutError => Timeout,
    ApiError => Api,
    DecodeError => Decode,
    PagingError => Paging,
    JobError => Job
);
