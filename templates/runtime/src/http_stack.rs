//! The settings of reqwest, and the transport that comes of them.

use super::builder::ClientBuilder;
use super::error::Error;
use super::tls::TlsSettings;
use super::transport::{Reqwest, Transport};
use reqwest::Url;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// What reqwest is built from, or the client that a user built.
#[derive(Clone, Default)]
pub(super) struct HttpSettings {
    pub connect_timeout: Option<Duration>,
    proxy: Option<String>,
    tls: TlsSettings,
    client: Option<reqwest::Client>,
}

/// How the client connects.
impl ClientBuilder {
    /// A proxy for all requests, such as `http://user:password@proxy:3128`, instead of those that
    /// the environment names (`HTTPS_PROXY`, `NO_PROXY` …).
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.http.proxy = Some(url.into());
        self
    }

    /// Root certificates to trust beside the platform's, in PEM (RFC 7468). On Android the app's own
    /// network security configuration adds them instead, and this is an error.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http.tls.roots.push(pem.into());
        self
    }

    /// A client certificate with its chain and its private key, in PEM: for gateways that ask for
    /// one (mutual TLS).
    pub fn client_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http.tls.identity = Some(pem.into());
        self
    }

    /// A `reqwest::Client` of one's own. It should follow no redirects: a token would go along. Its
    /// connecting, proxies and certificates are its own affair, so setting them here too is an
    /// error.
    pub fn reqwest_client(mut self, client: reqwest::Client) -> Self {
        self.http.client = Some(client);
        self
    }
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
                Ok(Arc::new(Reqwest::new(client, base_url, None)?))
            }
            Some(_) => Err(Error::config_text(
                "a proxy, certificates or a connect timeout belong into one's own reqwest client",
            )),
            None => self.build(https, base_url),
        }
    }

    fn build(&self, https: bool, base_url: &str) -> Result<Arc<dyn Transport>, Error> {
        let connect_timeout = self.connect_timeout.unwrap_or(CONNECT_TIMEOUT);
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(self.tls.config(https)?)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(connect_timeout);
        if let Some(url) = &self.proxy {
            // The URL may hold a password, so the error must not hold the URL.
            let proxy = reqwest::Proxy::all(url)
                .map_err(|error| Error::config("the proxy's URL", error.without_url()))?;
            builder = builder.proxy(proxy);
        }
        let client = builder
            .build()
            .map_err(|error| Error::config("the HTTP client", error))?;
        let connect_timeout = Some(connect_timeout);
        Ok(Arc::new(Reqwest::new(client, base_url, connect_timeout)?))
    }
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

/// A base URL without its trailing slash.
pub(super) fn checked_url(url: &str) -> Result<String, Error> {
    let parsed =
        Url::parse(url).map_err(|error| Error::config(format!("the URL `{url}`"), error))?;
    let plain = matches!(parsed.scheme(), "http" | "https")
        && parsed.query().is_none()
        && parsed.fragment().is_none()
        && parsed.username().is_empty()
        && parsed.password().is_none();
    if plain {
        Ok(parsed.as_str().trim_end_matches('/').to_owned())
    } else {
        Err(Error::config_text(
            "a URL to connect to is http or https, without user, query or fragment",
        ))
    }
}
