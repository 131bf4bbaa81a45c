//! Building a client. Nothing is sent while building.

use super::client::{Client, Inner};
use super::error::Error;
use super::operation::RegionEntry;
use super::tls;
use super::transport::{Reqwest, Transport};
use http::header::{ACCEPT, USER_AGENT};
use http::{HeaderMap, HeaderValue};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

const DEFAULT_USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// What a client is built from. Every setting has a default; without credentials requests carry
/// no `Authorization`.
#[must_use]
pub struct ClientBuilder {
    regions: &'static [RegionEntry],
    region: Option<String>,
    base_url: Option<String>,
    access_token: Option<String>,
    transport: Option<Arc<dyn Transport>>,
}

impl ClientBuilder {
    #[doc(hidden)]
    pub fn new(regions: &'static [RegionEntry]) -> Self {
        Self {
            regions,
            region: None,
            base_url: None,
            access_token: None,
            transport: None,
        }
    }

    /// The region by the vendor's name, such as `eu_west_1`; `eu-west-1` is the same. The default
    /// is the first of the client's regions.
    pub fn region_name(mut self, name: impl Into<String>) -> Self {
        self.region = Some(name.into());
        self
    }

    /// Where the API stands instead of the region's host: a gateway, say, or a test server. May
    /// have a path; a trailing slash does not count.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// A token that one brings. It is not refreshed.
    pub fn access_token(mut self, token: impl Into<String>) -> Self {
        self.access_token = Some(token.into());
        self
    }

    /// Sends requests by another transport than reqwest.
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    /// [`Error::Config`] where a setting is wrong.
    pub fn build(self) -> Result<Client, Error> {
        let base_url = match &self.base_url {
            Some(url) => checked_url(url)?,
            None => format!("https://api.{}", self.domain()?),
        };
        let transport = match self.transport {
            Some(transport) => transport,
            None => Arc::new(Reqwest(reqwest_client()?)),
        };
        let mut default_headers = HeaderMap::new();
        default_headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        default_headers.insert(USER_AGENT, HeaderValue::from_static(DEFAULT_USER_AGENT));
        Ok(Client::new(Inner {
            base_url,
            default_headers,
            authorization: self.access_token.as_deref().map(bearer).transpose()?,
            transport,
            attempt_timeout: Some(Duration::from_secs(60)),
            call_timeout: None,
            body_limit: 64 << 20,
        }))
    }

    fn domain(&self) -> Result<&'static str, Error> {
        let Some(name) = &self.region else {
            let first = self.regions.first();
            let first = first.ok_or_else(|| Error::config_text("there is no region".to_owned()))?;
            return Ok(first.domain);
        };
        let wanted = name.replace('-', "_");
        let found = self.regions.iter().find(|entry| entry.name == wanted);
        found
            .map(|entry| entry.domain)
            .ok_or_else(|| Error::config_text(format!("there is no region `{name}`")))
    }
}

fn reqwest_client() -> Result<reqwest::Client, Error> {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls::config()?)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| Error::config("the HTTP client", error))
}

fn checked_url(url: &str) -> Result<String, Error> {
    let parsed = reqwest::Url::parse(url)
        .map_err(|error| Error::config(&format!("the URL `{url}`"), error))?;
    let plain = matches!(parsed.scheme(), "http" | "https")
        && parsed.query().is_none()
        && parsed.fragment().is_none()
        && parsed.username().is_empty()
        && parsed.password().is_none();
    if plain {
        Ok(parsed.as_str().trim_end_matches('/').to_owned())
    } else {
        Err(Error::config_text(
            "a base URL is http or https, without user, query or fragment".to_owned(),
        ))
    }
}

/// `Authorization` of RFC 6750 section 2.1.
fn bearer(token: &str) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| {
        Error::config_text("the access token holds what no header field can".to_owned())
    })?;
    value.set_sensitive(true);
    Ok(value)
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("region", &self.region)
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}
