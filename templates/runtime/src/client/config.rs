//! Settings from TOML, a text or a file. Read when asked for, never by itself.

use super::builder::ClientBuilder;
use super::env::credentials;
use crate::runtime::error::{ConfigErrorKind, Error};
use crate::runtime::http::retry::{Backoff, RetryPolicy};
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Settings from a file. What is not set there stays as it was, and what is set later replaces it.
impl ClientBuilder {
    /// Reads a TOML file; see [`ClientBuilder::toml`]. Paths in it are relative to its folder.
    ///
    /// # Errors
    /// [`Error::Config`] if the file cannot be read, or its content is wrong.
    pub fn toml_file(self, path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let text = read(path)?;
        let text = String::from_utf8(text).map_err(|error| {
            Error::config(ConfigErrorKind::Settings, shown(path), error.utf8_error())
        })?;
        let folder = path.parent().unwrap_or(Path::new(""));
        self.settings(&text, folder, &shown(path))
    }

    /// Reads settings from a TOML text. All keys are optional; an unknown key is an error. Times are in
    /// seconds.
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
    /// allow_plain_http = false        # see `ClientBuilder::allow_plain_http`
    ///
    /// [headers]                       # of every request
    /// X-Gateway-Key = "…"
    /// ```
    ///
    /// # Errors
    /// [`Error::Config`] if the text is wrong.
    pub fn toml(self, text: &str) -> Result<Self, Error> {
        self.settings(text, Path::new(""), "the settings")
    }

    fn settings(mut self, text: &str, folder: &Path, what: &str) -> Result<Self, Error> {
        let table = DeTable::parse(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            refused(what, text, start, "not TOML, or a key twice")
        })?;
        let (mut id, mut secret, mut token) = (None, None, None);
        for (key, value) in table.get_ref() {
            let setting = Setting {
                key: key.get_ref(),
                value,
                text,
                what,
            };
            match setting.key {
                "client_id" => id = Some(setting.text()?.to_owned()),
                "client_secret" => secret = Some(setting.text()?.to_owned()),
                "access_token" => token = Some(setting.text()?.to_owned()),
                _ => self = self.setting(setting, folder)?,
            }
        }
        match credentials(id, secret, token) {
            Ok(None) => Ok(self),
            Ok(Some(credentials)) => Ok(self.credentials(credentials)),
            Err(missing) => Err(Error::config_text(
                ConfigErrorKind::Credentials,
                format!("{what}: `client_{missing}` is missing"),
            )),
        }
    }

    /// Takes a setting that stands for itself.
    fn setting(self, setting: Setting<'_>, folder: &Path) -> Result<Self, Error> {
        Ok(match setting.key {
            "region" => self.region_name(setting.text()?),
            "base_url" => self.base_url(setting.text()?),
            "login_url" => self.login_url(setting.text()?),
            "user_agent" => self.user_agent(setting.text()?),
            "proxy" | "root_certificates" | "client_certificate" | "connect_timeout" => {
                self.connecting(setting, folder)?
            }
            "attempt_timeout" => self.attempt_timeout(Some(setting.seconds()?)),
            "timeout" => self.timeout(Some(setting.seconds()?)),
            "max_in_flight" => self.max_in_flight(Some(setting.number()?)),
            "max_body_size" => self.max_body_size(setting.number()?),
            "requests_per_minute" => self.rate_limit(setting.number()?, Duration::from_secs(60)),
            "max_retries" => match setting.number()? {
                0 => self.retry(RetryPolicy::never()),
                count => self.retry(Backoff::default().max_retries(count)),
            },
            "allow_plain_http" => self.allow_plain_http(setting.boolean()?),
            "headers" => setting.table()?.try_fold(self, |builder, header| {
                Ok::<_, Error>(builder.default_header(header.key, header.text()?))
            })?,
            key => return Err(setting.refused(&format!("unknown key `{key}`"))),
        })
    }

    /// Takes a setting of reqwest's.
    #[cfg(feature = "reqwest")]
    fn connecting(self, setting: Setting<'_>, folder: &Path) -> Result<Self, Error> {
        Ok(match setting.key {
            "proxy" => self.proxy(setting.text()?),
            "root_certificates" => setting.texts()?.try_fold(self, |builder, path| {
                Ok::<_, Error>(builder.root_certificates(read(&folder.join(path?))?))
            })?,
            "client_certificate" => self.client_certificate(read(&folder.join(setting.text()?))?),
            _ => self.connect_timeout(setting.seconds()?),
        })
    }

    #[cfg(not(feature = "reqwest"))]
    fn connecting(self, setting: Setting<'_>, _: &Path) -> Result<Self, Error> {
        Err(setting.refused(&format!("`{}` needs the feature `reqwest`", setting.key)))
    }
}

