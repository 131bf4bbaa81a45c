//! When a client's requests may be sent: at most as many in a time as its user says, and after a 429
//! none for as long as the API asks (`Retry-After`) and then one after the other, at the rate that the
//! API has shown to take.
//!
//! A request books the earliest time that is left, and waits for it by itself. Nothing is held while
//! it waits, so a call that is dropped, or never polled again, keeps no other one waiting. Whatever
//! changes the plan (a 429, a call that is dropped) makes all bookings void, and who waits books again.

use super::trace;
use std::collections::VecDeque;
use std::fmt;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// The longest `Retry-After` that is waited for. The vendor's per-minute limits ask for less; a
/// longer one is its daily limit, which the caller has to know of.
pub(crate) const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(180);

/// How long no request is sent after a 429, at least.
const LEAST_PAUSE: Duration = Duration::from_secs(1);

/// A 429 without `Retry-After` may be about one call only. So many in a second, and as many as were
/// taken, are about all.
const MANY_REFUSED: u32 = 5;

/// Requests a second that are always tried after a pause: the vendor's documented limit, 300 a minute
/// for one token.
const LEAST_RATE: f64 = 5.0;

/// The rate after a 429, as a share of the one that was seen to be taken.
const SHARE: f64 = 0.95;

/// The rate after a further 429, as a share of the one before: at least, and at most.
const NEXT_SHARE: (f64, f64) = (0.5, 0.9);

/// So long after the last 429 the API's limit counts as unknown again.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(120);

/// How much longer than the present pause a late 429 has to ask for to prolong it.
const SLACK: Duration = Duration::from_millis(50);

/// For how many seconds with requests the log remembers what was taken: more than the minute in which
/// the vendor counts.
const LOGGED_SECONDS: usize = 64;

/// The plan of one client's requests.
pub(crate) struct Pace {
    plan: Mutex<PaceState>,
    /// All bookings are void.
    changed: Notify,
}

struct PaceState {
    /// After the requests that were sent.
    sent: Schedule,
    /// After those that wait for their time as well.
    booked: Schedule,
    /// Bookings of an earlier one are void.
    epoch: u64,
    learned: Option<Learned>,
    log: Log,
}

/// The earliest times that are left.
#[derive(Clone, Copy, Default)]
struct Schedule {
    fixed: Option<Bucket>,
    /// By the API's own limit.
    learned: Option<Instant>,
}

/// The generic cell rate algorithm: unused requests add up to one burst.
#[derive(Clone, Copy)]
struct Bucket {
    interval: Duration,
    /// How much earlier than evenly spread a request of a burst may be.
    tolerance: Duration,
    /// The evenly spread time of the next request.
    next: Option<Instant>,
}

/// What 429s have told of the API's limit.
#[derive(Clone, Copy)]
struct Learned {
    /// Counts them, but not those of requests that were sent before the last.
    wave: u64,
    /// Requests a second after the pause.
    rate: f64,
    /// It is not found to be more, until the pause is over.
    most: f64,
    until: Instant,
}

/// How many requests were taken and refused, by the second.
#[derive(Default)]
struct Log(VecDeque<Logged>);

struct Logged {
    began: Instant,
    taken: u32,
    refused: u32,
}

/// A time for a request.
struct Booking<'p> {
    pace: &'p Pace,
    slot: Instant,
    epoch: u64,
    by: By,
}

/// By what a request waits.
#[derive(Clone, Copy)]
pub(crate) struct By {
    /// By the rate that the user set.
    pub rate: bool,
    /// By what 429s have told.
    pub learned: bool,
}

impl Pace {
    /// `rate` is a number of requests and the time in which they may be sent.
    pub fn new(rate: Option<(NonZeroU32, Duration)>) -> Self {
        let schedule = Schedule {
            fixed: rate.map(|(count, time)| Bucket::new(count, time)),
            learned: None,
        };
        Self {
            plan: Mutex::new(PaceState {
                sent: schedule,
                booked: schedule,
                epoch: 0,
                learned: None,
                log: Log::default(),
            }),
            changed: Notify::new(),
        }
    }

    /// Waits until a request may be sent. Returns what [`refused`](Self::refused) has to know.
    pub async fn wait(&self, by: By) -> u64 {
        let sent = self.lock().send_now(by);
        match sent {
            Some(wave) => wave,
            None => Box::pin(self.wait_long(by)).await,
        }
    }

