//! Decides whether and when a failed attempt is repeated. Pure except for the jitter; `send` waits.

use super::pace::LONGEST_RETRY_AFTER;
use crate::runtime::error::Error;
use crate::runtime::error::{TimeoutKind, TransportErrorKind};
use crate::runtime::operation::Operation;
use backon::{BackoffBuilder as _, ExponentialBuilder};
use http::StatusCode;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// When a failed call is retried. Set for the client, or for one call.
///
/// The default is [`Backoff`]'s. Log-ins follow the client's policy, because one log-in serves many
/// calls; the time that a call waits for a log-in counts as its own. An authorization code is never
/// sent again once the log-in host may have used it.
#[derive(Clone, Default)]
pub struct RetryPolicy(Policy);

#[derive(Clone)]
enum Policy {
    Never,
    Backoff(Backoff),
    Custom(Arc<Decide>),
}

type Decide = dyn Fn(&Failure<'_>) -> Option<Duration> + Send + Sync;

impl Default for Policy {
    fn default() -> Self {
        Self::Backoff(Backoff::default())
    }
}

impl RetryPolicy {
    /// Never retries.
    pub fn never() -> Self {
        Self(Policy::Never)
    }

    /// Calls `decide` after each failure. It returns how long to wait before the next attempt, or
    /// `None` to return the error. It alone decides: it should check whether the operation may be
    /// repeated ([`Failure::is_repeatable`]), and obey `Retry-After` ([`Failure::retry_after`]).
    pub fn custom(
        decide: impl Fn(&Failure<'_>) -> Option<Duration> + Send + Sync + 'static,
    ) -> Self {
        Self(Policy::Custom(Arc::new(decide)))
    }

    pub(crate) fn delay(&self, failure: &Failure<'_>) -> Option<Duration> {
        match &self.0 {
            Policy::Never => None,
            Policy::Backoff(backoff) => backoff.delay(failure),
            Policy::Custom(decide) => decide(failure),
        }
    }

    /// Whether calls wait together after a 429. [`custom`](Self::custom) decides alone, and what is
    /// never sent again is not held up either.
    pub(crate) fn is_held(&self) -> bool {
        self.held().is_some()
    }

    /// `pause`, which all calls wait for after a 429, where the call may wait as long.
    pub(crate) fn waits(&self, failure: &Failure<'_>, pause: Duration) -> Option<Duration> {
        let in_all = failure.waited.saturating_add(pause);
        let is_allowed = |it: &Backoff| in_all <= it.budget;
        self.held().is_some_and(is_allowed).then_some(pause)
    }

    fn held(&self) -> Option<&Backoff> {
        match &self.0 {
            Policy::Backoff(backoff) if backoff.max_retries > 0 => Some(backoff),
            Policy::Backoff(_) | Policy::Never | Policy::Custom(_) => None,
        }
    }
}

impl From<Backoff> for RetryPolicy {
    fn from(backoff: Backoff) -> Self {
        Self(Policy::Backoff(backoff))
    }
}

impl fmt::Debug for RetryPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Policy::Never => f.write_str("RetryPolicy::never"),
            Policy::Backoff(backoff) => backoff.fmt(f),
            Policy::Custom(_) => f.write_str("RetryPolicy::custom"),
        }
    }
}

/// Exponential backoff with full jitter: the n-th wait is a random time up to `min_delay * 2^(n-1)`,
/// at most `max_delay`.
///
/// After 502, 503, 504, or without a connection or after a broken one, only operations that are safe
/// to repeat are retried: GET, HEAD, OPTIONS, PUT and DELETE (RFC 9110 section 9.2.2), and a POST that
/// only reads. The wait is at least `Retry-After`; if that is above 180 s, the error is returned.
///
/// After 429 every operation is retried, because the server has not acted on it. The limit belongs to
/// the token. So all calls of the client wait for the `Retry-After` together, and are then sent one
/// after the other, at the rate that the API accepted before; the rate rises slowly. These waits count
/// towards the budget, but not as retries. A 429 without `Retry-After` is treated in this way if most
/// calls get one.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use]
pub struct Backoff {
    max_retries: u32,
    min_delay: Duration,
    max_delay: Duration,
    budget: Duration,
}

