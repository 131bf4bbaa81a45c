//! Many events over many forced reconnects, and a service that loses events on purpose. The tests run it
//! short; `examples/events_soak.rs` runs it at length and prints its tables.
//!
//! Longer than most files: the example takes it as one module, and both runs share the account of what was
//! sent and what came.

use super::server::{Network, Server};
use crate::runtime::{
    Client, ClientBuilder, EventStream, Events, Gap, MockNotifications, Notification, RegionEntry,
};
use jiff::Timestamp;
use serde_json::json;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

static REGIONS: &[RegionEntry] = &[];

/// The longest that anything is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// The largest frame that is taken, in bytes.
const FRAME: usize = 256 << 10;

fn events(server: &Server, pong: Duration) -> Events {
    let builder = ClientBuilder::new(REGIONS)
        .base_url(&server.url)
        .login_url(&server.url);
    let client: Client = builder
        .client_credentials("id", "s3cret")
        .max_body_size(FRAME)
        .build()
        .expect("the settings are right");
    let milliseconds = Duration::from_millis;
    let events = client.events().overlap(milliseconds(30));
    let events = events.heartbeat(milliseconds(200)).pong_timeout(pong);
    let events = events.verify_every(milliseconds(500));
    events.backoff(milliseconds(5), milliseconds(40))
}

fn topics(count: u64) -> Vec<String> {
    (0..count)
        .map(|n| format!("v2.users.{n}.presence"))
        .collect()
}

/// What the stream gave so far.
#[derive(Default)]
struct Given {
    /// How often each event came, by its number.
    times: Vec<u8>,
    /// The latest event of each topic.
    latest: Vec<Option<u64>>,
    out_of_order: u64,
    total: u64,
    gaps: Vec<Gap>,
    gap_times: Vec<(Timestamp, Timestamp)>,
    markers: u64,
}

/// Reads the stream until it is aborted.
fn read(
    mut stream: EventStream,
    topics: u64,
    events: u64,
    keeps_gaps: bool,
) -> (Arc<Mutex<Given>>, JoinHandle<()>) {
    let given = Arc::new(Mutex::new(Given {
        times: vec![0; usize::try_from(events).expect("it fits into memory")],
        latest: vec![None; usize::try_from(topics).expect("it fits into memory")],
        ..Given::default()
    }));
    let shared = given.clone();
    let task = tokio::spawn(async move {
        while let Some(item) = stream.next().await {
            let mut given = shared.lock().expect("no test panics here");
            match item {
                Notification::Event(event) if event.topic().name() == MARKER => given.markers += 1,
                Notification::Event(event) => given.event(event.json(), topics),
                Notification::Gap(gap) => {
                    given.gap_times.push((gap.from, gap.to));
                    given.gaps.extend(keeps_gaps.then_some(gap));
                }
                Notification::Failed(_) => {}
                other => panic!("{other:?}"),
            }
        }
    });
    (given, task)
}

impl Given {
    fn event(&mut self, body: &str, topics: u64) {
        let n: u64 = body.parse().expect("a number");
        let index = usize::try_from(n).expect("it fits into memory");
        let topic = usize::try_from(n % topics).expect("it fits into memory");
        self.total += 1;
        self.times[index] = self.times[index].saturating_add(1);
        self.out_of_order += u64::from(self.latest[topic].is_some_and(|latest| latest >= n));
        self.latest[topic] = Some(n);
    }

    fn doubled(&self) -> usize {
        self.times.iter().filter(|times| **times > 1).count()
    }

    fn lost(&self) -> impl Iterator<Item = usize> {
        let times = self.times.iter().enumerate();
        times.filter(|(_, times)| **times == 0).map(|(n, _)| n)
    }
}

