//! Sending one request: the trait [`Transport`], its implementations, and what surrounds an attempt
//! (retries, limits, hooks, spans). Every request is a plain `http::Request` first, so a test or
//! another HTTP stack can replace reqwest, which only `reqwest` and `settings` know.

pub(crate) mod hook;
pub(crate) mod limit;
#[cfg(feature = "mock")]
pub mod mock;
pub(crate) mod pace;
#[cfg(feature = "reqwest")]
mod reqwest;
pub(crate) mod retry;
#[cfg(feature = "reqwest")]
pub(crate) mod settings;
#[cfg(feature = "reqwest")]
mod tls;
#[cfg(feature = "tower")]
pub(crate) mod tower;
pub(crate) mod trace;

use crate::runtime::error::{Error, TimeoutError, TimeoutKind};
use crate::runtime::operation::Operation;
use bytes::Bytes;
use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;
use tokio::time::timeout;

/// How much of the body of an answer that is no success is read, in bytes. The vendor's are below 4 KiB.
pub(crate) const ERROR_BODY: usize = 64 << 10;

/// A boxed future, as [`Transport`] returns it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The context of a request that a transport sends.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Exchange {
    /// The operation that is called; `None` for a log-in.
    pub operation: Option<&'static Operation>,
    /// The largest accepted body, in bytes.
    pub body_limit: usize,
}

/// Sends one request and returns its answer, of any status. It must not retry, follow redirects or
/// authenticate: the client does that.
pub trait Transport: fmt::Debug + Send + Sync {
    /// Sends `request`. An answer whose body is larger than [`Exchange::body_limit`] is an error
    /// ([`TransportErrorKind::TooLarge`](crate::TransportErrorKind::TooLarge)). Dropping the future gives the request up.
    ///
    /// # Errors
    /// [`Error::Transport`] or [`Error::Timeout`] if there is no answer.
    fn send(
        &self,
        request: http::Request<Bytes>,
        exchange: Exchange,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, Error>>;

    /// Sends a request that asks for another protocol on its connection (RFC 9110 section 7.8), and gives
    /// the header fields of the answer 101 and the connection. By default a transport has none, and
    /// events cannot be subscribed to.
    ///
    /// # Errors
    /// [`Error::Transport`] where there is no connection, or the answer is another.
    #[cfg(feature = "events")]
    fn upgrade(&self, _request: http::Request<()>) -> BoxFuture<'_, Result<Upgraded, Error>> {
        let kind = crate::runtime::error::TransportErrorKind::Other;
        let text = "this transport cannot open WebSockets";
        let error = crate::runtime::error::TransportError::new(kind, text);
        Box::pin(async move { Err(error.into()) })
    }
}

/// A connection that is read and written freely: a WebSocket's.
#[cfg(feature = "events")]
pub trait Duplex: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin {}

#[cfg(feature = "events")]
impl<T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin> Duplex for T {}

/// The header fields of an answer 101, and the connection.
#[cfg(feature = "events")]
pub type Upgraded = (http::HeaderMap, Box<dyn Duplex>);

/// What `work` gives, or nothing where it panics: then code of the user did (a transport, a hook, a
/// policy), and its message, which may hold anything, stays with the panic hook.
pub(crate) async fn caught<T>(work: impl Future<Output = T>) -> Option<T> {
    let mut work = std::pin::pin!(work);
    poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        polled.map_or(Poll::Ready(None), |polled| polled.map(Some))
    })
    .await
}

/// Gives `work` up after `limit`.
pub(crate) async fn within<T>(
    limit: Option<Duration>,
    kind: TimeoutKind,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let Some(time) = limit else {
        return work.await;
    };
    let done = timeout(time, work).await;
    done.unwrap_or_else(|_| Err(TimeoutError { kind, limit }.into()))
}
