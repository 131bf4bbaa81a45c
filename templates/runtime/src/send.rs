//! Sending a call: from [`Parts`] to a 2xx answer or an error. Not generic over anything.

use super::error::{ApiError, Error, TimeoutError};
use super::parts::Parts;
use super::response::Raw;
use super::transport::too_large;
use bytes::Bytes;
use http::header::AUTHORIZATION;
use std::time::Duration;
use tokio::time::timeout;

pub(super) async fn send(mut parts: Parts) -> Result<Raw, Error> {
    let request = parts.request()?;
    let limit = parts.timeout.or(parts.client.inner().call_timeout);
    within(limit, attempt(&parts, request)).await
}

async fn attempt(parts: &Parts, mut request: http::Request<Bytes>) -> Result<Raw, Error> {
    let client = parts.client.inner();
    if let Some(authorization) = &client.authorization {
        request
            .headers_mut()
            .entry(AUTHORIZATION)
            .or_insert_with(|| authorization.clone());
    }
    let sent = client.transport.send(request, client.body_limit);
    let (head, body) = within(client.attempt_timeout, sent).await?.into_parts();
    if body.len() > client.body_limit {
        return Err(too_large(client.body_limit));
    }
    let operation = parts.operation;
    if !head.status.is_success() {
        let error = ApiError::new(operation, head.status, head.headers, body);
        return Err(Error::Api(Box::new(error)));
    }
    Ok(Raw {
        operation,
        status: head.status,
        headers: head.headers,
        body,
    })
}

async fn within<T>(
    limit: Option<Duration>,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    match limit {
        None => work.await,
        Some(after) => timeout(after, work)
            .await
            .unwrap_or(Err(Error::Timeout(TimeoutError { after }))),
    }
}
