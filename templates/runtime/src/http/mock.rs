//! A transport that answers from memory, so that a user's tests need no server (feature `mock`).
//!
//! Answers are given by operation. Everything but the network is real: the client logs in, checks
//! arguments, retries and decodes bodies.

use super::{BoxFuture, Exchange, Transport};
use crate::runtime::error::Error;
use crate::runtime::error::{TransportError, TransportErrorKind};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The name under which a [`Mock`] knows log-ins.
pub const LOG_IN: &str = "log_in";

/// An in-memory stand-in for the API. Clones share their answers and what they recorded.
///
/// Each answer to an operation is given once, in the order in which they were added, unless it
/// [repeats](MockResponse::repeat). A call without an answer left ends with a transport error that
/// says what was expected. Operations have their documented names; calls of `Client::request` have
/// their method and path: `GET /api/v2/things/{thingId}`.
///
/// Every log-in is answered with a token that is valid for a day, unless [`LOG_IN`] is given answers.
#[derive(Clone, Default)]
pub struct Mock(Arc<Mutex<MockState>>);

#[derive(Default)]
struct MockState {
    answers: BTreeMap<String, VecDeque<Answer>>,
    /// How many answers an operation was given, once and for ever.
    given: BTreeMap<String, usize>,
    recorded: Vec<Recorded>,
    /// Answers what was given no answer.
    #[cfg(feature = "events")]
    service: Option<Arc<dyn MockService>>,
}

/// A part of the API that the mock plays as a whole.
#[cfg(feature = "events")]
pub(crate) trait MockService: std::any::Any + Send + Sync {
    /// The answer to an operation of the service; nothing for others.
    fn reply(&self, recorded: &Recorded) -> Option<MockResponse>;
    /// See [`Transport::upgrade`].
    fn upgrade(&self, request: &Request<()>) -> Result<super::Upgraded, Error>;
    /// As what it is.
    fn any(self: Arc<Self>) -> Arc<dyn std::any::Any + Send + Sync>;
}

#[derive(Clone)]
struct Answer {
    reply: Reply,
    repeat: bool,
    used: bool,
}

#[derive(Clone)]
enum Reply {
    Given(MockResponse),
    Computed(Arc<dyn Fn(&Recorded) -> MockResponse + Send + Sync>),
}

impl Mock {
    /// A mock that only answers log-ins.
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers the operation of that documented name once, with 200 and a value.
    ///
    /// # Panics
    /// If the value cannot be written as JSON.
    pub fn answer<T: Serialize + ?Sized>(&self, operation: impl AsRef<str>, value: &T) -> &Self {
        self.respond(operation, MockResponse::new(StatusCode::OK).json(value))
    }

    /// Answers an operation with any response, such as an error: once, unless the response
    /// [repeats](MockResponse::repeat).
    pub fn respond(&self, operation: impl AsRef<str>, response: MockResponse) -> &Self {
        let repeat = response.repeat;
        self.add(operation.as_ref(), Reply::Given(response), repeat)
    }

    /// Answers every request of an operation with the response that a function makes of it.
    pub fn respond_with(
        &self,
        operation: impl AsRef<str>,
        respond: impl Fn(&Recorded) -> MockResponse + Send + Sync + 'static,
    ) -> &Self {
        self.add(operation.as_ref(), Reply::Computed(Arc::new(respond)), true)
    }

    /// The requests so far, including log-ins, in order of arrival.
    pub fn requests(&self) -> Vec<Recorded> {
        self.lock().recorded.clone()
    }

    /// The requests of one operation so far.
    pub fn requests_of(&self, operation: impl AsRef<str>) -> Vec<Recorded> {
        let state = self.lock();
        let requests = state.recorded.iter();
        let requests = requests.filter(|it| it.operation == operation.as_ref());
        requests.cloned().collect()
    }

    /// The operations with answers that no call asked for, for example because a name is misspelt.
    pub fn unused(&self) -> Vec<String> {
        let state = self.lock();
        let unused = state.answers.iter();
        let unused = unused.filter(|(_, answers)| answers.iter().any(|it| !it.used));
        unused.map(|(operation, _)| operation.clone()).collect()
    }

    fn add(&self, operation: &str, reply: Reply, repeat: bool) -> &Self {
        let mut state = self.lock();
        *state.given.entry(operation.to_owned()).or_default() += 1;
        let answers = state.answers.entry(operation.to_owned()).or_default();
        answers.push_back(Answer {
            reply,
            repeat,
            used: false,
        });
        drop(state);
        self
    }

