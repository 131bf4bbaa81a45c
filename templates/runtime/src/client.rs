//! The client: shared state behind one `Arc`. Built by [`ClientBuilder`](super::ClientBuilder).

use super::transport::Transport;
use http::{HeaderMap, HeaderValue};
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
    /// `Authorization`, marked as sensitive.
    pub authorization: Option<HeaderValue>,
    pub transport: Arc<dyn Transport>,
    pub attempt_timeout: Option<Duration>,
    pub call_timeout: Option<Duration>,
    pub body_limit: usize,
}

impl Client {
    pub(super) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    pub(super) fn inner(&self) -> &Inner {
        &self.0
    }

    /// What the paths of operations are relative to, without a trailing slash.
    pub fn base_url(&self) -> &str {
        &self.0.base_url
    }

    pub(super) fn default_headers(&self) -> &HeaderMap {
        &self.0.default_headers
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.0.base_url)
            .field("transport", &self.0.transport)
            .finish_non_exhaustive()
    }
}
