//! The life of one channel as a pure state machine: what happened goes in, what is to be done comes out.
//! No I/O and no clock, so that every order of events can be tested.
//!
//! A [`Leg`] is one socket on one channel. Mostly there is one, `main`, whose events are given out. To move
//! (the server is about to close the socket, the channel is about to expire) a second one, `next`, is
//! brought up beside it: created, opened, subscribed. Its events are held back until main has given
//! all that it will, because each of them carries a part of the same sequence: main's first, then what
//! next has beyond that keeps the order of each topic. Where main ends before next is up, nothing
//! covers the time between, and that is a [`Gap`].
//!
//! `moves` is how legs begin, follow each other and end; `subscriptions` is what they are subscribed to.

use super::error::EventsError;
use super::frame::{Frame, RawEvent};
use super::item::{Event, Gap, Notification, RejectedTopic};
use super::leg::{Channel, Leg, LostSince};
use super::seen::Seen;
use super::steps::{Action, Actions, Input, Now, Timing};
use super::topic::Topic;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

#[derive(Debug)]
pub struct Machine {
    pub(super) timing: Timing,
    pub(super) random: fastrand::Rng,
    pub(super) wanted: BTreeMap<Arc<str>, Topic>,
    /// The number of the latest wish.
    pub(super) asked: u64,
    /// The latest wish that was settled.
    pub(super) settled: u64,
    pub(super) main: Option<Leg>,
    pub(super) next: Option<Leg>,
    pub(super) legs: u64,
    pub(super) seen: Seen,
    /// What a gap is to tell once its topics are subscribed again.
    pub(super) lost: LostSince,
    pub(super) attempts: u32,
    pub(super) retry_at: Option<Duration>,
    /// The channel to open again, where only its socket broke, and [`Leg::confirm`].
    pub(super) reopen: Option<(Channel, LostSince)>,
    /// The channel that the next one stands for.
    pub(super) replace: Option<String>,
    /// There was a live leg once: from then on everything is tried again.
    pub(super) lived: bool,
    stopped: bool,
}

impl Machine {
    pub fn new(timing: Timing, seed: u64) -> Self {
        Self {
            timing,
            random: fastrand::Rng::with_seed(seed),
            wanted: BTreeMap::new(),
            asked: 0,
            settled: 0,
            main: None,
            next: None,
            legs: 0,
            seen: Seen::default(),
            lost: LostSince::new(),
            attempts: 0,
            retry_at: None,
            reopen: None,
            replace: None,
            lived: false,
            stopped: false,
        }
    }

    /// The number of the latest [`Input::Want`].
    pub fn asked(&self) -> u64 {
        self.asked
    }

    /// Takes one input, and adds what is to be done.
    pub fn handle(&mut self, now: Now, input: Input, out: &mut Actions) {
        if self.stopped {
            return;
        }
        match input {
            Input::Tick => {}
            Input::Want(topics) => self.want(topics, out),
            Input::Paused => {
                for leg in self.main.iter_mut().chain(&mut self.next) {
                    leg.paused(&self.timing, now, out);
                }
            }
            Input::Created { leg, channel } => self.created(leg, channel, now, out),
            Input::Opened { leg } => self.opened(leg, now, out),
            Input::Frame { leg, frame } => self.frame(leg, frame, now, out),
            Input::Ended { leg, error } => self.ended(leg, error, now, out),
            Input::Subscribed { leg, rejected } => self.subscribed(leg, rejected, now, out),
            Input::Refused { leg, error, gone } => self.refused(leg, error, gone, now, out),
            Input::Listed { leg, topics } => self.listed(leg, topics, now, out),
            Input::Stop => self.stop(out),
        }
        if !self.stopped {
            self.advance(now, out);
        }
    }

    /// When [`Input::Tick`] is due.
    pub fn deadline(&self, now: Now) -> Duration {
        let legs = self.main.iter().chain(&self.next);
        let deadlines = legs.map(|leg| leg.deadline(&self.timing, now));
        let deadlines = deadlines.chain(self.retry_at).chain(self.overlap_ends(now));
        deadlines.min().unwrap_or(now.up + self.timing.verify)
    }

    pub(super) fn leg(&mut self, id: u64) -> Option<&mut Leg> {
        let mut legs = self.main.iter_mut().chain(&mut self.next);
        legs.find(|leg| leg.id == id)
    }

    pub(super) fn is_main(&self, id: u64) -> bool {
        self.main.as_ref().is_some_and(|leg| leg.id == id)
    }

