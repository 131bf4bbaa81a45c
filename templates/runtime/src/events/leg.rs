//! One socket on one channel, from its creation to its end.

use super::error::EventsError;
use super::frame::RawEvent;
use super::item::RejectedTopic;
use super::steps::{Action, Actions, Now, Timing};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

/// The longest time before its end at which a channel is renewed.
const LONGEST_MARGIN: Duration = Duration::from_secs(3600);

/// How long a channel lives that does not say so (the vendor's docs of notifications).
const LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// Of topics: since when events may be lost.
pub type LostSince = BTreeMap<Arc<str>, Timestamp>;

/// A channel as the API made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    pub id: String,
    /// Where its socket is.
    pub uri: String,
    pub expires: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Creating,
    Opening,
    /// Open, and its old subscriptions are still to be read, before they are replaced.
    Open,
    Subscribing,
    Live,
}

/// Subscriptions that were sent and not answered yet.
#[derive(Debug)]
pub struct InFlight {
    topics: BTreeSet<Arc<str>>,
    sent: Timestamp,
}

#[derive(Debug)]
pub struct Leg {
    pub id: u64,
    pub stage: Stage,
    pub channel: Option<Channel>,
    /// Its channel had another socket before.
    pub reopened: bool,
    /// Up to when nothing was lost on that socket, of each topic that the server still has.
    pub confirm: LostSince,
    began: Now,
    /// When it is to be replaced, by the wall clock: a machine that slept has missed time.
    renew_at: Option<Timestamp>,
    /// The latest sign of life.
    last: Now,
    /// Since when silence counts.
    quiet_since: Duration,
    /// A ping that nothing was heard since.
    pinged: Option<Duration>,
    /// When the pings were sent that are not answered yet; answers come in their order.
    pings: VecDeque<Now>,
    /// When the latest ping was sent that is answered: whatever the server sent before has come.
    proven: Option<Timestamp>,
    /// How many pings were sent.
    pings_sent: u64,
    /// How long the latest answer to a ping took: what is lost may have been sent so long before the
    /// last sign of life came.
    latency: Duration,
    /// The reader was slow: all that counts until the ping of that number is answered is what was known before.
    frozen: Option<(Timestamp, u64)>,
    /// The number of the ping whose answer ends the overlap.
    pub drain: Option<u64>,
    pub closing: bool,
    /// The API does not know its channel.
    pub gone: bool,
    /// The wish that was sent to the server.
    pub asked: u64,
    pub in_flight: Option<InFlight>,
    /// What the server granted.
    pub topics: BTreeSet<Arc<str>>,
    pub live_since: Option<Now>,
    /// The server had the subscriptions then.
    pub verified: Timestamp,
    /// When the server was asked for them, and did not answer yet; and whether the answer is old by now.
    listing: Option<(Timestamp, bool)>,
    pub verify_at: Duration,
    /// Subscriptions that the server has lost.
    pub missing: LostSince,
    /// Events that wait until main has given all of its own.
    pub held: Vec<(RawEvent, Timestamp)>,
}

impl Leg {
    pub fn new(id: u64, now: Now) -> Self {
        Self {
            id,
            stage: Stage::Creating,
            channel: None,
            reopened: false,
            confirm: LostSince::new(),
            began: now,
            renew_at: None,
            last: now,
            quiet_since: now.up,
            pinged: None,
            pings: VecDeque::new(),
            proven: None,
            pings_sent: 0,
            latency: Duration::ZERO,
            frozen: None,
            drain: None,
            closing: false,
            gone: false,
            asked: 0,
            in_flight: None,
            topics: BTreeSet::new(),
            live_since: None,
            verified: now.wall,
            listing: None,
            verify_at: Duration::MAX,
            missing: LostSince::new(),
            held: Vec::new(),
        }
    }

    pub fn set_channel(&mut self, channel: Channel, now: Now, random: &mut fastrand::Rng) {
        let left = channel.expires.map(|at| at.duration_since(now.wall));
        // A channel that was made a moment ago has not expired: the clocks differ.
        let left = left.and_then(|left| Duration::try_from(left).ok());
        let left = left.filter(|left| !left.is_zero()).unwrap_or(LIFETIME);
        // Not all channels of a client at once.
        let margin = (left / 3)
            .min(LONGEST_MARGIN)
            .mul_f64(0.8 + random.f64() / 5.0);
        self.renew_at = now.wall.checked_add(left.saturating_sub(margin)).ok();
        self.channel = Some(channel);
    }

    pub fn must_move(&self, now: Now) -> bool {
        self.closing || self.renew_at.is_some_and(|at| at <= now.wall)
    }

    pub fn is_open(&self) -> bool {
        match self.stage {
            Stage::Creating | Stage::Opening => false,
            Stage::Open | Stage::Subscribing | Stage::Live => true,
        }
    }

    pub fn heard(&mut self, now: Now) {
        self.pinged = None;
        self.quiet_since = now.up;
        self.last = now;
    }

    pub fn ponged(&mut self, now: Now) {
        let Some(sent) = self.pings.pop_front() else {
            return;
        };
        if self.frozen.is_some_and(|(_, ping)| self.is_answered(ping)) {
            self.frozen = None;
        }
        if self.frozen.is_none() {
            self.latency = now.up.saturating_sub(sent.up);
        }
        self.proven = Some(sent.wall);
    }

    pub fn is_answered(&self, ping: u64) -> bool {
        self.pings_sent - self.pings.len() as u64 >= ping
    }

