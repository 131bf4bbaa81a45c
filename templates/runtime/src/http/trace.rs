//! The spans and events of `tracing`: a span per call and one per attempt, with the names of
//! OpenTelemetry's HTTP conventions. No header field and no query is recorded, so no token is. Bodies
//! are recorded only if the client is set to. The rule is in `error`.

use crate::runtime::error::{AuthError, Error};
use crate::runtime::operation::Operation;
use bytes::Bytes;
use http::{Request, Response};
use std::fmt;
use std::time::Duration;
use tracing::field::{Empty, display};
use tracing::{Span, debug, info, info_span, warn};

/// The crate's name: no private module is a part of what users filter by.
const TARGET: &str = env!("CARGO_CRATE_NAME");

/// The span of a call: all its attempts and the waiting between them.
pub(crate) fn call(operation: &'static Operation) -> Span {
    info_span!(
        target: TARGET,
        "call",
        otel.name = operation.id,
        otel.kind = "internal",
        operation.id = operation.id,
        url.template = operation.path,
        otel.status_code = Empty,
        error.r#type = Empty,
    )
}

/// The span of one attempt; `number` counts from 1.
pub(crate) fn attempt(
    operation: &'static Operation,
    request: &Request<Bytes>,
    number: u32,
) -> Span {
    request_span(operation.id, operation.path, request, number)
}

/// The span of one attempt to log in. Its secrets are in the body and the header fields.
pub(crate) fn log_in(request: &Request<Bytes>, number: u32) -> Span {
    request_span("log_in", request.uri().path(), request, number)
}

fn request_span(id: &str, template: &str, request: &Request<Bytes>, number: u32) -> Span {
    let (method, uri) = (request.method().as_str(), request.uri());
    let span = info_span!(
        target: TARGET,
        "attempt",
        otel.name = Empty,
        otel.kind = "client",
        operation.id = id,
        http.request.method = method,
        http.request.resend_count = Empty,
        http.request.body.size = request.body().len(),
        url.template = template,
        url.full = display(Whole(uri)),
        server.address = uri.host().unwrap_or_default(),
        server.port = port(uri),
        network.protocol.version = Empty,
        http.response.status_code = Empty,
        http.response.body.size = Empty,
        inin.correlation_id = Empty,
        otel.status_code = Empty,
        error.r#type = Empty,
    );
    if !span.is_disabled() {
        span.record("otel.name", display(format_args!("{method} {template}")));
        if number > 1 {
            span.record("http.request.resend_count", number - 1);
        }
    }
    span
}

/// A URL without its query, whose values are not shown.
struct Whole<'u>(&'u http::Uri);

impl fmt::Display for Whole<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, authority) = (self.0.scheme_str(), self.0.authority());
        if let (Some(scheme), Some(authority)) = (scheme, authority) {
            write!(f, "{scheme}://{authority}")?;
        }
        f.write_str(self.0.path())
    }
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
pub(crate) fn called<T>(span: &Span, outcome: &Result<T, Error>) {
    if let Err(error) = outcome {
        failed(span, error.kind());
    }
}

/// Notes what came of an attempt.
pub(crate) fn answered(span: &Span, outcome: &Result<Response<Bytes>, Error>) {
    if span.is_disabled() {
        return;
    }
    let answer = match outcome {
        Ok(answer) => answer,
        Err(error) => return failed(span, error.kind()),
    };
    let status = answer.status();
    span.record("http.response.status_code", status.as_u16());
    span.record("http.response.body.size", answer.body().len());
    span.record("network.protocol.version", version(answer.version()));
    if let Some(id) = crate::runtime::error::correlation_id(answer.headers()) {
        span.record("inin.correlation_id", id);
    }
    if !status.is_success() {
        failed(span, status.as_str());
    }
}

fn failed(span: &Span, kind: &str) {
    span.record("error.type", kind);
    span.record("otel.status_code", "ERROR");
}

fn version(version: http::Version) -> &'static str {
    match version {
        http::Version::HTTP_10 => "1.0",
        http::Version::HTTP_2 => "2",
        http::Version::HTTP_3 => "3",
        _ => "1.1",
    }
}

/// That a call is sent again, after `wait`.
pub(crate) fn retry(operation: &Operation, attempt: u32, error: &Error, wait: Duration) {
    let (id, reason) = (operation.id, error.kind());
    let wait_ms = milliseconds(wait);
    info!(target: TARGET, { operation.id = id, attempt, reason, wait_ms }, "sending again");
}

/// That the API refused the token, and the call is sent again with another one.
pub(crate) fn token_refused(operation: &Operation) {
    info!(target: TARGET, { operation.id = operation.id }, "the token was refused; sending again with another");
}

/// That the client's own limit makes a request wait.
pub(crate) fn paused(wait: Duration) {
    let wait_ms = milliseconds(wait);
    info!(target: TARGET, wait_ms, "waiting for the rate limit");
}

/// What came of a log-in.
pub(crate) fn logged_in<T>(outcome: &Result<T, AuthError>) {
    match outcome {
        Ok(_) => info!(target: TARGET, "logged in"),
        Err(error) => {
            let reason = error.code().unwrap_or("no answer");
            warn!(target: TARGET, reason, "the log-in failed");
        }
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Shows a body; only for clients that were told to.
pub(crate) fn body(what: &'static str, body: &Bytes) {
    debug!(target: TARGET, what, body = %String::from_utf8_lossy(body), "body");
}
