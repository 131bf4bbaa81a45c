//! Code of the user's that panics, at each place where there is some: the call ends with an error (or with
//! its answer, where the panic came after it), nothing is sent again because of it, and the client goes on.

use super::support::{GET_THINGS, answer, builder};
use crate::runtime::{
    Attempt, BoxFuture, Client, ClientBuilder, Error, Exchange, Failure, Hook, JobKeys, Paging,
    RetryPolicy, Transport,
};
use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::Value;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// Where it panics.
#[derive(Clone, Copy, Debug, PartialEq)]
enum At {
    Nowhere,
    /// In `send`, before there is a future.
    Send,
    /// When the future is polled.
    Poll,
    /// When the future is dropped, which never ends.
    DropOfFuture,
    Before,
    After,
    Policy,
    /// When the client's last clone is dropped.
    DropOfHook,
    DropOfTransport,
    DropOfPolicy,
}

const TOKEN: &str = r#"{"access_token": "t", "token_type": "Bearer"}"#;

/// Panics while it is armed, and is then what it should be.
#[derive(Debug)]
struct Planted {
    at: At,
    is_armed: Arc<AtomicBool>,
    sent: Arc<AtomicUsize>,
    /// Of the transport, hook or policy that is dropped.
    on_drop: At,
}

impl Planted {
    fn panics(&self, at: At) {
        assert!(
            self.at != at || !self.is_armed.load(Ordering::SeqCst),
            "planted"
        );
    }
}

impl Drop for Planted {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.panics(self.on_drop);
        }
    }
}

struct NeverEnds;

impl Future for NeverEnds {
    type Output = Result<Response<Bytes>, Error>;

    fn poll(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Self::Output> {
        std::task::Poll::Pending
    }
}

impl Drop for NeverEnds {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "planted");
    }
}

impl Transport for Planted {
    fn send(
        &self,
        request: Request<Bytes>,
        _: Exchange,
    ) -> BoxFuture<'_, Result<Response<Bytes>, Error>> {
        self.sent.fetch_add(1, Ordering::SeqCst);
        self.panics(At::Send);
        if self.at == At::DropOfFuture && self.is_armed.load(Ordering::SeqCst) {
            return Box::pin(NeverEnds);
        }
        Box::pin(async move {
            self.panics(At::Poll);
            let fails = self.at == At::Policy && self.is_armed.load(Ordering::SeqCst);
            match request.uri().path() {
                _ if fails => answer(503, ""),
                "/oauth/token" => answer(200, TOKEN),
                _ => answer(200, r#"{"id": "j", "state": "DONE"}"#),
            }
        })
    }
}

impl Hook for Planted {
    fn before(&self, _: &Attempt, _: &mut Request<Bytes>) -> Result<(), Error> {
        self.panics(At::Before);
        Ok(())
    }

    fn after(&self, _: &Attempt, _: Result<&Response<Bytes>, &Error>) {
        self.panics(At::After);
    }
}

struct Place {
    client: Client,
    is_armed: Arc<AtomicBool>,
    sent: Arc<AtomicUsize>,
}

/// A client with one permit, so that one that is lost shows.
fn place(at: At, settings: fn(ClientBuilder) -> ClientBuilder) -> Place {
    let (is_armed, sent) = (Arc::new(AtomicBool::new(true)), Arc::default());
    let planted = |on_drop| Planted {
        at,
        is_armed: is_armed.clone(),
        sent: Arc::clone(&sent),
        on_drop,
    };
    let policy = planted(At::DropOfPolicy);
    let decide = move |_: &Failure<'_>| {
        policy.panics(At::Policy);
        None
    };
    let builder = builder()
        .transport(Arc::new(planted(At::DropOfTransport)))
        .hook(Arc::new(planted(At::DropOfHook)))
        .retry(RetryPolicy::custom(decide))
        .attempt_timeout(Some(Duration::from_secs(1)))
        .max_in_flight(NonZeroU32::new(1));
    let client = settings(builder).build().expect("the settings are right");
    Place {
        client,
        is_armed,
        sent,
    }
}