    fn want(&mut self, topics: Vec<Topic>, out: &mut Actions) {
        let topics = topics.into_iter().map(|topic| (topic.shared_name(), topic));
        self.wanted = topics.collect();
        self.asked += 1;
        self.lost.retain(|name, _| self.wanted.contains_key(name));
        if self.wanted.is_empty() {
            self.drop_legs(out);
            self.retry_at = None;
            self.settle(self.asked, Ok(Vec::new()), out);
        }
    }

    /// Whatever is due by time or by state.
    fn advance(&mut self, now: Now, out: &mut Actions) {
        for _ in 0..2 {
            let dead = self.main.iter().chain(&self.next).find_map(|leg| {
                let error = leg.overdue(&self.timing, now)?;
                Some((leg.id, error))
            });
            if let Some((leg, error)) = dead {
                self.ended(leg, Some(error), now, out);
            }
        }
        self.finish_overlap(now, out);
        for leg in self.main.iter_mut().chain(&mut self.next) {
            leg.tend(&self.timing, now, out);
        }
        self.resubscribe(now, out);
        self.begin(now, out);
    }

    fn frame(&mut self, id: u64, frame: Option<Frame>, now: Now, out: &mut Actions) {
        let is_main = self.is_main(id);
        let mut legs = self.main.iter_mut().chain(&mut self.next);
        let Some(leg) = legs.find(|leg| leg.id == id) else {
            return;
        };
        let before = leg.alive_at(&self.timing);
        leg.heard(now);
        match frame {
            Some(Frame::Alive { pong: true }) => leg.ponged(now),
            Some(Frame::Alive { pong: false }) => {}
            Some(Frame::Closing) => leg.closing = true,
            Some(Frame::Event(event)) => {
                if event.topic.starts_with("v2.system.") || event.topic == "v2.subscription.updated"
                {
                    // It may be about a subscription that is gone.
                    leg.verify_at = now.up;
                }
                if is_main {
                    self.give(event, now, now.wall, out);
                } else {
                    leg.held.push((event, now.wall));
                }
            }
            None => {
                // It may have been an event.
                let lost = leg.topics.iter().map(|topic| (topic.clone(), before));
                let lost = lost.collect();
                give_gaps(lost, now.wall, out);
            }
        }
    }

    /// Gives an event that came at `received` to the reader, unless it is a copy.
    pub(super) fn give(
        &mut self,
        event: RawEvent,
        now: Now,
        received: Timestamp,
        out: &mut Actions,
    ) {
        let known = self.wanted.get(event.topic.as_str());
        let is_ours = known.is_some() || !event.topic.starts_with("v2.system.");
        if !is_ours || !self.seen.is_new(&event, now.up) {
            return;
        }
        let topic = known
            .cloned()
            .unwrap_or_else(|| Topic::new(event.topic.as_str()));
        out.push(Action::Give(Notification::Event(Event {
            topic,
            raw: event,
            received,
        })));
    }

    pub(super) fn settle(
        &mut self,
        asked: u64,
        result: Result<Vec<RejectedTopic>, EventsError>,
        out: &mut Actions,
    ) {
        if asked > self.settled {
            self.settled = asked;
            out.push(Action::Settled { asked, result });
        }
    }

    fn drop_legs(&mut self, out: &mut Actions) {
        for leg in self.next.take().into_iter().chain(self.main.take()) {
            leg.discard(out);
        }
        let old = self.reopen.take().map(|(channel, _)| channel.id);
        let old = old.into_iter().chain(self.replace.take());
        out.extend(old.map(|channel| Action::Delete { channel }));
    }

    fn stop(&mut self, out: &mut Actions) {
        self.drop_legs(out);
        self.settle(u64::MAX, Err(EventsError::Closed), out);
        self.stopped = true;
    }
}

/// One gap for all topics of which events may be lost since the same moment.
pub(super) fn give_gaps(lost: LostSince, to: Timestamp, out: &mut Actions) {
    let mut gaps: BTreeMap<Timestamp, BTreeSet<Arc<str>>> = BTreeMap::new();
    for (topic, from) in lost {
        gaps.entry(from.min(to)).or_default().insert(topic);
    }
    for (from, topics) in gaps {
        let topics = topics.into_iter().collect();
        let gap = Gap { from, to, topics };
        out.push(Action::Give(Notification::Gap(gap)));
    }
}
