//! The one error type of the client. Pure. Nothing here holds a token or a secret, so
//! `Debug` and `Display` of an error can go to any log.

mod answer;
mod body;
mod job;
mod retry_after;
mod transport;

pub use answer::{ApiError, DecodeError, PagingError};
pub(crate) use answer::{correlation_id, texts};
pub use body::{ErrorBody, ErrorDetail, ErrorLimit};
pub use job::{JobError, JobErrorKind};
pub(crate) use retry_after::read as retry_after;
pub(crate) use transport::Cause;
pub use transport::{TimeoutError, TimeoutKind, TransportError, TransportErrorKind};

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

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
    pub(crate) fn config(what: impl Into<String>, source: impl Into<Cause>) -> Self {
        Self::Config(Box::new(ConfigError {
            what: what.into(),
            source: Some(source.into()),
        }))
    }

    pub(crate) fn config_text(what: impl Into<String>) -> Self {
        Self::Config(Box::new(ConfigError {
            what: what.into(),
            source: None,
        }))
    }

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

/// An argument that was refused before anything was sent.
#[derive(Debug)]
pub struct InputError {
    pub(crate) operation: &'static str,
    pub(crate) parameter: String,
    pub(crate) reason: &'static str,
    pub(crate) source: Option<Cause>,
}

impl InputError {
    /// The documented name of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The parameter's wire name, or the header field's name.
    pub fn parameter(&self) -> &str {
        &self.parameter
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            operation,
            parameter,
            reason,
            ..
        } = self;
        write!(f, "{operation}: `{parameter}` is refused: {reason}")
    }
}

impl StdError for InputError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|error| &**error as _)
    }
}

/// A configuration that no client can be built from.
#[derive(Debug)]
pub struct ConfigError {
    what: String,
    source: Option<Cause>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the client cannot be built: {}", self.what)
    }
}

impl StdError for ConfigError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|error| &**error as _)
    }
}

/// A log-in that failed. All calls that waited for it share it.
#[derive(Clone, Debug)]
pub struct AuthError(Arc<AuthFailure>);

#[derive(Debug, Default)]
pub(crate) struct AuthFailure {
    pub what: &'static str,
    pub code: Option<String>,
    pub description: Option<String>,
    pub retry_after: Option<Duration>,
    pub source: Option<Cause>,
}

impl AuthFailure {
    /// The vendor answers a log-in too many with status 400, `invalid_request` and this description.
    pub fn is_rate_limit(&self) -> bool {
        let description = self.description.as_deref().unwrap_or_default();
        description.to_ascii_lowercase().contains("rate limit")
    }
}

impl AuthError {
    pub(crate) fn new(failure: AuthFailure) -> Self {
        Self(Arc::new(failure))
    }

    pub(crate) fn text(what: &'static str) -> Self {
        Self::new(AuthFailure {
            what,
            ..AuthFailure::default()
        })
    }

    pub(crate) fn caused(what: &'static str, source: impl Into<Cause>) -> Self {
        Self::new(AuthFailure {
            what,
            source: Some(source.into()),
            ..AuthFailure::default()
        })
    }

    /// The log-in host's error code (RFC 6749 section 5.2), such as `invalid_client`.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// What the log-in host says of it.
    pub fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// How long the log-in host asks to wait before the next try (`Retry-After`).
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the log-in failed: {}", self.0.what)?;
        if let Some(code) = self.code() {
            write!(f, " ({code})")?;
        }
        if let Some(description) = self.description() {
            write!(f, ": {description}")?;
        }
        Ok(())
    }
}

impl StdError for AuthError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|error| &**error as _)
    }
}