    fn lock(&self) -> MutexGuard<'_, MockState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The service, made by `make` where there is none yet.
    #[cfg(feature = "events")]
    pub(crate) fn service(
        &self,
        make: impl FnOnce() -> Arc<dyn MockService>,
    ) -> Arc<dyn MockService> {
        self.lock().service.get_or_insert_with(make).clone()
    }

    #[cfg(feature = "events")]
    fn known_service(&self) -> Option<Arc<dyn MockService>> {
        self.lock().service.clone()
    }

    fn take(&self, operation: &str) -> Option<Reply> {
        let mut state = self.lock();
        let answers = state.answers.get_mut(operation)?;
        let front = answers.front_mut()?;
        front.used = true;
        if front.repeat {
            return Some(front.reply.clone());
        }
        answers.pop_front().map(|answer| answer.reply)
    }

    /// That nothing is left to answer with, and what there is instead.
    fn unexpected(&self, recorded: &Recorded) -> TransportError {
        let state = self.lock();
        let (operation, request) = (recorded.operation, &recorded.request);
        let (method, path) = (request.method(), request.uri().path());
        let given = state.given.get(operation).copied().unwrap_or_default();
        let mut text = match given {
            0 => format!("the mock has no answer for `{operation}` ({method} {path})"),
            1 => format!("the mock's one answer for `{operation}` is used up"),
            given => format!("the mock's {given} answers for `{operation}` are used up"),
        };
        let left = state
            .answers
            .iter()
            .filter(|(_, answers)| !answers.is_empty());
        let left: Vec<String> = left.map(|(name, _)| format!("`{name}`")).collect();
        if left.is_empty() {
            text += "; no other call is expected";
        } else {
            text += "; expected: ";
            text += &left.join(", ");
        }
        TransportError::new(TransportErrorKind::Other, text)
    }

    fn reply(&self, request: Request<Bytes>, exchange: Exchange) -> Result<MockResponse, Error> {
        let operation = exchange.operation.map_or(LOG_IN, |operation| operation.id);
        let recorded = Recorded {
            operation,
            template: exchange.operation.map_or("", |operation| operation.path),
            request,
        };
        self.lock().recorded.push(recorded.clone());
        // The function is called without the lock, so that it may use the mock.
        let answer = self.take(operation);
        #[cfg(feature = "events")]
        let answer = answer.or_else(|| {
            let service = self.known_service()?;
            service.reply(&recorded).map(Reply::Given)
        });
        match answer {
            Some(Reply::Given(response)) => Ok(response),
            Some(Reply::Computed(respond)) => Ok(respond(&recorded)),
            None if operation == LOG_IN && !self.lock().given.contains_key(LOG_IN) => {
                Ok(MockResponse::token("mock-token"))
            }
            None => Err(self.unexpected(&recorded).into()),
        }
    }
}

impl Transport for Mock {
    fn send(
        &self,
        request: Request<Bytes>,
        exchange: Exchange,
    ) -> BoxFuture<'_, Result<Response<Bytes>, Error>> {
        let reply = self.reply(request, exchange);
        Box::pin(async move {
            let reply = reply?;
            if !reply.delay.is_zero() {
                tokio::time::sleep(reply.delay).await;
            }
            if let Some(kind) = reply.fault {
                return Err(TransportError::new(kind, "a fault that the mock plays").into());
            }
            let mut response = Response::new(reply.body);
            *response.status_mut() = reply.status;
            *response.headers_mut() = reply.headers;
            Ok(response)
        })
    }

    #[cfg(feature = "events")]
    fn upgrade(&self, request: Request<()>) -> BoxFuture<'_, Result<super::Upgraded, Error>> {
        let other = |text: &str| TransportError::new(TransportErrorKind::Other, text);
        let upgraded = match self.known_service() {
            Some(service) => service.upgrade(&request),
            None => Err(other("the mock opens sockets once its service is asked for").into()),
        };
        Box::pin(async move { upgraded })
    }
}

impl fmt::Debug for Mock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("Mock")
            .field("answers", &state.answers.keys())
            .field("requests", &state.recorded.len())
            .finish_non_exhaustive()
    }
}

/// What a [`Mock`] answers.
#[derive(Clone)]
#[must_use]
pub struct MockResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    delay: Duration,
    fault: Option<TransportErrorKind>,
    repeat: bool,
}

