//! Arguments that are refused before the request is sent. Pure.

use std::error::Error as StdError;
use std::fmt::{self, Write as _};
use std::sync::Arc;

/// An argument was refused before the request was sent.
#[derive(Clone, Debug)]
pub struct InputError {
    pub(crate) operation: &'static str,
    pub(crate) parameter: String,
    pub(crate) kind: InputErrorKind,
    pub(crate) source: Option<Arc<serde_json::Error>>,
}

/// Why an argument is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InputErrorKind {
    /// An empty value in the path: the request would go to another endpoint.
    EmptyPathValue,
    /// `.` or `..` in the path: they are removed from a URL (RFC 3986 section 5.2.4), so the request
    /// would go to another endpoint.
    DotSegment,
    /// A `{name}` of the path has no value.
    MissingPathValue,
    /// A value for a `{name}` that is not in the path, or that already has a value.
    UnknownPathValue,
    /// The path of [`Client::request`](crate::Client::request) does not begin with `/`, or has a query.
    Path,
    /// The arguments do not make a valid URI (RFC 3986).
    Uri,
    /// An empty list: without the parameter the server would answer with more than was asked for.
    EmptyList,
    /// Infinity or not a number.
    NotFinite,
    /// A value that cannot be written as JSON; see the source.
    NotJson,
    /// An invalid header field name (RFC 9110 section 5.1).
    HeaderName,
    /// An invalid header field value (RFC 9110 section 5.5).
    HeaderValue,
}

impl InputErrorKind {
    fn text(self) -> &'static str {
        match self {
            Self::EmptyPathValue => "an empty value in a path calls another endpoint",
            Self::DotSegment => "a dot segment in a path calls another endpoint",
            Self::MissingPathValue => "the path parameter has no value",
            Self::UnknownPathValue => "the path has no such parameter, or it has its value",
            Self::Path => "a path must begin with `/` and have no query",
            Self::Uri => "the result is not a valid URI (RFC 3986)",
            Self::EmptyList => "an empty list",
            Self::NotFinite => "a number must be finite",
            Self::NotJson => "cannot be written as JSON",
            Self::HeaderName => "not a header field name (RFC 9110 section 5.1)",
            Self::HeaderValue => "not a header field value (RFC 9110 section 5.5)",
        }
    }
}

impl InputError {
    /// Why it is refused.
    pub fn kind(&self) -> InputErrorKind {
        self.kind
    }

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
        let mut f = super::text::Escaped(f);
        let (operation, parameter, reason) = (self.operation, &self.parameter, self.kind.text());
        write!(f, "{operation}: `{parameter}` is refused: {reason}")
    }
}

impl StdError for InputError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|error| &**error as _)
    }
}
