//! The machine against a simulated service, in virtual time: thousands of random histories of closing
//! notices, broken and silent sockets, expired channels and failing calls. Whatever happens, no event
//! comes twice, each topic keeps its order, and an event that is missing was sent within a gap.
//!
//! Longer than most files: the simulated service, its faults and the account of events are one machine.

use super::error::EventsError;
use super::frame::Frame;
use super::item::{Gap, Notification};
use super::leg::Channel;
use super::machine::Machine;
use super::steps::{Action, Input, Listed, Now, Timing};
use super::topic::Topic;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const TOPICS: [&str; 3] = ["v2.a", "v2.b", "v2.c"];
const END: u64 = 60_000;
/// Faults end here, so that the last gap is told.
const CALM: u64 = 40_000;

/// What the service does at a time.
enum Due {
    Input(Input),
    Make {
        leg: u64,
    },
    Open {
        leg: u64,
        uri: String,
    },
    Subscribe {
        leg: u64,
        channel: String,
        topics: BTreeSet<String>,
    },
    List {
        leg: u64,
        channel: String,
    },
    Pong {
        leg: u64,
    },
}

struct World {
    random: fastrand::Rng,
    machine: Machine,
    deadline: Duration,
    /// Milliseconds.
    now: u64,
    delay: u64,
    due: BTreeMap<(u64, u64), Due>,
    order: u64,
    made: u64,
    channels: BTreeMap<String, BTreeSet<String>>,
    /// Leg to channel.
    sockets: BTreeMap<u64, String>,
    silent: BTreeSet<u64>,
    wants_more: bool,
    sent: Vec<u64>,
    given: Vec<u64>,
    gaps: Vec<Gap>,
}

fn wall(milliseconds: u64) -> Timestamp {
    Timestamp::from_millisecond(i64::try_from(milliseconds).expect("small")).expect("a time")
}

impl World {
    fn new(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let timing = Timing {
            heartbeat: Duration::from_secs(2),
            pong: Duration::from_secs(1),
            overlap: Duration::from_millis(random.u64(0..400)),
            attempt: Duration::from_secs(5),
            verify: Duration::from_secs(1),
            // What frames take is known to the millisecond here.
            margin: Duration::ZERO,
            // The last outage is over before the end.
            backoff_max: Duration::from_secs(8),
            ..Timing::default()
        };
        Self {
            machine: Machine::new(timing, seed),
            deadline: Duration::MAX,
            now: 0,
            delay: random.u64(0..40),
            random,
            due: BTreeMap::new(),
            order: 0,
            made: 0,
            channels: BTreeMap::new(),
            sockets: BTreeMap::new(),
            silent: BTreeSet::new(),
            wants_more: false,
            sent: Vec::new(),
            given: Vec::new(),
            gaps: Vec::new(),
        }
    }

    fn later(&mut self, after: u64, due: Due) {
        self.order += 1;
        self.due.insert((self.now + after, self.order), due);
    }

    /// Calls take any time, frames of a socket always the same, which keeps their order.
    fn call(&mut self, due: Due) {
        let after = self.random.u64(1..150);
        self.later(after, due);
    }

