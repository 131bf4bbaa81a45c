//! The settings of connections: proxy, certificates, or the user's own reqwest client.

use super::builder::ClientBuilder;
use std::time::Duration;

/// Settings of connections.
impl ClientBuilder {
    /// How long connecting may take, TLS included. Default 10 s.
    pub fn connect_timeout(mut self, time: Duration) -> Self {
        self.http.connect_timeout = Some(time);
        self
    }

    /// A proxy for all requests, such as `http://user:password@proxy:3128`. Default: the environment's
    /// (`HTTPS_PROXY`, `NO_PROXY` and so on).
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.http.proxy = Some(url.into());
        self
    }

    /// Root certificates to trust in addition to the platform's, in PEM (RFC 7468). An error on Android,
    /// where the app's network security configuration adds them.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http.tls.roots.push(pem.into());
        self
    }

    /// A client certificate with its chain and private key, in PEM, for gateways that require one (mutual
    /// TLS).
    pub fn client_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http.tls.identity = Some(pem.into());
        self
    }

    /// Your own `reqwest::Client`. It should not follow redirects: they would send the token to another
    /// host. Set its connect timeout, proxies and certificates on it; setting them here too is an error.
    pub fn reqwest_client(mut self, client: reqwest::Client) -> Self {
        self.http.client = Some(client);
        self
    }
}
