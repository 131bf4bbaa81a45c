//! How the machine's legs begin, follow each other and end.

use super::error::EventsError;
use super::item::Notification;
use super::leg::{Channel, Leg, LostSince, Stage};
use super::machine::{Machine, give_gaps};
use super::steps::{Action, Actions, Now};
use std::sync::Arc;
use std::time::Duration;

/// Held events beyond this number end an overlap early.
const HELD: usize = 8192;
/// Time of an overlap beyond the wanted one, for what shows that main has given all of its own.
const DRAIN: Duration = Duration::from_secs(5);

impl Machine {
    /// Begins a leg where one is needed and may be tried.
    pub(super) fn begin(&mut self, now: Now, out: &mut Actions) {
        let must_move = self.main.as_ref().is_none_or(|leg| leg.must_move(now));
        let may_try = self.retry_at.is_none_or(|at| at <= now.up);
        if self.wanted.is_empty() || self.next.is_some() || !must_move || !may_try {
            return;
        }
        self.retry_at = None;
        self.legs += 1;
        let mut leg = Leg::new(self.legs, now);
        if let Some((channel, confirm)) = self.reopen.take() {
            leg.stage = Stage::Opening;
            leg.reopened = true;
            leg.confirm = confirm;
            let uri = channel.uri.clone();
            leg.set_channel(channel, now, &mut self.random);
            out.push(Action::Open { leg: leg.id, uri });
            leg.list(now, out);
        } else {
            let instead_of = self.replace.take();
            let leg = leg.id;
            out.push(Action::Create { leg, instead_of });
        }
        if self.main.is_none() {
            self.seen.forget_credit();
        }
        self.next = Some(leg);
    }

    pub(super) fn created(&mut self, id: u64, channel: Channel, now: Now, out: &mut Actions) {
        let mut random = self.random.fork();
        let Some(leg) = self.leg(id).filter(|leg| leg.stage == Stage::Creating) else {
            // Its leg was given up meanwhile.
            let channel = channel.id;
            out.push(Action::Delete { channel });
            return;
        };
        leg.stage = Stage::Opening;
        let uri = channel.uri.clone();
        leg.set_channel(channel, now, &mut random);
        out.push(Action::Open { leg: id, uri });
    }

    pub(super) fn opened(&mut self, id: u64, now: Now, out: &mut Actions) {
        let Some(leg) = self.leg(id).filter(|leg| leg.stage == Stage::Opening) else {
            out.push(Action::Close { leg: id });
            return;
        };
        leg.stage = Stage::Open;
        leg.heard(now);
        leg.ping(now, out);
    }

    pub(super) fn begin_subscribing(&mut self, id: u64, now: Now, out: &mut Actions) {
        if self.main.is_some() {
            // What main gave before cannot come on this one.
            self.seen.overlap();
        }
        if let Some(leg) = self.leg(id) {
            leg.stage = Stage::Subscribing;
        }
        self.subscribe(id, now, out);
    }

    /// Nothing is main: next takes its place, and the outage is told.
    pub(super) fn take_over(&mut self, now: Now, out: &mut Actions) {
        let Some(mut leg) = self.next.take() else {
            return;
        };
        let (covered, waiting): (LostSince, LostSince) = std::mem::take(&mut self.lost)
            .into_iter()
            .partition(|(topic, _)| leg.topics.contains(topic) || !self.wanted.contains_key(topic));
        give_gaps(covered, leg.live_since.unwrap_or(now).wall, out);
        // These are wanted since it was subscribed, and told once they are.
        leg.missing.extend(waiting);
        self.seen.switched(now.up);
        let held = std::mem::take(&mut leg.held);
        self.main = Some(leg);
        for (event, at) in held {
            self.give(event, now, at, out);
        }
    }

    /// Of the topics that main has: what next does not cover, since when.
    fn uncovered(&self, main: &Leg, next: &Leg, now: Now) -> LostSince {
        let since = next.live_since.unwrap_or(now).wall;
        let mut lost = main.lost_since(&self.timing);
        lost.retain(|topic, from| {
            let is_covered = next.topics.contains(topic) && *from >= since;
            !is_covered && self.wanted.contains_key(topic)
        });
        lost
    }

    /// When the overlap may end, and when it must.
    pub(super) fn overlap_ends(&self, now: Now) -> impl Iterator<Item = Duration> {
        let next = self.next.as_ref().filter(|_| self.main.is_some());
        let since = next.and_then(|next| next.live_since).map(|since| since.up);
        let overlap = self.timing.overlap;
        let ends = since.map(|since| [since + overlap, since + overlap + DRAIN]);
        let ends = ends.into_iter().flatten();
        ends.filter(move |end| *end > now.up)
    }