    /// Nothing was read for some time.
    pub fn paused(&mut self, timing: &Timing, now: Now, out: &mut Actions) {
        self.pinged = None;
        self.quiet_since = now.up;
        if self.is_open() && self.frozen.is_none() {
            let known = self.alive_at(timing);
            self.frozen = Some((known, self.ping(now, out)));
        }
    }

    /// All frames that the server sent up to here have come.
    pub fn alive_at(&self, timing: &Timing) -> Timestamp {
        let last = self.last.wall;
        let alive = last.checked_sub(self.latency + timing.margin);
        let frozen = self.frozen.map(|(known, _)| known);
        let known = frozen.unwrap_or(alive.unwrap_or(last));
        self.proven.map_or(known, |proven| proven.max(known))
    }

    /// Of each of its topics: up to when nothing can be lost. Frames came up to some time, but whether the
    /// server still had the subscriptions then is known only where it was asked.
    pub fn lost_since(&self, timing: &Timing) -> LostSince {
        let known = self.alive_at(timing).min(self.verified);
        let topics = self.topics.iter().map(|topic| {
            let missing = self.missing.get(topic).copied();
            (topic.clone(), missing.unwrap_or(known).min(known))
        });
        topics.collect()
    }

    /// Asks for a sign of life, and returns the number of the ping.
    pub fn ping(&mut self, now: Now, out: &mut Actions) -> u64 {
        self.pings_sent += 1;
        self.pings.push_back(now);
        out.push(Action::Ping { leg: self.id });
        self.pings_sent
    }

    /// Why it is given up now.
    pub fn overdue(&self, timing: &Timing, now: Now) -> Option<EventsError> {
        let is_silent = self.is_open() && self.pinged.is_some_and(|at| now.up >= at + timing.pong);
        let is_late = self.stage != Stage::Live && now.up >= self.began.up + timing.attempt;
        if is_silent {
            Some(EventsError::Answer("it does not answer"))
        } else {
            is_late.then_some(EventsError::TimedOut)
        }
    }

    /// Pings and verifies where that is due.
    pub fn tend(&mut self, timing: &Timing, now: Now, out: &mut Actions) {
        if self.is_open() && self.pinged.is_none() && now.up >= self.quiet_since + timing.heartbeat
        {
            self.pinged = Some(now.up);
            self.ping(now, out);
        }
        if self.stage == Stage::Live && self.verify_at == Duration::MAX {
            self.verify_at = now.up + timing.verify;
        }
        if self.stage == Stage::Live && now.up >= self.verify_at && self.listing.is_none() {
            self.verify_at = now.up + timing.verify;
            self.list(now, out);
        }
    }

    /// Asks the server which topics it has.
    pub fn list(&mut self, now: Now, out: &mut Actions) {
        if let Some(channel) = &self.channel {
            self.listing = Some((now.wall, false));
            let (leg, channel) = (self.id, channel.id.clone());
            out.push(Action::List { leg, channel });
        }
    }

    /// The server has answered: when it had been asked; nothing where the answer is old.
    pub fn listed(&mut self) -> Option<Timestamp> {
        let (asked, is_old) = self.listing.take()?;
        (!is_old).then_some(asked)
    }

    pub fn is_listing(&self) -> bool {
        self.listing.is_some()
    }

    pub fn deadline(&self, timing: &Timing, now: Now) -> Duration {
        let renew = self.renew_at.map(|at| {
            let left = at.duration_since(now.wall);
            now.up + Duration::try_from(left).unwrap_or_default()
        });
        let mut deadlines = Vec::with_capacity(4);
        if self.listing.is_none() {
            deadlines.push(self.verify_at);
        }
        // One that is due already waits for an attempt, whose time is a deadline of its own.
        deadlines.extend(renew.filter(|at| *at > now.up));
        if self.stage != Stage::Live {
            deadlines.push(self.began.up + timing.attempt);
        }
        if self.is_open() {
            deadlines.push(match self.pinged {
                Some(at) => at + timing.pong,
                None => self.quiet_since + timing.heartbeat,
            });
        }
        deadlines.into_iter().min().unwrap_or(Duration::MAX)
    }

    pub fn subscribe(
        &mut self,
        asked: u64,
        topics: BTreeSet<Arc<str>>,
        now: Now,
        out: &mut Actions,
    ) {
        let Some(channel) = &self.channel else { return };
        self.asked = asked;
        out.push(Action::Subscribe {
            leg: self.id,
            channel: channel.id.clone(),
            topics: topics.iter().cloned().collect(),
        });
        let sent = now.wall;
        self.in_flight = Some(InFlight { topics, sent });
    }

    /// The server has the subscriptions. Returns those that it had before.
    pub fn acknowledge(&mut self, rejected: &[RejectedTopic], now: Now) -> BTreeSet<Arc<str>> {
        let Some(InFlight { mut topics, sent }) = self.in_flight.take() else {
            return self.topics.clone();
        };
        for topic in rejected {
            topics.remove(&topic.topic);
        }
        // It had them at some time after it was asked. A list that is on its way may be without them.
        self.verified = sent;
        if let Some((_, is_old)) = &mut self.listing {
            *is_old = true;
        }
        if self.live_since.is_none() {
            self.live_since = Some(now);
        }
        std::mem::replace(&mut self.topics, topics)
    }

    /// Closes its socket and deletes its channel.
    pub fn discard(self, out: &mut Actions) {
        out.push(Action::Close { leg: self.id });
        out.extend(self.channel.map(|channel| Action::Delete {
            channel: channel.id,
        }));
    }
}
