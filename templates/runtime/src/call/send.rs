//! Sends a call: from [`RequestParts`] to a 2xx answer or an error. Not generic, so it is compiled once,
//! not once per operation. Dropping the future at any point cancels the call.

use super::request::RequestParts;
use super::response::Raw;
use crate::runtime::auth::token::Token;
use crate::runtime::client::ClientState;
use crate::runtime::error::Error;
use crate::runtime::error::{ApiError, retry_after};
use crate::runtime::error::{TimeoutKind, TransportError, TransportErrorKind};
use crate::runtime::http::hook::Attempt;
use crate::runtime::http::limit::Permit;
use crate::runtime::http::retry::Failure;
use crate::runtime::http::trace;
use crate::runtime::http::{BoxFuture, ERROR_BODY, Exchange, caught, within};
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Request, Response, StatusCode, Uri};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tracing::{Instrument as _, Span};

/// Sends what the parts say. The future holds little: what it waits for seldom is boxed, so that no
/// call pays for its size.
pub(crate) fn send(mut parts: RequestParts) -> BoxFuture<'static, Result<Raw, Error>> {
    Box::pin(async move {
        let outcome = call(&mut parts).await;
        // The last clone of a client drops hooks, transport and policy of the user's with it, and those may
        // panic. The outcome is known by then.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(parts)));
        outcome
    })
}

async fn call(parts: &mut RequestParts) -> Result<Raw, Error> {
    let uri = parts.prepare()?;
    let parts = &*parts;
    let span = trace::call(parts.operation());
    let limit = parts.timeout().or(parts.client().inner().call_timeout);
    let outcome = if limit.is_some() {
        let attempts = Box::pin(attempts(parts, uri, limit)).instrument(span.clone());
        // Around the time limit, since that drops futures of the user's.
        caught(within(limit, TimeoutKind::Call, attempts)).await
    } else {
        caught(attempts(parts, uri, limit))
            .instrument(span.clone())
            .await
    };
    let outcome = outcome.unwrap_or_else(|| Err(panicked()));
    trace::called(&span, &outcome);
    outcome
}

/// Code of the user's panicked while it handled the call. Nothing is tried again because of it.
pub(super) fn panicked() -> Error {
    let text = "a hook, transport, retry policy or watcher of a job panicked";
    TransportError::new(TransportErrorKind::Other, text).into()
}

async fn attempts(parts: &RequestParts, uri: Uri, limit: Option<Duration>) -> Result<Raw, Error> {
    let client = parts.client().inner();
    let mut uri = Some(uri);
    let started = limit.map(|_| Instant::now());
    let mut waited = Duration::ZERO;
    let mut attempt = Attempt {
        operation: parts.operation(),
        number: 1,
    };
    let mut replacement = token(parts, &mut waited).await?;
    let mut replaced = false;
    let mut failures = 0;
    loop {
        let permit = client.limits.enter(parts.policy().is_held()).await;
        // A token may have expired meanwhile.
        let token = match replacement.take() {
            Some(token) => Some(token),
            None => self::token(parts, &mut waited).await?,
        };
        let outcome = once(parts, uri.take(), attempt, token.as_ref()).await;
        let pause = inform(client, &permit, outcome.as_ref());
        drop(permit);
        if let Some(token) = &token {
            judge(client, token, replaced, outcome.as_ref());
        }
        let error = match outcome.and_then(|answer| accept(parts, answer)) {
            Ok(raw) => return Ok(raw),
            Err(error) => error,
        };
        if let Some(refused) = &token
            && !replaced
            && is_unauthorized(&error)
            && let Some(next) = Box::pin(client.tokens.replace(refused, &mut waited)).await?
        {
            // A 401 was not acted on, so any operation may be sent again, but only once.
            replaced = true;
            trace::token_refused(parts.operation());
            replacement = Some(next);
        } else {
            let failure = Failure {
                operation: parts.operation(),
                error: &error,
                attempt: failures + 1,
                waited,
            };
            let policy = parts.policy();
            // All calls of the client wait for it, before the next attempt.
            let shared = pause.filter(|_| policy.is_held());
            let delay = match shared {
                Some(pause) => policy.waits(&failure, pause),
                None => policy.delay(&failure),
            };
            let in_time = |delay: &Duration| match (limit, started) {
                (Some(limit), Some(started)) => started.elapsed().saturating_add(*delay) < limit,
                _ => true,
            };
            let Some(delay) = delay.filter(in_time) else {
                return Err(error);
            };
            trace::retry(parts.operation(), attempt.number, &error, delay);
            waited = waited.saturating_add(delay);
            if shared.is_none() {
                failures += 1;
                Box::pin(sleep(delay)).await;
            }
        }
        attempt.number += 1;
    }
}

