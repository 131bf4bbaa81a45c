//! Answers: what every one of them carries beside its value. Touches nothing.

use super::answer_error::{DecodeError, correlation_id};
use super::error::Error;
use super::model::{self, Path, Value};
use super::operation::Operation;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

/// An answer of the API: its value, status and header fields.
#[derive(Debug)]
pub struct Response<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
}

impl<T> Response<T> {
    /// The HTTP status; always 2xx.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The header fields.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// What the vendor's support asks for.
    pub fn correlation_id(&self) -> Option<&str> {
        correlation_id(&self.headers)
    }

    /// The value.
    pub fn get(&self) -> &T {
        &self.value
    }

    /// The value alone.
    pub fn into_inner(self) -> T {
        self.value
    }
}

/// What a call returns: a value of the API, or `()` where the docs say `void`.
pub trait Returned: Sized + 'static {
    /// Decodes a body; where it cannot be, tells the place.
    #[doc(hidden)]
    fn from_json(json: &[u8]) -> Result<Self, (Path, serde_json::Error)>;
}

impl<T: Value> Returned for T {
    fn from_json(json: &[u8]) -> Result<Self, (Path, serde_json::Error)> {
        model::from_slice(json)
    }
}

impl Returned for () {
    /// What the docs call `void` may still have a body, which says nothing.
    fn from_json(_: &[u8]) -> Result<Self, (Path, serde_json::Error)> {
        Ok(())
    }
}

/// A 2xx answer whose body is not decoded yet.
#[derive(Debug)]
pub(super) struct Raw {
    pub operation: &'static Operation,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Raw {
    /// The only code of a call that is generic over what it returns.
    pub fn decode<T: Returned>(self) -> Result<Response<T>, Error> {
        match T::from_json(&self.body) {
            Ok(value) => Ok(Response {
                value,
                status: self.status,
                headers: self.headers,
            }),
            Err((path, source)) => Err(self.undecodable(&path, source)),
        }
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
