//! The one error type of the client. Touches nothing. Nothing here holds a token or a secret, so
//! `Debug` and `Display` of an error can go to any log.

use super::operation::{Operation, Require};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// The header field that carries the vendor's correlation id.
pub(super) const CORRELATION_ID: &str = "inin-correlation-id";

/// What went wrong with a call. The source chain ([`std::error::Error::source`]) leads to the cause.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// An argument was refused; nothing was sent.
    Input(Box<InputError>),
    /// The client's configuration is wrong; nothing was sent.
    Config(Box<ConfigError>),
    /// The request was not answered: no connection, a broken one, or an answer that is not HTTP.
    Transport(Box<TransportError>),
    /// The time was up.
    Timeout(TimeoutError),
    /// The API answered with a status that is not 2xx.
    Api(Box<ApiError>),
    /// The API answered 2xx, but the body is not what the docs say.
    Decode(Box<DecodeError>),
}

impl Error {
    pub(super) fn config(what: &str, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Config(Box::new(ConfigError {
            what: what.to_owned(),
            source: Some(source.into()),
        }))
    }

    pub(super) fn config_text(what: String) -> Self {
        Self::Config(Box::new(ConfigError { what, source: None }))
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        Self::Transport(Box::new(error))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(error) => error.fmt(f),
            Self::Config(error) => error.fmt(f),
            Self::Transport(error) => error.fmt(f),
            Self::Timeout(error) => error.fmt(f),
            Self::Api(error) => error.fmt(f),
            Self::Decode(error) => error.fmt(f),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Input(error) => error.source(),
            Self::Config(error) => error.source(),
            Self::Transport(error) => error.source(),
            Self::Timeout(_) | Self::Api(_) => None,
            Self::Decode(error) => error.source(),
        }
    }
}

/// An argument that was refused before anything was sent.
#[derive(Debug)]
pub struct InputError {
    pub(super) operation: &'static str,
    pub(super) parameter: String,
    pub(super) reason: &'static str,
    pub(super) source: Option<serde_json::Error>,
}

impl InputError {
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
        self.source.as_ref().map(|error| error as _)
    }
}

/// A configuration that no client can be built from.
#[derive(Debug)]
pub struct ConfigError {
    pub(super) what: String,
    pub(super) source: Option<Box<dyn StdError + Send + Sync>>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the client cannot be built: {}", self.what)
    }
}

impl StdError for ConfigError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|error| error as _)
    }
}

/// A request that was not answered.
#[derive(Debug)]
pub struct TransportError {
    pub(super) connecting: bool,
    pub(super) source: Box<dyn StdError + Send + Sync>,
}

impl TransportError {
    /// A failure of a transport; `connecting` says that nothing of the request was sent yet.
    pub fn new(connecting: bool, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            connecting,
            source: source.into(),
        }
    }

    /// Whether no connection came about, so that nothing of the request was sent.
    pub fn is_connect(&self) -> bool {
        self.connecting
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.connecting {
            "no connection to the API"
        } else {
            "the request was not answered"
        })
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(self.source.as_ref())
    }
}

/// The time that was up.
#[derive(Clone, Copy, Debug)]
pub struct TimeoutError {
    pub(super) after: Duration,
}

impl TimeoutError {
    /// The limit that was exceeded.
    pub fn limit(&self) -> Duration {
        self.after
    }
}

impl fmt::Display for TimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no answer within {:?}", self.after)
    }
}

/// An answer of the API whose status is not 2xx.
pub struct ApiError {
    pub(super) operation: &'static Operation,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) said: Said,
}

/// What the vendor's error bodies say.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Said {
    code: Option<String>,
    message: Option<String>,
    context_id: Option<String>,
}

impl ApiError {
    pub(super) fn new(
        operation: &'static Operation,
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
    ) -> Self {
        // A body of another shape (a gateway's page, say) is kept raw; it says nothing by itself.
        let said = serde_json::from_slice(&body).unwrap_or_default();
        Self {
            operation,
            status,
            headers,
            body,
            said,
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The vendor's error code, such as `not.found`.
    pub fn code(&self) -> Option<&str> {
        self.said.code.as_deref()
    }

    /// The vendor's message.
    pub fn message(&self) -> Option<&str> {
        self.said.message.as_deref()
    }

    /// What the vendor's support asks for.
    pub fn correlation_id(&self) -> Option<&str> {
        correlation_id(&self.headers).or(self.said.context_id.as_deref())
    }

    /// The header fields of the answer.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body as it came.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The documented name of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation.id
    }

    /// On 403, the permissions that the docs name for the operation and how many of them a role
    /// must hold.
    pub fn permissions(&self) -> Option<(Require, &'static [&'static str])> {
        (self.status == StatusCode::FORBIDDEN)
            .then_some((self.operation.require, self.operation.permissions))
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("operation", &self.operation.id)
            .field("status", &self.status.as_u16())
            .field("code", &self.code())
            .field("message", &self.message())
            .field("correlation_id", &self.correlation_id())
            .field("permissions", &self.permissions())
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: the API answered {}", self.operation.id, self.status)?;
        if let Some(code) = self.code() {
            write!(f, " ({code})")?;
        }
        if let Some(message) = self.message() {
            write!(f, ": {message}")?;
        }
        match self.permissions() {
            Some((Require::Any, of)) => write!(f, "; needs one of {}", of.join(", "))?,
            Some((Require::All, of)) => write!(f, "; needs {}", of.join(", "))?,
            _ => {}
        }
        if let Some(id) = self.correlation_id() {
            write!(f, " [correlation id {id}]")?;
        }
        Ok(())
    }
}

impl StdError for ApiError {}

/// A 2xx answer whose body is not what the docs say.
pub struct DecodeError {
    pub(super) operation: &'static Operation,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) path: String,
    pub(super) source: serde_json::Error,
}

impl DecodeError {
    /// Where in the body, such as `entities[3].dateCreated`; `.` for the whole of it.
    pub fn json_path(&self) -> &str {
        &self.path
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// What the vendor's support asks for.
    pub fn correlation_id(&self) -> Option<&str> {
        correlation_id(&self.headers)
    }

    /// The body as it came.
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeError")
            .field("operation", &self.operation.id)
            .field("status", &self.status.as_u16())
            .field("json_path", &self.path)
            .field("correlation_id", &self.correlation_id())
            .field("body_bytes", &self.body.len())
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            operation,
            status,
            path,
            ..
        } = self;
        let id = operation.id;
        write!(
            f,
            "{id}: the API answered {status} with a body that is not as documented, at `{path}`"
        )
    }
}

impl StdError for DecodeError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.source)
    }
}

pub(super) fn correlation_id(headers: &HeaderMap) -> Option<&str> {
    headers.get(CORRELATION_ID)?.to_str().ok()
}
