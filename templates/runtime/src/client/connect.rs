//! The settings of connecting: proxy, certificates, one's own reqwest client.

use super::builder::ClientBuilder;
use std::time::Duration;

/// How the client connects.
impl ClientBuilder {
    /// How long connecting may take, TLS included. Default 10 s.
    pub fn connect_timeout(mut self, time: Duration) -> Self {
        self.http.connect_timeout = Some(time);
        self
    }

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
