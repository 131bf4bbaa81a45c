//! The part of a client that never varies: configuration, log-in, sending, paging, errors.
//!
//! Every client that is rendered has these files as its private module `runtime`, and re-exports
//! what is `pub` here. So paths begin with `crate::runtime`, and nothing here knows an operation:
//! rendered code begins a [`Call`] by `client.call(…)`, and the rest happens here, in code that is
//! not generic over the operation. What only rendered code needs is `pub(crate)`.
//!
//! A folder imports only from those before it in this order: `operation`, `error` and `model`,
//! `http`, `auth`, `client`, `call`, `events`, `permissions`. A test holds it (`xtask/tests/tidy.rs`).

mod auth;
#[allow(
    dead_code,
    reason = "rendered operations use it; a client may have none of a kind"
)]
mod call;
mod client;
mod error;
#[cfg(feature = "events")]
mod events;
mod http;
#[allow(
    dead_code,
    unused_imports,
    reason = "rendered models use it; a client may have none of a kind"
)]
pub(crate) mod model;
mod operation;
pub mod permissions;

#[cfg(all(feature = "events", feature = "mock"))]
pub use events::MockNotifications;
#[cfg(feature = "events")]
pub use events::{
    CHANNELS, Event, EventStream, Events, EventsError, Gap, Notification, Overflow, RejectedTopic,
    TOPICS_PER_CHANNEL, Topic, TopicKind,
};
#[cfg(feature = "mock")]
pub use http::mock;
#[cfg(feature = "tower")]
pub use http::tower::TowerTransport;
#[cfg(feature = "events")]
pub use http::{Duplex, Upgraded};
#[doc(hidden)]
pub use model::build;
#[doc(hidden)]
#[allow(unused_imports, reason = "no page may be missing")]
pub use operation::FeatureIsOff;
pub use {
    auth::{AuthorizationRequest, Credentials},
    call::job::{JobKeys, JobProgress, Wait, WaitFuture},
    call::page_cursor::{Paging, PagingStyle},
    call::paging::{Items, Pages},
    call::param::{Integer, Number},
    call::plain::Request,
    call::raw::{JsonCall, RawCall},
    call::response::{Response, Returned},
    call::{Call, Sending},
    client::Client,
    client::builder::ClientBuilder,
    error::{
        ApiError, AuthError, AuthErrorKind, ConfigError, ConfigErrorKind, DecodeError, Error,
        ErrorBody, ErrorDetail, ErrorLimit, InputError, InputErrorKind, JobError, JobErrorKind,
        PagingError, PagingErrorKind, TimeoutError, TimeoutKind, TransportError,
        TransportErrorKind,
    },
    http::hook::{Attempt, Hook},
    http::retry::{Backoff, Failure, RetryPolicy},
    http::{BoxFuture, Exchange, Transport},
    model::{Documented, Extra, Open, UnknownValue},
    operation::{Operation, Require},
};
#[allow(
    unused_imports,
    reason = "rendered code uses them; a client may have no operation of a kind"
)]
pub(crate) use {
    call::job::Job,
    call::param::{Json, Text},
    call::request::RequestParts,
    call::request_builder,
    client::builder::{RegionEntry, unknown_region},
};