async fn until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "never: {what}");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// What came of [`moves`].
#[derive(Debug, Default)]
pub struct Moves {
    pub topics: u64,
    pub events: u64,
    pub given: u64,
    pub lost: usize,
    /// Lost events that were sent in no gap.
    pub untold: usize,
    pub doubled: usize,
    pub out_of_order: u64,
    /// Reconnects that were forced.
    pub forced: u64,
    /// Gaps, though nothing was lost: the service closed the old socket too soon to be sure.
    pub gaps: usize,
    pub channels_made: u64,
    /// The most channels at one time.
    pub most_channels: usize,
    /// The longest time with two channels.
    pub longest_overlap: Duration,
    pub channels_left: usize,
    pub sockets_left: usize,
    /// Resident memory in KiB after each tenth, of client and service together; 0 where the system does not say.
    pub memory: Vec<u64>,
    pub took: Duration,
}

/// Publishes `events` to `topics` topics and forces `count` moves meanwhile, half of them by closing the old
/// socket as soon as both are subscribed.
pub async fn moves(topic_count: u64, events_count: u64, count: u64) -> Moves {
    let server = Server::start(None).await;
    let service = server.service.clone();
    let names = topics(topic_count);
    let began = Instant::now();
    // A busy machine is not a dead connection.
    let stream = events(&server, PATIENCE).subscribe(names.clone()).await;
    let stream = stream.expect("the service works");
    let (given, reader) = read(stream, topic_count, events_count, false);
    let mover = tokio::spawn(force(service.clone(), count));
    let mut memory = Vec::new();
    let mut sent =
        vec![Timestamp::now(); usize::try_from(events_count).expect("it fits into memory")];
    let mut n = 0;
    let channels = Arc::new(Mutex::new((0, Duration::ZERO)));
    let watcher = tokio::spawn(watch_channels(service.clone(), channels.clone()));
    while n < events_count {
        // The reader keeps up, so that memory is what the client needs.
        until("read", || {
            n - given.lock().expect("no test panics here").total < 2_000
        })
        .await;
        let is_over = mover.is_finished();
        // Events are spread over the moves: they wait for those that are due.
        let made = service.channels_made();
        let due = n * count / events_count;
        if !is_over && due > made {
            tokio::time::sleep(Duration::from_micros(200)).await;
            continue;
        }
        let topic = &names[usize::try_from(n % topic_count).expect("it fits into memory")];
        sent[usize::try_from(n).expect("it fits into memory")] = Timestamp::now();
        assert!(
            service.publish(topic, &json!(n)) > 0,
            "nobody listens to {n}"
        );
        n += 1;
        if n.is_multiple_of(events_count / 10) {
            memory.push(resident());
        }
        if n.is_multiple_of(20) {
            tokio::time::sleep(Duration::from_micros(100)).await;
        }
    }
    mover.await.expect("every move ends");
    settled(&given, events_count).await;
    watcher.abort();
    let channels_made = service.channels_made();
    reader.abort();
    until("deleted", || service.channels() == 0).await;
    until("closed", || server.sockets() == 0).await;
    let given = given.lock().expect("no test panics here");
    let margin = Duration::from_millis(1);
    let is_told = |n: &usize| {
        let mut gaps = given.gap_times.iter();
        gaps.any(|(from, to)| *from <= sent[*n] + margin && sent[*n] - margin <= *to)
    };
    let (most_channels, longest_overlap) = *channels.lock().expect("no test panics here");
    Moves {
        topics: topic_count,
        events: events_count,
        given: given.total,
        lost: given.lost().count(),
        untold: given.lost().filter(|n| !is_told(n)).count(),
        doubled: given.doubled(),
        out_of_order: given.out_of_order,
        forced: count,
        gaps: given.gap_times.len(),
        channels_made,
        most_channels,
        longest_overlap,
        channels_left: service.channels(),
        sockets_left: server.sockets(),
        memory,
        took: began.elapsed(),
    }
}

/// Waits for all events, or until nothing has come for some time.
async fn settled(given: &Mutex<Given>, events: u64) {
    let total = || given.lock().expect("no test panics here").total;
    let mut latest = (total(), Instant::now());
    while latest.0 < events && latest.1.elapsed() < PATIENCE / 4 {
        tokio::time::sleep(Duration::from_millis(5)).await;
        if total() > latest.0 {
            latest = (total(), Instant::now());
        }
    }
}

