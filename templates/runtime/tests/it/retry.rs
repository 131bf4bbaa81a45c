//! What is sent again, how often, and when. The clock is paused: waiting takes no time, but counts.

use super::support::{
    Fake, GET_THINGS, POST_THINGS, SEARCH_THINGS, answer, answer_with, broken, builder,
};
use crate::runtime::{
    Backoff, Call, Client, Error, Operation, RequestParts, Require, RetryPolicy, Transport,
    TransportErrorKind,
};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::Instant;

fn client(fake: &Arc<Fake>) -> Client {
    let transport: Arc<dyn Transport> = fake.clone();
    builder()
        .transport(transport)
        .build()
        .expect("the settings are right")
}

fn call(client: &Client, operation: &'static Operation) -> Call<()> {
    Call::new(RequestParts::new(client, operation))
}

/// Fails `failures` times in one way, then answers.
fn failing(failures: usize, status: u16) -> Arc<Fake> {
    Fake::new(move |before, _| answer(if before < failures { status } else { 200 }, "{}"))
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_is_tried_again() {
    for status in [429, 502, 503, 504] {
        let fake = failing(3, status);
        call(&client(&fake), &GET_THINGS)
            .await
            .expect("the fourth attempt");
        assert_eq!(fake.requests().len(), 4);
    }
    for kind in [TransportErrorKind::Connect, TransportErrorKind::Broken] {
        let fake = Fake::new(move |before, _| {
            if before == 0 {
                broken(kind)
            } else {
                answer(200, "{}")
            }
        });
        call(&client(&fake), &SEARCH_THINGS)
            .await
            .expect("the second attempt");
        assert_eq!(fake.requests().len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn what_will_not_pass_is_not_tried_again() {
    for status in [400, 403, 404, 408, 500, 501] {
        let fake = failing(1, status);
        call(&client(&fake), &GET_THINGS)
            .await
            .expect_err("the only attempt");
        assert_eq!(fake.requests().len(), 1);
    }
    let fake = Fake::new(|_, _| broken(TransportErrorKind::Other));
    call(&client(&fake), &GET_THINGS)
        .await
        .expect_err("the only attempt");
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_safe_to_repeat_is_sent_once() {
    let fake = failing(1, 503);
    call(&client(&fake), &POST_THINGS)
        .await
        .expect_err("the only attempt");
    assert_eq!(fake.requests().len(), 1);
}

/// RFC 9110 section 9.2.2, and what the overlay knows to read.
#[tokio::test(start_paused = true)]
async fn a_refusal_for_too_many_requests_is_safe_to_repeat_for_all() {
    let fake = failing(3, 429);
    call(&client(&fake), &POST_THINGS)
        .await
        .expect("the fourth attempt");
    assert_eq!(fake.requests().len(), 4);
    for status in [502, 503, 504] {
        let fake = failing(1, status);
        call(&client(&fake), &POST_THINGS)
            .await
            .expect_err("the only attempt");
        assert_eq!(fake.requests().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn no_wait_that_is_asked_for_overflows() {
    let asked = |value: &'static str| Fake::new(move |_, _| answer_with(429, "retry-after", value));
    for value in [
        "18446744073709551615",
        "99999999999999999999",
        "18446744073709551614",
    ] {
        let fake = asked(value);
        // By the default policy, and by one that obeys whatever is asked for.
        call(&client(&fake), &GET_THINGS)
            .await
            .expect_err("too long to wait");
        call(&client(&fake), &GET_THINGS)
            .retry(RetryPolicy::custom(|failure| match failure.attempt() {
                1 => Some(Duration::from_secs(1)),
                _ => failure.retry_after(),
            }))
            .timeout(Duration::from_secs(5))
            .await
            .expect_err("longer than the call may take");
        call(&client(&fake), &GET_THINGS)
            .retry(Backoff::default().budget(Duration::MAX))
            .await
            .expect_err("too long to wait");
        assert_eq!(fake.requests().len(), 4);
    }
}

#[tokio::test(start_paused = true)]
async fn the_method_decides_what_is_safe_to_repeat() {
    const fn operation(method: http::Method) -> Operation {
        Operation::new("aThing", method, "/thing", Require::Unknown, &[])
    }
    static OPERATIONS: [(Operation, usize); 8] = [
        (operation(http::Method::GET), 2),
        (operation(http::Method::HEAD), 2),
        (operation(http::Method::OPTIONS), 2),
        (operation(http::Method::PUT), 2),
        (operation(http::Method::DELETE), 2),
        (operation(http::Method::POST), 1),
        (operation(http::Method::PATCH), 1),
        (operation(http::Method::POST).safe(), 2),
    ];
    for (operation, expected) in &OPERATIONS {
        let fake = failing(1, 503);
        let outcome = call(&client(&fake), operation).await;
        assert_eq!(fake.requests().len(), *expected, "{operation:?}");
        assert_eq!(outcome.is_ok(), *expected == 2, "{operation:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn it_ends_after_the_last_retry_with_the_last_error() {
    let fake = Fake::new(|before, _| answer(503, &format!(r#"{{"message": "no. {before}"}}"#)));
    let error = call(&client(&fake), &GET_THINGS)
        .await
        .expect_err("it never passes");
    assert!(matches!(error, Error::Api(error) if error.message() == Some("no. 3")));
}

#[tokio::test(start_paused = true)]
async fn waits_grow_within_their_jitter() {
    for retry in 0..6u32 {
        let fake = failing(usize::MAX, 503);
        let backoff = Backoff::default()
            .max_retries(retry)
            .min_delay(Duration::from_secs(1))
            .max_delay(Duration::from_secs(8));
        let started = Instant::now();
        call(&client(&fake), &GET_THINGS)
            .retry(backoff)
            .await
            .expect_err("it never passes");
        let longest: u64 = (0..retry).map(|number| (1 << number).min(8)).sum();
        // tokio's timer rounds each wait up to a millisecond.
        let slack = Duration::from_millis(u64::from(retry));
        assert!(
            started.elapsed() <= Duration::from_secs(longest) + slack,
            "{retry}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn waits_differ_from_call_to_call() {
    let fake = failing(usize::MAX, 503);
    let client = client(&fake);
    let mut waits = std::collections::BTreeSet::new();
    for _ in 0..20 {
        let started = Instant::now();
        call(&client, &GET_THINGS)
            .await
            .expect_err("it never passes");
        waits.insert(started.elapsed());
    }
    assert!(waits.len() > 10, "{waits:?}");
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_obeyed() {
    let date = httpdate::fmt_http_date(std::time::SystemTime::now() + Duration::from_secs(60));
    for (value, least) in [("0".to_owned(), 0), ("180".to_owned(), 180), (date, 58)] {
        let fake = Fake::new(move |before, _| match before {
            0 => answer_with(429, "Retry-After", &value),
            _ => answer(200, "{}"),
        });
        let started = Instant::now();
        call(&client(&fake), &GET_THINGS)
            .await
            .expect("the second attempt");
        assert!(started.elapsed() >= Duration::from_secs(least), "{least}");
        assert!(
            started.elapsed() <= Duration::from_secs(least + 3),
            "{least}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_above_three_minutes_is_told_to_the_caller() {
    let fake = Fake::new(|_, _| answer_with(429, "Retry-After", "181"));
    let started = Instant::now();
    let error = call(&client(&fake), &GET_THINGS)
        .await
        .expect_err("the only attempt");
    let Error::Api(error) = error else {
        panic!("another kind")
    };
    assert_eq!(error.retry_after(), Some(Duration::from_secs(181)));
    assert_eq!(started.elapsed(), Duration::ZERO);
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_within_its_budget_and_its_time() {
    let fake = Fake::new(|_, _| answer_with(429, "Retry-After", "100"));
    let started = Instant::now();
    let error = call(&client(&fake), &GET_THINGS)
        .retry(Backoff::default().max_retries(9))
        .await;
    assert!(matches!(error, Err(Error::Api(_))));
    assert_eq!(started.elapsed().as_secs(), 300);
    assert_eq!(fake.requests().len(), 4);
    // A wait that the whole call's time does not allow is not begun.
    let error = call(&client(&fake), &GET_THINGS)
        .timeout(Duration::from_secs(99))
        .await;
    assert!(matches!(error, Err(Error::Api(_))));
    assert_eq!(started.elapsed().as_secs(), 300);
}

#[tokio::test(start_paused = true)]
async fn a_policy_is_turned_off_or_replaced() {
    let fake = failing(usize::MAX, 503);
    let client = builder()
        .transport(fake.clone())
        .retry(RetryPolicy::never())
        .build();
    let client = client.expect("the settings are right");
    call(&client, &GET_THINGS)
        .await
        .expect_err("the only attempt");
    assert_eq!(fake.requests().len(), 1);
    let asked = Arc::new(AtomicUsize::new(0));
    let policy = RetryPolicy::custom({
        let asked = asked.clone();
        move |failure| {
            asked.fetch_add(1, Ordering::Relaxed);
            assert_eq!(failure.operation(), "postThings");
            assert!(!failure.is_repeatable() && failure.is_transient());
            assert!(failure.retry_after().is_none());
            assert_eq!(
                failure.waited(),
                Duration::from_secs(u64::from(failure.attempt()) - 1)
            );
            (failure.attempt() < 3).then_some(Duration::from_secs(1))
        }
    });
    call(&client, &POST_THINGS)
        .retry(policy)
        .await
        .expect_err("it never passes");
    assert_eq!(asked.load(Ordering::Relaxed), 3);
    assert_eq!(fake.requests().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn no_more_are_in_flight_than_allowed() {
    let flying = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let fake = Fake::slow({
        let (flying, most) = (flying.clone(), most.clone());
        move |_, _| {
            let (flying, most) = (flying.clone(), most.clone());
            Box::pin(async move {
                let now = flying.fetch_add(1, Ordering::SeqCst) + 1;
                most.fetch_max(now, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_secs(1)).await;
                flying.fetch_sub(1, Ordering::SeqCst);
                answer(200, "{}")
            })
        }
    });
    let client = builder()
        .transport(fake.clone())
        .max_in_flight(NonZeroU32::new(5))
        .build();
    let client = client.expect("the settings are right");
    // One that is dropped while it waits takes no permit with it.
    let dropped = tokio::spawn(call(&client, &GET_THINGS).into_future());
    tokio::task::yield_now().await;
    dropped.abort();
    let calls: Vec<_> = (0..20)
        .map(|_| tokio::spawn(call(&client, &GET_THINGS).into_future()))
        .collect();
    let started = Instant::now();
    for call in calls {
        call.await.expect("no panic").expect("an answer");
    }
    assert!(
        most.load(Ordering::SeqCst) <= 6,
        "the dropped one's count stays"
    );
    assert_eq!(started.elapsed().as_secs(), 4);
}

/// A call that is dropped gives up its request, its place and its waiting.
#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_leaves_nothing_behind() {
    struct Given(Arc<AtomicUsize>);

    impl Drop for Given {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    let given_up = Arc::new(AtomicUsize::new(0));
    let fake = Fake::slow({
        let given_up = given_up.clone();
        move |before, _| {
            let given = Given(given_up.clone());
            Box::pin(async move {
                match before {
                    0 => std::future::pending().await,
                    1 => answer_with(429, "Retry-After", "60"),
                    _ => {
                        drop(given);
                        answer(200, "{}")
                    }
                }
            })
        }
    });
    let builder = builder().transport(fake.clone());
    let client = builder.max_in_flight(NonZeroU32::new(1)).build();
    let client = client.expect("the settings are right");
    // While it is sent, and while it waits for its second attempt.
    for sent in 1..=2 {
        let dropped = tokio::time::timeout(
            Duration::from_secs(1),
            call(&client, &GET_THINGS).into_future(),
        );
        dropped.await.expect_err("its time is up");
        assert_eq!(fake.requests().len(), sent);
        assert_eq!(given_up.load(Ordering::SeqCst), sent);
    }
    call(&client, &GET_THINGS)
        .await
        .expect("the one place is free");
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert_eq!(fake.requests().len(), 3, "nothing is sent afterwards");
}

#[tokio::test(start_paused = true)]
async fn no_more_are_sent_in_a_time_than_allowed() {
    let fake = failing(0, 0);
    let count = NonZeroU32::new(10).expect("not zero");
    let client = builder()
        .transport(fake.clone())
        .rate_limit(count, Duration::from_secs(60));
    let client = client.build().expect("the settings are right");
    let started = Instant::now();
    let calls: Vec<_> = (0..25)
        .map(|_| tokio::spawn(call(&client, &GET_THINGS).into_future()))
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("an answer");
    }
    // A burst of 10, and one each 6 s.
    assert_eq!(started.elapsed().as_secs(), 90);
}
