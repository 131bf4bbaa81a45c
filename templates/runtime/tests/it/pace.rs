//! One pace for all calls of a client: what a burst over the API's limit comes to. The clock is paused,
//! so waiting takes no time, but counts.

use super::support::{Fake, GET_THINGS, POST_THINGS, answer, answer_with, builder};
use crate::runtime::{Backoff, BoxFuture, Client, ClientBuilder, Error, RetryPolicy};
use bytes::Bytes;
use http::Request;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;

/// How an API counts.
#[derive(Clone, Copy, Debug)]
enum Counting {
    /// So many in each window of the clock.
    Fixed,
    /// So many in any time of that length.
    Sliding,
    /// One more each part of the time, up to so many.
    Bucket,
}

/// A server that allows `count` requests in `window` and asks those beyond to come after `window`.
struct Limited {
    counting: Counting,
    count: usize,
    window: Duration,
    /// Seconds, as `Retry-After` says; nothing = none is said.
    retry_after: Option<&'static str>,
    started: Instant,
    allowed: Mutex<Vec<Instant>>,
    /// All requests, refused ones too.
    arrived: Mutex<Vec<Instant>>,
}

impl Limited {
    fn new(counting: Counting, count: usize, seconds: u64, asks: &'static str) -> Arc<Self> {
        Arc::new(Self {
            counting,
            count,
            window: Duration::from_secs(seconds),
            retry_after: Some(asks).filter(|asks| !asks.is_empty()),
            // In the middle of a window.
            started: Instant::now() - Duration::from_millis(seconds * 400),
            allowed: Mutex::default(),
            arrived: Mutex::default(),
        })
    }

    fn allows(&self) -> bool {
        let now = Instant::now();
        self.arrived.lock().expect("no panic").push(now);
        let mut allowed = self.allowed.lock().expect("no panic");
        let window = |time: Instant| (time - self.started).as_nanos() / self.window.as_nanos();
        let free = match self.counting {
            Counting::Fixed => {
                let counted = allowed.iter().filter(|it| window(**it) == window(now));
                counted.count() < self.count
            }
            Counting::Sliding => {
                let counted = allowed.iter().filter(|it| now - **it < self.window);
                counted.count() < self.count
            }
            Counting::Bucket => {
                let each = self.window / u32::try_from(self.count).expect("few");
                let mut full = self.started;
                for time in &*allowed {
                    full = full.max(*time) + each;
                }
                full <= now + each * u32::try_from(self.count - 1).expect("few")
            }
        };
        if free {
            allowed.push(now);
        }
        free
    }

    fn fake(self: &Arc<Self>) -> Arc<Fake> {
        let server = self.clone();
        Fake::slow(move |_, _| {
            let server = server.clone();
            Box::pin(async move {
                tokio::time::sleep(Duration::from_millis(20)).await;
                match server.retry_after {
                    _ if server.allows() => answer(200, "{}"),
                    Some(asks) => answer_with(429, "retry-after", asks),
                    None => answer(429, "{}"),
                }
            }) as BoxFuture<'static, _>
        })
    }

    fn arrived(&self) -> Vec<Instant> {
        self.arrived.lock().expect("no panic").clone()
    }
}

fn client(fake: &Arc<Fake>, settings: fn(ClientBuilder) -> ClientBuilder) -> Client {
    let builder = builder().transport(fake.clone()).access_token("t");
    settings(builder).build().expect("the settings are right")
}

/// How many of so many calls at once were answered, and how long it took.
async fn burst(client: &Client, calls: usize) -> (usize, Duration) {
    let started = Instant::now();
    let calls: Vec<_> = (0..calls)
        .map(|_| tokio::spawn(client.call::<()>(&POST_THINGS).into_future()))
        .collect();
    let mut answered = 0;
    for call in calls {
        answered += usize::from(call.await.expect("no panic").is_ok());
    }
    (answered, started.elapsed())
}

