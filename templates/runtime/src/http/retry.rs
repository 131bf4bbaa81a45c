//! Whether a failed attempt is made again, and when. Pure but for its jitter: it is asked with what
//! happened and answers with a delay; the waiting is `send`'s.

use super::pace::LONGEST_RETRY_AFTER;
use crate::runtime::error::Error;
use crate::runtime::error::{TimeoutKind, TransportErrorKind};
use crate::runtime::operation::Operation;
use backon::{BackoffBuilder as _, ExponentialBuilder};
use http::StatusCode;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// When a failed call is sent again: per client, and per call.
///
/// The default is [`Backoff`]'s. Log-ins follow the client's policy: one log-in serves many calls. What
/// a call waits for them counts as its own waiting. An authorization code is not sent again once the
/// log-in host may have used it, whatever the policy says.
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
    /// A call is sent once.
    pub fn never() -> Self {
        Self(Policy::Never)
    }

    /// `decide` is asked after each failure; it returns how long to wait before the next attempt,
    /// or nothing to return the error. It alone decides: also whether the operation may be sent
    /// twice ([`Failure::is_repeatable`]) and what `Retry-After` counts.
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
/// After 502, 503, 504, no connection or a broken one, only those operations are sent again that are
/// safe to repeat: GET, HEAD, OPTIONS, PUT and DELETE (RFC 9110 section 9.2.2), and a POST that only
/// reads. `Retry-After` is obeyed: the wait is not shorter than it, and one above 180 s returns the
/// error.
///
/// After 429 every operation is sent again: the server refused it before it processed it. The limit is
/// the token's, so all calls of the client wait for the `Retry-After` together, and are then sent one
/// after the other, at the rate that the API has shown to take, which rises slowly. Such waits count
/// within the budget, but not as retries. A 429 without `Retry-After` is taken for such a limit where
/// most calls get one.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use]
pub struct Backoff {
    max_retries: u32,
    min_delay: Duration,
    max_delay: Duration,
    budget: Duration,
}

impl Default for Backoff {
    /// 3 retries, the first within 0.5 s, none later than 30 s, and 300 s of waiting in all.
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
    /// How many times a call is sent again, at most.
    pub fn max_retries(mut self, count: u32) -> Self {
        self.max_retries = count;
        self
    }

    /// The longest first wait.
    pub fn min_delay(mut self, delay: Duration) -> Self {
        self.min_delay = delay;
        self
    }

    /// The longest wait, but for `Retry-After`.
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// How long one call may wait in all: a wait that would exceed it returns the error at once.
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

/// An attempt that failed, as a [`RetryPolicy`] sees it.
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

    /// What went wrong.
    pub fn error(&self) -> &Error {
        self.error
    }

    /// Which attempt of the call it was; the first is 1. One that was answered 401 and sent again
    /// with a new token does not count.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// How long the call has waited for its attempts so far.
    pub fn waited(&self) -> Duration {
        self.waited
    }

    /// Whether sending the operation twice does what sending it once does.
    pub fn is_repeatable(&self) -> bool {
        self.operation.repeatable()
    }

    /// Whether the server refused the request before it processed it: 429 (RFC 6585 section 4). So
    /// any operation can be sent again, also a POST that changes something.
    pub fn is_refused_unprocessed(&self) -> bool {
        matches!(self.error, Error::Api(error) if error.status() == StatusCode::TOO_MANY_REQUESTS)
    }

    /// Whether the failure is one that may pass: no connection or a broken one, 429, 502, 503, 504.
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

    /// How long the server asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        match self.error {
            Error::Api(error) => error.retry_after(),
            _ => None,
        }
    }
}
