//! The credentials of a client. Nothing is sent here: `grant` requests tokens and `token` keeps them.

pub(crate) mod answer;
pub(crate) mod grant;
pub(crate) mod token;

use crate::runtime::error::{AuthError, AuthErrorKind, ConfigErrorKind, Error};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use form_urlencoded::Serializer;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A secret: `Debug` hides the text, and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

/// How a client gets its tokens. `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct Credentials(pub(crate) CredentialsKind);

#[derive(Clone, Debug)]
pub(crate) enum CredentialsKind {
    /// A given token.
    Token(Secret),
    /// A grant, with which tokens are requested.
    Grant(OauthClient, Grant),
}

/// An authorization grant (RFC 6749 section 1.3).
#[derive(Clone, Debug)]
pub(crate) enum Grant {
    ClientCredentials,
    AuthorizationCode {
        redirect_uri: String,
        code: Secret,
        verifier: Secret,
        /// Whether the code may have reached the host. It belongs to the code, so copies of the
        /// credentials share it (RFC 6749 section 4.1.2: a code is for one use).
        used: Arc<AtomicBool>,
    },
    Saml2Bearer {
        organization: String,
        assertion: Secret,
    },
    RefreshToken(Secret),
}

/// An OAuth client, from the vendor's administration; a public one has no secret.
#[derive(Clone, Debug)]
pub(crate) struct OauthClient {
    pub id: String,
    pub secret: Option<Secret>,
}

impl OauthClient {
    fn new(id: impl Into<String>, secret: Option<String>) -> Self {
        Self {
            id: id.into(),
            secret: secret.map(Secret),
        }
    }
}

impl Credentials {
    /// A token that you already have. It is not refreshed: once it has expired, calls return 401.
    pub fn access_token(token: impl Into<String>) -> Self {
        Self(CredentialsKind::Token(Secret::new(token)))
    }

    /// The client credentials grant (RFC 6749 section 4.4), for programs without a user.
    pub fn client_credentials(id: impl Into<String>, secret: impl Into<String>) -> Self {
        let client = OauthClient::new(id, Some(secret.into()));
        Self(CredentialsKind::Grant(client, Grant::ClientCredentials))
    }

    /// The authorization code grant with PKCE (RFC 6749 section 4.1, RFC 7636), if another process than
    /// the one that began gets the redirect. It must have the
    /// [`verifier`](AuthorizationRequest::verifier), and must have checked the state. Within one process
    /// use [`AuthorizationRequest::credentials`].
    pub fn authorization_code(
        id: impl Into<String>,
        secret: Option<String>,
        redirect_uri: impl Into<String>,
        code: impl Into<String>,
        verifier: impl Into<String>,
    ) -> Self {
        let grant = Grant::AuthorizationCode {
            redirect_uri: redirect_uri.into(),
            code: Secret::new(code),
            verifier: Secret::new(verifier),
            used: Arc::default(),
        };
        Self(CredentialsKind::Grant(OauthClient::new(id, secret), grant))
    }

    /// The SAML 2.0 bearer grant (RFC 7522), for a user of an identity provider. `organization` is the
    /// organization's short name, `assertion` the assertion in base64.
    pub fn saml2_bearer(
        id: impl Into<String>,
        secret: impl Into<String>,
        organization: impl Into<String>,
        assertion: impl Into<String>,
    ) -> Self {
        let client = OauthClient::new(id, Some(secret.into()));
        let organization = organization.into();
        let assertion = Secret::new(assertion);
        Self(CredentialsKind::Grant(
            client,
            Grant::Saml2Bearer {
                organization,
                assertion,
            },
        ))
    }

    /// A refresh token of an earlier log-in (RFC 6749 section 6), with the OAuth client that it belongs
    /// to. A public client has no secret.
    pub fn refresh_token(
        id: impl Into<String>,
        secret: Option<String>,
        token: impl Into<String>,
    ) -> Self {
        let client = OauthClient::new(id, secret);
        Self(CredentialsKind::Grant(
            client,
            Grant::RefreshToken(Secret::new(token)),
        ))
    }
}

