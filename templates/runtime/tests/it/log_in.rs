//! Log-ins that fail at first: what is sent again, how often, and what never. The clock is paused:
//! waiting takes no time, but counts.

use super::support::{Fake, GET_THINGS, answer, answer_with, broken, builder};
use crate::runtime::{
    AuthErrorKind, Backoff, BoxFuture, Call, Client, Credentials, Error, RetryPolicy, TimeoutKind,
    TransportErrorKind,
};
use http::{Request, Response};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::{Instant, sleep};

type Outcome = Result<Response<bytes::Bytes>, Error>;

const TOKEN: &str = r#"{"access_token": "t", "token_type": "bearer", "expires_in": 1000}"#;

fn is_login(request: &Request<bytes::Bytes>) -> bool {
    request.uri().path() == "/oauth/token"
}

/// Answers the first log-ins with `failure`, those after them with a token, and calls with 200.
fn failing(failures: usize, failure: impl Fn() -> Outcome + Send + Sync + 'static) -> Arc<Fake> {
    let seen = AtomicUsize::new(0);
    Fake::new(move |_, request| {
        if !is_login(request) {
            answer(200, "{}")
        } else if seen.fetch_add(1, Ordering::SeqCst) < failures {
            failure()
        } else {
            answer(200, TOKEN)
        }
    })
}

fn client(fake: &Arc<Fake>, credentials: Credentials, retry: impl Into<RetryPolicy>) -> Client {
    let builder = builder().transport(fake.clone()).credentials(credentials);
    let client = builder.retry(retry).build();
    client.expect("the settings are right")
}

fn client_credentials() -> Credentials {
    Credentials::client_credentials("id", "s3cret")
}

fn code() -> Credentials {
    Credentials::authorization_code("id", None, "http://localhost/", "c0de", "verifier")
}

fn get(client: &Client) -> Call<()> {
    client.call(&GET_THINGS)
}

fn logins(fake: &Fake) -> Vec<Request<bytes::Bytes>> {
    fake.requests().into_iter().filter(is_login).collect()
}

/// The failures of a log-in host that may pass.
fn passing() -> Vec<fn() -> Outcome> {
    vec![
        || broken(TransportErrorKind::Connect),
        || broken(TransportErrorKind::Broken),
        || answer(429, "{}"),
        || answer(502, "<html>"),
        || answer(503, "<html>"),
        || answer(504, "<html>"),
    ]
}

