//! A call, which rendered operations return: a thin layer over [`RequestParts`]. Only decoding is
//! generic.

mod body_field;
pub(crate) mod job;
pub(crate) mod page_cursor;
pub(crate) mod paging;
pub(crate) mod param;
pub(crate) mod plain;
pub(crate) mod raw;
pub(crate) mod request;
pub(crate) mod response;
mod send;

use crate::runtime::client::Client;
use crate::runtime::error::Error;
use crate::runtime::http::BoxFuture;
use crate::runtime::http::retry::RetryPolicy;
use crate::runtime::model::{Documented, Open};
use crate::runtime::operation::Operation;
use param::{Number, Param, Text};
use plain::Request;
use raw::JsonCall;
use request::RequestParts;
use response::{Raw, Response, Returned};
use serde::de::DeserializeOwned;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// A call that has not been sent. Await it for the value, or [`send`](Call::send) it for the whole
/// answer. Dropping it at any time cancels it.
#[must_use = "a call is sent when it is awaited"]
pub struct Call<T> {
    parts: RequestParts,
    returns: PhantomData<fn() -> T>,
}

impl Client {
    /// Begins the call of a rendered operation.
    pub(crate) fn call<T>(&self, operation: &'static Operation) -> Call<T> {
        Call::new(RequestParts::new(self, operation))
    }
}

/// What rendered operations and setters are made of: the methods of `RequestParts`, in the words
/// that are checked fastest, for thousands are. So a text, by far the most frequent, has its own.
impl<T> Call<T> {
    #[inline]
    pub(crate) fn new(parts: RequestParts) -> Self {
        Self {
            parts,
            returns: PhantomData,
        }
    }

    #[inline]
    pub(crate) fn path(self, name: &'static str, value: &str) -> Self {
        Self::new(self.parts.path(name, &value))
    }

    #[inline]
    pub(crate) fn path_value(self, name: &'static str, value: &dyn Param) -> Self {
        Self::new(self.parts.path(name, value))
    }

    #[inline]
    pub(crate) fn text(self, wire: &'static str, value: &str) -> Self {
        Self::new(self.parts.query(wire, &value))
    }

    #[inline]
    pub(crate) fn texts(
        self,
        wire: &'static str,
        values: &[impl AsRef<str>],
        explode: bool,
    ) -> Self {
        let values = values.iter().map(AsRef::as_ref);
        Self::new(self.parts.query_list(wire, values, explode))
    }

    /// A documented value of `V`, or another text.
    #[inline]
    pub(crate) fn value<V: Documented>(
        self,
        wire: &'static str,
        value: impl Into<Open<V>>,
    ) -> Self {
        let value = value.into();
        Self::new(self.parts.query(wire, &value.as_str()))
    }

    #[inline]
    pub(crate) fn values<V: Documented>(
        self,
        wire: &'static str,
        values: &[impl Into<Open<V>> + Clone],
        explode: bool,
    ) -> Self {
        let values = values.iter().cloned().map(Into::<Open<V>>::into).map(Text);
        Self::new(self.parts.query_list(wire, values, explode))
    }

    #[inline]
    pub(crate) fn number(self, wire: &'static str, value: impl Into<Number>) -> Self {
        Self::new(self.parts.query(wire, &value.into()))
    }

    #[inline]
    pub(crate) fn query(self, wire: &'static str, value: &dyn Param) -> Self {
        Self::new(self.parts.query(wire, value))
    }

    #[inline]
    pub(crate) fn query_list<P: Param>(
        self,
        wire: &'static str,
        values: impl IntoIterator<Item = P>,
        explode: bool,
    ) -> Self {
        Self::new(self.parts.query_list(wire, values, explode))
    }

    #[inline]
    pub(crate) fn header_field(self, wire: &'static str, value: &dyn Param) -> Self {
        Self::new(self.parts.header(wire, value))
    }

    #[inline]
    pub(crate) fn body<B: serde::Serialize + ?Sized>(self, value: &B) -> Self {
        Self::new(self.parts.body(value))
    }

    pub(crate) fn into_parts(self) -> RequestParts {
        self.parts
    }
}

impl<T> Call<T> {
    /// Adds or replaces a header field of the request. An invalid one (RFC 9110 section 5) is an error when
    /// the call is sent.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.parts.set_header(name, value);
        self
    }

    /// The timeout of the whole call, including waits and retries, instead of the client's.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.parts.set_timeout(timeout);
        self
    }

    /// When the call is retried, instead of the client's policy.
    pub fn retry(mut self, policy: impl Into<RetryPolicy>) -> Self {
        self.parts.set_retry(policy.into());
        self
    }

    /// The plain request, which is not sent. It has no `Authorization`: that is added when a call is sent.
    ///
    /// # Errors
    /// [`Error::Input`] if an argument is refused.
    pub fn into_request(mut self) -> Result<Request, Error> {
        let uri = self.parts.prepare()?;
        Ok(Request::new(self.parts.request(Some(uri))))
    }
}

impl<T> Call<T> {
    /// Decodes the answer's JSON as another type than the documented one.
    pub fn json<U: DeserializeOwned + 'static>(self) -> JsonCall<U> {
        JsonCall::new(self.parts)
    }
}

impl<T: Returned> Call<T> {
    /// Sends the call and returns the whole answer.
    pub fn send(self) -> Sending<Response<T>> {
        Sending {
            raw: send::send(self.parts),
            decode: Raw::decode,
        }
    }
}

