//! Builds a client. Nothing is sent; `build` reports wrong settings.

use super::url::{checked_url, refuse_plain_http};
use super::{BaseUrl, Client, ClientState};
use crate::runtime::auth::grant::LogInHost;
use crate::runtime::auth::token::Tokens;
use crate::runtime::auth::{AuthorizationRequest, Credentials, CredentialsKind, Secret};
use crate::runtime::error::{ConfigErrorKind, Error};
use crate::runtime::http::Transport;
use crate::runtime::http::hook::Hook;
use crate::runtime::http::limit::Limits;
use crate::runtime::http::retry::RetryPolicy;
#[cfg(feature = "reqwest")]
use crate::runtime::http::settings::HttpSettings;
use http::header::{ACCEPT, AUTHORIZATION, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

const DEFAULT_USER_AGENT: &str = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));

/// A region of the vendor's cloud. The API is at `https://api.{domain}`, the log-in host at
/// `https://login.{domain}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RegionEntry {
    /// The vendor's name, such as `us_east_1`.
    pub name: &'static str,
    /// The domain, such as `mypurecloud.com`.
    pub domain: &'static str,
}

/// Builds a [`Client`](crate::Client). Every setting has a default. Without credentials, requests have
/// no `Authorization`. `Debug` shows no secret.
#[derive(Clone, Debug)]
#[must_use]
pub struct ClientBuilder {
    regions: &'static [RegionEntry],
    token_path: &'static str,
    authorize_path: &'static str,
    region: Option<String>,
    /// A secret, since a wrong URL may hold a password.
    base_url: Option<Secret>,
    login_url: Option<Secret>,
    credentials: Option<Credentials>,
    transport: Option<Arc<dyn Transport>>,
    #[cfg(feature = "reqwest")]
    pub(crate) http: HttpSettings,
    user_agent: Option<String>,
    headers: Vec<(String, Secret)>,
    retry: RetryPolicy,
    hooks: Hooks,
    in_flight: Option<NonZeroU32>,
    rate: Option<(NonZeroU32, Duration)>,
    attempt_timeout: Option<Duration>,
    call_timeout: Option<Duration>,
    body_limit: usize,
    trace_bodies: bool,
    plain_http: bool,
}

#[derive(Clone, Default)]
struct Hooks(Vec<Arc<dyn Hook>>);

impl std::fmt::Debug for Hooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} hooks", self.0.len())
    }
}

/// Where to connect, and as whom.
impl ClientBuilder {
    pub(crate) fn new(regions: &'static [RegionEntry]) -> Self {
        Self {
            regions,
            token_path: "/oauth/token",
            authorize_path: "/oauth/authorize",
            region: None,
            base_url: None,
            login_url: None,
            credentials: None,
            transport: None,
            #[cfg(feature = "reqwest")]
            http: HttpSettings::default(),
            user_agent: None,
            headers: Vec::new(),
            retry: RetryPolicy::default(),
            hooks: Hooks::default(),
            in_flight: NonZeroU32::new(64),
            rate: None,
            attempt_timeout: Some(Duration::from_secs(60)),
            call_timeout: None,
            body_limit: 64 << 20,
            trace_bodies: false,
            plain_http: false,
        }
    }

    pub(crate) fn oauth_paths(mut self, token: &'static str, authorize: &'static str) -> Self {
        self.token_path = token;
        self.authorize_path = authorize;
        self
    }

    /// The region by the vendor's name, such as `eu_west_1` (or `eu-west-1`). Default: the first region
    /// of this crate.
    pub fn region_name(mut self, name: impl Into<String>) -> Self {
        self.region = Some(name.into());
        self
    }

    /// The URL of the API, instead of the region's: for a gateway or a test server. It may have a path;
    /// a trailing slash is ignored.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(Secret::new(url));
        self
    }

    /// The URL of the log-in host, instead of the region's.
    pub fn login_url(mut self, url: impl Into<String>) -> Self {
        self.login_url = Some(Secret::new(url));
        self
    }

    /// A token that you already have; it is not refreshed. Replaces other credentials.
    pub fn access_token(self, token: impl Into<String>) -> Self {
        self.credentials(Credentials::access_token(token))
    }

    /// The client credentials grant. Replaces other credentials.
    pub fn client_credentials(self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.credentials(Credentials::client_credentials(id, secret))
    }

    /// How the client logs in. Replaces other credentials.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Starts the log-in of a user by the authorization code grant with PKCE. A public OAuth client has
    /// no secret.
    ///
    /// # Errors
    /// [`Error::Config`] if the region, the log-in URL or the redirect URI is wrong.
    pub fn authorization_request(
        &self,
        client_id: impl Into<String>,
        client_secret: Option<String>,
        redirect_uri: impl Into<String>,
    ) -> Result<AuthorizationRequest, Error> {
        let url = self.login_host()? + self.authorize_path;
        AuthorizationRequest::new(&url, client_id.into(), client_secret, redirect_uri.into())
    }
}

