//! Answers and their decoding. Pure.

use crate::runtime::error::Error;
use crate::runtime::error::{DecodeError, correlation_id};
use crate::runtime::model::{self, Path, Place, Value};
use crate::runtime::operation::Operation;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde::de::{DeserializeOwned, Error as _};
use std::fmt;

/// An answer of the API: its value, status, header fields and raw body. `Debug` shows the status
/// and the correlation id, but no value, body or field value.
pub struct Response<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl<T> Response<T> {
    /// The HTTP status, always 2xx.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The header fields.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The correlation id, to quote to the vendor's support.
    pub fn correlation_id(&self) -> Option<&str> {
        correlation_id(&self.headers)
    }

    /// Whether the answer had no body; then the value is an empty one.
    pub fn is_body_empty(&self) -> bool {
        self.body.trim_ascii().is_empty()
    }

    /// The raw body.
    pub fn bytes(&self) -> &Bytes {
        &self.body
    }

    /// The value.
    pub fn get(&self) -> &T {
        &self.value
    }

    /// The value, without the rest of the answer.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status.as_u16())
            .field("correlation_id", &self.correlation_id())
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// The value of an answer, or `()` for the docs' `void`.
pub trait Returned: Sized + 'static {
    /// Decodes a body; where it cannot be, tells the place.
    #[doc(hidden)]
    fn read(raw: &Raw) -> Result<Self, (Path, serde_json::Error)>;
}

impl<T: Value> Returned for T {
    fn read(raw: &Raw) -> Result<Self, (Path, serde_json::Error)> {
        let mut out = T::empty();
        raw.read(&mut out).map(|()| out)
    }
}

impl Returned for () {
    /// What the docs call `void` may still have a body, which says nothing.
    fn read(_: &Raw) -> Result<Self, (Path, serde_json::Error)> {
        Ok(())
    }
}

/// A 2xx answer whose body is not decoded yet.
pub struct Raw {
    pub(crate) operation: &'static Operation,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Raw {
    /// Another body of the answer whose body could not be decoded.
    pub(super) fn of(answer: &DecodeError, body: Bytes) -> Self {
        Self {
            operation: answer.operation,
            status: answer.status,
            headers: answer.headers.clone(),
            body,
        }
    }

    /// With [`Returned::read`], the only code of a call that is generic over what it returns.
    pub(crate) fn decode<T: Returned>(self) -> Result<Response<T>, Error> {
        match T::read(&self) {
            Ok(value) => Ok(Response {
                value,
                status: self.status,
                headers: self.headers,
                body: self.body,
            }),
            Err((path, source)) => Err(self.undecodable(&path, source)),
        }
    }

    /// Reads the body as JSON of the caller's type. No body is `null`, so that `()` and an `Option`
    /// can be read from none.
    pub(super) fn decode_json<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        let body: &[u8] = match json(&self.body) {
            b"" => b"null",
            body => body,
        };
        match model::lenient(body) {
            Ok(value) => Ok(Response {
                value,
                status: self.status,
                headers: self.headers,
                body: self.body,
            }),
            Err(error) => {
                // What serde says quotes values of the body, which an error never shows.
                let what = if error.is_data() {
                    "a value of another type"
                } else {
                    "no JSON"
                };
                let (line, column) = (error.line(), error.column());
                let shown = format!("{what} at line {line}, column {column}");
                Err(self.undecodable(&Path::default(), serde_json::Error::custom(shown)))
            }
        }
    }

    /// JSON, but for a text that the answer says is none: the docs call both `String`. A success
    /// without a body (202 and 204 mostly), or with `null`, is never an error: `out` stays empty, as `{}`
    /// leaves it.
    fn read(&self, out: &mut dyn Value) -> Result<(), (Path, serde_json::Error)> {
        let mut path = Path::default();
        let json = json(&self.body);
        if matches!(json.trim_ascii(), b"" | b"null") && self.is_json_or_empty() {
            return Ok(());
        }
        let done = match out.place() {
            Place::Text(text) if !self.is_json() => str::from_utf8(&self.body)
                .map(|body| body.clone_into(text))
                .map_err(serde_json::Error::custom),
            _ => model::read_slice(json, out, &mut path),
        };
        done.map_err(|error| (path, error))
    }

    /// What the answer says (RFC 9110 section 8.3) or else the docs. An empty body is no JSON: some
    /// operations whose answer the docs call `String` answer 202 and no more.
    fn is_json(&self) -> bool {
        let told = self.headers.get(CONTENT_TYPE).map(|it| it.to_str());
        let media_type = match told {
            Some(told) => told.unwrap_or_default(),
            None => self.operation.produces.unwrap_or("application/json"),
        };
        !self.body.is_empty() && is_json(media_type)
    }

    /// White space alone is an empty body where JSON is expected; in a text it is the text.
    fn is_json_or_empty(&self) -> bool {
        self.body.is_empty() || self.is_json()
    }

    fn undecodable(self, path: &Path, source: serde_json::Error) -> Error {
        DecodeError {
            operation: self.operation,
            status: self.status,
            headers: self.headers,
            body: self.body,
            path: path.to_string(),
            source,
        }
        .into()
    }
}

/// JSON without the byte order mark that a reader may ignore (RFC 8259 section 8.1).
pub(super) fn json(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// `application/json`, and what RFC 6839 section 3.1 derives from it.
fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    let (kind, subtype) = essence.split_once('/').unwrap_or_default();
    let suffix = subtype.rsplit_once('+').map(|(_, suffix)| suffix);
    let is = |text: &str, word| text.eq_ignore_ascii_case(word);
    is(kind, "application") && is(subtype, "json") || suffix.is_some_and(|it| is(it, "json"))
}
