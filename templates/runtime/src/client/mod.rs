//! The client: shared state behind one `Arc`. Built by [`ClientBuilder`](crate::ClientBuilder).

pub(crate) mod builder;
#[cfg(feature = "toml")]
mod config;
#[cfg(feature = "reqwest")]
mod connect;
mod env;
pub(crate) mod url;

use crate::runtime::auth::token::Tokens;
use crate::runtime::error::{ConfigErrorKind, Error};
use crate::runtime::http::Transport;
use crate::runtime::http::hook::Hook;
use crate::runtime::http::limit::Limits;
use crate::runtime::http::retry::RetryPolicy;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, Uri};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A client of the API. Cheap to clone; clones share connections, tokens and limits.
#[derive(Clone)]
pub struct Client(Arc<ClientState>);

pub(crate) struct ClientState {
    pub base: BaseUrl,
    pub default_headers: HeaderMap,
    /// Whether `Authorization` is one of them.
    pub authorized: bool,
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

/// What the paths of operations are relative to, taken apart once.
pub(crate) struct BaseUrl {
    /// Without a trailing slash.
    pub url: String,
    /// Of the URL; mostly empty.
    pub path: String,
    scheme: Scheme,
    authority: Authority,
}

impl BaseUrl {
    pub fn new(url: String) -> Result<Self, Error> {
        let uri = Uri::try_from(&url)
            .map_err(|error| Error::config(ConfigErrorKind::Url, "the base URL", error))?;
        let parts = uri.into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return Err(Error::config_text(
                ConfigErrorKind::Url,
                "the base URL has no host",
            ));
        };
        let path = parts.path_and_query.map_or_else(String::new, |path| {
            path.as_str().trim_end_matches('/').to_owned()
        });
        Ok(Self {
            url,
            path,
            scheme,
            authority,
        })
    }

    /// The URI of a target on that host.
    pub fn uri(&self, target: PathAndQuery) -> Option<Uri> {
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(target);
        Uri::from_parts(parts).ok()
    }
}

impl Client {
    pub(crate) fn new(inner: ClientState) -> Self {
        Self(Arc::new(inner))
    }

    pub(crate) fn inner(&self) -> &ClientState {
        &self.0
    }

    /// The URL that the paths of operations are relative to, without a trailing slash.
    pub fn base_url(&self) -> &str {
        &self.0.base.url
    }

    /// Logs in now instead of at the first call. Sends nothing if there is a valid token.
    ///
    /// # Errors
    /// [`Error::Auth`] if the log-in fails.
    pub async fn log_in(&self) -> Result<(), Error> {
        let mut waited = Duration::ZERO;
        self.0.tokens.get(&mut waited).await.map(|_| ())
    }

    /// The refresh token of the last log-in; `None` if the log-in host gave none. It is a secret. Pass it
    /// to [`Credentials::refresh_token`](crate::Credentials::refresh_token) to log in again, for example
    /// after a restart.
    pub fn refresh_token(&self) -> Option<String> {
        self.0.tokens.refresh_token()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.0.base.url)
            .field("tokens", &self.0.tokens)
            .field("transport", &self.0.transport)
            .field("limits", &self.0.limits)
            .field("retry", &self.0.retry)
            .finish_non_exhaustive()
    }
}
