//! Sending a call: from [`Prepared`] to a 2xx answer or an error. Not generic over anything, so it is
//! compiled once, not once per operation. Dropping the future at any point gives the call up.

use super::answer_error::ApiError;
use super::client::Inner;
use super::error::Error;
use super::hook::Attempt;
use super::parts::Prepared;
use super::response::Raw;
use super::retry::Failure;
use super::token::Token;
use super::trace;
use super::transport::Exchange;
use super::transport_error::{TimeoutError, TimeoutKind, TransportError, TransportErrorKind};
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Request, Response, StatusCode};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};
use tracing::Instrument as _;

pub(super) async fn send(prepared: Result<Prepared, Error>) -> Result<Raw, Error> {
    let prepared = prepared?;
    let span = trace::call(prepared.operation);
    let limit = prepared.timeout.or(prepared.client.inner().call_timeout);
    let attempts = attempts(&prepared, limit).instrument(span.clone());
    let outcome = within(limit, TimeoutKind::Call, attempts).await;
    trace::called(&span, &outcome);
    outcome
}

async fn attempts(prepared: &Prepared, limit: Option<Duration>) -> Result<Raw, Error> {
    let client = prepared.client.inner();
    let policy = prepared.retry.as_ref().unwrap_or(&client.retry);
    let started = Instant::now();
    let mut waited = Duration::ZERO;
    let mut attempt = Attempt {
        operation: prepared.operation,
        number: 1,
    };
    let mut token = token(prepared, &mut waited).await?;
    let mut replaced = false;
    let mut failures = 0;
    loop {
        let outcome = once(client, attempt, prepared.request(), token.as_ref()).await;
        let error = match outcome.and_then(|answer| accept(prepared, answer)) {
            Ok(raw) => return Ok(raw),
            Err(error) => error,
        };
        if let Some(refused) = &token
            && !replaced
            && is_unauthorized(&error)
            && let Some(next) = client.tokens.replace(refused, &mut waited).await?
        {
            // A 401 was not acted on, so any operation may be sent again, but only once.
            replaced = true;
            token = Some(next);
        } else {
            failures += 1;
            let failure = Failure {
                operation: prepared.operation,
                error: &error,
                attempt: failures,
                waited,
            };
            let in_time = |delay: &Duration| limit.is_none_or(|it| started.elapsed() + *delay < it);
            let Some(delay) = policy.delay(&failure).filter(in_time) else {
                return Err(error);
            };
            sleep(delay).await;
            waited += delay;
            token = self::token(prepared, &mut waited).await?;
        }
        attempt.number += 1;
    }
}

/// The token to send with; none where the caller brought an `Authorization`.
async fn token(prepared: &Prepared, waited: &mut Duration) -> Result<Option<Token>, Error> {
    if prepared.is_authorized() {
        return Ok(None);
    }
    prepared.client.inner().tokens.get(waited).await
}

async fn once(
    client: &Inner,
    attempt: Attempt,
    mut request: Request<Bytes>,
    token: Option<&Token>,
) -> Result<Response<Bytes>, Error> {
    let _permit = client.limits.enter().await;
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
    let sent = client
        .transport
        .send(request, exchange)
        .instrument(span.clone());
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

fn accept(prepared: &Prepared, answer: Response<Bytes>) -> Result<Raw, Error> {
    let limit = prepared.client.inner().body_limit;
    let (head, body) = answer.into_parts();
    // Transports are told, but it is the client that promises it.
    if body.len() > limit {
        return Err(too_large(limit).into());
    }
    if !head.status.is_success() {
        return Err(ApiError::new(prepared.operation, head.status, head.headers, body).into());
    }
    Ok(Raw {
        operation: prepared.operation,
        status: head.status,
        headers: head.headers,
        body,
    })
}

/// What a transport says of a body of more than `limit` bytes.
pub(super) fn too_large(limit: usize) -> TransportError {
    let text = format!("more than {limit} bytes");
    TransportError::new(TransportErrorKind::TooLarge, text)
}

fn is_unauthorized(error: &Error) -> bool {
    matches!(error, Error::Api(error) if error.status() == StatusCode::UNAUTHORIZED)
}

/// Gives `work` up after `limit`.
pub(super) async fn within<T>(
    limit: Option<Duration>,
    kind: TimeoutKind,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let Some(time) = limit else {
        return work.await;
    };
    let done = timeout(time, work).await;
    done.unwrap_or_else(|_| Err(TimeoutError { kind, limit }.into()))
}
