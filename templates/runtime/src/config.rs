//! Settings that stand outside of the program: environment variables by the vendor's names, and a
//! TOML file. Read when asked for, never by itself.

use super::auth::{Credentials, Secret};
use super::builder::ClientBuilder;
use super::error::Error;
use super::retry::{Backoff, RetryPolicy};
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Settings from elsewhere. What is not set there stays as it was, and what is set later replaces
/// it.
impl ClientBuilder {
    /// Takes `GENESYSCLOUD_REGION`, `GENESYSCLOUD_ACCESS_TOKEN`, and `GENESYSCLOUD_OAUTHCLIENT_ID`
    /// with `GENESYSCLOUD_OAUTHCLIENT_SECRET` from the environment: the names that the vendor's own
    /// command line knows. An empty one counts as unset; a token is preferred to an OAuth client.
    /// Other variables are other programs' affair.
    ///
    /// # Errors
    /// [`Error::Config`] where one is not Unicode, or one of the OAuth client's two is missing.
    pub fn env(self) -> Result<Self, Error> {
        self.variables(|name| match std::env::var(name) {
            Ok(value) => Ok(Some(value)),
            Err(std::env::VarError::NotPresent) => Ok(None),
            // The cause would show the value.
            Err(_) => Err(Error::config_text(format!("`{name}` is not Unicode"))),
        })
    }

    fn variables(
        mut self,
        variable: impl Fn(&str) -> Result<Option<String>, Error>,
    ) -> Result<Self, Error> {
        let set = |name| Ok::<_, Error>(variable(name)?.filter(|value| !value.is_empty()));
        if let Some(region) = set("GENESYSCLOUD_REGION")? {
            self = self.region_name(region);
        }
        let id = set("GENESYSCLOUD_OAUTHCLIENT_ID")?;
        let secret = set("GENESYSCLOUD_OAUTHCLIENT_SECRET")?;
        let token = set("GENESYSCLOUD_ACCESS_TOKEN")?;
        match credentials(id, secret, token) {
            Ok(None) => Ok(self),
            Ok(Some(credentials)) => Ok(self.credentials(credentials)),
            Err(missing) => Err(Error::config_text(format!(
                "`GENESYSCLOUD_OAUTHCLIENT_{}` is missing",
                missing.to_uppercase()
            ))),
        }
    }

    /// Takes the settings of a TOML file; see [`ClientBuilder::toml`]. Paths in it are relative to
    /// it.
    ///
    /// # Errors
    /// [`Error::Config`] where it cannot be read, or is not such a file.
    pub fn toml_file(self, path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let text = read(path)?;
        let text = String::from_utf8(text)
            .map_err(|error| Error::config(shown(path), error.utf8_error()))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        self.settings(&text, folder, &shown(path))
    }

    /// Takes the settings of a TOML text. All keys are optional; one that is not listed here is an
    /// error. Times are in seconds.
    ///
    /// ```toml
    /// region = "eu_west_1"
    /// base_url = "https://gateway.example/api"
    /// login_url = "https://gateway.example/login"
    /// client_id = "…"                 # with client_secret, or else
    /// client_secret = "…"
    /// access_token = "…"              # is preferred to an OAuth client
    /// user_agent = "ours/1.0"
    /// proxy = "http://proxy:3128"
    /// root_certificates = ["ca.pem"]  # files, in PEM
    /// client_certificate = "me.pem"   # a file with the private key, in PEM
    /// connect_timeout = 10
    /// attempt_timeout = 60
    /// timeout = 300
    /// max_in_flight = 64
    /// max_body_size = 67108864        # in bytes
    /// requests_per_minute = 300
    /// max_retries = 3                 # 0 for none
    ///
    /// [headers]                       # of every request
    /// X-Gateway-Key = "…"
    /// ```
    ///
    /// # Errors
    /// [`Error::Config`] where it is not such a text.
    pub fn toml(self, text: &str) -> Result<Self, Error> {
        self.settings(text, Path::new(""), "the settings")
    }

    fn settings(self, text: &str, folder: &Path, what: &str) -> Result<Self, Error> {
        let settings: Settings =
            toml::from_str(text).map_err(|error| refused(&error, text, what))?;
        settings.apply(self, folder, what)
    }
}

