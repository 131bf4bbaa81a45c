//! The one error type of the client. Pure. Nothing here holds a token or a secret, so
//! `Debug` and `Display` of an error can go to any log.

mod answer;
mod auth;
mod body;
mod config;
mod input;
mod job;
mod retry_after;
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
pub(crate) use transport::Cause;
pub use transport::{TimeoutError, TimeoutKind, TransportError, TransportErrorKind};

use std::error::Error as StdError;
use std::fmt;

/// What went wrong with a call. The source chain ([`std::error::Error::source`]) leads to the cause.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// An argument was refused; nothing was sent.
    Input(Box<InputError>),
    /// The client's configuration is wrong; nothing was sent.
    Config(Box<ConfigError>),
    /// There is no token to send the call with. The call was not sent, or was answered 401 and not
    /// sent again.
    Auth(AuthError),
    /// The request was not answered: no connection, a broken one, or an answer that is not HTTP.
    Transport(Box<TransportError>),
    /// The time was up.
    Timeout(TimeoutError),
    /// The API answered with a status that is not 2xx.
    Api(Box<ApiError>),
    /// The API answered 2xx, but the body is not what the docs say.
    Decode(Box<DecodeError>),
    /// The pages of a listing lead nowhere.
    Paging(PagingError),
    /// A job has no results: it failed, or has not ended in time.
    Job(Box<JobError>),
}

impl Error {
    /// The HTTP status of the API's answer, where there was one.
    pub fn status(&self) -> Option<http::StatusCode> {
        match self {
            Self::Api(error) => Some(error.status()),
            Self::Decode(error) => Some(error.status()),
            _ => None,
        }
    }

    /// The correlation id, to quote to the vendor's support; `None` where the API did not answer.
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

    /// One word for the kind of error, as OpenTelemetry's `error.type` wants it; of an answer its
    /// status.
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
