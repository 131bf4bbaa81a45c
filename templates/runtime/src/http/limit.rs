//! How much the client sends at a time: a bound on requests under way, and one on requests per
//! time. Waiting is cancel-safe: a call that is dropped takes no permit with it.

use super::trace;
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;
use tokio::sync::{Mutex, Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep};

/// The limits of one client.
pub(crate) struct Limits {
    in_flight: Option<Semaphore>,
    rate: Option<Rate>,
}

struct Rate {
    limiter: RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<Duration>>,
    /// First come, first served: without it, all that wait would wake for one cell.
    turn: Mutex<()>,
}

/// tokio's clock, so that waiting and measuring agree.
#[derive(Clone)]
struct TokioClock(Instant);

impl Clock for TokioClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.elapsed()
    }
}

impl Limits {
    /// `rate` is a number of requests and the time in which they may be sent.
    pub fn new(in_flight: Option<NonZeroU32>, rate: Option<(NonZeroU32, Duration)>) -> Self {
        let permits = |count: NonZeroU32| {
            let count = usize::try_from(count.get()).unwrap_or(usize::MAX);
            Semaphore::new(count.min(Semaphore::MAX_PERMITS))
        };
        Self {
            in_flight: in_flight.map(permits),
            rate: rate.and_then(|(count, time)| {
                let quota = Quota::with_period(time / count.get())?.allow_burst(count);
                Some(Rate {
                    limiter: RateLimiter::direct_with_clock(quota, TokioClock(Instant::now())),
                    turn: Mutex::new(()),
                })
            }),
        }
    }

    /// Waits until a request may be sent. The permit is held until its answer is there.
    pub async fn enter(&self) -> Option<SemaphorePermit<'_>> {
        let permit = match &self.in_flight {
            None => None,
            // Who waits is served before who comes later: permits go from hand to hand.
            Some(semaphore) => Some(match semaphore.try_acquire() {
                Ok(permit) => permit,
                Err(_) => Box::pin(semaphore.acquire())
                    .await
                    .expect("nothing closes the semaphore"),
            }),
        };
        if let Some(rate) = &self.rate {
            Box::pin(rate.wait()).await;
        }
        permit
    }
}

impl Rate {
    async fn wait(&self) {
        let _turn = self.turn.lock().await;
        while let Err(not_yet) = self.limiter.check() {
            let wait = not_yet.wait_time_from(self.limiter.clock().now());
            trace::paused(wait);
            // tokio's timer counts in milliseconds; without it the loop would spin on less.
            sleep(wait.max(Duration::from_millis(1))).await;
        }
    }
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limits")
            .field("in_flight", &self.in_flight)
            .field("rate", &self.rate.is_some())
            .finish()
    }
}
