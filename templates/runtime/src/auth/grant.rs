//! Asking the log-in host for a token (RFC 6749 section 4, and RFC 7522 for SAML 2.0). Goes through
//! the client's transport, as every request does. Answers never enter an error: they may hold tokens.
//!
//! A failed request is retried by the client's retry policy. That is safe for client credentials and
//! assertions. A refresh token may have been used up by a request whose answer was lost (RFC 6749
//! section 6); then another try does no harm, because there is nothing else to log in with. An
//! authorization code must not be used twice (section 4.1.2): the host revokes its tokens if it sees the
//! code again. So it is sent again only if it cannot have been used: without a connection, and after
//! 429. The grant remembers that, so no later log-in sends the code again.

use super::answer::TokenAnswer;
use super::{Grant, OauthClient};
use crate::runtime::error::{ApiError, texts};
use crate::runtime::error::{AuthError, AuthErrorKind, AuthFailure, Error};
use crate::runtime::error::{TimeoutKind, TransportError, TransportErrorKind};
use crate::runtime::http::retry::{Failure, RetryPolicy};
use crate::runtime::http::trace;
use crate::runtime::http::{ERROR_BODY, Exchange, Transport, within};
use crate::runtime::operation::{Operation, Require};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use form_urlencoded::{Serializer, byte_serialize};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderValue, StatusCode, Uri};
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
const LARGEST_ANSWER: usize = 1 << 20;

const EXCHANGE: Exchange = Exchange {
    operation: None,
    body_limit: LARGEST_ANSWER,
};

/// The log-in host, and how it is reached.
#[derive(Debug)]
pub(crate) struct LogInHost {
    pub transport: Arc<dyn Transport>,
    pub token_url: Uri,
    pub user_agent: HeaderValue,
    pub timeout: Option<Duration>,
    pub retry: RetryPolicy,
}

/// How far a log-in is, for those who wait for it.
#[derive(Debug, Default)]
pub(crate) struct Progress(Mutex<GrantStep>);

#[derive(Debug, Default)]
struct GrantStep {
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

    fn lock(&self) -> MutexGuard<'_, GrantStep> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LogInHost {
    /// Logs in by a grant.
    pub async fn log_in(
        &self,
        client: &OauthClient,
        grant: &Grant,
        progress: &Progress,
    ) -> Result<TokenAnswer, AuthError> {
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
        let request = self.request(client, grant);
        let body = self.exchange(request, used, progress).await?;
        TokenAnswer::read(&body).map_err(|why| {
            let what = "the log-in host's answer is not a token";
            AuthError::caused(AuthErrorKind::NotAToken, what, why)
        })
    }

    fn request(&self, client: &OauthClient, grant: &Grant) -> http::Request<Bytes> {
        let mut request = http::Request::new(form(client, grant));
        *request.method_mut() = http::Method::POST;
        request.uri_mut().clone_from(&self.token_url);
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(CONTENT_TYPE, form);
        headers.insert(USER_AGENT, self.user_agent.clone());
        if let Some(value) = basic(client) {
            headers.insert(AUTHORIZATION, value);
        }
        request
    }

    /// Sends a token request, again where it fails and the policy says so.
    async fn exchange(
        &self,
        request: http::Request<Bytes>,
        used: Option<&AtomicBool>,
        progress: &Progress,
    ) -> Result<Bytes, AuthError> {
        let mut attempt = 1;
        loop {
            progress.expect_within(self.timeout);
            let (error, refusal) = match self.attempt(request.clone(), attempt).await {
                Ok(answer) if answer.status() == StatusCode::OK => {
                    return Ok(answer.into_body());
                }
                Ok(answer) => {
                    let (head, mut body) = answer.into_parts();
                    body.truncate(ERROR_BODY);
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
        let outcome = outcome.and_then(|answer| {
            // Transports are told the limit, but not all of them keep to it.
            let is_large = answer.status().is_success() && answer.body().len() > LARGEST_ANSWER;
            if is_large {
                return Err(TransportError::too_large(LARGEST_ANSWER).into());
            }
            Ok(answer)
        });
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

/// The client's id and secret, each encoded as in a form first (RFC 6749 section 2.3.1). A public
/// client has none, and names itself in the form.
fn basic(client: &OauthClient) -> Option<HeaderValue> {
    let secret = client.secret.as_ref()?.reveal();
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encoded(&client.id), encoded(secret));
    let text = format!("Basic {}", BASE64_STANDARD.encode(pair));
    let mut value = HeaderValue::try_from(text).expect("base64 is ASCII");
    value.set_sensitive(true);
    Some(value)
}

/// What stands for the right to a token, as the body of the request.
fn form(client: &OauthClient, grant: &Grant) -> Bytes {
    let mut form = Serializer::new(String::new());
    match grant {
        // RFC 6749 section 4.4.2.
        Grant::ClientCredentials => {
            form.append_pair("grant_type", "client_credentials");
        }
        // RFC 6749 section 4.1.3 and RFC 7636 section 4.5.
        Grant::AuthorizationCode {
            redirect_uri,
            code,
            verifier,
            used: _,
        } => {
            form.append_pair("grant_type", "authorization_code")
                .append_pair("code", code.reveal())
                .append_pair("redirect_uri", redirect_uri)
                .append_pair("code_verifier", verifier.reveal());
        }
        // RFC 6749 section 6.
        Grant::RefreshToken(token) => {
            form.append_pair("grant_type", "refresh_token")
                .append_pair("refresh_token", token.reveal());
        }
        // RFC 7522 section 2.1; `orgName` is the vendor's.
        Grant::Saml2Bearer {
            organization,
            assertion,
        } => {
            let grant = "urn:ietf:params:oauth:grant-type:saml2-bearer";
            form.append_pair("grant_type", grant)
                .append_pair("orgName", organization)
                .append_pair("assertion", assertion.reveal());
        }
    }
    if client.secret.is_none() {
        form.append_pair("client_id", &client.id);
    }
    form.finish().into()
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