#[tokio::test(start_paused = true)]
async fn a_burst_over_the_limit_succeeds_in_little_more_than_the_servers_own_time() {
    for counting in [Counting::Fixed, Counting::Sliding, Counting::Bucket] {
        for asks in ["1", "", "0"] {
            for settings in [(|it| it) as fn(ClientBuilder) -> ClientBuilder, |it| {
                it.max_in_flight(None)
            }] {
                let server = Limited::new(counting, 30, 1, asks);
                let client = client(&server.fake(), settings);
                let (answered, took) = burst(&client, 300).await;
                let case = format!("{counting:?}, Retry-After {asks:?}: {answered} in {took:?}");
                println!("{case}, {} requests", server.arrived().len());
                assert_eq!(answered, 300, "{case}");
                assert!(took <= Duration::from_secs(13), "{case}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn after_the_pause_no_two_requests_come_at_once() {
    let server = Limited::new(Counting::Sliding, 30, 1, "1");
    let client = client(&server.fake(), |it| it);
    let started = Instant::now();
    burst(&client, 300).await;
    let arrived = server.arrived();
    let later: Vec<_> = arrived
        .iter()
        .filter(|it| **it - started > Duration::from_millis(500))
        .collect();
    assert!(later.len() >= 270, "{}", later.len());
    for pair in later.windows(2) {
        let apart = *pair[1] - *pair[0];
        assert!(apart >= Duration::from_millis(20), "{apart:?}");
    }
    // Nothing is sent in the pause.
    assert!(*later[0] - started >= Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn the_documented_limit_is_kept_by_default() {
    // 300 a minute; a second process of the same token takes half of it.
    for (count, calls, floor) in [(300, 1_000, 180), (150, 600, 180)] {
        let server = Limited::new(Counting::Fixed, count, 60, "30");
        let client = client(&server.fake(), |it| it);
        let (answered, took) = burst(&client, calls).await;
        println!("{count} a minute: {answered} of {calls} in {took:?}");
        assert_eq!(answered, calls);
        assert!(took.as_secs() <= floor * 13 / 10, "{took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_was_refused_once_gets_faster_again() {
    let fake = Fake::new(|before, _| match before {
        0 => answer_with(429, "retry-after", "1"),
        _ => answer(200, "{}"),
    });
    let client = client(&fake, |it| it);
    client.call::<()>(&GET_THINGS).await.expect("an answer");
    let mut last = Duration::MAX;
    for _ in 0..4 {
        let started = Instant::now();
        for _ in 0..100 {
            client.call::<()>(&GET_THINGS).await.expect("an answer");
        }
        assert!(started.elapsed() < last, "{last:?}");
        last = started.elapsed();
    }
    tokio::time::sleep(Duration::from_secs(121)).await;
    let (answered, took) = burst(&client, 300).await;
    assert_eq!((answered, took), (300, Duration::ZERO), "it is forgotten");
}

#[tokio::test(start_paused = true)]
async fn what_is_never_sent_again_is_not_held_up() {
    let server = Limited::new(Counting::Sliding, 30, 1, "1");
    let client = client(&server.fake(), |it| it.retry(RetryPolicy::never()));
    let (answered, took) = burst(&client, 300).await;
    assert_eq!(answered, 30);
    assert!(took < Duration::from_secs(1), "{took:?}");
    assert_eq!(server.arrived().len(), 300);
}

#[tokio::test(start_paused = true)]
async fn a_call_ends_in_time_where_every_answer_is_429() {
    for asks in ["0", "1", "60", ""] {
        let server = Limited::new(Counting::Sliding, 0, 1, asks);
        let client = client(&server.fake(), |it| it);
        let started = Instant::now();
        let error = client.call::<()>(&GET_THINGS).await.expect_err("refused");
        assert!(matches!(error, Error::Api(_)), "{error:?}");
        let took = started.elapsed().as_secs();
        assert!(took <= 360, "{took} s");
        let started = Instant::now();
        let call = client.call::<()>(&GET_THINGS);
        call.timeout(Duration::from_secs(5))
            .await
            .expect_err("refused");
        assert!(started.elapsed().as_secs() <= 5);
        let call = client.call::<()>(&GET_THINGS);
        let sent = server.arrived().len();
        call.retry(Backoff::default().max_retries(0))
            .await
            .expect_err("refused");
        assert_eq!(server.arrived().len(), sent + 1, "no retry was allowed");
    }
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_dropped_in_a_pause_keep_nobody_waiting() {
    let fake = Fake::new(|before, _| match before {
        0 => answer_with(429, "retry-after", "2"),
        _ => answer(200, "{}"),
    });
    let client = client(&fake, |it| it.max_in_flight(NonZeroU32::new(2)));
    let mut calls: Vec<_> = (0..1_000)
        .map(|_| tokio::spawn(client.call::<()>(&GET_THINGS).into_future()))
        .collect();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let last = calls.pop().expect("there are some");
    for call in calls {
        call.abort();
    }
    let started = Instant::now();
    last.await.expect("no panic").expect("an answer");
    assert!(started.elapsed() < Duration::from_secs(2));
}

#[test]
fn calls_on_a_runtime_that_stands_still_keep_nobody_waiting() {
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build().expect("a runtime")
    };
    let fake = Fake::new(|before, _| match before {
        0 => answer_with(429, "retry-after", "1"),
        _ => answer(200, "{}"),
    });
    let client = client(&fake, |it| it);
    let (still, other) = (runtime(), runtime());
    let mut kept: Vec<_> = (0..3)
        .map(|_| Box::pin(client.call::<()>(&GET_THINGS).into_future()))
        .collect();
    still.block_on(async {
        for call in &mut kept {
            let polled = tokio::time::timeout(Duration::from_millis(50), call).await;
            polled.expect_err("it waits for the pause");
        }
    });
    // Neither those that are kept and not polled, nor a runtime that is dropped.
    for end in [false, true] {
        let started = std::time::Instant::now();
        if end {
            kept.clear();
        }
        let call = client.call::<()>(&GET_THINGS).into_future();
        let call = async { tokio::time::timeout(Duration::from_secs(5), call).await };
        other.block_on(call).expect("an end").expect("an answer");
        assert!(started.elapsed() < Duration::from_secs(4));
    }
    drop(still);
}

/// `Retry-After` may be anything.
#[tokio::test(start_paused = true)]
async fn odd_values_of_retry_after_are_survived() {
    let values = [
        ("-1", 2),
        ("1.5", 2),
        ("soon", 2),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 2),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 1),
        ("18446744073709551615", 1),
        ("181", 1),
        ("1, 2", 2),
        ("", 2),
    ];
    for (value, requests) in values {
        for status in [429, 503] {
            let fake = Fake::new(move |before, _: &Request<Bytes>| match before {
                0 => answer_with(status, "retry-after", value),
                _ => answer(200, "{}"),
            });
            let client = client(&fake, |it| it);
            let started = Instant::now();
            let outcome = client.call::<()>(&GET_THINGS).await;
            assert_eq!(fake.requests().len(), requests, "{status} {value}");
            assert_eq!(outcome.is_ok(), requests == 2, "{status} {value}");
            assert!(started.elapsed() < Duration::from_secs(3), "{value}");
            // What is told to the caller is no pause for the others.
            client.call::<()>(&GET_THINGS).await.expect("an answer");
            assert!(started.elapsed() < Duration::from_secs(3), "{value}");
        }
    }
}
