//! Notification channels over real TCP: `server` is the mock's service behind a socket, with the faults of
//! networks. `subscribe` is what a user calls, `stays_up` what happens to channels, `frames` what comes on
//! them, `soak` all of it many times (`examples/events_soak.rs` runs it at length).

mod frames;
mod server;
pub mod soak;
mod stays_up;
mod subscribe;

use super::support::builder;
use crate::runtime::{
    Client, ClientBuilder, Event, EventStream, Events, Gap, MockNotifications, Notification,
    RetryPolicy,
};
use serde::Deserialize;
use serde_json::json;
use server::Server;
use std::time::Duration;
use tokio::time::timeout;

const TOPIC: &str = "v2.users.a.presence";

fn milliseconds(count: u64) -> Duration {
    Duration::from_millis(count)
}

fn at(server: &Server) -> ClientBuilder {
    let builder = builder().base_url(&server.url).login_url(&server.url);
    builder.client_credentials("id", "s3cret")
}

fn build(builder: ClientBuilder) -> Client {
    builder.build().expect("the settings are right")
}

/// Fast enough for a test. A ping has time, so that a busy machine is not a dead connection.
fn quick(client: &Client) -> Events {
    let events = client.events().overlap(milliseconds(30));
    let events = events
        .heartbeat(milliseconds(150))
        .pong_timeout(Duration::from_secs(20));
    let events = events.verify_every(milliseconds(100));
    events.backoff(milliseconds(5), milliseconds(40))
}

fn events(server: &Server) -> Events {
    quick(&build(at(server).retry(RetryPolicy::never())))
}

async fn next(stream: &mut EventStream) -> Notification {
    let item = timeout(Duration::from_secs(20), stream.next()).await;
    item.expect("an item in time").expect("the stream goes on")
}

async fn event(stream: &mut EventStream) -> Event {
    match next(stream).await {
        Notification::Event(event) => event,
        other => panic!("an event, not {other:?}"),
    }
}

/// The next gap; failed attempts may come before it.
async fn gap(stream: &mut EventStream) -> Gap {
    loop {
        match next(stream).await {
            Notification::Gap(gap) => return gap,
            Notification::Failed(_) => {}
            other => panic!("a gap, not {other:?}"),
        }
    }
}

async fn until(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..2000 {
        if is_so() {
            return;
        }
        tokio::time::sleep(milliseconds(10)).await;
    }
    panic!("never: {what}");
}

fn number(event: &Event) -> u64 {
    event.decode_as::<Numbered>().expect("a number").n
}

#[derive(Deserialize)]
struct Numbered {
    n: u64,
}

async fn one(service: &MockNotifications, stream: &mut EventStream, n: u64) {
    until("subscribed", || {
        service.publish(TOPIC, &json!({ "n": n })) > 0
    })
    .await;
    assert_eq!(number(&event(stream).await), n);
}
