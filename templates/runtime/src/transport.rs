//! The one exit to the network. Every request is a plain `http::Request` first, so a test or
//! another HTTP stack can stand in for reqwest. This file and `tls.rs` alone know reqwest.

use super::error::{Error, TransportError};
use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

/// A boxed future, as [`Transport`] returns it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends one request and returns its answer, whatever the status. No retries, no redirects, no
/// authentication: those are the client's. The operation's static description is among the
/// request's extensions, as `&'static Operation`.
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends `request`; an answer whose body is larger than `limit` bytes is an error. Dropping the
    /// future gives the request up.
    fn send(
        &self,
        request: http::Request<Bytes>,
        limit: usize,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, Error>>;
}

/// reqwest, the transport of a client that is given no other.
#[derive(Debug)]
pub(super) struct Reqwest(pub reqwest::Client);

impl Transport for Reqwest {
    fn send(
        &self,
        request: http::Request<Bytes>,
        limit: usize,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, Error>> {
        Box::pin(async move {
            let request = outgoing(request)?;
            let answer = self.0.execute(request).await.map_err(broken)?;
            read(answer, limit).await
        })
    }
}

fn outgoing(request: http::Request<Bytes>) -> Result<reqwest::Request, Error> {
    let (head, body) = request.into_parts();
    let url = reqwest::Url::parse(&head.uri.to_string())
        .map_err(|error| Error::from(TransportError::new(true, error)))?;
    let mut request = reqwest::Request::new(head.method, url);
    *request.headers_mut() = head.headers;
    if !body.is_empty() {
        *request.body_mut() = Some(body.into());
    }
    Ok(request)
}

async fn read(mut answer: reqwest::Response, limit: usize) -> Result<http::Response<Bytes>, Error> {
    let mut out = http::Response::new(Bytes::new());
    *out.status_mut() = answer.status();
    *out.headers_mut() = std::mem::replace(answer.headers_mut(), HeaderMap::new());
    let mut whole = Bytes::new();
    let mut buffer = BytesMut::new();
    while let Some(chunk) = answer.chunk().await.map_err(broken)? {
        if whole.len() + buffer.len() + chunk.len() > limit {
            return Err(too_large(limit));
        }
        // Most answers come in one chunk, which is then not copied.
        if whole.is_empty() && buffer.is_empty() {
            whole = chunk;
        } else {
            if buffer.is_empty() {
                buffer.extend_from_slice(&std::mem::take(&mut whole));
            }
            buffer.extend_from_slice(&chunk);
        }
    }
    *out.body_mut() = if buffer.is_empty() {
        whole
    } else {
        buffer.freeze()
    };
    Ok(out)
}

pub(super) fn too_large(limit: usize) -> Error {
    TransportError::new(false, format!("the body is larger than {limit} bytes")).into()
}

/// reqwest's errors carry the URL, whose query may hold what no log should.
fn broken(error: reqwest::Error) -> Error {
    TransportError::new(error.is_connect(), error.without_url()).into()
}