/// The first half of the authorization code grant with PKCE (RFC 6749 section 4.1, RFC 7636). Send the
/// user's browser to [`url`](Self::url). After the log-in it returns to the redirect URI with a code
/// and a state; give both to [`credentials`](Self::credentials).
pub struct AuthorizationRequest {
    client: OauthClient,
    redirect_uri: String,
    url: String,
    state: Secret,
    verifier: Secret,
}

impl AuthorizationRequest {
    pub(crate) fn new(
        authorize_url: &str,
        id: String,
        secret: Option<String>,
        redirect_uri: String,
    ) -> Result<Self, Error> {
        if !is_redirect_uri(&redirect_uri) {
            return Err(Error::config_text(
                ConfigErrorKind::Url,
                "the redirect URI is an absolute URI without a fragment",
            ));
        }
        // 43 characters, as RFC 7636 section 4.1 recommends.
        let verifier = random::<32>();
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
        let state = random::<16>();
        let query = Serializer::new(String::new())
            .append_pair("response_type", "code")
            .append_pair("client_id", &id)
            .append_pair("redirect_uri", &redirect_uri)
            .append_pair("state", &state)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256")
            .finish();
        Ok(Self {
            client: OauthClient::new(id, secret),
            redirect_uri,
            url: format!("{authorize_url}?{query}"),
            state: Secret(state),
            verifier: Secret(verifier),
        })
    }

    /// The URL to send the user's browser to.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The value that the redirect's `state` must have. It tells which request a redirect belongs to.
    pub fn state(&self) -> &str {
        self.state.reveal()
    }

    /// The code verifier (RFC 7636 section 4.1). It is a secret. Keep it in the user's session if another
    /// process gets the redirect.
    pub fn verifier(&self) -> &str {
        self.verifier.reveal()
    }

    /// Makes credentials from the `code` and `state` of the redirect.
    ///
    /// # Errors
    /// [`Error::Auth`] of the kind [`StateMismatch`](AuthErrorKind::StateMismatch) if the state is not
    /// this request's (RFC 6749 section 10.12).
    pub fn credentials(self, code: impl Into<String>, state: &str) -> Result<Credentials, Error> {
        if state != self.state.reveal() {
            let error = AuthError::text(
                AuthErrorKind::StateMismatch,
                "the redirect's state is not that of the request",
            );
            return Err(error.into());
        }
        let OauthClient { id, secret } = self.client;
        let secret = secret.map(|secret| secret.0);
        let redirect_uri = self.redirect_uri;
        Ok(Credentials::authorization_code(
            id,
            secret,
            redirect_uri,
            code,
            self.verifier.0,
        ))
    }
}

impl fmt::Debug for AuthorizationRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizationRequest")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

/// An absolute URI without a fragment (RFC 6749 section 3.1.2). Apps have schemes of their own, such as
/// `com.example.app:/back` (RFC 8252 section 7.1).
fn is_redirect_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let is_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(is_scheme)
        && rest
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'#')
        && !rest.trim_start_matches('/').is_empty()
}

/// `N` random bytes, as a text that a URL can hold.
fn random<const N: usize>() -> String {
    let mut bytes = [0; N];
    let done = getrandom::getrandom(&mut bytes);
    done.expect("the system gives random bytes: std's `HashMap` needs them, too");
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::is_redirect_uri;

    #[test]
    fn redirect_uris() {
        for text in [
            "http://localhost:8080/back?a=b",
            "https://a.example/",
            "com.example.app:/back",
            "urn:ietf:wg:oauth:2.0:oob",
        ] {
            assert!(is_redirect_uri(text), "{text}");
        }
        for text in [
            "",
            "/back",
            "a.example",
            "http://",
            "http:",
            ":a",
            "1a:b",
            "https://a/#b",
            "https://a b",
            "https://ä",
            "ht tp://a",
        ] {
            assert!(!is_redirect_uri(text), "{text}");
        }
    }
}