impl fmt::Debug for MockResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockResponse")
            .field("status", &self.status.as_u16())
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl MockResponse {
    /// A response of that status without a body.
    pub fn new(status: StatusCode) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            delay: Duration::ZERO,
            fault: None,
            repeat: false,
        }
    }

    /// No answer: the transport fails, as if a connection is refused or broken.
    pub fn fault(kind: TransportErrorKind) -> Self {
        Self {
            fault: Some(kind),
            ..Self::new(StatusCode::OK)
        }
    }

    /// The answer of a log-in: a bearer token that is valid for a day (RFC 6749 section 5.1).
    pub fn token(access_token: &str) -> Self {
        Self::new(StatusCode::OK).json(&serde_json::json!({
            "access_token": access_token,
            "token_type": "bearer",
            "expires_in": 86_400,
        }))
    }

    /// An error in the API's form.
    pub fn error(status: StatusCode, code: &str, message: &str) -> Self {
        let status_code = status.as_u16();
        Self::new(status).json(&serde_json::json!({
            "status": status_code,
            "code": code,
            "message": message,
        }))
    }

    /// Also answers every later request.
    pub fn repeat(mut self) -> Self {
        self.repeat = true;
        self
    }

    /// Answers, or fails, after this time by tokio's clock, which tests can pause.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Adds a header field.
    ///
    /// # Panics
    /// If it is not a valid header field (RFC 9110 section 5).
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::try_from(name).expect("a test's header field has a valid name");
        let value = HeaderValue::try_from(value).expect("a test's header field has a valid value");
        self.headers.append(name, value);
        self
    }

    /// Sets the body to a value as JSON.
    ///
    /// # Panics
    /// If the value cannot be written as JSON.
    pub fn json<T: Serialize + ?Sized>(self, value: &T) -> Self {
        let json = serde_json::to_vec(value).expect("a test's value can be written as JSON");
        self.header(CONTENT_TYPE.as_str(), "application/json")
            .body(json)
    }

    /// Sets the body to a text, of type `text/plain`.
    pub fn text(self, text: impl Into<String>) -> Self {
        self.header(CONTENT_TYPE.as_str(), "text/plain; charset=utf-8")
            .body(text.into())
    }

    /// Sets the body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }
}

/// A request that a [`Mock`] was sent.
#[derive(Clone)]
pub struct Recorded {
    operation: &'static str,
    /// The path template; empty for a log-in.
    template: &'static str,
    request: Request<Bytes>,
}

impl Recorded {
    /// The documented name of the operation, or [`LOG_IN`].
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The request that would have been sent, including its secrets.
    pub fn request(&self) -> &Request<Bytes> {
        &self.request
    }

    /// A path parameter, decoded.
    pub fn path(&self, name: &str) -> Option<String> {
        // The base URL may have a path, so both are compared from their ends.
        let template = self.template.rsplit('/');
        let mut sent = template.zip(self.request.uri().path().rsplit('/'));
        let found = sent.find(|(variable, _)| {
            let variable = variable
                .strip_prefix('{')
                .and_then(|it| it.strip_suffix('}'));
            variable == Some(name)
        });
        found.map(|(_, value)| decoded(value))
    }

    /// A query parameter, decoded; the first of that name.
    pub fn query(&self, name: &str) -> Option<String> {
        self.pairs(name).next().map(decoded)
    }

    /// A list in the query, decoded: values that are joined by commas, and values of a repeated key.
    pub fn query_list(&self, name: &str) -> Vec<String> {
        let values = self.pairs(name).flat_map(|value| value.split(','));
        values.map(decoded).collect()
    }

    /// A header field; `None` if it is absent or not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.request.headers().get(name)?.to_str().ok()
    }

    /// The body, decoded.
    ///
    /// # Errors
    /// The body is not JSON of that type.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(self.request.body())
    }

    /// The values of a parameter of the query, encoded.
    fn pairs<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let pairs = self.request.uri().query().unwrap_or_default().split('&');
        let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let found = pairs.filter(move |(key, _)| decoded(key) == name);
        found.map(|(_, value)| value)
    }
}

/// Without header fields and body, which may hold secrets.
impl fmt::Debug for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorded")
            .field("operation", &self.operation)
            .field("method", self.request.method())
            .field("path", &self.request.uri().path())
            .finish_non_exhaustive()
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
