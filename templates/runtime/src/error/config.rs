//! Wrong configuration. Pure.

use super::{Cause, Error};
use std::error::Error as StdError;
use std::fmt::{self, Write as _};

/// The configuration is wrong, so no client was built.
#[derive(Debug)]
pub struct ConfigError {
    kind: ConfigErrorKind,
    what: String,
    source: Option<Cause>,
}

/// Which part of a configuration is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConfigErrorKind {
    /// Unknown region.
    Region,
    /// A URL: the API's, the log-in host's or the redirect's.
    Url,
    /// One half of an OAuth client is missing.
    Credentials,
    /// `http://` would send tokens and secrets without TLS.
    PlainHttp,
    /// A default header field, or the user agent.
    Header,
    /// A rate limit of 0 requests, or of an empty period.
    RateLimit,
    /// The proxy.
    Proxy,
    /// Root certificates or the client certificate.
    Tls,
    /// The transport cannot be built, or a setting belongs to another transport.
    Transport,
    /// A file, TOML text or environment variable cannot be read.
    Settings,
}

impl ConfigError {
    /// Which part is wrong.
    pub fn kind(&self) -> ConfigErrorKind {
        self.kind
    }
}

impl Error {
    pub(crate) fn config(
        kind: ConfigErrorKind,
        what: impl Into<String>,
        source: impl Into<Cause>,
    ) -> Self {
        Self::Config(Box::new(ConfigError {
            kind,
            what: what.into(),
            source: Some(source.into()),
        }))
    }

    pub(crate) fn config_text(kind: ConfigErrorKind, what: impl Into<String>) -> Self {
        Self::Config(Box::new(ConfigError {
            kind,
            what: what.into(),
            source: None,
        }))
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut f = super::text::Escaped(f);
        write!(f, "the client cannot be built: {}", self.what)
    }
}

impl StdError for ConfigError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|error| &**error as _)
    }
}
