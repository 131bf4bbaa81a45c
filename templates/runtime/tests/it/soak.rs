//! Many calls through a server that does all that servers do wrong: each must end in the right
//! answer or the right error. `examples/soak.rs` runs the same with more of them.

use super::soak_server::{CA, Fault, Server};
use crate::runtime::{
    Backoff, Call, Client, ClientBuilder, Error, Operation, RegionEntry, RequestParts, Require,
    TransportErrorKind,
};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

static REGIONS: &[RegionEntry] = &[];

static GET: Operation = Operation::new(
    "getNumber",
    http::Method::GET,
    "/numbers/{number}",
    Require::None,
    &[],
);

static POST: Operation = Operation::new(
    "postNumber",
    http::Method::POST,
    "/numbers/{number}",
    Require::None,
    &[],
);

/// A body of more than this is refused; the server's huge ones are twice as large.
pub const BODY_LIMIT: usize = 256 << 10;
const RETRIES: u32 = 3;
/// A frozen connection costs so much; on a busy machine good answers took more than two seconds.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);

/// What came of the calls of one kind.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Calls.
    pub calls: usize,
    /// Those that ended in their right answer.
    pub answers: usize,
    /// Those that ended in the error that the fault should end in.
    pub errors: usize,
    /// Everything else.
    pub wrong: Vec<String>,
    /// Requests that reached the server, log-ins and 401 aside.
    pub attempts: usize,
}

/// What came of all calls.
#[derive(Debug)]
pub struct Report {
    /// By fault.
    pub faults: BTreeMap<&'static str, Tally>,
    /// Log-ins, and answers of 401.
    pub log_ins: usize,
    pub log_ins_refused: usize,
    /// Answers of 401.
    pub unauthorized: usize,
    /// Calls over HTTP/2 that were on a connection that froze for another one.
    pub beside_frozen: usize,
    /// Calls that got more than one whole answer from the server.
    pub answered_twice: usize,
    /// The most calls that were under way at a time.
    pub most_in_flight: usize,
    /// Tasks that are alive after all is done and the client is gone, beyond those before.
    pub tasks_left: usize,
    /// Resident memory in KiB at each tenth of the calls; empty where the system does not tell.
    pub memory: Vec<u64>,
    /// How long it took.
    pub time: Duration,
}

impl Report {
    /// Everything that is not as it should be.
    pub fn faults_found(&self) -> Vec<String> {
        let wrong = self.faults.iter().flat_map(|(fault, tally)| {
            let lost = tally.calls - tally.answers - tally.errors - tally.wrong.len();
            let lost = (lost > 0).then(|| format!("{fault}: {lost} calls are lost"));
            let wrong = tally
                .wrong
                .iter()
                .map(move |text| format!("{fault}: {text}"));
            wrong.chain(lost)
        });
        let mut found: Vec<String> = wrong.collect();
        if self.answered_twice > 0 {
            found.push(format!("{} calls were answered twice", self.answered_twice));
        }
        if self.tasks_left > 0 {
            found.push(format!("{} tasks are left", self.tasks_left));
        }
        found
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:28}{:>8}{:>9}{:>8}{:>7}{:>10}",
            "fault", "calls", "answers", "errors", "wrong", "requests"
        )?;
        let mut all = Tally::default();
        for (fault, tally) in &self.faults {
            let Tally {
                calls,
                answers,
                errors,
                wrong,
                attempts,
            } = tally;
            let wrong = wrong.len();
            writeln!(
                f,
                "{fault:28}{calls:>8}{answers:>9}{errors:>8}{wrong:>7}{attempts:>10}"
            )?;
            all.calls += calls;
            all.answers += answers;
            all.errors += errors;
            all.attempts += attempts;
        }
        let Tally {
            calls,
            answers,
            errors,
            attempts,
            ..
        } = all;
        let wrong = calls - answers - errors;
        writeln!(
            f,
            "{:28}{calls:>8}{answers:>9}{errors:>8}{wrong:>7}{attempts:>10}",
            "all"
        )?;
        writeln!(
            f,
            "log-ins {}, refused at first {}, answers of 401 {}",
            self.log_ins, self.log_ins_refused, self.unauthorized
        )?;
        writeln!(
            f,
            "beside a frozen call {}, answered twice {}, most in flight {}",
            self.beside_frozen, self.answered_twice, self.most_in_flight
        )?;
        writeln!(
            f,
            "tasks left {}, resident KiB {:?}",
            self.tasks_left, self.memory
        )?;
        write!(
            f,
            "{:.1?}, {:.0} calls/s",
            self.time,
            f64::from(u32::try_from(calls).unwrap_or(u32::MAX)) / self.time.as_secs_f64()
        )
    }
}

