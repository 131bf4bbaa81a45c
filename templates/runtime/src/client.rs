//! The client: shared state behind one `Arc`. Built by [`ClientBuilder`](super::ClientBuilder).

use super::call::Call;
use super::error::Error;
use super::hook::Hook;
use super::limit::Limits;
use super::operation::Operation;
use super::parts::Parts;
use super::retry::RetryPolicy;
use super::token::Tokens;
use super::transport::Transport;
use http::HeaderMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A client of the API. Cheap to clone; clones share connections, tokens and limits.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

pub(super) struct Inner {
    /// What the paths are relative to, without a trailing slash.
    pub base_url: String,
    pub default_headers: HeaderMap,
    pub tokens: Tokens,
    pub transport: Arc<dyn Transport>,
    pub limits: Limits,
    pub retry: RetryPolicy,
    pub hooks: Vec<Arc<dyn Hook>>,
    pub attempt_timeout: Option<Duration>,
    pub call_timeout: Option<Duration>,
    /// In bytes.
    pub body_limit: usize,
    pub trace_bodies: bool,
}

impl Client {
    pub(super) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    pub(super) fn inner(&self) -> &Inner {
        &self.0
    }

    /// Begins a call: what every rendered operation begins with.
    #[doc(hidden)]
    pub fn call<T>(&self, operation: &'static Operation) -> Call<T> {
        Call::new(Parts::new(self, operation))
    }

    /// What the paths of operations are relative to, without a trailing slash.
    pub fn base_url(&self) -> &str {
        &self.0.base_url
    }

    /// Logs in now, where the first call would; nothing is sent where a token is at hand.
    ///
    /// # Errors
    /// [`Error::Auth`] with the log-in host's reason.
    pub async fn log_in(&self) -> Result<(), Error> {
        let mut waited = Duration::ZERO;
        self.0.tokens.get(&mut waited).await.map(|_| ())
    }

    /// The refresh token of the last log-in, where the log-in host gave one. It is a secret: with
    /// [`Credentials::refresh_token`](super::Credentials::refresh_token) it logs in again, after a
    /// restart say.
    pub fn refresh_token(&self) -> Option<String> {
        self.0.tokens.refresh_token()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.0.base_url)
            .field("tokens", &self.0.tokens)
            .field("transport", &self.0.transport)
            .field("limits", &self.0.limits)
            .field("retry", &self.0.retry)
            .finish_non_exhaustive()
    }
}
