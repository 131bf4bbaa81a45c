//! Limits the requests in flight, and the rate at which they are sent. Waiting is cancel-safe: a call
//! that is dropped keeps no permit.

use super::pace::{By, Pace};
use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// The limits of one client.
pub(crate) struct Limits {
    in_flight: Option<Semaphore>,
    pub pace: Pace,
}

/// The right to send a request, held until the answer has arrived.
pub(crate) struct Permit<'l> {
    _in_flight: Option<SemaphorePermit<'l>>,
    /// See [`Pace::refused`].
    pub wave: u64,
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
            pace: Pace::new(rate),
        }
    }

    /// Waits until a request may be sent. If it is not `held`, it does not wait for the client's pause
    /// after a 429.
    pub async fn enter(&self, is_held: bool) -> Permit<'_> {
        let mut by = By {
            rate: true,
            learned: is_held,
        };
        loop {
            // First, so that a request that waits for a pause keeps no permit from others.
            let wave = self.pace.wait(by).await;
            let in_flight = match &self.in_flight {
                None => None,
                // In order of arrival: a permit goes to the request that has waited longest.
                Some(semaphore) => {
                    if let Ok(permit) = semaphore.try_acquire() {
                        Some(permit)
                    } else {
                        let permit = Box::pin(semaphore.acquire()).await;
                        let permit = permit.expect("nothing closes the semaphore");
                        if is_held && !self.pace.holds(wave) {
                            by.rate = false; // it counts already
                            continue;
                        }
                        Some(permit)
                    }
                }
            };
            return Permit {
                _in_flight: in_flight,
                wave,
            };
        }
    }
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limits")
            .field("in_flight", &self.in_flight)
            .field("pace", &self.pace)
            .finish()
    }
}
