//! The one error type of the client. Touches nothing. Nothing here holds a token or a secret, so
//! `Debug` and `Display` of an error can go to any log.

use super::answer_error::{ApiError, DecodeError, PagingError};
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// An error of any kind, as a cause.
pub(super) type Cause = Box<dyn StdError + Send + Sync>;

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
}

impl Error {
    pub(super) fn config(what: impl Into<String>, source: impl Into<Cause>) -> Self {
        Self::Config(Box::new(ConfigError {
            what: what.into(),
            source: Some(source.into()),
        }))
    }

    pub(super) fn config_text(what: impl Into<String>) -> Self {
        Self::Config(Box::new(ConfigError {
            what: what.into(),
            source: None,
        }))
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
        }
    }

    /// One word for the kind of error, as OpenTelemetry's `error.type` wants it; of an answer its
    /// status.
    pub(super) fn kind(&self) -> &str {
        match self {
            Self::Input(_) => "input",
            Self::Config(_) => "config",
            Self::Auth(_) => "auth",
            Self::Transport(error) => error.kind.word(),
            Self::Timeout(_) => "timeout",
            Self::Api(error) => error.status_text(),
            Self::Decode(_) => "decode",
            Self::Paging(_) => "paging",
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
    PagingError => Paging
);

/// An argument that was refused before anything was sent.
#[derive(Debug)]
pub struct InputError {
    pub(super) operation: &'static str,
    pub(super) parameter: String,
    pub(super) reason: &'static str,
    pub(super) source: Option<Cause>,
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

#[derive(Debug)]
pub(super) struct AuthFailure {
    pub what: &'static str,
    pub code: Option<String>,
    pub description: Option<String>,
    pub source: Option<Cause>,
}

impl AuthError {
    pub(super) fn new(failure: AuthFailure) -> Self {
        Self(Arc::new(failure))
    }

    pub(super) fn text(what: &'static str) -> Self {
        Self::new(AuthFailure {
            what,
            code: None,
            description: None,
            source: None,
        })
    }

    pub(super) fn caused(what: &'static str, source: impl Into<Cause>) -> Self {
        Self::new(AuthFailure {
            what,
            code: None,
            description: None,
            source: Some(source.into()),
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

/// How far a request came that was not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// There was no connection, so nothing of the request was sent.
    Connect,
    /// The connection broke before the answer was whole. The server may have acted on the request.
    Broken,
    /// The body of the answer is larger than the client takes.
    TooLarge,
    /// Anything else; not worth another try.
    Other,
}

impl TransportErrorKind {
    fn word(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Broken => "broken",
            Self::TooLarge => "too_large",
            Self::Other => "transport",
        }
    }
}

/// A request that was not answered.
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

    /// How far the request came.
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

/// Which time was up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeoutKind {
    /// To connect.
    Connect,
    /// For one attempt, from sending to the whole of the answer.
    Attempt,
    /// For the whole call, its waiting and repetitions included.
    Call,
}

/// The time that was up.
#[derive(Clone, Copy, Debug)]
pub struct TimeoutError {
    pub(super) kind: TimeoutKind,
    pub(super) limit: Option<Duration>,
}

impl TimeoutError {
    /// Which time.
    pub fn kind(&self) -> TimeoutKind {
        self.kind
    }

    /// How long it was; nothing where another HTTP stack's setting decided.
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