    /// Ends main once next is up for some time and main has given what it will. That is so when a ping that
    /// was sent meanwhile is answered, and the server still had main's subscriptions.
    pub(super) fn finish_overlap(&mut self, now: Now, out: &mut Actions) {
        let (Some(main), Some(next)) = (&mut self.main, &self.next) else {
            return;
        };
        let Some(since) = next.live_since.filter(|_| next.stage == Stage::Live) else {
            return;
        };
        let end = since.up + self.timing.overlap;
        if now.up >= end && main.drain.is_none() {
            main.drain = Some(main.ping(now, out));
            main.verify_at = now.up;
        }
        let is_full = next.held.len() > HELD;
        let is_drained = main.drain.is_some_and(|ping| main.is_answered(ping));
        let is_verified = main.verified >= since.wall;
        if (is_drained && is_verified && next.in_flight.is_none())
            || is_full
            || now.up >= end + DRAIN
        {
            self.switch(now, out);
        }
    }

    /// Ends main, while next is live.
    fn switch(&mut self, now: Now, out: &mut Actions) {
        let (Some(main), Some(next)) = (&self.main, &self.next) else {
            return;
        };
        for (topic, from) in self.uncovered(main, next, now) {
            self.lose(topic, from);
        }
        if let Some(main) = self.main.take() {
            main.discard(out);
        }
        self.attempts = 0;
        self.take_over(now, out);
    }

    fn lose(&mut self, topic: Arc<str>, from: jiff::Timestamp) {
        let since = self.lost.entry(topic).or_insert(from);
        *since = from.min(*since);
    }

    pub(super) fn ended(
        &mut self,
        id: u64,
        error: Option<EventsError>,
        now: Now,
        out: &mut Actions,
    ) {
        if self.is_main(id) {
            let next = self.next.as_ref();
            if next.is_some_and(|next| next.stage == Stage::Live) {
                self.switch(now, out);
            } else {
                self.main_is_lost(now, out);
            }
            return;
        }
        let Some(leg) = self.next.take_if(|leg| leg.id == id) else {
            return;
        };
        self.seen.forget_credit();
        let error = error.unwrap_or(EventsError::Answer("it closed the socket"));
        let is_full = matches!(error, EventsError::TooManyChannels { .. });
        if !self.lived && !leg.reopened {
            leg.discard(out);
            self.wanted.clear();
            self.settle(self.asked, Err(error), out);
            return;
        }
        if is_full && self.main.is_some() {
            // There is no room for two: the old channel makes room for the new one.
            self.main_is_lost(now, out);
            if let Some((channel, _)) = self.reopen.take() {
                self.replace = Some(channel.id);
            }
            self.retry_at = None;
            return;
        }
        if leg.reopened {
            // The channel may be gone: the next attempt makes another one at once, in its place.
            out.push(Action::Close { leg: leg.id });
            self.replace = leg.channel.map(|channel| channel.id);
            return;
        }
        leg.discard(out);
        self.back_off(now);
        out.push(Action::Give(Notification::Failed(Arc::new(error))));
    }

    fn main_is_lost(&mut self, now: Now, out: &mut Actions) {
        let Some(main) = self.main.take() else { return };
        let alive = main.alive_at(&self.timing);
        let mut confirm = LostSince::new();
        for (topic, from) in main.lost_since(&self.timing) {
            if self.wanted.contains_key(&topic) {
                if !self.lost.contains_key(&topic) && !main.missing.contains_key(&topic) {
                    confirm.insert(topic.clone(), alive);
                }
                self.lose(topic, from);
            }
        }
        out.push(Action::Close { leg: main.id });
        let since = main.live_since.unwrap_or(now).up;
        if now.up.saturating_sub(since) >= self.timing.backoff_max {
            self.attempts = 0;
        }
        if self.next.is_some() {
            // Next is on its way, on a channel of its own.
            out.extend(main.channel.map(|channel| Action::Delete {
                channel: channel.id,
            }));
            return;
        }
        if main.gone || main.must_move(now) {
            self.replace = main.channel.map(|channel| channel.id);
        } else {
            self.reopen = main.channel.map(|channel| (channel, confirm));
        }
        self.back_off(now);
    }

    fn back_off(&mut self, now: Now) {
        let exponent = self.attempts.min(16);
        let longest = self.timing.backoff_min.saturating_mul(1 << exponent);
        let longest = longest.min(self.timing.backoff_max);
        self.attempts = self.attempts.saturating_add(1);
        self.retry_at = Some(now.up + longest.mul_f64(0.5 + self.random.f64() / 2.0));
    }
}
