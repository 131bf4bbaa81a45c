//! The settings of reqwest, and the transport that is built from them.

use super::Transport;
use super::reqwest::Reqwest;
use super::tls::TlsSettings;
use crate::runtime::error::{ConfigErrorKind, Error};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How often an HTTP/2 connection with calls on it is pinged, and how long an answer may take.
const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(10);
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(10);

/// What reqwest is built from, or the client that a user built.
#[derive(Clone, Default)]
pub(crate) struct HttpSettings {
    pub connect_timeout: Option<Duration>,
    pub proxy: Option<String>,
    pub tls: TlsSettings,
    pub client: Option<reqwest::Client>,
}

impl HttpSettings {
    pub fn is_default(&self) -> bool {
        self.is_plain() && self.client.is_none()
    }

    fn is_plain(&self) -> bool {
        self.proxy.is_none() && self.tls.is_default() && self.connect_timeout.is_none()
    }

    /// reqwest, ready to send, mostly to `base_url`; `https` says whether a URL needs TLS.
    pub fn transport(&self, https: bool, base_url: &str) -> Result<Arc<dyn Transport>, Error> {
        match &self.client {
            Some(client) if self.is_plain() => {
                let client = client.clone();
                Ok(Arc::new(Reqwest::new(client, None, base_url, None)?))
            }
            Some(_) => Err(Error::config_text(
                ConfigErrorKind::Transport,
                "set the proxy, certificates or connect timeout in the given reqwest client",
            )),
            None => self.build(https, base_url),
        }
    }

    fn build(&self, https: bool, base_url: &str) -> Result<Arc<dyn Transport>, Error> {
        let connect_timeout = self.connect_timeout.unwrap_or(CONNECT_TIMEOUT);
        // Read once: another client of the same settings trusts the same certificates.
        let tls = self.tls.config(https)?;
        let proxy = self.proxy.clone();
        #[cfg(feature = "events")]
        let sockets = {
            let mut tls = tls.clone();
            tls.alpn_protocols = vec!["http/1.1".into()];
            client(
                connect_timeout,
                &tls,
                proxy.as_deref(),
                reqwest::ClientBuilder::http1_only,
            )?
        };
        let build = move || client(connect_timeout, &tls, proxy.as_deref(), |it| it);
        let first = build()?;
        let connect_timeout = Some(connect_timeout);
        let transport = Reqwest::new(first, Some(Box::new(build)), base_url, connect_timeout)?;
        #[cfg(feature = "events")]
        let transport = transport.with_sockets(sockets);
        Ok(Arc::new(transport))
    }
}

fn client(
    connect_timeout: Duration,
    tls: &rustls::ClientConfig,
    proxy: Option<&str>,
    further: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
) -> Result<reqwest::Client, Error> {
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls.clone())
        .redirect(reqwest::redirect::Policy::none())
        // The retry policy decides alone how often a request is sent.
        .retry(reqwest::retry::never())
        // A connection whose other end has gone is found out and left (RFC 9113 section 6.7).
        .http2_keep_alive_interval(KEEP_ALIVE_INTERVAL)
        .http2_keep_alive_timeout(KEEP_ALIVE_TIMEOUT)
        .connect_timeout(connect_timeout);
    if let Some(url) = proxy {
        // The URL may hold a password, so the error must not hold the URL.
        let proxy = reqwest::Proxy::all(url).map_err(|error| {
            Error::config(
                ConfigErrorKind::Proxy,
                "the proxy's URL",
                error.without_url(),
            )
        })?;
        builder = builder.proxy(proxy);
    }
    further(builder)
        .build()
        .map_err(|error| Error::config(ConfigErrorKind::Transport, "the HTTP client", error))
}

impl fmt::Debug for HttpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpSettings")
            .field("connect_timeout", &self.connect_timeout)
            .field("proxy", &self.proxy.is_some())
            .field("tls", &self.tls)
            .field("own_client", &self.client.is_some())
            .finish()
    }
}
