//! Configurations that no client can be built from. Pure.

use super::{Cause, Error};
use std::error::Error as StdError;
use std::fmt::{self, Write as _};

/// A configuration that no client can be built from.
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
    /// There is no region of that name.
    Region,
    /// A URL: the API's, the log-in host's or the redirect's.
    Url,
    /// One half of an OAuth client is missing.
    Credentials,
    /// `http://` would send tokens and secrets without TLS.
    PlainHttp,
    /// A default header field, or the user agent.
    Header,
    /// A rate limit that lets nothing through in any time.
    RateLimit,
    /// The proxy.
    Proxy,
    /// Root certificates or the client certificate.
    Tls,
    /// The transport cannot be built, or settings are for another one.
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