/// Makes `total` calls, `concurrency` at a time, over HTTP/2 or HTTP/1.1.
pub async fn run(total: usize, concurrency: usize, is_http2: bool) -> Report {
    let server = Server::start(total, is_http2).await;
    let metrics = tokio::runtime::Handle::current().metrics();
    let tasks_before = metrics.num_alive_tasks();
    let client = client(&server.url);
    let started = Instant::now();
    let in_flight = Arc::new(AtomicUsize::new(0));
    let mut report = Report {
        faults: BTreeMap::new(),
        log_ins: 0,
        log_ins_refused: 0,
        unauthorized: 0,
        beside_frozen: 0,
        answered_twice: 0,
        most_in_flight: 0,
        tasks_left: 0,
        memory: Vec::new(),
        time: Duration::ZERO,
    };
    let mut calls = JoinSet::new();
    for number in 0..total {
        if calls.len() >= concurrency {
            let ended = calls.join_next().await.expect("there are calls");
            report.take(ended.expect("no call panics"), is_http2);
        }
        if number % (total / 10).max(1) == 0 {
            report.memory.extend(resident());
        }
        let (client, in_flight) = (client.clone(), in_flight.clone());
        calls.spawn(async move {
            let most = in_flight.fetch_add(1, Ordering::Relaxed) + 1;
            let outcome = call(&client, number).await;
            in_flight.fetch_sub(1, Ordering::Relaxed);
            (number, most, outcome)
        });
    }
    while let Some(ended) = calls.join_next().await {
        report.take(ended.expect("no call panics"), is_http2);
    }
    report.time = started.elapsed();
    report.memory.extend(resident());
    drop(client);
    let _ = server.end.send(());
    for (number, seen) in server.seen.iter().enumerate() {
        let tally = report.faults.entry(Fault::of(number).name()).or_default();
        tally.attempts += seen.requests.load(Ordering::Relaxed);
        report.answered_twice += usize::from(seen.answers.load(Ordering::Relaxed) > 1);
    }
    report.log_ins = server.log_ins.load(Ordering::Relaxed);
    report.log_ins_refused = server.log_ins_asked.load(Ordering::Relaxed) - report.log_ins;
    report.unauthorized = server.unauthorized.load(Ordering::Relaxed);
    // Connections close when the client is gone; give their tasks the time to see it.
    for _ in 0..200 {
        report.tasks_left = metrics.num_alive_tasks().saturating_sub(tasks_before);
        if report.tasks_left == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    report
}

impl Report {
    fn take(
        &mut self,
        (number, most, outcome): (usize, usize, Result<Value, Error>),
        is_http2: bool,
    ) {
        self.most_in_flight = self.most_in_flight.max(most);
        let fault = Fault::of(number);
        let tally = self.faults.entry(fault.name()).or_default();
        tally.calls += 1;
        let is_beside =
            is_http2 && fault != Fault::Freeze && matches!(outcome, Err(Error::Timeout(_)));
        self.beside_frozen += usize::from(is_beside);
        match (is_beside || expected(fault, number, &outcome), outcome) {
            (true, Ok(_)) => tally.answers += 1,
            (true, Err(_)) => tally.errors += 1,
            (false, outcome) => tally.wrong.push(format!("{number}: {outcome:?}")),
        }
    }
}

fn client(url: &str) -> Client {
    let quick = Backoff::default()
        .max_retries(RETRIES)
        .min_delay(Duration::from_millis(2))
        .max_delay(Duration::from_millis(20));
    ClientBuilder::new(REGIONS)
        .base_url(url)
        .login_url(url)
        .client_credentials("id", "s3cret")
        .retry(quick)
        .max_body_size(BODY_LIMIT)
        .attempt_timeout(Some(ATTEMPT_TIMEOUT))
        .root_certificates(CA)
        .build()
        .expect("the settings are right")
}

fn call(client: &Client, number: usize) -> Call<Value> {
    let number = u64::try_from(number).expect("it fits");
    let parts = |operation| RequestParts::new(client, operation).path("number", &number);
    Call::new(
        match Fault::of(usize::try_from(number).expect("it did fit")) {
            Fault::CutPost => parts(&POST).body(&number),
            _ => parts(&GET),
        },
    )
}

/// Whether the outcome is the one that the fault should have.
fn expected(fault: Fault, number: usize, outcome: &Result<Value, Error>) -> bool {
    match (fault.error(), outcome) {
        (None, Ok(value)) => value["number"] == number,
        (Some("frozen"), Err(Error::Timeout(_))) | (Some("decode"), Err(Error::Decode(_))) => true,
        (Some("too large"), Err(Error::Transport(error))) => {
            error.kind() == TransportErrorKind::TooLarge
        }
        (Some("broken"), Err(Error::Transport(error))) => {
            error.kind() == TransportErrorKind::Broken
        }
        (Some(status), Err(Error::Api(error))) => error.status().as_str() == status,
        _ => false,
    }
}

/// Resident memory in KiB, where Linux tells.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_call_ends_right_or_in_the_right_error() {
    let report = run(2_000, 64, false).await;
    assert_eq!(report.faults_found(), [""; 0], "{report}");
    assert!(report.log_ins >= 2, "tokens expire: {report}");
    assert_eq!(report.log_ins_refused, report.log_ins);
    let retries = usize::try_from(RETRIES).expect("it fits");
    for fault in ["503 always", "cut always"] {
        let tally = &report.faults[fault];
        assert_eq!(tally.attempts, tally.calls * (1 + retries), "{report}");
    }
    for fault in SENT_ONCE {
        let tally = &report.faults[*fault];
        assert_eq!(tally.attempts, tally.calls, "{report}");
    }
}

/// Calls share a connection there, and with it what freezes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_call_ends_right_over_http2() {
    let report = run(2_000, 64, true).await;
    assert_eq!(report.faults_found(), [""; 0], "{report}");
    assert_eq!(report.faults["frozen connection"].calls, 1, "{report}");
    assert!(report.beside_frozen < 64, "{report}");
}

/// After these nothing is sent again.
#[cfg(test)]
const SENT_ONCE: &[&str] = &[
    "429, Retry-After: 600",
    "429, Retry-After: 2^64 - 1",
    "cut, not to be repeated",
    "500",
    "HTML",
    "huge body",
    "400 with a huge body",
    "frozen connection",
];