    async fn wait_long(&self, by: By) -> u64 {
        loop {
            // Before booking, so that no change is missed.
            let changed = self.changed.notified();
            let (slot, epoch) = self.lock().book(Instant::now(), by);
            let booking = Booking {
                pace: self,
                slot,
                epoch,
                by,
            };
            trace::paused(slot.saturating_duration_since(Instant::now()));
            if timeout_at(slot, changed).await.is_ok() {
                continue;
            }
            if let Some(wave) = self.lock().redeem(&booking) {
                std::mem::forget(booking);
                return wave;
            }
        }
    }

    /// Whether no 429 has told more since [`wait`](Self::wait) returned `wave`.
    pub fn holds(&self, wave: u64) -> bool {
        self.lock().wave() <= wave
    }

    /// A request was answered, not by 429.
    pub fn taken(&self) {
        let now = Instant::now();
        let is_news = self.lock().take(now);
        if is_news {
            self.changed.notify_waiters();
        }
    }

    /// A request was answered 429; `wave` is what [`wait`](Self::wait) returned for it, `asked` its
    /// `Retry-After`. Returns for how long all requests wait; nothing where it is that call's own
    /// affair.
    pub fn refused(&self, wave: u64, asked: Option<Duration>) -> Option<Duration> {
        let now = Instant::now();
        let asked = asked.unwrap_or_default();
        let mut plan = self.lock();
        plan.log.second(now).refused += 1;
        let is_shared = !asked.is_zero() || plan.learned.is_some() || plan.log.is_refused_most();
        if !is_shared || asked > LONGEST_RETRY_AFTER {
            return None;
        }
        let pause = asked.max(LEAST_PAUSE);
        let is_news = plan.refuse(now, wave, pause);
        drop(plan);
        if is_news {
            self.changed.notify_waiters();
        }
        Some(pause)
    }

    fn lock(&self) -> MutexGuard<'_, PaceState> {
        // Nothing panics while it is held; and the plan would be whole.
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Booking<'_> {
    /// The call was dropped while it waited: its time is another's.
    fn drop(&mut self) {
        let is_given_back = self.pace.lock().give_back(self.epoch);
        if is_given_back {
            self.pace.changed.notify_waiters();
        }
    }
}

impl PaceState {
    /// Sends at once, where nothing is to be waited for.
    fn send_now(&mut self, by: By) -> Option<u64> {
        if self.booked.fixed.is_none() && self.learned.is_none() {
            return Some(0);
        }
        let now = Instant::now();
        let before = self.booked;
        let (slot, _) = self.book(now, by);
        if slot > now {
            self.booked = before;
            return None;
        }
        self.take_sent(slot, by);
        Some(self.wave())
    }

    fn book(&mut self, now: Instant, by: By) -> (Instant, u64) {
        let is_old = |it: &Learned| now.saturating_duration_since(it.until) > FORGOTTEN_AFTER;
        if self.learned.as_ref().is_some_and(is_old) {
            self.learned = None;
        }
        let mut slot = now;
        if by.rate
            && let Some(bucket) = &self.booked.fixed
        {
            slot = slot.max(bucket.earliest(now));
        }
        if by.learned && self.learned.is_some() {
            slot = slot.max(self.booked.learned.unwrap_or(now));
        }
        self.booked.take(slot, by, self.learned);
        (slot, self.epoch)
    }

    /// Whether a booking holds at its time.
    fn redeem(&mut self, booking: &Booking<'_>) -> Option<u64> {
        if booking.epoch != self.epoch {
            return None;
        }
        self.take_sent(booking.slot, booking.by);
        Some(self.wave())
    }

    fn take_sent(&mut self, slot: Instant, by: By) {
        self.sent.take(slot, by, self.learned);
    }

    fn give_back(&mut self, epoch: u64) -> bool {
        let holds = epoch == self.epoch;
        if holds {
            self.void();
        }
        holds
    }

    fn void(&mut self) {
        self.epoch += 1;
        self.booked = self.sent;
    }

    fn wave(&self) -> u64 {
        self.learned.map_or(0, |it| it.wave)
    }

    /// Whether the plan changes for it.
    fn refuse(&mut self, now: Instant, wave: u64, pause: Duration) -> bool {
        let Some(until) = now
            .checked_add(pause)
            .filter(|_| pause <= LONGEST_RETRY_AFTER)
        else {
            return false;
        };
        let learned = match self.learned {
            // It was sent before the last 429 was known, and says no more than that did.
            Some(known) if wave < known.wave => {
                if until <= known.until + SLACK {
                    return false;
                }
                Learned { until, ..known }
            }
            Some(known) => {
                let until = until.max(known.until);
                let rate = known.rate_at(now);
                let most = rate * NEXT_SHARE.1;
                Learned {
                    wave: known.wave + 1,
                    rate: self.shown(until, most).max(rate * NEXT_SHARE.0),
                    most,
                    until,
                }
            }
            None => Learned {
                wave: self.epoch + 1,
                rate: self.shown(until, f64::INFINITY),
                most: f64::INFINITY,
                until,
            },
        };
        self.learn(learned);
        true
    }