    fn feed(&mut self, input: Input) {
        let now = Now {
            up: Duration::from_millis(self.now),
            wall: wall(self.now),
        };
        let mut actions = Vec::new();
        self.machine.handle(now, input, &mut actions);
        self.deadline = self.machine.deadline(now);
        for action in actions {
            self.act(action);
        }
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Create { leg, instead_of } => {
                if let Some(old) = instead_of {
                    self.delete(&old);
                }
                self.call(Due::Make { leg });
            }
            Action::Open { leg, uri } => self.call(Due::Open { leg, uri }),
            Action::Ping { leg } => self.later(self.delay, Due::Pong { leg }),
            Action::Subscribe {
                leg,
                channel,
                topics,
            } => {
                let topics = topics.iter().map(ToString::to_string).collect();
                self.call(Due::Subscribe {
                    leg,
                    channel,
                    topics,
                });
            }
            Action::List { leg, channel } => self.call(Due::List { leg, channel }),
            Action::Close { leg } => drop(self.sockets.remove(&leg)),
            Action::Delete { channel } => self.delete(&channel),
            Action::Give(Notification::Event(event)) => {
                self.given.push(event.decode_as::<u64>().expect("a number"));
            }
            Action::Give(Notification::Gap(gap)) => self.gaps.push(gap),
            Action::Give(_) | Action::Settled { .. } => {}
        }
    }

    fn delete(&mut self, channel: &str) {
        self.channels.remove(channel);
        for leg in self.legs_of(channel) {
            self.break_socket(leg);
        }
    }

    fn legs_of(&self, channel: &str) -> Vec<u64> {
        let sockets = self.sockets.iter().filter(|(_, it)| *it == channel);
        sockets.map(|(leg, _)| *leg).collect()
    }

    /// What is on its way is lost, and the client hears of it after the delay.
    fn break_socket(&mut self, leg: u64) {
        if self.sockets.remove(&leg).is_none() {
            return;
        }
        self.due.retain(
            |_, due| !matches!(due, Due::Input(Input::Frame { leg: it, .. }) if *it == leg),
        );
        self.later(self.delay, Due::Input(Input::Ended { leg, error: None }));
    }

    fn say(&mut self, leg: u64, frame: impl Into<Option<Frame>>) {
        if self.sockets.contains_key(&leg) && !self.silent.contains(&leg) {
            self.later(
                self.delay,
                Due::Input(Input::Frame {
                    leg,
                    frame: frame.into(),
                }),
            );
        }
    }

    fn perform(&mut self, due: Due) {
        match due {
            // A frame that was on its way when the client closed its socket is not read.
            Due::Input(Input::Frame { leg, .. }) if !self.sockets.contains_key(&leg) => {}
            Due::Input(input) => self.feed(input),
            Due::Make { leg } if self.now < CALM && self.random.u8(0..4) == 0 => {
                self.feed(Input::Ended {
                    leg,
                    error: Some(EventsError::Answer("no")),
                });
            }
            Due::Make { leg } => {
                self.made += 1;
                let id = format!("c{}", self.made);
                self.channels.insert(id.clone(), BTreeSet::new());
                let expires = Some(wall(self.now + self.random.u64(3_000..60_000)));
                let channel = Channel {
                    uri: id.clone(),
                    id,
                    expires,
                };
                self.feed(Input::Created { leg, channel });
            }
            Due::Open { leg, uri } if self.channels.contains_key(&uri) => {
                for old in self.legs_of(&uri) {
                    self.break_socket(old);
                }
                self.sockets.insert(leg, uri);
                self.feed(Input::Opened { leg });
            }
            Due::Open { leg, .. } => self.feed(Input::Ended { leg, error: None }),
            Due::List { leg, channel } => {
                let fails = self.now < CALM && self.random.u8(0..8) == 0;
                let topics = match self.channels.get(&channel) {
                    _ if fails => Listed::Unknown(EventsError::Answer("no")),
                    Some(topics) => Listed::Topics(topics.clone()),
                    None => Listed::Gone,
                };
                self.call(Due::Input(Input::Listed { leg, topics }));
            }
            Due::Subscribe {
                leg,
                channel,
                topics,
            } => {
                let fails = self.now < CALM && self.random.u8(0..8) == 0;
                let known = self.channels.get_mut(&channel).filter(|_| !fails);
                let input = if let Some(known) = known {
                    *known = topics;
                    let rejected = Vec::new();
                    Input::Subscribed { leg, rejected }
                } else {
                    Input::Refused {
                        leg,
                        error: EventsError::Answer("no"),
                        gone: !fails,
                    }
                };
                self.call(Due::Input(input));
            }
            Due::Pong { leg } => self.say(leg, Frame::Alive { pong: true }),
        }
    }

    fn publish(&mut self) {
        let n = self.sent.len();
        let topic = TOPICS[n % TOPICS.len()];
        self.sent.push(self.now);
        let legs: Vec<u64> = self.sockets.keys().copied().collect();
        let id = if n.is_multiple_of(2) {
            ""
        } else {
            r#","metadata":{"CorrelationId":"c"}"#
        };
        for leg in legs {
            if self
                .channels
                .get(&self.sockets[&leg])
                .is_some_and(|it| it.contains(topic))
            {
                let text = format!(r#"{{"topicName":"{topic}","eventBody":{n}{id}}}"#);
                self.say(leg, Frame::read(&text).expect("a frame"));
            }
        }
    }

    fn fault(&mut self) {
        let legs: Vec<u64> = self.sockets.keys().copied().collect();
        let Some(leg) = self.random.choice(legs) else {
            return;
        };
        match self.random.u8(0..8) {
            0 => self.break_socket(leg),
            1 => drop(self.silent.insert(leg)),
            2 => {
                let channel = self.sockets[&leg].clone();
                self.delete(&channel);
            }
            3 => {
                // What is lost between the list and the subscription that follows it is not seen.
                let channel = self.sockets[&leg].clone();
                let is_busy = self.due.values().any(|due| match due {
                    Due::List { channel: it, .. } | Due::Subscribe { channel: it, .. } => {
                        *it == channel
                    }
                    Due::Input(Input::Listed { leg: it, .. }) => *it == leg,
                    _ => false,
                });
                if let Some(topics) = self.channels.get_mut(&channel).filter(|_| !is_busy) {
                    topics.pop_first();
                }
            }
            4 => self.say(leg, None),
            5 => {
                self.wants_more = !self.wants_more;
                self.want();
            }
            _ => self.say(leg, Frame::Closing),
        }
    }

    /// Three topics that are checked, and one that comes and goes.
    fn want(&mut self) {
        let topics = TOPICS
            .iter()
            .copied()
            .chain(self.wants_more.then_some("v2.d"));
        let topics = topics.map(Topic::new).collect();
        self.feed(Input::Want(topics));
    }

    fn run(&mut self) {
        self.want();
        while self.now < END {
            self.now += 1;
            if self.now.is_multiple_of(25) {
                self.publish();
            }
            if self.now < CALM && self.random.u64(0..1500) == 0 {
                self.fault();
            }
            while let Some((&key, _)) = self
                .due
                .first_key_value()
                .filter(|((at, _), _)| *at <= self.now)
            {
                let due = self.due.remove(&key).expect("it is the first");
                self.perform(due);
            }
            let now = Now {
                up: Duration::from_millis(self.now),
                wall: wall(self.now),
            };
            if self.deadline <= now.up {
                self.feed(Input::Tick);
            }
        }
    }

    fn check(&self, seed: u64, first: u64) {
        let mut latest: BTreeMap<u64, u64> = BTreeMap::new();
        for n in &self.given {
            let before = latest.insert(n % 3, *n);
            assert!(
                before.is_none_or(|before| before < *n),
                "seed {seed}: {n} after {before:?}"
            );
        }
        let given: BTreeSet<u64> = self.given.iter().copied().collect();
        // What is sent last is still on its way.
        for (n, at) in (0..)
            .zip(&self.sent)
            .filter(|(_, at)| (first..END - 1000).contains(*at))
        {
            let topic = TOPICS[usize::try_from(n % 3).expect("small")];
            let is_told = self.gaps.iter().any(|gap| {
                gap.from <= wall(*at)
                    && wall(*at) <= gap.to
                    && gap.topics.iter().any(|it| **it == *topic)
            });
            assert!(
                given.contains(&n) || is_told,
                "seed {seed}: {n} of {at} ms is lost: {:?}",
                self.gaps
            );
        }
    }
}