impl<T: Returned> IntoFuture for Call<T> {
    type Output = Result<T, Error>;
    type IntoFuture = Sending<T>;

    fn into_future(self) -> Sending<T> {
        Sending {
            raw: send::send(self.parts),
            decode: |raw| raw.decode().map(Response::into_inner),
        }
    }
}

impl<T> Clone for Call<T> {
    fn clone(&self) -> Self {
        Self::new(self.parts.clone())
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Call").field(&self.parts).finish()
    }
}

/// The future of a [`Call`].
#[must_use = "a call is sent when it is awaited"]
pub struct Sending<T> {
    raw: BoxFuture<'static, Result<Raw, Error>>,
    decode: fn(Raw) -> Result<T, Error>,
}

impl<T> Sending<T> {
    pub(super) fn new(
        raw: BoxFuture<'static, Result<Raw, Error>>,
        decode: fn(Raw) -> Result<T, Error>,
    ) -> Self {
        Self { raw, decode }
    }
}

impl<T> Future for Sending<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let raw = ready!(self.raw.as_mut().poll(context));
        Poll::Ready(raw.and_then(self.decode))
    }
}

impl<T> fmt::Debug for Sending<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sending").finish_non_exhaustive()
    }
}

/// Gives a rendered newtype over [`Call`], `struct GetThings(Call<Things>)`, what every call has.
/// It names the runtime's types by `runtime::`, so that module must be in scope under that name.
/// All is inline, as the rendered methods are: what is not leaves code of its own for each of a
/// thousand builders, and took half of the client's release build.
#[allow(
    unused_macros,
    reason = "a client whose operations have no optional parameter does not use it"
)]
macro_rules! request_builder {
    ($name:ident, $returns:ty) => {
        impl $name {
            /// Adds or replaces a header field of the request. An invalid one (RFC 9110 section 5) is an
            /// error when the call is sent.
            #[inline]
            pub fn header(self, name: &str, value: &str) -> Self {
                Self(self.0.header(name, value))
            }

            /// The timeout of the whole call, including waits and retries, instead of the client's.
            #[inline]
            pub fn timeout(self, timeout: ::std::time::Duration) -> Self {
                Self(self.0.timeout(timeout))
            }

            /// When the call is retried, instead of the client's policy.
            #[inline]
            pub fn retry(self, policy: impl ::std::convert::Into<runtime::RetryPolicy>) -> Self {
                Self(self.0.retry(policy))
            }

            /// Sends the call and returns the whole answer.
            #[inline]
            pub fn send(self) -> runtime::Sending<runtime::Response<$returns>> {
                self.0.send()
            }

            /// Decodes the answer's JSON as another type than the documented one.
            #[inline]
            pub fn json<T: ::serde::de::DeserializeOwned + 'static>(self) -> runtime::JsonCall<T> {
                self.0.json()
            }

            /// The plain request, which is not sent. It has no `Authorization`: that is added when a call
            /// is sent.
            ///
            /// # Errors
            /// [`Error::Input`](runtime::Error::Input) if an argument is refused.
            #[inline]
            pub fn into_request(self) -> ::std::result::Result<runtime::Request, runtime::Error> {
                self.0.into_request()
            }
        }

        impl ::std::clone::Clone for $name {
            #[inline]
            fn clone(&self) -> Self {
                Self(::std::clone::Clone::clone(&self.0))
            }
        }

        impl ::std::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Debug::fmt(&self.0, f)
            }
        }

        impl ::std::future::IntoFuture for $name {
            type Output = ::std::result::Result<$returns, runtime::Error>;
            type IntoFuture = runtime::Sending<$returns>;

            #[inline]
            fn into_future(self) -> runtime::Sending<$returns> {
                ::std::future::IntoFuture::into_future(self.0)
            }
        }
    };
}

#[allow(
    unused_imports,
    reason = "a client whose operations have no optional parameter does not use it"
)]
pub(crate) use request_builder;

// A client without a transport of its own has reqwest.
#[cfg(all(test, feature = "reqwest"))]
mod tests {
    use super::Call;
    use std::time::Duration;

    mod runtime {
        pub(super) use crate::runtime::{Error, JsonCall, Request, Response, RetryPolicy, Sending};
    }

    struct GetThing(Call<String>);
    request_builder!(GetThing, String);

    fn is_send<T: Send + 'static>(_: &T) {}

    #[test]
    fn a_rendered_builder_has_what_a_call_has() {
        static OPERATION: crate::runtime::Operation = crate::runtime::Operation::new(
            "getThing",
            http::Method::GET,
            "/thing",
            crate::runtime::Require::Unknown,
            &[],
        );
        static REGIONS: &[crate::runtime::RegionEntry] = &[crate::runtime::RegionEntry {
            name: "here",
            domain: "localhost",
        }];
        let client = crate::runtime::ClientBuilder::new(REGIONS);
        let client = client.build().expect("the settings are right");
        let thing = || GetThing(client.call(&OPERATION).query("a", &1));
        is_send(&thing().send());
        is_send(&thing().into_future());
        let request = thing()
            .timeout(Duration::from_secs(1))
            .retry(runtime::RetryPolicy::never())
            .header("X-A", "b");
        let request: runtime::Request = request.into_request().expect("nothing is refused");
        assert_eq!(request.uri(), "https://api.localhost/thing?a=1");
        assert_eq!(request.headers()["x-a"], "b");
    }
}