impl Default for Backoff {
    /// 3 retries, the first after at most 0.5 s, each after at most 30 s, and 300 s of waiting in all.
    fn default() -> Self {
        Self {
            max_retries: 3,
            min_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(30),
            budget: Duration::from_secs(300),
        }
    }
}

impl Backoff {
    /// The most retries of a call.
    pub fn max_retries(mut self, count: u32) -> Self {
        self.max_retries = count;
        self
    }

    /// The upper limit of the first wait.
    pub fn min_delay(mut self, delay: Duration) -> Self {
        self.min_delay = delay;
        self
    }

    /// The upper limit of every wait; a longer `Retry-After` goes before it.
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// How long one call may wait in all. If a wait would exceed it, the error is returned at once.
    pub fn budget(mut self, budget: Duration) -> Self {
        self.budget = budget;
        self
    }

    fn delay(&self, failure: &Failure<'_>) -> Option<Duration> {
        let may_repeat = failure.is_repeatable() || failure.is_refused_unprocessed();
        if !may_repeat || !failure.is_transient() || failure.attempt > self.max_retries {
            return None;
        }
        let asked = failure.retry_after().unwrap_or_default();
        if asked > LONGEST_RETRY_AFTER {
            return None;
        }
        let curve = ExponentialBuilder::new()
            .with_min_delay(self.min_delay)
            .with_max_delay(self.max_delay)
            .without_max_times();
        let index = usize::try_from(failure.attempt - 1).unwrap_or(usize::MAX);
        let longest = curve.build().nth(index).unwrap_or(self.max_delay);
        let delay = longest.mul_f64(fastrand::f64()).max(asked);
        (failure.waited.saturating_add(delay) <= self.budget).then_some(delay)
    }
}

/// A failed attempt, as a [`RetryPolicy`] gets it.
#[derive(Debug)]
pub struct Failure<'a> {
    pub(crate) operation: &'static Operation,
    pub(crate) error: &'a Error,
    pub(crate) attempt: u32,
    pub(crate) waited: Duration,
}

impl Failure<'_> {
    /// The documented name of the operation; `log_in` for a log-in.
    pub fn operation(&self) -> &'static str {
        self.operation.id
    }

    /// The error.
    pub fn error(&self) -> &Error {
        self.error
    }

    /// The number of the attempt in its call, starting at 1. An attempt that was answered 401 and
    /// repeated with a new token does not count.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// How long the call has waited between its attempts so far.
    pub fn waited(&self) -> Duration {
        self.waited
    }

    /// Whether sending the operation twice has the same effect as once.
    pub fn is_repeatable(&self) -> bool {
        self.operation.repeatable()
    }

    /// Whether the server refused the request before it acted on it: 429 (RFC 6585 section 4). Then any
    /// operation can be repeated, also a POST that changes something.
    pub fn is_refused_unprocessed(&self) -> bool {
        matches!(self.error, Error::Api(error) if error.status() == StatusCode::TOO_MANY_REQUESTS)
    }

    /// Whether the failure may be temporary: no connection or a broken one, 429, 502, 503 or 504.
    pub fn is_transient(&self) -> bool {
        match self.error {
            Error::Transport(error) => matches!(
                error.kind(),
                TransportErrorKind::Connect | TransportErrorKind::Broken
            ),
            Error::Timeout(error) => error.kind() == TimeoutKind::Connect,
            Error::Api(error) => matches!(
                error.status(),
                StatusCode::TOO_MANY_REQUESTS
                    | StatusCode::BAD_GATEWAY
                    | StatusCode::SERVICE_UNAVAILABLE
                    | StatusCode::GATEWAY_TIMEOUT
            ),
            _ => false,
        }
    }

    /// The server's `Retry-After`.
    pub fn retry_after(&self) -> Option<Duration> {
        match self.error {
            Error::Api(error) => error.retry_after(),
            _ => None,
        }
    }
}