/// The error without the line that it quotes, which may hold a secret.
fn refused(error: &toml::de::Error, text: &str, what: &str) -> Error {
    let before = error.span().and_then(|span| text.get(..span.start));
    let line = before.map_or(1, |before| before.matches('\n').count() + 1);
    // A value that has the wrong type is quoted in the message, and may be a secret too.
    let message = error.message();
    let message = if message.starts_with("unknown field") || message.starts_with("missing field") {
        message
    } else {
        "not a value that is expected there"
    };
    Error::config_text(format!("{what}, line {line}: {message}"))
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    region: Option<String>,
    base_url: Option<String>,
    login_url: Option<String>,
    client_id: Option<String>,
    client_secret: Option<Secret>,
    access_token: Option<Secret>,
    user_agent: Option<String>,
    proxy: Option<Secret>,
    #[serde(default)]
    root_certificates: Vec<PathBuf>,
    client_certificate: Option<PathBuf>,
    connect_timeout: Option<f64>,
    attempt_timeout: Option<f64>,
    timeout: Option<f64>,
    max_in_flight: Option<NonZeroU32>,
    max_body_size: Option<usize>,
    requests_per_minute: Option<NonZeroU32>,
    max_retries: Option<u32>,
    #[serde(default)]
    headers: BTreeMap<String, Secret>,
}

impl Settings {
    fn apply(
        self,
        mut builder: ClientBuilder,
        folder: &Path,
        what: &str,
    ) -> Result<ClientBuilder, Error> {
        let seconds = |key: &str, seconds: f64| {
            let time = Duration::try_from_secs_f64(seconds).ok();
            let time = time.filter(|time| !time.is_zero());
            time.ok_or_else(|| Error::config_text(format!("{what}: `{key}` is not a time")))
        };
        let Self {
            client_id,
            client_secret,
            access_token,
            ..
        } = self;
        let secret = |secret: Option<Secret>| secret.map(|it| it.reveal().to_owned());
        let credentials = credentials(client_id, secret(client_secret), secret(access_token));
        let credentials = credentials.map_err(|missing| {
            Error::config_text(format!("{what}: `client_{missing}` is missing"))
        })?;
        if let Some(credentials) = credentials {
            builder = builder.credentials(credentials);
        }
        if let Some(region) = self.region {
            builder = builder.region_name(region);
        }
        if let Some(url) = self.base_url {
            builder = builder.base_url(url);
        }
        if let Some(url) = self.login_url {
            builder = builder.login_url(url);
        }
        if let Some(text) = self.user_agent {
            builder = builder.user_agent(text);
        }
        if let Some(url) = self.proxy {
            builder = builder.proxy(url.reveal());
        }
        for path in self.root_certificates {
            builder = builder.root_certificates(read(&folder.join(path))?);
        }
        if let Some(path) = self.client_certificate {
            builder = builder.client_certificate(read(&folder.join(path))?);
        }
        if let Some(time) = self.connect_timeout {
            builder = builder.connect_timeout(seconds("connect_timeout", time)?);
        }
        if let Some(time) = self.attempt_timeout {
            builder = builder.attempt_timeout(Some(seconds("attempt_timeout", time)?));
        }
        if let Some(time) = self.timeout {
            builder = builder.timeout(Some(seconds("timeout", time)?));
        }
        if self.max_in_flight.is_some() {
            builder = builder.max_in_flight(self.max_in_flight);
        }
        if let Some(bytes) = self.max_body_size {
            builder = builder.max_body_size(bytes);
        }
        if let Some(count) = self.requests_per_minute {
            builder = builder.rate_limit(count, Duration::from_secs(60));
        }
        builder = match self.max_retries {
            None => builder,
            Some(0) => builder.retry(RetryPolicy::never()),
            Some(count) => builder.retry(Backoff::default().max_retries(count)),
        };
        for (name, value) in self.headers {
            builder = builder.default_header(name, value.reveal());
        }
        Ok(builder)
    }
}

/// What these credentials come to, or which of the OAuth client's two is missing.
fn credentials(
    id: Option<String>,
    secret: Option<String>,
    token: Option<String>,
) -> Result<Option<Credentials>, &'static str> {
    match (token, id, secret) {
        (Some(token), ..) => Ok(Some(Credentials::access_token(token))),
        (None, Some(id), Some(secret)) => Ok(Some(Credentials::client_credentials(id, secret))),
        (None, None, None) => Ok(None),
        (None, Some(_), None) => Err("secret"),
        (None, None, Some(_)) => Err("id"),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|error| Error::config(shown(path), error))
}

fn shown(path: &Path) -> String {
    format!("the file `{}`", path.display())
}