async fn force(service: MockNotifications, count: u64) {
    for round in 0..count {
        let made = service.channels_made();
        service.announce_closing();
        until("a second channel", || service.channels_made() > made).await;
        if round % 2 == 1 {
            until("both subscribed", || {
                service.listeners("v2.users.0.presence") == 2 || service.channels() == 1
            })
            .await;
            service.close_announced();
        }
        until("one channel", || service.channels() == 1).await;
    }
}

async fn watch_channels(service: MockNotifications, watch: Arc<Mutex<(usize, Duration)>>) {
    let mut two_since: Option<Instant> = None;
    loop {
        let channels = service.channels();
        two_since = match channels {
            0 | 1 => None,
            _ => two_since.or_else(|| Some(Instant::now())),
        };
        let overlap = two_since.map_or(Duration::ZERO, |since| since.elapsed());
        {
            let mut seen = watch.lock().expect("no test panics here");
            *seen = (seen.0.max(channels), seen.1.max(overlap));
        }
        tokio::time::sleep(Duration::from_micros(500)).await;
    }
}

/// Resident memory in KiB (Linux alone).
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.unwrap_or_default()
}

impl Moves {
    /// What must not be.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut hold = |holds: bool, what: &str| {
            if !holds {
                faults.push(what.to_owned());
            }
        };
        hold(self.lost == 0, "events are lost");
        hold(self.untold == 0, "events are lost in silence");
        hold(self.doubled == 0, "events are doubled");
        hold(self.given == self.events, "events are made up");
        hold(self.out_of_order == 0, "topics are out of order");
        hold(self.most_channels <= 2, "more than two channels at once");
        hold(
            self.channels_made == self.forced + 1,
            "a move made more than one channel",
        );
        hold(
            self.longest_overlap < Duration::from_secs(10),
            "an overlap that does not end",
        );
        hold(
            (self.channels_left, self.sockets_left) == (0, 0),
            "something is left",
        );
        // The first tenth grows what is kept: the numbers of the latest events.
        if let [_, second, .., last] = self.memory[..] {
            hold(last <= second + second / 4, "memory grows");
        }
        faults
    }
}

impl fmt::Display for Moves {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| topics | events | moves | lost | doubled | out of order | gaps | channels made | most at once | longest overlap | left |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|---|---|---|---|---|")?;
        writeln!(
            f,
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} ms | {} |",
            self.topics,
            self.given,
            self.forced,
            self.lost,
            self.doubled,
            self.out_of_order,
            self.gaps,
            self.channels_made,
            self.most_channels,
            self.longest_overlap.as_millis(),
            self.channels_left + self.sockets_left,
        )?;
        writeln!(
            f,
            "memory after each tenth, KiB: {:?}; {:.1} s",
            self.memory,
            self.took.as_secs_f64()
        )
    }
}

/// A way to lose events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    Close,
    CloseAfterNotice,
    Reset,
    Torn,
    Frozen,
    Silent,
    Expire,
    Subscriptions,
    Garbage,
    Oversized,
}

const LOSSES: [Loss; 10] = [
    Loss::Close,
    Loss::CloseAfterNotice,
    Loss::Reset,
    Loss::Torn,
    Loss::Frozen,
    Loss::Silent,
    Loss::Expire,
    Loss::Subscriptions,
    Loss::Garbage,
    Loss::Oversized,
];

/// What came of one way to lose events.
#[derive(Debug)]
pub struct Lost {
    pub by: Loss,
    pub rounds: u64,
    pub events: u64,
    pub count: u64,
    pub gaps: usize,
    /// Lost events that were sent in no gap of their topic.
    pub untold: Vec<String>,
    pub doubled: usize,
    pub out_of_order: u64,
}

/// Loses events in every way at once, `rounds` times each, in the midst of `per_round` events.
pub async fn losses(rounds: u64, per_round: u64) -> Vec<Lost> {
    let tasks = LOSSES.map(|loss| tokio::spawn(lose(loss, rounds, per_round)));
    let mut out = Vec::new();
    for task in tasks {
        out.push(task.await.expect("it ends"));
    }
    out
}

/// The topic of events that show that a round is over.
const MARKER: &str = "v2.users.marker.presence";

