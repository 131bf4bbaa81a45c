//! A transport that answers from memory, so that a user's tests need no server (feature `mock`).
//!
//! Answers are given by operation. They pass through all of the client but the network: arguments
//! are checked, retries wait, bodies are decoded.

use super::{BoxFuture, Exchange, Transport};
use crate::runtime::error::Error;
use crate::runtime::error::{TransportError, TransportErrorKind};
use crate::runtime::operation::Operation;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// An in-memory stand-in for the API. Clones share their answers and what they recorded.
///
/// Answers to one operation are given in the order in which they were added, the last one again
/// and again. An operation without one is not answered: the call ends with a transport error that
/// names it.
#[derive(Clone, Default)]
pub struct Mock(Arc<Mutex<MockState>>);

#[derive(Default)]
struct MockState {
    answers: BTreeMap<String, VecDeque<Answer>>,
    unused: BTreeMap<String, usize>,
    recorded: Vec<Recorded>,
}

#[derive(Clone)]
enum Answer {
    Given(MockResponse),
    Computed(Arc<dyn Fn(&Recorded) -> MockResponse + Send + Sync>),
}

impl Mock {
    /// A mock that answers nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers an operation, by its documented name, with 200 and a value.
    ///
    /// # Panics
    /// Where the value cannot be written as JSON.
    pub fn answer<T: Serialize + ?Sized>(&self, operation: impl AsRef<str>, value: &T) -> &Self {
        self.respond(operation, MockResponse::new(StatusCode::OK).json(value))
    }

    /// Answers an operation with any response: an error, say.
    pub fn respond(&self, operation: impl AsRef<str>, response: MockResponse) -> &Self {
        self.add(operation.as_ref(), Answer::Given(response))
    }

    /// Answers an operation with what a function makes of the request.
    pub fn respond_with(
        &self,
        operation: impl AsRef<str>,
        respond: impl Fn(&Recorded) -> MockResponse + Send + Sync + 'static,
    ) -> &Self {
        self.add(operation.as_ref(), Answer::Computed(Arc::new(respond)))
    }

    /// The requests so far, in the order in which they came.
    pub fn requests(&self) -> Vec<Recorded> {
        self.lock().recorded.clone()
    }

    /// The operations that were given answers which were never asked for: misspelt ones, say.
    pub fn unused(&self) -> Vec<String> {
        let state = self.lock();
        let unused = state.unused.iter().filter(|(_, count)| **count > 0);
        unused.map(|(operation, _)| operation.clone()).collect()
    }

    fn add(&self, operation: &str, answer: Answer) -> &Self {
        let mut state = self.lock();
        *state.unused.entry(operation.to_owned()).or_default() += 1;
        let answers = state.answers.entry(operation.to_owned()).or_default();
        answers.push_back(answer);
        drop(state);
        self
    }

    fn lock(&self) -> MutexGuard<'_, MockState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, operation: &'static str) -> Option<Answer> {
        let mut state = self.lock();
        let answers = state.answers.get_mut(operation)?;
        let answer = if answers.len() > 1 {
            answers.pop_front()
        } else {
            answers.front().cloned()
        };
        if let Some(unused) = state.unused.get_mut(operation) {
            *unused = unused.saturating_sub(1);
        }
        answer
    }

    fn reply(
        &self,
        request: Request<Bytes>,
        operation: Option<&'static Operation>,
    ) -> Result<Response<Bytes>, Error> {
        let other = |text: String| TransportError::new(TransportErrorKind::Other, text);
        let operation = operation.ok_or_else(|| other("the mock answers no log-in".to_owned()))?;
        let operation = operation.id;
        let recorded = Recorded { operation, request };
        self.lock().recorded.push(recorded.clone());
        // The function is called without the lock, so that it may use the mock.
        let answer = self.take(operation);
        let answer =
            answer.ok_or_else(|| other(format!("the mock has no answer for `{operation}`")))?;
        let MockResponse {
            status,
            headers,
            body,
        } = match answer {
            Answer::Given(response) => response,
            Answer::Computed(respond) => respond(&recorded),
        };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

impl Transport for Mock {
    fn send(
        &self,
        request: Request<Bytes>,
        exchange: Exchange,
    ) -> BoxFuture<'_, Result<Response<Bytes>, Error>> {
        let reply = self.reply(request, exchange.operation);
        Box::pin(async move { reply })
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
#[derive(Clone, Debug)]
#[must_use]
pub struct MockResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl MockResponse {
    /// A response of that status without a body.
    pub fn new(status: StatusCode) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }

    /// An error as the API writes it.
    pub fn error(status: StatusCode, code: &str, message: &str) -> Self {
        let status_code = status.as_u16();
        Self::new(status).json(&serde_json::json!({
            "status": status_code,
            "code": code,
            "message": message,
        }))
    }

    /// With a header field.
    ///
    /// # Panics
    /// Where it is none (RFC 9110 section 5).
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::try_from(name).expect("a test's header field has a valid name");
        let value = HeaderValue::try_from(value).expect("a test's header field has a valid value");
        self.headers.append(name, value);
        self
    }

    /// With a value as its JSON body.
    ///
    /// # Panics
    /// Where the value cannot be written as JSON.
    pub fn json<T: Serialize + ?Sized>(self, value: &T) -> Self {
        let json = serde_json::to_vec(value).expect("a test's value can be written as JSON");
        self.header(CONTENT_TYPE.as_str(), "application/json")
            .body(json)
    }

    /// With a text as it is, as `text/plain`.
    pub fn text(self, text: impl Into<String>) -> Self {
        self.header(CONTENT_TYPE.as_str(), "text/plain; charset=utf-8")
            .body(text.into())
    }

    /// With any body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }
}

/// A request that a [`Mock`] answered.
#[derive(Clone, Debug)]
pub struct Recorded {
    operation: &'static str,
    request: Request<Bytes>,
}

impl Recorded {
    /// The documented name of the operation.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The request as it would have been sent.
    pub fn request(&self) -> &Request<Bytes> {
        &self.request
    }

    /// A parameter of the query, decoded; the first of that name.
    pub fn query(&self, name: &str) -> Option<String> {
        let pairs = self.request.uri().query()?.split('&');
        let mut pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let decode = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let found = pairs.find(|(key, _)| decode(key) == name);
        found.map(|(_, value)| decode(value))
    }

    /// The body, decoded.
    ///
    /// # Errors
    /// A body that is not such JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(self.request.body())
    }
}
