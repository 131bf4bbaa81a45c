//! What `tracing` is told: a span per call and one per attempt, under the names of OpenTelemetry's
//! HTTP conventions where it has them. No header field is recorded, so no token is; bodies only
//! where the client was told to.

use super::error::Error;
use super::operation::Operation;
use bytes::Bytes;
use http::{Request, Response};
use tracing::field::{Empty, display};
use tracing::{Span, debug, info_span};

/// The span of a call: all its attempts and the waiting between them.
pub(super) fn call(operation: &'static Operation) -> Span {
    info_span!(
        "call",
        otel.name = operation.id,
        otel.kind = "internal",
        operation.id = operation.id,
        url.template = operation.path,
        error.r#type = Empty,
    )
}

/// The span of one attempt; `number` counts from 1.
pub(super) fn attempt(
    operation: &'static Operation,
    request: &Request<Bytes>,
    number: u32,
) -> Span {
    let uri = request.uri();
    let span = info_span!(
        "attempt",
        otel.name = Empty,
        otel.kind = "client",
        operation.id = operation.id,
        http.request.method = operation.method.as_str(),
        http.request.resend_count = Empty,
        http.request.body.size = request.body().len(),
        url.template = operation.path,
        url.full = display(uri),
        server.address = uri.host().unwrap_or_default(),
        server.port = port(uri),
        http.response.status_code = Empty,
        http.response.body.size = Empty,
        inin.correlation_id = Empty,
        error.r#type = Empty,
    );
    if !span.is_disabled() {
        span.record(
            "otel.name",
            display(format_args!("{} {}", operation.method, operation.path)),
        );
        if number > 1 {
            span.record("http.request.resend_count", number - 1);
        }
    }
    span
}

fn port(uri: &http::Uri) -> u16 {
    let by_scheme = if uri.scheme_str() == Some("http") {
        80
    } else {
        443
    };
    uri.port_u16().unwrap_or(by_scheme)
}

/// Notes what came of a call.
pub(super) fn called<T>(span: &Span, outcome: &Result<T, Error>) {
    if let Err(error) = outcome {
        span.record("error.type", error.kind());
    }
}

/// Notes what came of an attempt.
pub(super) fn answered(span: &Span, outcome: &Result<Response<Bytes>, Error>) {
    match outcome {
        Err(error) => {
            span.record("error.type", error.kind());
        }
        Ok(answer) => {
            let status = answer.status();
            span.record("http.response.status_code", status.as_u16());
            span.record("http.response.body.size", answer.body().len());
            if let Some(id) = super::answer_error::correlation_id(answer.headers()) {
                span.record("inin.correlation_id", id);
            }
            if !status.is_success() {
                span.record("error.type", status.as_str());
            }
        }
    }
}

/// Shows a body; only for clients that were told to.
pub(super) fn body(what: &'static str, body: &Bytes) {
    debug!(what, body = %String::from_utf8_lossy(body), "body");
}
