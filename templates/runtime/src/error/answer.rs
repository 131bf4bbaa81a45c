//! Answers that are errors: a status other than 2xx, or a body that is not as documented. Pure.
//!
//! `Debug` and `Display` show the vendor's code and message, never the raw body: it may hold
//! personal data.

use super::body::ErrorBody;
use super::text::Escaped;
use super::{Error, retry_after};
use crate::runtime::model::lenient;
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

/// The texts under the keys of a JSON object; empty for a body of another shape, such as a gateway's page.
pub(crate) fn texts(body: &[u8]) -> impl Fn(&str) -> Option<String> {
    let json: serde_json::Value = lenient(body).unwrap_or_default();
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

    /// The decoded error body: which fields are wrong, which limit was exceeded, and so on.
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

    /// The raw body.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// The documented name of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation.id
    }

    /// On 403, the documented permissions of the operation, and how many of them a role needs.
    /// `None` for other statuses, or if the docs list none.
    pub fn permissions(&self) -> Option<(Require, &'static [&'static str])> {
        let (require, of) = (self.operation.require, self.operation.permissions);
        (self.status == StatusCode::FORBIDDEN && !of.is_empty()).then_some((require, of))
    }

    /// On 403, the missing permissions: those that the body names, otherwise the documented ones.
    /// May be empty.
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

/// A 2xx answer whose body is not of the documented type.
pub struct DecodeError {
    pub(crate) operation: &'static Operation,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) path: String,
    pub(crate) source: serde_json::Error,
}

impl DecodeError {
    /// The index of the item in its page, if the item was decoded alone.
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

    /// The JSON path of the fault, such as `entities[3].dateCreated`; `.` is the whole body.
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

    /// The raw body.
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

/// The pages of a listing do not end: one repeats, or too many are empty.
#[derive(Clone, Copy, Debug)]
pub struct PagingError {
    pub(crate) operation: &'static str,
    pub(crate) page: u64,
    pub(crate) kind: PagingErrorKind,
}

/// Why the next page cannot be requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PagingErrorKind {
    /// The page has the same items as an earlier one.
    RepeatedPage,
    /// The answer names a next page that was already requested.
    SeenBefore,
    /// Too many pages in a row were empty.
    EmptyPages,
    /// The URI of the next page lacks the parameter that selects a page.
    NoPageInUri,
    /// The page is selected in the request body, and that is not a JSON object.
    Body,
    /// The cursor or URI of the next page fits into no request: it is too long, for example.
    Unsendable,
}

impl PagingErrorKind {
    fn text(self) -> &'static str {
        match self {
            Self::RepeatedPage => "the page repeats an earlier one",
            Self::SeenBefore => "the next page is one that was seen before",
            Self::EmptyPages => "too many empty pages in a row",
            Self::NoPageInUri => "the next page's URI does not ask for a page",
            Self::Body => "the body is not a JSON object that could ask for it",
            Self::Unsendable => "the next page's cursor or URI fits into no request",
        }
    }
}

impl PagingError {
    /// Why the next page cannot be requested.
    pub fn kind(&self) -> PagingErrorKind {
        self.kind
    }

    /// The number of the page in the stream, starting at 1.
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
        write!(
            f,
            "{operation}: cannot continue after page {page}: {reason}"
        )
    }
}

impl StdError for PagingError {}

pub(crate) fn correlation_id(headers: &HeaderMap) -> Option<&str> {
    headers.get(CORRELATION_ID)?.to_str().ok()
}