async fn lose(loss: Loss, rounds: u64, per_round: u64) -> Lost {
    const TOPICS: u64 = 10;
    let server = Server::start(None).await;
    let service = &server.service;
    let names = topics(TOPICS);
    let all = names.iter().map(String::as_str).chain([MARKER]);
    let pong = Duration::from_secs(1);
    let stream = events(&server, pong).subscribe(all).await;
    let total = rounds * per_round;
    let (given, reader) = read(stream.expect("the service works"), TOPICS, total, true);
    let mut sent = Vec::new();
    for n in 0..total {
        let name = &names[usize::try_from(n % TOPICS).expect("it is small")];
        let before = Timestamp::now();
        let is_first = n % per_round == per_round / 4;
        match loss {
            Loss::Garbage if is_first => service.send_text("{\"topicName\":"),
            Loss::Oversized if is_first => {
                service.publish(name, &"x".repeat(2 * FRAME));
            }
            _ => {
                service.publish(name, &json!(n));
            }
        }
        sent.push((before, Timestamp::now()));
        if is_first {
            begin(loss, &server);
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
        if n % per_round == per_round - 1 {
            service.set_silent(false);
            let markers = || given.lock().expect("no test panics here").markers;
            let before = markers();
            until("the end of a round", || {
                service.publish(MARKER, &json!("marker"));
                markers() > before
            })
            .await;
        }
    }
    reader.abort();
    let given = given.lock().expect("no test panics here");
    let missing: Vec<usize> = given.lost().collect();
    let is_told = |n: &usize| {
        let (before, after) = sent[*n];
        let name = names[*n % names.len()].as_str();
        let mut gaps = given.gaps.iter();
        gaps.any(|gap| {
            let has = gap.topics.iter().any(|topic| **topic == *name);
            has && gap.from <= after && before <= gap.to
        })
    };
    let untold = missing.iter().filter(|n| !is_told(n));
    Lost {
        by: loss,
        rounds,
        events: total,
        count: missing.len() as u64,
        gaps: given.gaps.len(),
        untold: untold.map(|n| format!("{n} of {:?}", sent[*n])).collect(),
        doubled: given.doubled(),
        out_of_order: given.out_of_order,
    }
}

fn begin(loss: Loss, server: &Server) {
    let service = &server.service;
    match loss {
        Loss::Close => service.close_sockets(),
        Loss::CloseAfterNotice => {
            service.announce_closing();
            service.close_announced();
        }
        Loss::Reset => server.network(Network::Reset),
        Loss::Torn => server.network(Network::Torn),
        Loss::Frozen => server.network(Network::Frozen),
        Loss::Silent => service.set_silent(true),
        Loss::Expire => service.expire_channels(),
        Loss::Subscriptions => service.drop_subscriptions(),
        // What is sent is the fault.
        Loss::Garbage | Loss::Oversized => {}
    }
}

impl Lost {
    /// What must not be.
    pub fn faults(&self) -> Vec<String> {
        let name = self.by;
        let untold = self.untold.iter();
        let mut faults: Vec<String> = untold
            .map(|event| format!("{name:?}: {event} is lost, and no gap says so"))
            .collect();
        let mut hold = |holds: bool, what: &str| {
            if !holds {
                faults.push(format!("{name:?}: {what}"));
            }
        };
        hold(self.count > 0, "nothing was lost, so nothing is shown");
        hold(self.doubled == 0, "events are doubled");
        hold(self.out_of_order == 0, "topics are out of order");
        faults
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "| {:?} | {} | {} | {} | {} | {} | {} | {} |",
            self.by,
            self.rounds,
            self.events,
            self.count,
            self.untold.len(),
            self.gaps,
            self.doubled,
            self.out_of_order,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn nothing_is_lost_or_doubled_over_forced_reconnects() {
        let report = moves(100, 4_000, 20).await;
        assert_eq!(report.faults(), [""; 0], "{report}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn every_loss_is_in_a_gap() {
        for report in losses(1, 100).await {
            assert_eq!(report.faults(), [""; 0], "{report}");
        }
    }
}
