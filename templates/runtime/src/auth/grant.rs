//! Asking the log-in host for a token (RFC 6749 section 4), by the oauth2 crate; the SAML 2.0
//! bearer grant (RFC 7522), which it does not have, is written here. Goes through the client's
//! transport, as every request does. Answers never enter an error: they may hold tokens.
//!
//! A request that failed is sent again by the client's retry policy, as calls are. Client credentials
//! and an assertion stand for the same right as often as they are sent. A refresh token may be used up
//! by a request whose answer was lost (RFC 6749 section 6), but then nothing is left to log in with,
//! so nothing is lost by trying; a host that gives the same answer for a while helps. An authorization
//! code must not be used twice (section 4.1.2): a host that sees it again revokes what it gave out. It
//! is sent again only where it cannot have been used: without a connection, and after 429. The grant
//! remembers it, so no later log-in sends the code again either.

use super::{Grant, OauthClient, Secret};
use crate::runtime::error::{ApiError, escaped, texts};
use crate::runtime::error::{AuthError, AuthErrorKind, AuthFailure, Error};
use crate::runtime::error::{TimeoutKind, TransportErrorKind};
use crate::runtime::http::retry::{Failure, RetryPolicy};
use crate::runtime::http::trace;
use crate::runtime::http::{BoxFuture, Exchange, Transport, within};
use crate::runtime::operation::{Operation, Require};
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
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tracing::Instrument as _;

/// What a retry policy is told of a log-in.
static LOG_IN: Operation = Operation::new(
    "log_in",
    http::Method::POST,
    "/oauth/token",
    Require::None,
    &[],
)
.safe();

/// A token answer is small; nothing larger is read.
const EXCHANGE: Exchange = Exchange {
    operation: None,
    body_limit: 1 << 20,
};

/// The log-in host, and how it is reached.
#[derive(Debug)]
pub(crate) struct LogInHost {
    pub transport: Arc<dyn Transport>,
    pub token_url: TokenUrl,
    pub user_agent: HeaderValue,
    pub timeout: Option<Duration>,
    pub retry: RetryPolicy,
}

/// How far a log-in is, for those who wait for it.
#[derive(Debug, Default)]
pub(crate) struct Progress(Mutex<Step>);

#[derive(Debug, Default)]
struct Step {
    /// How long it has waited between its requests, all of them taken together.
    waited: Duration,
    /// When its present step is over at the latest; `None` = no limit is set.
    due: Option<Instant>,
}

impl Progress {
    pub fn waited(&self) -> Duration {
        self.lock().waited
    }

    /// When the present step is over at the latest. A log-in that is late is not driven any more:
    /// the runtime that it runs on stands still.
    pub fn due(&self) -> Option<Instant> {
        self.lock().due
    }

    fn add_waited(&self, time: Duration) {
        let mut step = self.lock();
        step.waited = step.waited.saturating_add(time);
    }

    fn expect_within(&self, time: Option<Duration>) {
        self.lock().due = time.and_then(|time| Instant::now().checked_add(time));
    }