    /// A request was taken. Whether the plan changes for it: what was sent before the 429 may be
    /// answered after it.
    fn take(&mut self, now: Instant) -> bool {
        self.log.second(now).taken += 1;
        let Some(known) = self.learned.filter(|it| now < it.until) else {
            return false;
        };
        let rate = self.shown(known.until, known.most);
        let is_news = rate > known.rate * 1.05;
        if is_news {
            self.learn(Learned { rate, ..known });
        }
        is_news
    }

    /// The rate that the API has shown to take, where it takes none `until` then.
    fn shown(&self, until: Instant, most: f64) -> f64 {
        (self.log.rate(until) * SHARE).min(most).max(LEAST_RATE)
    }

    fn learn(&mut self, learned: Learned) {
        // Other clients of the same token wait for the same end.
        let spread = learned.interval(learned.until).mul_f64(fastrand::f64());
        self.sent.learned = Some(learned.until + spread);
        self.learned = Some(learned);
        self.void();
    }
}

impl Schedule {
    fn take(&mut self, slot: Instant, by: By, learned: Option<Learned>) {
        if by.rate
            && let Some(bucket) = &mut self.fixed
        {
            bucket.take(slot);
        }
        if by.learned
            && let Some(learned) = learned
        {
            self.learned = Some(slot + learned.interval(slot));
        }
    }
}

impl Bucket {
    fn new(count: NonZeroU32, time: Duration) -> Self {
        let interval = time / count.get();
        Self {
            interval,
            tolerance: interval.saturating_mul(count.get() - 1),
            next: None,
        }
    }

    fn earliest(&self, now: Instant) -> Instant {
        let allowed = self.next.and_then(|next| next.checked_sub(self.tolerance));
        allowed.map_or(now, |allowed| allowed.max(now))
    }

    fn take(&mut self, slot: Instant) {
        let even = self.next.map_or(slot, |next| next.max(slot));
        self.next = even.checked_add(self.interval);
    }
}

impl Learned {
    /// It rises by a hundredth of itself each second, and faster after half a minute: so a limit that
    /// stands is seldom met again, and one that is gone is soon forgotten.
    fn rate_at(&self, time: Instant) -> f64 {
        let seconds = time.saturating_duration_since(self.until).as_secs_f64();
        self.rate * (1.0 + seconds / 100.0 + (seconds / 30.0).powi(3))
    }

    fn interval(&self, time: Instant) -> Duration {
        Duration::from_secs_f64(1.0 / self.rate_at(time))
    }
}

impl Log {
    fn second(&mut self, now: Instant) -> &mut Logged {
        let is_over =
            |it: &Logged| now.saturating_duration_since(it.began) >= Duration::from_secs(1);
        if self.0.back().is_none_or(is_over) {
            if self.0.len() == LOGGED_SECONDS {
                self.0.pop_front();
            }
            self.0.push_back(Logged {
                began: now,
                taken: 0,
                refused: 0,
            });
        }
        self.0.back_mut().expect("one was added")
    }

    /// Whether most requests of this second were refused.
    fn is_refused_most(&self) -> bool {
        let is_most = |it: &Logged| it.refused >= MANY_REFUSED.max(it.taken);
        self.0.back().is_some_and(is_most)
    }

    /// How many requests a second the API takes, by what it took until it refused one and by how long
    /// it takes none then. When it began to count is not known: the most favourable time is taken.
    fn rate(&self, until: Instant) -> f64 {
        let mut taken = 0.0;
        let mut most: f64 = 0.0;
        for logged in self.0.iter().rev() {
            taken += f64::from(logged.taken);
            let time = until.saturating_duration_since(logged.began).as_secs_f64();
            most = most.max(taken / time.max(1.0));
        }
        most
    }
}

impl fmt::Debug for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plan = self.lock();
        f.debug_struct("Pace")
            .field("rate", &plan.sent.fixed.map(|it| it.interval))
            .field("learned", &plan.learned.map(|it| it.rate))
            .finish()
    }
}
