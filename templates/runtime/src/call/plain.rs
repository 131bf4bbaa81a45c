//! The plain request of a call that is not sent. Pure.

use bytes::Bytes;
use std::fmt;
use std::ops::{Deref, DerefMut};

/// The request of a call, as a transport would get it. It dereferences to [`http::Request`], but its `Debug`
/// shows no values of header fields, query and body, because they may be personal data.
/// [`into_http`](Request::into_http) gives the plain one.
#[derive(Clone)]
pub struct Request(http::Request<Bytes>);

impl Request {
    pub(super) fn new(request: http::Request<Bytes>) -> Self {
        Self(request)
    }

    /// The request of the `http` crate, whose own `Debug` shows the query and the body.
    pub fn into_http(self) -> http::Request<Bytes> {
        self.0
    }
}

impl Deref for Request {
    type Target = http::Request<Bytes>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Request {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl From<Request> for http::Request<Bytes> {
    fn from(request: Request) -> Self {
        request.0
    }
}

/// Names, the path and sizes; what may be shown stands in `error`.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pairs = self.uri().query().unwrap_or_default().split('&');
        let names = pairs.map(|pair| pair.split_once('=').map_or("", |(name, _)| name));
        let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
        f.debug_struct("Request")
            .field("method", self.method())
            .field("host", &self.uri().host())
            .field("path", &self.uri().path())
            .field("query", &names)
            .field("headers", &self.headers().keys().collect::<Vec<_>>())
            .field("body_bytes", &self.body().len())
            .finish_non_exhaustive()
    }
}