/// Tells the pace of all calls what came of a request. Returns for how long all of them wait.
fn inform(
    client: &ClientState,
    permit: &Permit<'_>,
    outcome: Result<&Response<Bytes>, &Error>,
) -> Option<Duration> {
    let answer = outcome.ok()?;
    let pace = &client.limits.pace;
    if answer.status() == StatusCode::TOO_MANY_REQUESTS {
        return pace.refused(permit.wave, retry_after(answer.headers()));
    }
    pace.taken();
    None
}

/// Remembers what the API thinks of a token, so that one that it refuses though it is fresh is not
/// replaced over and over.
fn judge(
    client: &ClientState,
    token: &Token,
    replaced: bool,
    outcome: Result<&Response<Bytes>, &Error>,
) {
    match outcome {
        Ok(answer) if answer.status() != StatusCode::UNAUTHORIZED => {
            token.accept();
            if replaced {
                client.tokens.replaced_well();
            }
        }
        Ok(_) if replaced => client.tokens.refused_again(token),
        Ok(_) | Err(_) => {}
    }
}

/// The token to send with; none where the caller brought an `Authorization`.
async fn token(parts: &RequestParts, waited: &mut Duration) -> Result<Option<Token>, Error> {
    if parts.is_authorized() {
        return Ok(None);
    }
    let tokens = &parts.client().inner().tokens;
    match tokens.at_hand() {
        Poll::Ready(token) => Ok(token),
        Poll::Pending => Box::pin(tokens.get(waited)).await,
    }
}

async fn once(
    parts: &RequestParts,
    uri: Option<Uri>,
    attempt: Attempt,
    token: Option<&Token>,
) -> Result<Response<Bytes>, Error> {
    let client = parts.client().inner();
    let (sent, span) = dispatch(client, attempt, parts.request(uri), token)?;
    let sent = sent.instrument(span.clone());
    let outcome = within(client.attempt_timeout, TimeoutKind::Attempt, sent).await;
    trace::answered(&span, &outcome);
    if let Ok(answer) = &outcome
        && client.trace_bodies
    {
        span.in_scope(|| trace::body("response", answer.body()));
    }
    for hook in &client.hooks {
        hook.after(&attempt, outcome.as_ref());
    }
    outcome
}

/// Gives a request to the transport, after all have seen it.
fn dispatch<'c>(
    client: &'c ClientState,
    attempt: Attempt,
    mut request: Request<Bytes>,
    token: Option<&Token>,
) -> Result<(Answering<'c>, Span), Error> {
    for hook in &client.hooks {
        hook.before(&attempt, &mut request)?;
    }
    let span = trace::attempt(attempt.operation, &request, attempt.number);
    if client.trace_bodies {
        span.in_scope(|| trace::body("request", request.body()));
    }
    if let Some(token) = token {
        let authorization = token.authorization.clone();
        request
            .headers_mut()
            .entry(AUTHORIZATION)
            .or_insert(authorization);
    }
    let exchange = Exchange {
        operation: Some(attempt.operation),
        body_limit: client.body_limit,
    };
    // What the transport does before it waits belongs to the attempt, too.
    let sent = span.in_scope(|| client.transport.send(request, exchange));
    Ok((sent, span))
}

type Answering<'c> = BoxFuture<'c, Result<Response<Bytes>, Error>>;

fn accept(parts: &RequestParts, answer: Response<Bytes>) -> Result<Raw, Error> {
    let limit = parts.client().inner().body_limit;
    let (head, mut body) = answer.into_parts();
    if !head.status.is_success() {
        // The head decides what is done; the body only explains it, so a part of it will do.
        body.truncate(ERROR_BODY);
        return Err(ApiError::new(parts.operation(), head.status, head.headers, body).into());
    }
    // Transports are told, but it is the client that promises it.
    if body.len() > limit {
        return Err(TransportError::too_large(limit).into());
    }
    Ok(Raw {
        operation: parts.operation(),
        status: head.status,
        headers: head.headers,
        body,
    })
}

fn is_unauthorized(error: &Error) -> bool {
    matches!(error, Error::Api(error) if error.status() == StatusCode::UNAUTHORIZED)
}
