//! Which events were given out: what comes twice is given once.
//!
//! An event with a correlation id is known by its key (topic, correlation id, body) among the latest. One
//! without may really happen twice with the same body, so it is a copy only where the other connection
//! of an overlap gave it: each of those given there stands for one here.

use super::frame::RawEvent;
use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

/// How many of the latest events are known: more than an overlap may hold back.
const LATEST: usize = 16_384;
/// How long after an overlap a copy may come.
const COPIES: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
pub struct Seen {
    latest: VecDeque<u64>,
    known: HashSet<u64>,
    /// Events without correlation id that the other connection gave: how often.
    credit: HashMap<u64, u32>,
    counting: bool,
    /// The credit counts up to here.
    until: Duration,
}

impl Seen {
    /// Two connections overlap from now on.
    pub fn overlap(&mut self) {
        self.credit.clear();
        self.counting = true;
    }

    /// The first connection is gone; what it gave stays known.
    pub fn switched(&mut self, now: Duration) {
        self.counting = false;
        self.until = now + COPIES;
    }

    /// There is no overlap: what a connection gave long ago stands for nothing any more.
    pub fn forget_credit(&mut self) {
        self.credit.clear();
        self.counting = false;
    }

    /// Whether the event is new on the connection that events are given from.
    pub fn is_new(&mut self, event: &RawEvent, now: Duration) -> bool {
        if event.correlation_id.is_none() {
            if self.counting {
                *self.credit.entry(event.key).or_default() += 1;
                return true;
            }
            if now > self.until {
                self.credit.clear();
            }
            return !self.spend(event.key);
        }
        if !self.known.insert(event.key) {
            return false;
        }
        self.latest.push_back(event.key);
        if self.latest.len() > LATEST {
            let oldest = self.latest.pop_front();
            oldest.map(|key| self.known.remove(&key));
        }
        true
    }

    fn spend(&mut self, key: u64) -> bool {
        let Some(count) = self.credit.get_mut(&key) else {
            return false;
        };
        *count -= 1;
        if *count == 0 {
            self.credit.remove(&key);
        }
        true
    }
}