/// What is sent, and how.
impl ClientBuilder {
    /// Sends requests by another transport than reqwest. Without the feature `reqwest` it is required.
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// The `User-Agent`. Default: the crate's name and version.
    pub fn user_agent(mut self, text: impl Into<String>) -> Self {
        self.user_agent = Some(text.into());
        self
    }

    /// A header field of every request. The same field set on a call replaces it.
    pub fn default_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), Secret::new(value)));
        self
    }

    /// When failed calls and log-ins are retried.
    pub fn retry(mut self, policy: impl Into<RetryPolicy>) -> Self {
        self.retry = policy.into();
        self
    }

    /// The most requests in flight. Default 64; `None` = unlimited.
    pub fn max_in_flight(mut self, count: Option<NonZeroU32>) -> Self {
        self.in_flight = count;
        self
    }

    /// The most requests per period. Default: unlimited. The vendor allows 300 a minute for one token.
    /// After an idle period, up to `count` requests may be sent at once.
    pub fn rate_limit(mut self, count: NonZeroU32, time: Duration) -> Self {
        self.rate = Some((count, time));
        self
    }

    /// The timeout of one attempt, from sending to the end of the answer. Default 60 s; `None` = no
    /// limit. It also holds for log-ins.
    pub fn attempt_timeout(mut self, time: Option<Duration>) -> Self {
        self.attempt_timeout = time;
        self
    }

    /// The timeout of a whole call, including waits and retries. Default: no limit.
    pub fn timeout(mut self, time: Option<Duration>) -> Self {
        self.call_timeout = time;
        self
    }

    /// The largest accepted body of an answer, in bytes. Default 64 MiB.
    pub fn max_body_size(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Adds a hook that is called around each attempt of each call, after hooks that were added before.
    pub fn hook(mut self, hook: Arc<dyn Hook>) -> Self {
        self.hooks.0.push(hook);
        self
    }

    /// Records bodies of requests and answers by `tracing`, at level DEBUG. Default: off, because they
    /// may hold personal data. Log-ins are never recorded.
    pub fn trace_bodies(mut self, on: bool) -> Self {
        self.trace_bodies = on;
        self
    }
}

impl ClientBuilder {
    /// Allows `http://` URLs of other machines. Anyone on the network can then read tokens and secrets.
    /// Default: only loopback addresses and `localhost` are allowed (RFC 6749 section 3.2 and RFC 6750
    /// section 5.3 require TLS).
    pub fn allow_plain_http(mut self, on: bool) -> Self {
        self.plain_http = on;
        self
    }

