//! The part of a client that never varies: configuration, log-in, sending, errors.
//!
//! This crate is copied file by file into every client that is rendered, as its private module
//! `runtime`; the client re-exports what is public. So nothing here says `crate::`, and nothing
//! knows an operation: rendered code builds [`Parts`], wraps them in a [`Call`], and all else
//! happens here, in code that is not generic over the operation.

mod answer_error;
mod auth;
mod body_field;
mod builder;
mod call;
mod client;
mod config;
mod error;
mod grant;
mod hook;
mod http_stack;
mod limit;
#[cfg(feature = "mock")]
pub mod mock;
#[allow(
    dead_code,
    unused_imports,
    reason = "rendered models use it; a client may have none of a kind"
)]
pub(crate) mod model;
#[allow(
    unused_macros,
    reason = "rendered models use them; a client may have none of a kind"
)]
mod model_macros;
mod model_read;
mod model_value;
mod model_write;
#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "rendered operations use it; a client may have no documented value"
)]
pub(crate) mod open_enum;
mod operation;
mod paging;
mod param;
mod parts;
pub mod permissions;
mod response;
mod retry;
mod retry_after;
mod send;
mod tls;
mod token;
#[cfg(feature = "tower")]
mod tower;
mod trace;
mod transport;
mod transport_error;
mod walk;

pub use answer_error::{ApiError, DecodeError, PagingError};
pub use auth::{AuthorizationRequest, Credentials};
pub use builder::ClientBuilder;
#[allow(
    unused_imports,
    reason = "a client whose operations have no optional parameter does not use it"
)]
pub(crate) use call::request_builder;
pub use call::{Call, Sending};
pub use client::Client;
pub use error::{AuthError, ConfigError, Error, InputError};
pub use hook::{Attempt, Hook};
pub use open_enum::Text;
pub use operation::{Operation, RegionEntry, Require};
pub use paging::{Items, Pages, Paging, PagingStyle};
pub use param::{BadValue, Json, Number, Param};
pub use parts::Parts;
pub use response::{Response, Returned};
pub use retry::{Backoff, Failure, RetryPolicy};
#[cfg(feature = "tower")]
pub use tower::TowerTransport;
pub use transport::{BoxFuture, Exchange, Transport};
pub use transport_error::{TimeoutError, TimeoutKind, TransportError, TransportErrorKind};

/// A request as it leaves the client, before any transport sees it.
pub type Request = http::Request<bytes::Bytes>;