#[tokio::test(start_paused = true)]
async fn a_log_in_that_may_pass_is_tried_again() {
    let grants = [
        client_credentials(),
        Credentials::saml2_bearer("id", "s3cret", "org", "PHNhbWw+"),
        Credentials::refresh_token("id", None, "r-1"),
    ];
    for credentials in grants {
        for failure in passing() {
            let fake = failing(3, failure);
            let client = client(&fake, credentials.clone(), RetryPolicy::default());
            get(&client).await.expect("the fourth log-in");
            let logins = logins(&fake);
            assert_eq!(logins.len(), 4);
            for again in &logins[1..] {
                assert_eq!(again.body(), logins[0].body());
                assert_eq!(again.headers(), logins[0].headers());
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_log_in_that_will_not_pass_is_not_tried_again() {
    let failures: [fn() -> Outcome; 5] = [
        || answer(400, r#"{"error": "invalid_client"}"#),
        || answer(401, "{}"),
        || answer(500, "{}"),
        || answer(200, "no token"),
        || broken(TransportErrorKind::Other),
    ];
    for failure in failures {
        let fake = failing(1, failure);
        let client = client(&fake, client_credentials(), RetryPolicy::default());
        let error = get(&client).await.expect_err("the only log-in");
        assert!(matches!(error, Error::Auth(_)), "{error:?}");
        assert_eq!(logins(&fake).len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn two_hundred_calls_wait_for_one_log_in_and_its_retries() {
    let fake = failing(2, || answer(503, "{}"));
    let builder = builder().transport(fake.clone()).max_in_flight(None);
    let client = builder.credentials(client_credentials()).build();
    let client = client.expect("the settings are right");
    let calls: Vec<_> = (0..200)
        .map(|_| tokio::spawn(get(&client).into_future()))
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("an answer");
    }
    assert_eq!(logins(&fake).len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_code_is_sent_again_only_where_it_cannot_have_been_used() {
    let connect: fn() -> Outcome = || broken(TransportErrorKind::Connect);
    for (failure, expected) in [
        (connect, 4),
        (|| answer(429, "{}"), 4),
        (|| broken(TransportErrorKind::Broken), 1),
        (|| answer(502, "{}"), 1),
        (|| answer(503, "{}"), 1),
        (|| answer(504, "{}"), 1),
    ] {
        let fake = failing(3, failure);
        let outcome = client(&fake, code(), RetryPolicy::default()).log_in().await;
        assert_eq!(outcome.is_ok(), expected == 4, "{outcome:?}");
        assert_eq!(logins(&fake).len(), expected);
    }
    // No policy can have it otherwise.
    let always = RetryPolicy::custom(|_| Some(Duration::ZERO));
    let fake = failing(3, || broken(TransportErrorKind::Broken));
    let error = client(&fake, code(), always).log_in().await;
    error.expect_err("the code may have been used");
    assert_eq!(logins(&fake).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_obeyed_and_above_three_minutes_told() {
    let fake = failing(1, || answer_with(429, "Retry-After", "180"));
    let started = Instant::now();
    let ours = client(&fake, client_credentials(), RetryPolicy::default());
    ours.log_in().await.expect("the second log-in");
    assert_eq!(started.elapsed().as_secs(), 180);

    let fake = failing(1, || answer_with(429, "Retry-After", "181"));
    let ours = client(&fake, client_credentials(), RetryPolicy::default());
    let Err(Error::Auth(error)) = ours.log_in().await else {
        panic!("not refused")
    };
    assert_eq!(error.retry_after(), Some(Duration::from_secs(181)));
    assert_eq!(error.code(), Some("429 Too Many Requests"));
    assert_eq!(logins(&fake).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_clients_policy_decides() {
    let fake = failing(1, || answer(503, "{}"));
    let ours = client(&fake, client_credentials(), RetryPolicy::never());
    // One log-in serves many calls, so a call's own policy is not asked.
    let call = get(&ours).retry(Backoff::default());
    let error = call.await.expect_err("the only log-in");
    assert!(matches!(error, Error::Auth(_)), "{error:?}");

    let fake = failing(usize::MAX, || answer(500, "{}"));
    let policy = RetryPolicy::custom(|failure| {
        assert_eq!(failure.operation(), "log_in");
        assert!(failure.is_repeatable() && !failure.is_transient());
        assert_eq!(failure.error().status().expect("an answer"), 500);
        (failure.attempt() < 3).then_some(Duration::from_secs(1))
    });
    let ours = client(&fake, client_credentials(), policy);
    ours.log_in().await.expect_err("it never passes");
    assert_eq!(logins(&fake).len(), 3);
}

#[tokio::test(start_paused = true)]
async fn what_a_call_waits_for_its_log_in_counts_for_it() {
    // The log-in waits for 250 of the 300 s that a call may wait, so the call cannot wait 100 more.
    let refused = AtomicUsize::new(0);
    let fake = Fake::new(move |_, request| {
        let first = refused.fetch_add(1, Ordering::SeqCst) < 2;
        match (is_login(request), first) {
            (true, true) => answer_with(429, "Retry-After", "125"),
            (true, false) => answer(200, TOKEN),
            (false, _) => answer_with(429, "Retry-After", "100"),
        }
    });
    let ours = client(&fake, client_credentials(), RetryPolicy::default());
    let started = Instant::now();
    let error = get(&ours).await.expect_err("too long a wait");
    assert_eq!(error.status().expect("an answer"), 429);
    assert_eq!(started.elapsed().as_secs(), 250);
    // The next call has the token, and all of its budget. It waits for the pause of 100 s, too.
    get(&ours).await.expect_err("limited");
    assert_eq!(started.elapsed().as_secs(), 650);
    assert_eq!(logins(&fake).len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_time_is_up_leaves_the_log_in_to_others() {
    let fake = failing(1, || answer_with(429, "Retry-After", "60"));
    let ours = client(&fake, client_credentials(), RetryPolicy::default());
    let patient = tokio::spawn(get(&ours).into_future());
    let call = get(&ours).timeout(Duration::from_secs(10));
    let Err(Error::Timeout(error)) = call.await else {
        panic!("its time is up")
    };
    assert_eq!(error.kind(), TimeoutKind::Call);
    patient.await.expect("no panic").expect("an answer");
    assert_eq!(logins(&fake).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn one_attempt_has_its_time() {
    let fake = Fake::slow(|before, _| -> BoxFuture<'static, Outcome> {
        Box::pin(async move {
            if before == 0 {
                sleep(Duration::from_secs(3600)).await;
            }
            answer(200, TOKEN)
        })
    });
    let ours = client(&fake, client_credentials(), RetryPolicy::default());
    let started = Instant::now();
    // As with a call: nobody knows how far the request came, and one that is slow once is slow twice.
    ours.log_in().await.expect_err("no answer in time");
    assert_eq!(started.elapsed().as_secs(), 60);
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn each_failed_log_in_has_its_kind() {
    let kind_of = |outcome: Result<(), Error>| match outcome {
        Err(Error::Auth(error)) => error.kind(),
        other => panic!("the log-in did not fail: {other:?}"),
    };
    let mut seen = Vec::new();
    // What the host answers, or the transport does.
    let failures: [(AuthErrorKind, fn() -> Outcome); 7] = [
        (AuthErrorKind::Refused, || {
            answer(400, r#"{"error": "invalid_client"}"#)
        }),
        (AuthErrorKind::Refused, || answer(503, "<html>")),
        (AuthErrorKind::Unreached, || {
            broken(TransportErrorKind::Connect)
        }),
        (AuthErrorKind::NotAToken, || answer(200, "<html>")),
        (AuthErrorKind::NotAToken, || {
            answer(200, r#"{"access_token": "t", "token_type": "mac"}"#)
        }),
        (AuthErrorKind::UnusableToken, || {
            answer(200, r#"{"access_token": "", "token_type": "bearer"}"#)
        }),
        (AuthErrorKind::Panicked, || panic!("on purpose")),
    ];
    for (kind, failure) in failures {
        let fake = failing(usize::MAX, failure);
        let ours = client(&fake, client_credentials(), RetryPolicy::never());
        assert_eq!(kind_of(ours.log_in().await), kind);
        seen.push(kind);
    }
    // A code whose answer was lost.
    let fake = failing(1, || broken(TransportErrorKind::Broken));
    let ours = client(&fake, code(), RetryPolicy::never());
    assert_eq!(kind_of(ours.log_in().await), AuthErrorKind::Unreached);
    assert_eq!(kind_of(ours.log_in().await), AuthErrorKind::CodeUsed);
    // A redirect that was not asked for.
    let request = builder().authorization_request("id", None, "http://localhost/");
    let forged = request
        .expect("the settings are right")
        .credentials("c0de", "forged");
    assert_eq!(kind_of(forged.map(drop)), AuthErrorKind::StateMismatch);
    seen.extend([AuthErrorKind::CodeUsed, AuthErrorKind::StateMismatch]);
    // A kind that is new has a case here.
    for kind in seen {
        match kind {
            AuthErrorKind::StateMismatch
            | AuthErrorKind::CodeUsed
            | AuthErrorKind::Refused
            | AuthErrorKind::Unreached
            | AuthErrorKind::NotAToken
            | AuthErrorKind::UnusableToken
            | AuthErrorKind::Panicked => {}
        }
    }
}
