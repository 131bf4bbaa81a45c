//! Calls of undocumented operations: any method on any path, typed by the caller. They are sent,
//! retried, paged and checked like rendered ones.

use super::job::{JobKeys, Wait};
use super::page_cursor::Paging;
use super::paging::Pages;
use super::param::Param;
use super::plain::Request;
use super::request::RequestParts;
use super::response::{Raw, Response};
use super::{Call, Sending, send};
use crate::runtime::client::Client;
use crate::runtime::error::Error;
use crate::runtime::http::retry::RetryPolicy;
use crate::runtime::operation::{Operation, Require};
use http::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// A call of any path, made by [`Client::request`].
#[derive(Clone)]
#[must_use = "a call is sent when it is awaited"]
pub struct RawCall(RequestParts);

impl Client {
    /// Begins a call of any path below [`base_url`](Client::base_url), for operations that this crate
    /// does not have. It is sent with the client's token, limits and retries.
    ///
    /// `path` begins with `/` and has `{name}` for each [`path`](RawCall::path) value. A constant path
    /// names the call in errors, traces and mocks: `GET /api/v2/things/{thingId}`. A path that is made at
    /// run time (`String`) works too, but does not name the call.
    pub fn request(&self, method: Method, path: impl Into<Cow<'static, str>>) -> RawCall {
        let (operation, path) = match path.into() {
            // What stands behind the path is refused, and may hold a value, so it names nothing.
            Cow::Borrowed(path) => {
                let template = path.split(['?', '#']).next().unwrap_or_default();
                (operation(method, template.into(), false), path.into())
            }
            Cow::Owned(path) => (operation(method, "".into(), false), Cow::Owned(path)),
        };
        RawCall(RequestParts::at(self, operation, path))
    }
}

impl RawCall {
    /// Sets a path value; it is percent-encoded, slashes included.
    pub fn path(self, name: &str, value: impl Param) -> Self {
        Self(self.0.path(name, &value))
    }

    /// Sets a query parameter, or replaces it.
    pub fn query(self, name: impl Into<Cow<'static, str>>, value: impl Param) -> Self {
        let mut parts = self.0;
        parts.set_named(name.into(), &value);
        Self(parts)
    }

    /// Sets a query parameter to a list, joined by commas.
    pub fn query_list<P: Param>(
        self,
        name: impl Into<Cow<'static, str>>,
        values: impl IntoIterator<Item = P>,
    ) -> Self {
        let mut parts = self.0;
        parts.set_list(name.into(), values, false);
        Self(parts)
    }

    /// Sets the body, as JSON.
    pub fn body<T: Serialize + ?Sized>(self, value: &T) -> Self {
        Self(self.0.body(value))
    }

    /// Adds or replaces a header field of the request. An invalid one (RFC 9110 section 5) is an error when
    /// the call is sent.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.0.set_header(name, value);
        self
    }

    /// The timeout of the whole call, including waits and retries, instead of the client's.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.0.set_timeout(timeout);
        self
    }

    /// When the call is retried, instead of the client's policy.
    pub fn retry(mut self, policy: impl Into<RetryPolicy>) -> Self {
        self.0.set_retry(policy.into());
        self
    }

    /// Declares that the call only reads although its method is not safe (RFC 9110 section 9.2.1), so that
    /// it may be retried like a GET.
    pub fn safe(mut self) -> Self {
        let now = self.0.operation();
        self.0
            .set_operation(operation(now.method.clone(), now.path.into(), true));
        self
    }

    /// Starts a job and waits for it; awaiting it gives the call for the results. The job's state is at this
    /// call's path plus `/{jobId}`, its results at that plus `/results`.
    pub fn wait(self, keys: JobKeys) -> Wait<Self> {
        let template = self.0.operation().path;
        // A path that was made at run time names nothing.
        let below = |rest: &str| match template {
            "" => operation(Method::GET, "".into(), false),
            _ => operation(
                Method::GET,
                format!("{template}/{{jobId}}{rest}").into(),
                false,
            ),
        };
        let results_path = "/results";
        let job = keys.job(below(""), below(results_path), results_path);
        Wait::new(self.0, &job, Self)
    }

    /// Decodes the answer's JSON as `T`.
    pub fn json<T: DeserializeOwned + 'static>(self) -> JsonCall<T> {
        JsonCall::new(self.0)
    }

    /// Sends the call and returns the whole answer, with its [`bytes`](Response::bytes) not decoded.
    pub fn send(self) -> Sending<Response<()>> {
        Call::new(self.0).send()
    }

    /// The plain request, which is not sent. It has no `Authorization`: that is added when a call is sent.
    ///
    /// # Errors
    /// [`Error::Input`] if an argument is refused.
    pub fn into_request(self) -> Result<Request, Error> {
        Call::<()>::new(self.0).into_request()
    }
}

impl IntoFuture for RawCall {
    type Output = Result<(), Error>;
    type IntoFuture = Sending<()>;

    fn into_future(self) -> Sending<()> {
        Call::new(self.0).into_future()
    }
}

impl fmt::Debug for RawCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RawCall").field(&self.0).finish()
    }
}

/// A call whose answer is decoded as the caller's type.
#[must_use = "a call is sent when it is awaited"]
pub struct JsonCall<T> {
    parts: RequestParts,
    returns: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned + 'static> JsonCall<T> {
    pub(crate) fn new(parts: RequestParts) -> Self {
        Self {
            parts,
            returns: PhantomData,
        }
    }

    /// Sends the call and returns the whole answer.
    pub fn send(self) -> Sending<Response<T>> {
        Sending::new(send::send(self.parts), Raw::decode_json)
    }

    /// The pages of a listing, requested as they are needed. Begins with the page that the call's parameter
    /// selects.
    pub fn pages(self, paging: Paging) -> Pages<T> {
        Pages::of(self.parts, paging, |raw| {
            raw.decode_json().map(Response::into_inner)
        })
    }
}

impl<T: DeserializeOwned + 'static> IntoFuture for JsonCall<T> {
    type Output = Result<T, Error>;
    type IntoFuture = Sending<T>;

    fn into_future(self) -> Sending<T> {
        Sending::new(send::send(self.parts), |raw| {
            raw.decode_json().map(Response::into_inner)
        })
    }
}

impl<T> Clone for JsonCall<T> {
    fn clone(&self) -> Self {
        Self {
            parts: self.parts.clone(),
            returns: PhantomData,
        }
    }
}

impl<T> fmt::Debug for JsonCall<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("JsonCall").field(&self.parts).finish()
    }
}

/// The operation of such a call. Each is made once and kept for ever: there are as many as constant
/// paths in the program, and all else can then take operations for what they are, statics.
fn operation(method: Method, path: Cow<'static, str>, safe: bool) -> &'static Operation {
    type Known = HashMap<(Method, Cow<'static, str>, bool), &'static Operation>;
    static KNOWN: Mutex<Option<Known>> = Mutex::new(None);

    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    let key = (method, path, safe);
    if let Some(operation) = known.get(&key) {
        return operation;
    }
    let (method, path, safe) = key;
    let path: &'static str = match path {
        Cow::Borrowed(path) => path,
        Cow::Owned(path) => Box::leak(path.into_boxed_str()),
    };
    let id = format!("{method} {path}");
    let id: &'static str = Box::leak(id.trim_end().into());
    let unknown = Require::Unknown;
    let operation = Operation::new(id, method.clone(), path, unknown, &[]);
    let operation = if safe { operation.safe() } else { operation };
    let operation: &'static Operation = Box::leak(Box::new(operation));
    known.insert((method, path.into(), safe), operation);
    operation
}