#[test]
fn whatever_happens_nothing_is_lost_in_silence() {
    let seeds = std::env::var("EVENTS_SEEDS").map_or(60, |it| it.parse().expect("a number"));
    let (mut gaps, mut moves, mut ran) = (0, 0, 0);
    for seed in 0..seeds {
        let mut world = World::new(seed);
        world.run();
        // The first subscription may fail, which is its caller's to know.
        let Some(first) = world.given.first() else {
            continue;
        };
        let first = world.sent[usize::try_from(*first).expect("small")];
        world.check(seed, first);
        gaps += world.gaps.len() as u64;
        moves += world.made;
        ran += 1;
    }
    assert!(
        ran > seeds / 2 && gaps > seeds && moves > seeds,
        "{ran} {gaps} {moves}"
    );
}

/// The waits of a machine whose every attempt fails, once it was up.
fn waits(seed: u64, count: usize) -> Vec<Duration> {
    let timing = Timing::default();
    let mut machine = Machine::new(timing, seed);
    let mut actions = Vec::new();
    let mut now = Now {
        up: Duration::ZERO,
        wall: wall(0),
    };
    let channel = Channel {
        id: "c".to_owned(),
        uri: "u".to_owned(),
        expires: None,
    };
    let rejected = Vec::new();
    for input in [
        Input::Want(vec![Topic::new("v2.a")]),
        Input::Created { leg: 1, channel },
        Input::Opened { leg: 1 },
        Input::Subscribed { leg: 1, rejected },
        Input::Listed {
            leg: 1,
            topics: Listed::Gone,
        },
    ] {
        machine.handle(now, input, &mut actions);
    }
    let mut waits = Vec::new();
    while waits.len() < count {
        let at = machine.retry_at.expect("it tries again");
        waits.push(at.saturating_sub(now.up));
        now.up = at;
        actions.clear();
        machine.handle(now, Input::Tick, &mut actions);
        let leg = actions.iter().find_map(|action| match action {
            Action::Create { leg, .. } => Some(*leg),
            _ => None,
        });
        let leg = leg.expect("it makes a channel");
        let error = Some(EventsError::Answer("no"));
        machine.handle(now, Input::Ended { leg, error }, &mut actions);
    }
    waits
}

#[test]
fn waits_between_attempts_grow_to_a_limit_and_differ() {
    let timing = Timing::default();
    let all: Vec<Vec<Duration>> = (0..50).map(|seed| waits(seed, 12)).collect();
    for waits in &all {
        for (count, wait) in (0..).zip(waits) {
            let longest = timing.backoff_min.saturating_mul(1 << count);
            let longest = longest.min(timing.backoff_max);
            assert!(
                longest / 2 <= *wait && *wait <= longest,
                "{count}: {wait:?}"
            );
        }
    }
    // Clients that lost their connections together do not come back together.
    let first: BTreeSet<Duration> = all.iter().map(|waits| waits[0]).collect();
    assert!(first.len() > 40, "{first:?}");
}
