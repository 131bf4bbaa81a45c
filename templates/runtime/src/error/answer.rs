//! Answers that are errors: a status that is not 2xx, and a body that is not as documented.
//! Pure. `Debug` and `Display` show what the vendor says of the failure, never the raw
//! body, which may hold personal data.

use super::body::ErrorBody;
use super::text::Escaped;
use super::{Error, retry_after};
use crate::runtime::operation::{Operation, Require};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use std::error::Error as StdError;
use std::fmt::{self, Write as _};
use std::time::Duration;

/// The header field that carries the vendor's correlation id.
const CORRELATION_ID: &str = "inin-correlation-id";

/// An answer of the API whose status is not 2xx.
pub struct ApiError {
    pub(crate) operation: &'static Operation,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    said: ErrorBody,
}

/// The texts under the keys of a JSON object; a body of another shape (a gateway's page, say) has none.
pub(crate) fn texts(body: &[u8]) -> impl Fn(&str) -> Option<String> {
    let json: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    move |key| json.get(key)?.as_str().map(str::to_owned)
}

impl ApiError {
    pub(crate) fn new(
        operation: &'static Operation,
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
    ) -> Self {
        let said = ErrorBody::read(&body);
        Self {
            operation,
            status,
            headers,
            body,
            said,
        }
    }

    pub(crate) fn status_text(&self) -> &str {
        self.status.as_str()
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

    /// All that the body says: which fields are wrong, which limit was exceeded and the like.
    pub fn said(&self) -> &ErrorBody {
        &self.said
    }

    /// The correlation id, to quote to the vendor's support.
    pub fn correlation_id(&self) -> Option<&str> {
        correlation_id(&self.headers).or(self.said.context_id.as_deref())
    }

    /// The header fields of the answer.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// How long the server asks to wait before the next try (`Retry-After`, RFC 9110 section
    /// 10.2.3, in seconds or as a date).
    pub fn retry_after(&self) -> Option<Duration> {
        retry_after::read(&self.headers)
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
    /// must hold; nothing where they name none.
    pub fn permissions(&self) -> Option<(Require, &'static [&'static str])> {
        let (require, of) = (self.operation.require, self.operation.permissions);
        (self.status == StatusCode::FORBIDDEN && !of.is_empty()).then_some((require, of))
    }

    /// On 403, the permissions that are missing, as the body names them, else those that the docs
    /// name for the operation; empty where neither does.
    pub fn missing_permissions(&self) -> Vec<&str> {
        if self.status != StatusCode::FORBIDDEN {
            return Vec::new();
        }
        let said = self.said.permissions();
        match self.permissions() {
            Some((_, of)) if said.is_empty() => of.to_vec(),
            _ => said,
        }
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
        let mut f = Escaped(f);
        write!(f, "{}: the API answered {}", self.operation.id, self.status)?;
        if let Some(code) = self.code() {
            write!(f, " ({code})")?;
        }
        if let Some(message) = self.message() {
            write!(f, ": {message}")?;
        }
        match self.permissions() {
            _ if !self.said.permissions().is_empty() => {}
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
    pub(crate) operation: &'static Operation,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) path: String,
    pub(crate) source: serde_json::Error,
}

impl DecodeError {
    /// Of one item of this page, where it was decoded as the only one of a page by itself.
    pub(crate) fn of_item(&self, error: Error, key: &str, index: usize) -> Error {
        let Error::Decode(mut error) = error else {
            return error;
        };
        let inside = error.path.strip_prefix(key);
        let inside = inside.and_then(|path| path.strip_prefix("[0]"));
        error.path = format!("{key}[{index}]{}", inside.unwrap_or_default());
        error.body = self.body.clone();
        Error::Decode(error)
    }

    /// The documented name of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation.id
    }

    /// Where in the body, such as `entities[3].dateCreated`; `.` for the whole of it.
    pub fn json_path(&self) -> &str {
        &self.path
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The correlation id, to quote to the vendor's support.
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
            Escaped(f),
            "{id}: the API answered {status} with a body that is not as documented, at `{path}`"
        )
    }
}

impl StdError for DecodeError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.source)
    }
}

/// Pages of a listing that lead nowhere: one that repeats, or ever more empty ones.
#[derive(Clone, Copy, Debug)]
pub struct PagingError {
    pub(crate) operation: &'static str,
    pub(crate) page: u64,
    pub(crate) kind: PagingErrorKind,
}

/// Why there is no way on from a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PagingErrorKind {
    /// The page holds what an earlier one held.
    RepeatedPage,
    /// The next page is one that was seen before.
    SeenBefore,
    /// Too many pages in a row were empty.
    EmptyPages,
    /// The URI of the next page does not ask for a page.
    NoPageInUri,
    /// The page is asked for in the body, which is not a JSON object.
    Body,
}

impl PagingErrorKind {
    fn text(self) -> &'static str {
        match self {
            Self::RepeatedPage => "the page repeats an earlier one",
            Self::SeenBefore => "the next page is one that was seen before",
            Self::EmptyPages => "too many empty pages in a row",
            Self::NoPageInUri => "the next page's URI does not ask for a page",
            Self::Body => "the body is no JSON object that could ask for it",
        }
    }
}

impl PagingError {
    /// Why there is no way on.
    pub fn kind(&self) -> PagingErrorKind {
        self.kind
    }

    /// Which page of the stream it was; the first is 1.
    pub fn page(&self) -> u64 {
        self.page
    }
}

impl fmt::Display for PagingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            operation,
            page,
            kind,
        } = self;
        let reason = kind.text();
        let mut f = Escaped(f);
        write!(f, "{operation}: no way on from page {page}: {reason}")
    }
}

impl StdError for PagingError {}

pub(crate) fn correlation_id(headers: &HeaderMap) -> Option<&str> {
    headers.get(CORRELATION_ID)?.to_str().ok()
}