/// Every way to log in or not, and every limit of time.
const SETTINGS: [fn(ClientBuilder) -> ClientBuilder; 4] = [
    |it| it,
    |it| {
        it.access_token("t")
            .timeout(Some(Duration::from_millis(500)))
    },
    |it| it.client_credentials("id", "s3cret"),
    |it| {
        let limit = Some(Duration::from_millis(500));
        it.client_credentials("id", "s3cret").timeout(limit)
    },
];

#[tokio::test(start_paused = true)]
async fn a_panic_anywhere_ends_the_call_and_no_more() {
    for at in [
        At::Nowhere,
        At::Send,
        At::Poll,
        At::DropOfFuture,
        At::Before,
        At::After,
        At::Policy,
    ] {
        for (index, settings) in SETTINGS.into_iter().enumerate() {
            let place = place(at, settings);
            let client = place.client.clone();
            let call = tokio::spawn(async move { client.call::<()>(&GET_THINGS).await });
            let outcome = call.await;
            let outcome =
                outcome.unwrap_or_else(|_| panic!("{at:?} {index}: the panic goes through"));
            assert_eq!(outcome.is_ok(), at == At::Nowhere, "{at:?} {index}");
            let sent = place.sent.load(Ordering::SeqCst);
            assert!(sent <= 2, "{at:?} {index}: {sent} requests");
            // Neither a permit nor a log-in is lost.
            place.is_armed.store(false, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_secs(2)).await;
            let again = place.client.call::<()>(&GET_THINGS).await;
            again.unwrap_or_else(|error| panic!("{at:?} {index}: {error:?}"));
            // Pages and jobs are sent in the same way.
            place.is_armed.store(true, Ordering::SeqCst);
            let client = place.client.clone();
            let walked = tokio::spawn(async move {
                let pages = client.request(Method::GET, "/things").json::<Value>();
                let mut pages = pages.pages(Paging::number("pageNumber", "pageCount", "entities"));
                let first = pages.next().await.expect("a page or an error").is_ok();
                let keys = JobKeys::new("id", "state", &["DONE"], &[]);
                let job = client.request(Method::POST, "/jobs").wait(keys).await;
                (first, job.is_ok())
            });
            let walked = walked.await;
            let walked = walked.unwrap_or_else(|_| panic!("{at:?} {index}: it goes through"));
            let is_well = at == At::Nowhere;
            assert_eq!(walked, (is_well, is_well), "{at:?} {index}");
            place.is_armed.store(false, Ordering::SeqCst);
        }
    }
}

/// The call that holds the last clone of a client drops what the user brought. Its answer is not lost to that.
#[tokio::test(start_paused = true)]
async fn a_panic_while_the_last_clone_is_dropped_loses_no_answer() {
    for at in [At::DropOfHook, At::DropOfTransport, At::DropOfPolicy] {
        for (index, settings) in SETTINGS.into_iter().enumerate() {
            let place = place(at, settings);
            let call = place.client.call::<()>(&GET_THINGS).into_future();
            drop(place.client);
            let outcome = tokio::spawn(call).await;
            let outcome =
                outcome.unwrap_or_else(|_| panic!("{at:?} {index}: the panic goes through"));
            outcome.unwrap_or_else(|error| panic!("{at:?} {index}: {error:?}"));
        }
    }
}

/// What sees the states of a job is the user's as well.
#[tokio::test(start_paused = true)]
async fn a_panic_in_what_watches_a_job_ends_the_wait() {
    let place = place(At::Nowhere, |it| it);
    let keys = JobKeys::new("id", "state", &["DONE"], &[]);
    let wait = place.client.request(Method::POST, "/jobs").wait(keys);
    let wait = wait.on_progress(|_| panic!("planted")).into_future();
    let outcome = tokio::spawn(wait).await.expect("the panic goes through");
    outcome.expect_err("nobody watches it");
    assert_eq!(place.sent.load(Ordering::SeqCst), 2);
}
