//! Failed log-ins. Pure. The error holds no token and no secret.

use super::Cause;
use std::error::Error as StdError;
use std::fmt::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

/// A failed log-in. All calls that waited for it get the same error.
#[derive(Clone, Debug)]
pub struct AuthError(Arc<AuthFailure>);

/// Why a log-in failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthErrorKind {
    /// The redirect's `state` is not the request's. Somebody else may have caused the redirect
    /// (RFC 6749 section 10.12).
    StateMismatch,
    /// The authorization code was used before; the user has to log in again.
    CodeUsed,
    /// The log-in host refused: [`code`](AuthError::code) and
    /// [`description`](AuthError::description) say why.
    Refused,
    /// The log-in host could not be reached; see the source.
    Unreached,
    /// The log-in host's answer is not a token, or its type is not Bearer.
    NotAToken,
    /// The token cannot be sent: it is empty, or holds characters that a header field cannot.
    UnusableToken,
    /// The transport or the retry policy panicked.
    Panicked,
}

#[derive(Debug)]
pub(crate) struct AuthFailure {
    pub kind: AuthErrorKind,
    pub what: &'static str,
    pub code: Option<String>,
    pub description: Option<String>,
    pub retry_after: Option<Duration>,
    pub source: Option<Cause>,
}

impl AuthFailure {
    pub fn new(kind: AuthErrorKind, what: &'static str) -> Self {
        Self {
            kind,
            what,
            code: None,
            description: None,
            retry_after: None,
            source: None,
        }
    }

    /// The vendor answers too many log-ins with status 400, `invalid_request` and this description.
    pub fn is_rate_limit(&self) -> bool {
        let description = self.description.as_deref().unwrap_or_default();
        description.to_ascii_lowercase().contains("rate limit")
    }
}

impl AuthError {
    pub(crate) fn new(failure: AuthFailure) -> Self {
        Self(Arc::new(failure))
    }

    pub(crate) fn text(kind: AuthErrorKind, what: &'static str) -> Self {
        Self::new(AuthFailure::new(kind, what))
    }

    pub(crate) fn caused(
        kind: AuthErrorKind,
        what: &'static str,
        source: impl Into<Cause>,
    ) -> Self {
        Self::new(AuthFailure {
            source: Some(source.into()),
            ..AuthFailure::new(kind, what)
        })
    }

    /// Why it failed.
    pub fn kind(&self) -> AuthErrorKind {
        self.0.kind
    }

    /// The log-in host's error code (RFC 6749 section 5.2), such as `invalid_client`.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The log-in host's description (RFC 6749 section 5.2).
    pub fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// How long to wait before the next try, as the log-in host asks (`Retry-After`).
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }
}

impl fmt::Display for AuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut f = super::text::Escaped(f);
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
