//! Asking the log-in host for a token (RFC 6749 section 4), by the oauth2 crate; the SAML 2.0
//! bearer grant (RFC 7522), which it does not have, is written here. Goes through the client's
//! transport, as every request does. Answers never enter an error: they may hold tokens.

use super::auth::{Grant, OauthClient, Secret};
use super::error::{AuthError, AuthFailure, Error};
use super::send::within;
use super::transport::{BoxFuture, Exchange, Transport};
use super::transport_error::TimeoutKind;
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderValue, StatusCode};
use oauth2::basic::{BasicClient, BasicErrorResponse, BasicTokenResponse};
use oauth2::{
    AsyncHttpClient, AuthorizationCode, ClientId, ClientSecret, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError,
    TokenUrl,
};
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

/// A token answer is small; nothing larger is read.
const EXCHANGE: Exchange = Exchange {
    operation: None,
    body_limit: 1 << 20,
};

/// The log-in host, and how it is reached.
#[derive(Debug)]
pub(super) struct LogInHost {
    pub transport: Arc<dyn Transport>,
    pub token_url: TokenUrl,
    pub user_agent: HeaderValue,
    pub timeout: Option<Duration>,
}

type TokenClient =
    BasicClient<EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;
type Answer = Result<BasicTokenResponse, RequestTokenError<AuthError, BasicErrorResponse>>;

impl LogInHost {
    /// Logs in by a grant.
    pub async fn log_in(
        &self,
        client: &OauthClient,
        grant: &Grant,
    ) -> Result<BasicTokenResponse, AuthError> {
        let http = Http {
            host: self,
            form: None,
        };
        let known = self.client(client);
        let answer = match grant {
            Grant::ClientCredentials => {
                known
                    .exchange_client_credentials()
                    .request_async(&http)
                    .await
            }
            Grant::AuthorizationCode {
                redirect_uri,
                code,
                verifier,
            } => {
                let redirect = RedirectUrl::new(redirect_uri.clone())
                    .map_err(|error| AuthError::caused("the redirect URI", error))?;
                known
                    .exchange_code(AuthorizationCode::new(code.reveal().to_owned()))
                    .set_redirect_uri(Cow::Owned(redirect))
                    .set_pkce_verifier(PkceCodeVerifier::new(verifier.reveal().to_owned()))
                    .request_async(&http)
                    .await
            }
            Grant::RefreshToken(token) => {
                let token = RefreshToken::new(token.reveal().to_owned());
                known
                    .exchange_refresh_token(&token)
                    .request_async(&http)
                    .await
            }
            Grant::Saml2Bearer {
                organization,
                assertion,
            } => self.saml2_bearer(&known, organization, assertion).await,
        };
        answer.map_err(failure)
    }

    fn client(&self, client: &OauthClient) -> TokenClient {
        let known = BasicClient::new(ClientId::new(client.id.clone()));
        let known = known.set_token_uri(self.token_url.clone());
        match &client.secret {
            Some(secret) => known.set_client_secret(ClientSecret::new(secret.reveal().to_owned())),
            None => known,
        }
    }

    /// RFC 7522 section 2.1; `orgName` is the vendor's. The oauth2 crate makes a client credentials
    /// request of it, of which the form is replaced.
    async fn saml2_bearer(
        &self,
        client: &TokenClient,
        organization: &str,
        assertion: &Secret,
    ) -> Answer {
        let form = Some(form(&[
            (
                "grant_type",
                "urn:ietf:params:oauth:grant-type:saml2-bearer",
            ),
            ("orgName", organization),
            ("assertion", assertion.reveal()),
        ]));
        let http = Http { host: self, form };
        client
            .exchange_client_credentials()
            .request_async(&http)
            .await
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, AuthError> {
        let mut request = request.map(Bytes::from);
        let headers = request.headers_mut();
        headers.insert(USER_AGENT, self.user_agent.clone());
        if let Some(authorization) = headers.get_mut(AUTHORIZATION) {
            authorization.set_sensitive(true);
        }
        debug_assert!(headers.contains_key(ACCEPT) && headers.contains_key(CONTENT_TYPE));
        let sent = self.transport.send(request, EXCHANGE);
        let answer = within(self.timeout, TimeoutKind::Attempt, sent).await;
        let answer = answer
            .map_err(|error: Error| AuthError::caused("the log-in host was not reached", error))?;
        match answer.status() {
            StatusCode::OK => Ok(answer.map(Vec::from)),
            status => Err(refused(status, answer.body())),
        }
    }
}

/// What the oauth2 crate sends by.
struct Http<'a> {
    host: &'a LogInHost,
    /// Stands in for the request's body.
    form: Option<Vec<u8>>,
}

impl<'c> AsyncHttpClient<'c> for Http<'_> {
    type Error = AuthError;
    type Future = BoxFuture<'c, Result<HttpResponse, AuthError>>;

    fn call(&'c self, mut request: HttpRequest) -> Self::Future {
        if let Some(form) = &self.form {
            request.body_mut().clone_from(form);
        }
        Box::pin(self.host.exchange(request))
    }
}

/// `application/x-www-form-urlencoded`.
fn form(pairs: &[(&str, &str)]) -> Vec<u8> {
    let mut form = reqwest::Url::parse("form:").expect("that is a URL");
    form.query_pairs_mut().extend_pairs(pairs);
    form.query().unwrap_or_default().as_bytes().to_vec()
}

/// RFC 6749 section 5.2; the vendor says `description` for `error_description`.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Refusal {
    error: Option<String>,
    #[serde(alias = "description")]
    error_description: Option<String>,
}

fn refused(status: StatusCode, body: &[u8]) -> AuthError {
    let refusal: Refusal = serde_json::from_slice(body).unwrap_or_default();
    AuthError::new(AuthFailure {
        what: "the log-in host refused",
        code: Some(refusal.error.unwrap_or_else(|| status.to_string())),
        description: refusal.error_description,
        source: None,
    })
}

fn failure(error: RequestTokenError<AuthError, BasicErrorResponse>) -> AuthError {
    match error {
        RequestTokenError::Request(error) => error,
        RequestTokenError::Parse(error, _) => {
            // Its text may quote a value of the answer, so only the place is told.
            let place = error.path().to_string();
            AuthError::caused(
                "the log-in host's answer is not a token",
                format!("at `{place}`"),
            )
        }
        RequestTokenError::ServerResponse(_) | RequestTokenError::Other(_) => {
            AuthError::text("the log-in host's answer is not a token")
        }
    }
}
