//! Settings from the environment, by the names of the vendor's own command line. Read when asked for,
//! never by itself.

use super::builder::ClientBuilder;
use crate::runtime::auth::Credentials;
use crate::runtime::error::{ConfigErrorKind, Error};

/// Settings from the environment. What is not set there stays as it was, and what is set later
/// replaces it.
impl ClientBuilder {
    /// Takes `GENESYSCLOUD_REGION`, `GENESYSCLOUD_ACCESS_TOKEN`, and `GENESYSCLOUD_OAUTHCLIENT_ID`
    /// with `GENESYSCLOUD_OAUTHCLIENT_SECRET` from the environment, as the vendor's own command line does.
    /// An empty variable counts as unset. A token is preferred to an OAuth client. No other variable is
    /// read.
    ///
    /// # Errors
    /// [`Error::Config`] if a variable is not Unicode, or if only one of the OAuth client's two is set.
    pub fn env(self) -> Result<Self, Error> {
        self.variables(|name| match std::env::var(name) {
            Ok(value) => Ok(Some(value)),
            Err(std::env::VarError::NotPresent) => Ok(None),
            // The cause would show the value.
            Err(_) => Err(Error::config_text(
                ConfigErrorKind::Settings,
                format!("`{name}` is not Unicode"),
            )),
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
            Err(missing) => Err(Error::config_text(
                ConfigErrorKind::Credentials,
                format!(
                    "`GENESYSCLOUD_OAUTHCLIENT_{}` is missing",
                    missing.to_uppercase()
                ),
            )),
        }
    }
}

/// What these credentials come to, or which of the OAuth client's two is missing.
pub(super) fn credentials(
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
