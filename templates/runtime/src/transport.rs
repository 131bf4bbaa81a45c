//! The one exit to the network. Every request is a plain `http::Request` first, so a test or
//! another HTTP stack can stand in for reqwest, which only this file and the builder know.

use super::error::Error;
use super::operation::Operation;
use super::send::too_large;
use super::transport_error::{TimeoutError, TimeoutKind, TransportError, TransportErrorKind};
use bytes::{Bytes, BytesMut};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// A boxed future, as [`Transport`] returns it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a transport is told beside the request.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Exchange {
    /// The operation that is called; nothing for a log-in.
    pub operation: Option<&'static Operation>,
    /// The largest body that is taken, in bytes.
    pub body_limit: usize,
}

/// Sends one request and returns its answer, whatever the status. No retries, no redirects, no
/// authentication: those are the client's.
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends `request`. An answer whose body is larger than [`Exchange::body_limit`] is an error
    /// ([`TransportErrorKind::TooLarge`]). Dropping the future gives the request up.
    ///
    /// # Errors
    /// [`Error::Transport`] or [`Error::Timeout`] where there is no answer.
    fn send(
        &self,
        request: http::Request<Bytes>,
        exchange: Exchange,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, Error>>;
}

/// reqwest, the transport of a client that is given no other.
#[derive(Debug)]
pub(super) struct Reqwest {
    pub client: reqwest::Client,
    /// For errors to tell; nothing where the user brought the client.
    pub connect_timeout: Option<Duration>,
}

impl Transport for Reqwest {
    fn send(
        &self,
        request: http::Request<Bytes>,
        exchange: Exchange,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, Error>> {
        Box::pin(async move {
            let request = outgoing(request)?;
            let answer = self.client.execute(request).await;
            let answer = answer.map_err(|error| self.failure(error))?;
            self.read(answer, exchange.body_limit).await
        })
    }
}

impl Reqwest {
    async fn read(
        &self,
        mut answer: reqwest::Response,
        limit: usize,
    ) -> Result<http::Response<Bytes>, Error> {
        // A length that is told is checked before anything is read.
        let fits = |length: u64| usize::try_from(length).is_ok_and(|length| length <= limit);
        if !answer.content_length().is_none_or(fits) {
            return Err(too_large(limit).into());
        }
        let mut out = http::Response::new(Bytes::new());
        *out.status_mut() = answer.status();
        *out.version_mut() = answer.version();
        *out.headers_mut() = std::mem::take(answer.headers_mut());
        // Most answers come in one chunk, which is then not copied.
        let mut first = Bytes::new();
        let mut rest = BytesMut::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| self.failure(error))? {
            if first.len() + rest.len() + chunk.len() > limit {
                return Err(too_large(limit).into());
            }
            if first.is_empty() && rest.is_empty() {
                first = chunk;
                continue;
            }
            rest.extend_from_slice(&std::mem::take(&mut first));
            rest.extend_from_slice(&chunk);
        }
        *out.body_mut() = if rest.is_empty() {
            first
        } else {
            rest.freeze()
        };
        Ok(out)
    }

    fn failure(&self, error: reqwest::Error) -> Error {
        if error.is_connect() && error.is_timeout() {
            let kind = TimeoutKind::Connect;
            let limit = self.connect_timeout;
            return TimeoutError { kind, limit }.into();
        }
        let kind = if error.is_connect() {
            TransportErrorKind::Connect
        } else if error.is_builder() || error.is_redirect() {
            TransportErrorKind::Other
        } else {
            TransportErrorKind::Broken
        };
        // The URL's query may hold what no log should; reqwest's error shows it.
        TransportError::new(kind, error.without_url()).into()
    }
}

fn outgoing(request: http::Request<Bytes>) -> Result<reqwest::Request, Error> {
    let (head, body) = request.into_parts();
    let uri = &head.uri;
    let scheme = uri.scheme_str().unwrap_or_default();
    let authority = uri.authority().map_or("", |it| it.as_str());
    let path = uri.path_and_query().map_or("", |it| it.as_str());
    // `Display` would write it in many small pieces.
    let url = [scheme, "://", authority, path].concat();
    let url = reqwest::Url::parse(&url)
        .map_err(|error| TransportError::new(TransportErrorKind::Other, error))?;
    let mut request = reqwest::Request::new(head.method, url);
    *request.headers_mut() = head.headers;
    if !body.is_empty() {
        *request.body_mut() = Some(body.into());
    }
    Ok(request)
}
