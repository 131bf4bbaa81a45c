//! Answers: what every one of them carries beside its value. Touches nothing.

use super::answer_error::{DecodeError, correlation_id};
use super::error::Error;
use super::operation::Operation;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use std::any::TypeId;

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
    pub fn decode<T: DeserializeOwned + 'static>(self) -> Result<Response<T>, Error> {
        // What the docs call `void` may still have a body, which says nothing.
        let void = TypeId::of::<T>() == TypeId::of::<()>();
        let json: &[u8] = if void { b"null" } else { &self.body };
        match serde_json::from_slice(json) {
            Ok(value) => Ok(Response {
                value,
                status: self.status,
                headers: self.headers,
            }),
            Err(source) => Err(self.undecodable(source)),
        }
    }

    fn undecodable(self, source: serde_json::Error) -> Error {
        DecodeError {
            operation: self.operation,
            status: self.status,
            headers: self.headers,
            body: self.body,
            path: ".".to_owned(),
            source,
        }
        .into()
    }
}