    fn lock(&self) -> MutexGuard<'_, Step> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type TokenClient =
    BasicClient<EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

impl LogInHost {
    /// Logs in by a grant.
    pub async fn log_in(
        &self,
        client: &OauthClient,
        grant: &Grant,
        progress: &Progress,
    ) -> Result<BasicTokenResponse, AuthError> {
        let used = match grant {
            Grant::AuthorizationCode { used, .. } => Some(&**used),
            Grant::ClientCredentials | Grant::Saml2Bearer { .. } | Grant::RefreshToken(_) => None,
        };
        if used.is_some_and(|used| used.swap(true, Ordering::SeqCst)) {
            return Err(AuthError::text(
                AuthErrorKind::CodeUsed,
                "the authorization code was used before; send the user to log in again",
            ));
        }
        let http = OauthTransport {
            host: self,
            form: None,
            used,
            progress,
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
                used: _,
            } => {
                let redirect = RedirectUrl::new(redirect_uri.clone()).map_err(|error| {
                    AuthError::caused(AuthErrorKind::Settings, "the redirect URI", error)
                })?;
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
            } => {
                // The oauth2 crate makes a client credentials request of it, of which the form is
                // replaced.
                let form = Some(saml2_bearer(organization, assertion));
                let http = OauthTransport { form, ..http };
                known
                    .exchange_client_credentials()
                    .request_async(&http)
                    .await
            }
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

    /// Sends a token request, again where it fails and the policy says so.
    async fn exchange(
        &self,
        request: HttpRequest,
        used: Option<&AtomicBool>,
        progress: &Progress,
    ) -> Result<HttpResponse, AuthError> {
        let mut request = request.map(Bytes::from);
        let headers = request.headers_mut();
        headers.insert(USER_AGENT, self.user_agent.clone());
        if let Some(authorization) = headers.get_mut(AUTHORIZATION) {
            authorization.set_sensitive(true);
        }
        debug_assert!(headers.contains_key(ACCEPT) && headers.contains_key(CONTENT_TYPE));
        let mut attempt = 1;
        loop {
            progress.expect_within(self.timeout);
            let (error, refusal) = match self.attempt(request.clone(), attempt).await {
                Ok(answer) if answer.status() == StatusCode::OK => {
                    return Ok(answer.map(Vec::from));
                }
                Ok(answer) => {
                    let (head, body) = answer.into_parts();
                    let refusal = refused(head.status, &body);
                    let status =
                        if head.status == StatusCode::BAD_REQUEST && refusal.is_rate_limit() {
                            StatusCode::TOO_MANY_REQUESTS
                        } else {
                            head.status
                        };
                    let error = ApiError::new(&LOG_IN, status, head.headers, Bytes::new());
                    (Error::from(error), Some(refusal))
                }
                Err(error) => (error, None),
            };
            let failure = Failure {
                operation: &LOG_IN,
                error: &error,
                attempt,
                waited: progress.waited(),
            };
            let unused = is_unused(&error);
            let again = used.is_none() || unused;
            let Some(delay) = again.then(|| self.retry.delay(&failure)).flatten() else {
                if let Some(used) = used
                    && unused
                {
                    used.store(false, Ordering::SeqCst);
                }
                let retry_after = failure.retry_after();
                let unreached = || {
                    AuthError::caused(
                        AuthErrorKind::Unreached,
                        "the log-in host was not reached",
                        error,
                    )
                };
                return Err(refusal.map_or_else(unreached, |mut refusal| {
                    refusal.retry_after = retry_after;
                    AuthError::new(refusal)
                }));
            };
            progress.expect_within(Some(delay));
            sleep(delay).await;
            progress.add_waited(delay);
            attempt += 1;
        }
    }

    async fn attempt(
        &self,
        request: http::Request<Bytes>,
        number: u32,
    ) -> Result<http::Response<Bytes>, Error> {
        let span = trace::log_in(&request, number);
        let sent = span.in_scope(|| self.transport.send(request, EXCHANGE));
        let sent = sent.instrument(span.clone());
        let outcome = within(self.timeout, TimeoutKind::Attempt, sent).await;
        trace::answered(&span, &outcome);
        outcome
    }
}

/// Whether the host cannot have acted on the request.
fn is_unused(error: &Error) -> bool {
    match error {
        Error::Transport(error) => error.kind() == TransportErrorKind::Connect,
        Error::Timeout(error) => error.kind() == TimeoutKind::Connect,
        Error::Api(error) => error.status() == StatusCode::TOO_MANY_REQUESTS,
        _ => false,
    }
}

/// What the oauth2 crate sends by.
struct OauthTransport<'a> {
    host: &'a LogInHost,
    /// Stands in for the request's body.
    form: Option<Vec<u8>>,
    /// Of a code that must not be sent again once it may have reached the host.
    used: Option<&'a AtomicBool>,
    progress: &'a Progress,
}

impl<'c> AsyncHttpClient<'c> for OauthTransport<'_> {
    type Error = AuthError;
    type Future = BoxFuture<'c, Result<HttpResponse, AuthError>>;

    fn call(&'c self, mut request: HttpRequest) -> Self::Future {
        if let Some(form) = &self.form {
            request.body_mut().clone_from(form);
        }
        Box::pin(self.host.exchange(request, self.used, self.progress))
    }
}

/// RFC 7522 section 2.1; `orgName` is the vendor's.
fn saml2_bearer(organization: &str, assertion: &Secret) -> Vec<u8> {
    form(&[
        (
            "grant_type",
            "urn:ietf:params:oauth:grant-type:saml2-bearer",
        ),
        ("orgName", organization),
        ("assertion", assertion.reveal()),
    ])
}

/// `application/x-www-form-urlencoded`.
fn form(pairs: &[(&str, &str)]) -> Vec<u8> {
    let mut form = reqwest::Url::parse("form:").expect("that is a URL");
    form.query_pairs_mut().extend_pairs(pairs);
    form.query().unwrap_or_default().as_bytes().to_vec()
}

/// RFC 6749 section 5.2; the vendor says `description` for `error_description`.
fn refused(status: StatusCode, body: &[u8]) -> AuthFailure {
    let text = texts(body);
    AuthFailure {
        code: Some(text("error").unwrap_or_else(|| status.to_string())),
        description: text("error_description").or_else(|| text("description")),
        ..AuthFailure::new(AuthErrorKind::Refused, "the log-in host refused")
    }
}

fn failure(error: RequestTokenError<AuthError, BasicErrorResponse>) -> AuthError {
    match error {
        RequestTokenError::Request(error) => error,
        RequestTokenError::Parse(error, _) => {
            // Its text may quote a value of the answer, so only the place is told.
            let place = error.path().to_string();
            AuthError::caused(
                AuthErrorKind::NotAToken,
                "the log-in host's answer is not a token",
                format!("at `{}`", escaped(&place)),
            )
        }
        RequestTokenError::ServerResponse(_) | RequestTokenError::Other(_) => AuthError::text(
            AuthErrorKind::NotAToken,
            "the log-in host's answer is not a token",
        ),
    }
}