/// A key of the settings and its value, which is never shown: it may be a secret.
///
/// Read by hand, because serde's derived reading of a table of nineteen keys, made once for each of
/// TOML's three ways to hold one, was a seventh of the code that a client without pages comes to.
#[derive(Clone, Copy)]
struct Setting<'a> {
    key: &'a str,
    value: &'a Spanned<DeValue<'a>>,
    /// All settings, and what they stand in.
    text: &'a str,
    what: &'a str,
}

impl<'a> Setting<'a> {
    fn refused(self, why: &str) -> Error {
        refused(self.what, self.text, self.value.span().start, why)
    }

    fn is_not(self, kind: &str) -> Error {
        self.refused(&format!("`{}` is not {kind}", self.key))
    }

    fn text(self) -> Result<&'a str, Error> {
        let text = self.value.get_ref().as_str();
        text.ok_or_else(|| self.is_not("a text"))
    }

    fn boolean(self) -> Result<bool, Error> {
        let value = self.value.get_ref().as_bool();
        value.ok_or_else(|| self.is_not("`true` or `false`"))
    }

    /// A whole number that the setting's type can be.
    fn number<N: FromStr>(self) -> Result<N, Error> {
        let number = self.integer().and_then(|it| it.to_string().parse().ok());
        number.ok_or_else(|| self.is_not("a whole number that is possible there"))
    }

    fn integer(self) -> Option<i64> {
        let number = self.value.get_ref().as_integer()?;
        i64::from_str_radix(number.as_str(), number.radix()).ok()
    }

    fn seconds(self) -> Result<Duration, Error> {
        let whole = self.integer().and_then(|seconds| seconds.try_into().ok());
        let time = whole.map(Duration::from_secs).or_else(|| {
            let seconds = self.value.get_ref().as_float()?.as_str().parse().ok()?;
            Duration::try_from_secs_f64(seconds).ok()
        });
        let time = time.filter(|time| !time.is_zero());
        time.ok_or_else(|| self.is_not("a time in seconds"))
    }

    #[cfg(feature = "reqwest")]
    fn texts(self) -> Result<impl Iterator<Item = Result<&'a str, Error>>, Error> {
        let values = self.value.get_ref().as_array();
        let values = values.ok_or_else(|| self.is_not("a list of texts"))?;
        Ok(values
            .iter()
            .map(move |value| Self { value, ..self }.text()))
    }

    fn table(self) -> Result<impl Iterator<Item = Self>, Error> {
        let table = self.value.get_ref().as_table();
        let table = table.ok_or_else(|| self.is_not("a table"))?;
        Ok(table.iter().map(move |(key, value)| Self {
            key: key.get_ref(),
            value,
            ..self
        }))
    }
}

fn refused(what: &str, text: &str, start: usize, why: &str) -> Error {
    let before = text.get(..start).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    Error::config_text(
        ConfigErrorKind::Settings,
        format!("{what}, line {line}: {why}"),
    )
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path)
        .map_err(|error| Error::config(ConfigErrorKind::Settings, shown(path), error))
}

fn shown(path: &Path) -> String {
    format!("the file `{}`", path.display())
}
