//! Notification channels against the mock's service: everything above TCP is real (WebSocket frames,
//! the client's calls), and every fault of the service is one method.

use super::support::REGIONS;
use crate::runtime::mock::{Mock, MockResponse};
use crate::runtime::{
    Client, ClientBuilder, Event, EventStream, Events, EventsError, Gap, MockNotifications,
    Notification, Overflow, RetryPolicy, Topic, TopicKind,
};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

const TOPIC: &str = "v2.users.a.presence";

fn milliseconds(count: u64) -> Duration {
    Duration::from_millis(count)
}

fn client(mock: &Mock) -> Client {
    let client = ClientBuilder::new(REGIONS).transport(Arc::new(mock.clone()));
    let client = client.access_token("token").retry(RetryPolicy::never());
    client.build().expect("the settings are right")
}

/// Fast enough for a test.
fn events(mock: &Mock) -> Events {
    mock.notifications();
    let events = client(mock).events();
    let events = events
        .overlap(milliseconds(30))
        .heartbeat(milliseconds(150));
    let events = events
        .pong_timeout(milliseconds(150))
        .verify_every(milliseconds(100));
    events.backoff(milliseconds(5), milliseconds(40))
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

#[tokio::test]
async fn an_event_and_what_it_tells() {
    const KIND: TopicKind<serde_json::Value> = TopicKind::new("v2.users.{id}.presence");
    const OTHER: TopicKind<serde_json::Value> = TopicKind::new("v2.users.{id}.activity");
    let mock = Mock::new();
    let topic = Topic::of("v2.users.{id}.presence", &["a"]);
    let mut stream = events(&mock).subscribe([topic]).await.expect("it works");
    assert_eq!(
        mock.notifications()
            .publish(TOPIC, &json!({ "source": "X" })),
        1
    );
    let event = event(&mut stream).await;
    assert_eq!((event.topic().name(), event.ids()), (TOPIC, vec!["a"]));
    assert_eq!(
        (event.version(), event.correlation_id()),
        (Some("2"), Some("mock-1"))
    );
    let body = event
        .decode(KIND)
        .expect("it is of that kind")
        .expect("it is JSON");
    assert_eq!(body, json!({ "source": "X" }));
    assert!(event.decode(OTHER).is_none());
    stream.close().await;
    assert_eq!(mock.notifications().channels(), 0);
}

#[tokio::test]
async fn dropping_the_stream_deletes_its_channel() {
    let mock = Mock::new();
    let stream = events(&mock).subscribe([TOPIC]).await.expect("it works");
    assert_eq!(mock.notifications().channels(), 1);
    drop(stream);
    until("deleted", || mock.notifications().channels() == 0).await;
}

#[tokio::test]
async fn subscriptions_change_while_it_runs() {
    let mock = Mock::new();
    let service = &mock.notifications();
    service.reject("v2.b", "forbidden", &["a:b:view"]);
    let mut stream = events(&mock)
        .subscribe([TOPIC, "v2.b"])
        .await
        .expect("it works");
    let rejected = stream.rejected().to_vec();
    assert_eq!(
        (&*rejected[0].topic, rejected[0].reason.as_deref()),
        ("v2.b", Some("forbidden"))
    );
    assert_eq!(rejected[0].missing_permissions, ["a:b:view"]);
    assert_eq!(stream.topics().count(), 1);
    let rejected = stream.subscribe(["v2.b", "v2.c"]).await.expect("it works");
    assert_eq!(rejected.len(), 1);
    assert_eq!(
        service.topics().into_iter().collect::<Vec<_>>(),
        ["v2.c", TOPIC]
    );
    stream.unsubscribe(["v2.c"]).await.expect("it works");
    assert_eq!(service.topics().into_iter().collect::<Vec<_>>(), [TOPIC]);
    // A call that fails leaves what was.
    service.fail_next(
        "putNotificationsChannelSubscriptions",
        MockResponse::error(StatusCode::BAD_REQUEST, "bad.request", "no"),
    );
    assert!(matches!(
        stream.subscribe(["v2.d"]).await,
        Err(EventsError::Call(_))
    ));
    assert_eq!(stream.topics().count(), 1);
    one(service, &mut stream, 1).await;
    assert_eq!(service.channels_made(), 1);
    stream.unsubscribe([TOPIC]).await.expect("it works");
    until("deleted", || service.channels() == 0).await;
}

#[tokio::test]
async fn what_cannot_be_is_refused_before_anything_is_sent() {
    let mock = Mock::new();
    let refused = events(&mock).subscribe(["v2..a"]).await;
    assert!(matches!(refused, Err(EventsError::Topic { .. })));
    let many = (0..2001).map(|n| format!("v2.users.{n}.presence"));
    let refused = events(&mock).max_channels(2).subscribe(many).await;
    let text = refused.expect_err("too many").to_string();
    assert_eq!(text, "2001 topics are too many: the channels take 2000");
    assert!(mock.requests().is_empty());
}

#[tokio::test]
async fn many_topics_are_spread_over_channels() {
    let mock = Mock::new();
    let topics = (0..2500).map(|n| format!("v2.users.{n}.presence"));
    let mut stream = events(&mock).subscribe(topics).await.expect("it works");
    assert_eq!(
        (
            mock.notifications().channels(),
            mock.notifications().topics().len()
        ),
        (3, 2500)
    );
    for n in [0, 1200, 2499] {
        let topic = format!("v2.users.{n}.presence");
        assert_eq!(mock.notifications().publish(&topic, &json!({ "n": n })), 1);
        assert_eq!(number(&event(&mut stream).await), n);
    }
    stream.close().await;
    assert_eq!(mock.notifications().channels(), 0);
}

#[tokio::test]
async fn the_twenty_first_channel_is_an_error() {
    let mock = Mock::new();
    (0..20).for_each(|_| mock.notifications().add_foreign_channel());
    let refused = events(&mock).subscribe([TOPIC]).await;
    assert!(matches!(
        refused,
        Err(EventsError::TooManyChannels { open: 20 })
    ));
    assert_eq!(mock.notifications().channels_made(), 20);
}

#[tokio::test]
async fn a_channel_that_cannot_be_made_is_an_error_that_leaves_nothing() {
    let mock = Mock::new();
    let too_many = MockResponse::error(StatusCode::TOO_MANY_REQUESTS, "too.many.requests", "slow");
    mock.notifications()
        .fail_next("postNotificationsChannels", too_many);
    let refused = events(&mock).subscribe([TOPIC]).await;
    assert!(matches!(refused, Err(EventsError::Call(_))));
    assert_eq!(mock.notifications().channels(), 0);
}

#[tokio::test]
async fn a_closing_notice_moves_without_a_gap() {
    let mock = Mock::new();
    let service = &mock.notifications();
    let mut stream = events(&mock).subscribe([TOPIC]).await.expect("it works");
    for round in 0..5 {
        one(service, &mut stream, 3 * round).await;
        service.announce_closing();
        // While two sockets overlap, each event comes twice and is given once.
        until("overlap", || {
            service.publish(TOPIC, &json!({ "n": 1_000 })) == 2
        })
        .await;
        service.publish(TOPIC, &json!({ "n": 1_001 }));
        loop {
            match number(&event(&mut stream).await) {
                1_000 => {}
                1_001 => break,
                other => panic!("{other}"),
            }
        }
        until("one channel", || service.channels() == 1).await;
    }
    one(service, &mut stream, 7).await;
    assert_eq!(service.channels_made(), 6);
}

#[tokio::test]
async fn a_channel_is_renewed_before_it_expires() {
    let mock = Mock::new();
    let service = &mock.notifications();
    service.set_lifetime(milliseconds(600));
    let mut stream = events(&mock).subscribe([TOPIC]).await.expect("it works");
    let mut n = 0;
    while service.channels_made() < 4 {
        n += 1;
        service.publish(TOPIC, &json!({ "n": n }));
        assert_eq!(number(&event(&mut stream).await), n);
        tokio::time::sleep(milliseconds(20)).await;
    }
}

#[tokio::test]
async fn a_broken_socket_is_a_gap_and_comes_back_on_its_channel() {
    let mock = Mock::new();
    let service = &mock.notifications();
    let mut stream = events(&mock).subscribe([TOPIC]).await.expect("it works");
    one(service, &mut stream, 1).await;
    let before = jiff::Timestamp::now();
    service.close_sockets();
    assert_eq!(service.publish(TOPIC, &json!({ "n": 2 })), 0);
    let lost = jiff::Timestamp::now();
    let gap = gap(&mut stream).await;
    assert_eq!(
        gap.topics.iter().map(|it| &**it).collect::<Vec<_>>(),
        [TOPIC]
    );
    assert!(gap.from <= before && gap.to >= lost, "{gap:?}");
    one(service, &mut stream, 3).await;
    assert_eq!(service.channels_made(), 1);
}

#[tokio::test]
async fn a_half_open_connection_is_noticed() {
    let mock = Mock::new();
    let service = &mock.notifications();
    let mut stream = events(&mock).subscribe([TOPIC]).await.expect("it works");
    one(service, &mut stream, 1).await;
    service.set_silent(true);
    service.publish(TOPIC, &json!({ "n": 2 }));
    let lost = jiff::Timestamp::now();
    until("given up", || {
        mock.requests()
            .iter()
            .filter(|it| it.operation().starts_with("put"))
            .count()
            > 1
    })
    .await;
    service.set_silent(false);
    let gap = gap(&mut stream).await;
    assert!(gap.from <= lost && lost <= gap.to, "{gap:?}");
}

#[tokio::test]
async fn a_quiet_connection_that_answers_pings_stays() {
    let mock = Mock::new();
    let service = &mock.notifications();
    let mut stream = events(&mock).subscribe([TOPIC]).await.expect("it works");
    tokio::time::sleep(Duration::from_secs(1)).await;
    one(service, &mut stream, 1).await;
    let puts = mock
        .requests()
        .iter()
        .filter(|it| it.operation().starts_with("put"))
        .count();
    assert_eq!((service.channels_made(), puts), (1, 1));
}

#[tokio::test]
async fn an_expired_channel_is_replaced() {
    let mock = Mock::new();
    let service = &mock.notifications();
    let mut stream = events(&mock).subscribe([TOPIC]).await.expect("it works");
    service.expire_channels();
    gap(&mut stream).await;
    one(service, &mut stream, 1).await;
    assert_eq!((service.channels(), service.channels_made()), (1, 2));
}

#[tokio::test]
async fn a_failing_service_is_tried_again_and_told() {
    let mock = Mock::new();
    let service = &mock.notifications();
    let mut stream = events(&mock).subscribe([TOPIC]).await.expect("it works");
    for _ in 0..3 {
        let response =
            MockResponse::error(StatusCode::TOO_MANY_REQUESTS, "too.many.requests", "slow");
        service.fail_next("postNotificationsChannels", response);
    }
    service.expire_channels();
    let mut failed = 0;
    loop {
        match next(&mut stream).await {
            Notification::Failed(_) => failed += 1,
            Notification::Gap(_) => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(failed, 3);
    one(service, &mut stream, 1).await;
}

#[tokio::test]
async fn subscriptions_that_are_lost_are_noticed() {
    let mock = Mock::new();
    let service = &mock.notifications();
    let mut stream = events(&mock).subscribe([TOPIC]).await.expect("it works");
    service.drop_subscriptions();
    assert_eq!(service.publish(TOPIC, &json!({ "n": 1 })), 0);
    let lost = jiff::Timestamp::now();
    let gap = gap(&mut stream).await;
    assert!(gap.from <= lost && lost <= gap.to, "{gap:?}");
    one(service, &mut stream, 2).await;
    assert_eq!(service.channels_made(), 1);
}

#[tokio::test]
async fn a_topic_that_is_no_longer_granted_is_told() {
    let mock = Mock::new();
    let service = &mock.notifications();
    let mut stream = events(&mock)
        .subscribe([TOPIC, "v2.b"])
        .await
        .expect("it works");
    service.reject("v2.b", "revoked", &[]);
    service.close_sockets();
    let mut rejected = false;
    let mut gaps = false;
    while !(rejected && gaps) {
        match next(&mut stream).await {
            Notification::Rejected(topic) => rejected = &*topic.topic == "v2.b",
            Notification::Gap(_) => gaps = true,
            other => panic!("{other:?}"),
        }
    }
    one(service, &mut stream, 1).await;
}

#[tokio::test]
async fn garbage_is_a_gap_and_duplicates_are_not_given() {
    let mock = Mock::new();
    let service = &mock.notifications();
    let mut stream = events(&mock).subscribe([TOPIC]).await.expect("it works");
    let copies = [
        r#"{"topicName":"v2.users.a.presence","eventBody":{"n":1,"m":2},"metadata":{"CorrelationId":"x"}}"#,
        r#"{"metadata":{"CorrelationId":"x"},"eventBody":{ "m":2, "n":1 },"topicName":"v2.users.a.presence"}"#,
    ];
    copies.iter().for_each(|text| service.send_text(text));
    for garbage in ["{", "\u{0}", "[]", "{\"topicName\":7}"] {
        service.send_text(garbage);
    }
    assert_eq!(number(&event(&mut stream).await), 1);
    for _ in 0..4 {
        gap(&mut stream).await;
    }
    // Without a correlation id, the same body again is another event.
    let plain = r#"{"topicName":"v2.users.a.presence","eventBody":{"n":5}}"#;
    service.send_text(plain);
    service.send_text(plain);
    assert_eq!(number(&event(&mut stream).await), 5);
    assert_eq!(number(&event(&mut stream).await), 5);
}

#[tokio::test]
async fn an_oversized_frame_ends_the_socket_and_is_a_gap() {
    let mock = Mock::new();
    let service = &mock.notifications();
    let client = ClientBuilder::new(REGIONS).transport(Arc::new(mock.clone()));
    let client = client.access_token("token").max_body_size(4096);
    let client = client.build().expect("the settings are right");
    let events = client.events().backoff(milliseconds(5), milliseconds(40));
    let mut stream = events.subscribe([TOPIC]).await.expect("it works");
    service.publish(TOPIC, &json!({ "n": 1, "text": "x".repeat(8192) }));
    let lost = jiff::Timestamp::now();
    let gap = gap(&mut stream).await;
    assert!(gap.from <= lost && lost <= gap.to, "{gap:?}");
    one(service, &mut stream, 2).await;
}

#[tokio::test]
async fn a_slow_reader_waits_or_loses_the_oldest() {
    let mock = Mock::new();
    let service = &mock.notifications();
    let events = || {
        events(&mock)
            .buffer(8)
            .verify_every(Duration::from_secs(60))
    };
    let mut stream = events().subscribe([TOPIC]).await.expect("it works");
    for n in 0..2000 {
        service.publish(TOPIC, &json!({ "n": n, "text": "x".repeat(200) }));
    }
    tokio::time::sleep(milliseconds(500)).await;
    for n in 0..2000 {
        assert_eq!(number(&event(&mut stream).await), n);
    }
    stream.close().await;

    let events = events().overflow(Overflow::DropOldest);
    let mut stream = events.subscribe([TOPIC]).await.expect("it works");
    let before = jiff::Timestamp::now();
    for n in 0..100 {
        service.publish(TOPIC, &json!({ "n": n }));
    }
    tokio::time::sleep(milliseconds(300)).await;
    let gap = gap(&mut stream).await;
    assert!(gap.from <= gap.to && before <= gap.to, "{gap:?}");
    let mut last = 0;
    while last < 99 {
        last = number(&event(&mut stream).await);
    }
}

#[tokio::test]
async fn without_room_for_two_channels_the_old_one_ends_first() {
    let mock = Mock::new();
    let service = &mock.notifications();
    let mut stream = events(&mock).subscribe([TOPIC]).await.expect("it works");
    (0..19).for_each(|_| service.add_foreign_channel());
    service.announce_closing();
    gap(&mut stream).await;
    one(service, &mut stream, 1).await;
    assert_eq!((service.channels(), service.channels_made()), (20, 21));
}

/// Many topics, many forced moves: nothing lost, nothing twice, the order of each topic kept.
/// `EVENTS_SOAK=full` makes it the one of ARCHITECTURE.md.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn soak() {
    let is_full = std::env::var_os("EVENTS_SOAK").is_some();
    let (topics, count, moves): (u64, u64, u64) = if is_full {
        (1000, 200_000, 500)
    } else {
        (100, 4_000, 20)
    };
    let mock = Mock::new();
    let service = mock.notifications();
    let names: Vec<String> = (0..topics)
        .map(|n| format!("v2.users.{n}.presence"))
        .collect();
    let started = std::time::Instant::now();
    let mut stream = events(&mock)
        .subscribe(names.clone())
        .await
        .expect("it works");
    let publisher = tokio::spawn(async move {
        let mut most = 0;
        for n in 0..count {
            let topic = &names[usize::try_from(n % topics).expect("a small number")];
            assert!(
                service.publish(topic, &json!({ "n": n })) >= 1,
                "nobody listens to {n}"
            );
            if n % (count / moves) == 0 {
                // The last move is over.
                while service.channels() > 1 {
                    tokio::time::sleep(milliseconds(1)).await;
                }
                service.announce_closing();
                while service.channels() == 1 {
                    tokio::time::sleep(milliseconds(1)).await;
                }
            }
            most = most.max(service.channels());
            if n % 50 == 0 {
                tokio::task::yield_now().await;
            }
        }
        (most, service.channels_made())
    });
    let mut last = vec![None; usize::try_from(topics).expect("a small number")];
    let mut given = 0;
    while given < count {
        let event = event(&mut stream).await;
        let n = number(&event);
        let last = &mut last[usize::try_from(n % topics).expect("a small number")];
        assert!(
            last.is_none_or(|last| n == last + topics),
            "{n} after {last:?}"
        );
        *last = Some(n);
        given += 1;
    }
    let (most, made) = publisher.await.expect("the publisher ends");
    assert_eq!((most, made >= moves), (2, true));
    println!(
        "{topics} topics, {given} events, {made} channels made, at most {most} at once, {:.1} s",
        started.elapsed().as_secs_f64()
    );
}

/// A service that loses events on purpose, in every way it can: each loss lies in a gap of its topic.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_loss_is_in_a_gap() {
    const COUNT: u64 = 3_000;
    let mock = Mock::new();
    let service = mock.notifications();
    let names: Vec<String> = (0..10).map(|n| format!("v2.users.{n}.presence")).collect();
    let mut stream = events(&mock)
        .subscribe(names.clone())
        .await
        .expect("it works");
    let publisher = tokio::spawn(async move {
        let mut random = fastrand::Rng::with_seed(7);
        let mut sent = Vec::new();
        for n in 0..COUNT {
            if n % 100 == 50 {
                match random.u8(0..5) {
                    0 => service.close_sockets(),
                    1 => service.expire_channels(),
                    2 => service.drop_subscriptions(),
                    3 => service.announce_closing(),
                    _ => service.set_silent(true),
                }
            }
            let before = jiff::Timestamp::now();
            service.publish(
                &names[usize::try_from(n % 10).expect("small")],
                &json!({ "n": n }),
            );
            sent.push((before, jiff::Timestamp::now()));
            tokio::time::sleep(milliseconds(2)).await;
            if n % 100 == 99 {
                service.set_silent(false);
            }
        }
        // Until the last fault is over, and one event more comes.
        tokio::time::sleep(milliseconds(1500)).await;
        service.publish(&names[0], &json!({ "n": COUNT }));
        sent
    });
    let (mut given, mut gaps) = (vec![0; usize::try_from(COUNT).expect("small")], Vec::new());
    loop {
        match next(&mut stream).await {
            Notification::Event(event) if number(&event) == COUNT => break,
            Notification::Event(event) => {
                given[usize::try_from(number(&event)).expect("small")] += 1
            }
            Notification::Gap(gap) => gaps.push(gap),
            Notification::Failed(_) => {}
            other => panic!("{other:?}"),
        }
    }
    let sent = publisher.await.expect("the publisher ends");
    let mut lost = 0;
    for (n, (before, after)) in sent.iter().enumerate() {
        assert!(given[n] <= 1, "{n} came {} times", given[n]);
        if given[n] == 0 {
            lost += 1;
            let topic = format!("v2.users.{}.presence", n % 10);
            let is_told = gaps.iter().any(|gap| {
                gap.from <= *after
                    && *before <= gap.to
                    && gap.topics.iter().any(|it| **it == *topic)
            });
            assert!(
                is_told,
                "{n} is lost between {before} and {after}, and no gap says so: {gaps:?}"
            );
        }
    }
    assert!(lost > 0, "the service lost nothing");
    println!("{COUNT} events, {lost} lost, {} gaps", gaps.len());
}
