//! The machine's subscriptions: sent, granted, lost by the server, refused.

use super::error::EventsError;
use super::item::{Notification, RejectedTopic};
use super::leg::{LostSince, Stage};
use super::machine::{Machine, give_gaps};
use super::steps::{Action, Actions, Listed, Now};
use std::collections::BTreeSet;
use std::sync::Arc;

impl Machine {
    /// Whether main is left as it is. While next holds events back, a topic that main gets only then would
    /// be given out of order: main's late events before those that next holds.
    fn is_main_settled(&self) -> bool {
        let next = self.next.as_ref().map(|next| next.stage);
        matches!(next, Some(Stage::Subscribing | Stage::Live))
    }

    /// Brings legs to the latest wish. Subscribing replaces what the server has, and so would hide that it
    /// had lost something; it is asked first.
    pub(super) fn resubscribe(&mut self, now: Now, out: &mut Actions) {
        let asked = self.asked;
        let main_changes = self
            .main
            .as_ref()
            .is_some_and(|main| main.in_flight.is_some());
        let opened = self.next.as_ref().filter(|next| next.stage == Stage::Open);
        if let Some(next) = opened.filter(|next| !main_changes && !next.is_listing()) {
            self.begin_subscribing(next.id, now, out);
        }
        let main = if self.is_main_settled() {
            None
        } else {
            self.main.as_mut()
        };
        for leg in main.into_iter().chain(&mut self.next) {
            let is_idle = leg.in_flight.is_none() && !leg.is_listing();
            let is_behind = leg.asked < asked || !leg.missing.is_empty();
            if leg.stage == Stage::Live && is_behind && is_idle {
                leg.list(now, out);
            }
        }
    }

    pub(super) fn subscribe(&mut self, id: u64, now: Now, out: &mut Actions) {
        let topics: BTreeSet<Arc<str>> = self.wanted.keys().cloned().collect();
        let asked = self.asked;
        if let Some(leg) = self.leg(id) {
            leg.subscribe(asked, topics, now, out);
        }
    }

    pub(super) fn subscribed(
        &mut self,
        id: u64,
        rejected: Vec<RejectedTopic>,
        now: Now,
        out: &mut Actions,
    ) {
        let Some(leg) = self.leg(id) else { return };
        let asked = leg.asked;
        let before = leg.acknowledge(&rejected, now);
        let missing = std::mem::take(&mut leg.missing);
        let is_new = leg.stage == Stage::Subscribing;
        leg.stage = Stage::Live;
        give_gaps(missing, now.wall, out);
        if asked == self.asked {
            for topic in &rejected {
                self.wanted.remove(&topic.topic);
            }
        }
        let waits = self.settled < asked;
        self.settle(asked, Ok(rejected.clone()), out);
        // Nobody waits for a subscription that is renewed, so the stream tells.
        for topic in rejected {
            if !waits || before.contains(&topic.topic) {
                out.push(Action::Give(Notification::Rejected(topic)));
            }
        }
        self.lived = true;
        if is_new && self.main.is_none() {
            self.take_over(now, out);
        }
    }

    pub(super) fn refused(
        &mut self,
        id: u64,
        error: EventsError,
        gone: bool,
        now: Now,
        out: &mut Actions,
    ) {
        let is_main = self.is_main(id);
        let Some(leg) = self.leg(id) else { return };
        leg.in_flight = None;
        leg.gone |= gone;
        let (asked, granted) = (leg.asked, leg.topics.clone());
        // What was granted before must be granted again, by another leg.
        if gone || leg.stage != Stage::Live || !is_main || self.settled >= asked {
            return self.ended(id, Some(error), now, out);
        }
        self.wish_failed(asked, &granted, error, out);
    }

    /// The connection works, so the wish is what failed: what was granted before stays.
    fn wish_failed(
        &mut self,
        asked: u64,
        granted: &BTreeSet<Arc<str>>,
        error: EventsError,
        out: &mut Actions,
    ) {
        self.settle(asked, Err(error), out);
        if asked < self.asked {
            return;
        }
        // What is left is a wish of its own, that nobody waits for.
        self.wanted.retain(|name, _| granted.contains(name));
        self.asked += 1;
        self.settled = self.asked;
        let is_granted = self.wanted.len() == granted.len();
        if let Some(main) = self.main.as_mut().filter(|_| is_granted) {
            main.asked = self.asked;
        }
    }

    pub(super) fn listed(&mut self, id: u64, listed: Listed, now: Now, out: &mut Actions) {
        let is_main = self.is_main(id);
        let latest = self.asked;
        let is_settled = is_main && self.is_main_settled();
        let Some(leg) = self.leg(id) else { return };
        let at = leg.listed();
        let topics = match listed {
            Listed::Topics(topics) => topics,
            Listed::Gone => {
                leg.gone = true;
                let error = EventsError::Answer("the channel is gone");
                return self.ended(id, Some(error), now, out);
            }
            Listed::Unknown(error) => {
                let is_wish = leg.stage == Stage::Live && leg.asked < latest;
                let granted = leg.topics.clone();
                if is_wish && is_main && !is_settled && self.settled < latest {
                    self.wish_failed(latest, &granted, error, out);
                } else if is_wish && !is_settled {
                    self.ended(id, Some(error), now, out);
                }
                return;
            }
        };
        // A name with `?` stands for several topics, which the server may list one by one.
        let has = |name: &str| name.contains('?') || topics.contains(name);
        if leg.stage != Stage::Live {
            let confirm = std::mem::take(&mut leg.confirm);
            for (topic, alive) in confirm.into_iter().filter(|(topic, _)| has(topic)) {
                self.lost
                    .entry(topic)
                    .and_modify(|from| *from = alive.max(*from));
            }
            return;
        }
        let Some(at) = at else { return };
        let verified = std::mem::replace(&mut leg.verified, at);
        let lost = leg.topics.iter().filter(|name| !has(name));
        let lost: LostSince = lost.map(|name| (name.clone(), verified)).collect();
        for (topic, from) in lost {
            leg.missing.entry(topic).or_insert(from);
        }
        let is_behind = !leg.missing.is_empty() || leg.asked < latest;
        let may_subscribe = leg.in_flight.is_none() && !is_settled;
        if is_behind && may_subscribe {
            self.subscribe(id, now, out);
        }
    }
}