    /// Builds the client. Calls need a tokio runtime with time and, for reqwest, I/O.
    ///
    /// # Errors
    /// [`Error::Config`] if a setting is wrong, [`Error::Auth`] if the token is not a valid header field
    /// value.
    pub fn build(self) -> Result<Client, Error> {
        let base_url = match &self.base_url {
            Some(url) => checked_url(url.reveal())?,
            None => format!("https://api.{}", self.domain()?),
        };
        if self.region.is_some() {
            self.domain()?;
        }
        // A client that logs in nowhere needs no log-in host, nor a region to find it by.
        let token_url = match self.login_host() {
            Err(error) if self.login_url.is_some() || self.logs_in() => return Err(error),
            Err(_) => base_url.clone(),
            Ok(url) => url,
        } + self.token_path;
        let secret = self.credentials.is_some() || self.has_default_authorization();
        if secret && !self.plain_http {
            refuse_plain_http(&base_url)?;
            if self.logs_in() {
                refuse_plain_http(&token_url)?;
            }
        }
        if self
            .rate
            .is_some_and(|(count, time)| (time / count.get()).is_zero())
        {
            return Err(Error::config_text(
                ConfigErrorKind::RateLimit,
                "a rate limit needs a time",
            ));
        }
        let user_agent = self.user_agent.as_deref().unwrap_or(DEFAULT_USER_AGENT);
        let user_agent = HeaderValue::try_from(user_agent)
            .map_err(|error| Error::config(ConfigErrorKind::Header, "the user agent", error))?;
        let https = base_url.starts_with("https") || token_url.starts_with("https");
        let transport = self.sends_by(https, &base_url)?;
        let host = LogInHost {
            transport: transport.clone(),
            token_url: Uri::try_from(token_url)
                .map_err(|error| Error::config(ConfigErrorKind::Url, "the log-in URL", error))?,
            user_agent: user_agent.clone(),
            timeout: self.attempt_timeout,
            retry: self.retry.clone(),
        };
        let default_headers = default_headers(&self.headers, user_agent)?;
        Ok(Client::new(ClientState {
            authorized: default_headers.contains_key(AUTHORIZATION),
            default_headers,
            tokens: Tokens::new(self.credentials, host)?,
            base: BaseUrl::new(base_url)?,
            transport,
            limits: Limits::new(self.in_flight, self.rate),
            retry: self.retry,
            hooks: self.hooks.0,
            attempt_timeout: self.attempt_timeout,
            call_timeout: self.call_timeout,
            body_limit: self.body_limit,
            trace_bodies: self.trace_bodies,
        }))
    }

    /// The transport that was given, or reqwest.
    #[cfg(feature = "reqwest")]
    fn sends_by(&self, https: bool, base_url: &str) -> Result<Arc<dyn Transport>, Error> {
        match &self.transport {
            Some(_) if !self.http.is_default() => Err(Error::config_text(
                ConfigErrorKind::Transport,
                "a proxy, certificates, a connect timeout or a reqwest client cannot be combined with `transport`",
            )),
            Some(transport) => Ok(transport.clone()),
            None => self.http.transport(https, base_url),
        }
    }

    /// The transport that was given.
    #[cfg(not(feature = "reqwest"))]
    fn sends_by(&self, _: bool, _: &str) -> Result<Arc<dyn Transport>, Error> {
        self.transport.clone().ok_or_else(|| {
            Error::config_text(
                ConfigErrorKind::Transport,
                "there is no transport; set `transport`, or turn on the feature `reqwest`",
            )
        })
    }

    fn has_default_authorization(&self) -> bool {
        let mut names = self.headers.iter().map(|(name, _)| name);
        names.any(|name| name.eq_ignore_ascii_case(AUTHORIZATION.as_str()))
    }

    fn logs_in(&self) -> bool {
        matches!(
            self.credentials,
            Some(Credentials(CredentialsKind::Grant(..)))
        )
    }

    fn login_host(&self) -> Result<String, Error> {
        match &self.login_url {
            Some(url) => checked_url(url.reveal()),
            None => Ok(format!("https://login.{}", self.domain()?)),
        }
    }

    fn domain(&self) -> Result<&'static str, Error> {
        let wanted = self.region.as_deref().map(|name| name.replace('-', "_"));
        let found = match &wanted {
            None => self.regions.first(),
            Some(name) => self.regions.iter().find(|entry| entry.name == name),
        };
        let unknown = || unknown_region(&wanted.unwrap_or_default(), self.regions);
        found.map(|entry| entry.domain).ok_or_else(unknown)
    }
}

/// The error of an unknown region.
pub(crate) fn unknown_region(name: &str, regions: &[RegionEntry]) -> Error {
    let names: Vec<_> = regions.iter().map(|entry| entry.name).collect();
    let text = format!("no region `{name}` among {}", names.join(", "));
    Error::config_text(ConfigErrorKind::Region, text)
}

fn default_headers(
    given: &[(String, Secret)],
    user_agent: HeaderValue,
) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(USER_AGENT, user_agent);
    for (name, value) in given {
        let what = || format!("the default header field `{name}`");
        let name = HeaderName::try_from(name)
            .map_err(|error| Error::config(ConfigErrorKind::Header, what(), error))?;
        let value = HeaderValue::try_from(value.reveal());
        let mut value =
            value.map_err(|error| Error::config(ConfigErrorKind::Header, what(), error))?;
        // A gateway's key, say.
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(headers)
}
