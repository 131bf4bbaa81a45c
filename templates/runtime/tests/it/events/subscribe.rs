//! Topics come and go, limits are said, events arrive, the reader may be slow, and the end is an end.

use super::server::{Network, Server};
use super::*;
use crate::runtime::mock::{Mock, MockResponse};
use crate::runtime::{EventsError, Overflow, Topic, TopicKind};
use http::StatusCode;
use std::sync::Arc;
use std::time::Instant;

#[tokio::test]
async fn an_event_and_what_it_tells() {
    const KIND: TopicKind<serde_json::Value> = TopicKind::new("v2.users.{id}.presence");
    const OTHER: TopicKind<serde_json::Value> = TopicKind::new("v2.users.{id}.activity");
    let server = Server::start(None).await;
    let topic = Topic::of("v2.users.{id}.presence", &["a"]);
    let mut stream = events(&server).subscribe([topic]).await.expect("it works");
    assert_eq!(server.service.publish(TOPIC, &json!({ "source": "X" })), 1);
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
    assert_eq!(server.service.channels(), 0);
}

#[tokio::test]
async fn dropping_the_stream_closes_its_socket_and_deletes_its_channel() {
    let server = Server::start(None).await;
    let stream = events(&server).subscribe([TOPIC]).await.expect("it works");
    assert_eq!((server.service.channels(), server.sockets()), (1, 1));
    drop(stream);
    until("deleted", || server.service.channels() == 0).await;
    until("closed", || server.sockets() == 0).await;
}

#[tokio::test]
async fn the_end_has_a_deadline() {
    let server = Server::start(None).await;
    let events = events(&server).close_timeout(milliseconds(100));
    let stream = events.subscribe([TOPIC]).await.expect("it works");
    // The API does not answer, and the socket's other end is gone.
    let slow = MockResponse::new(StatusCode::NO_CONTENT).delay(Duration::from_secs(600));
    server.service.fail_next("deleteNotificationsChannel", slow);
    server.network(Network::Frozen);
    let began = Instant::now();
    stream.close().await;
    assert!(began.elapsed() < Duration::from_secs(60));
    assert_eq!(server.requests("deleteNotificationsChannel"), 1);
}

#[tokio::test]
async fn subscriptions_change_while_it_runs() {
    let server = Server::start(None).await;
    let service = &server.service;
    service.reject("v2.b", "forbidden", &["a:b:view"]);
    let mut stream = events(&server)
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
    let server = Server::start(None).await;
    let refused = events(&server).subscribe(["v2..a"]).await;
    assert!(matches!(refused, Err(EventsError::Topic { .. })));
    let many = (0..2001).map(|n| format!("v2.users.{n}.presence"));
    let refused = events(&server).max_channels(2).subscribe(many).await;
    let text = refused.expect_err("too many").to_string();
    assert_eq!(text, "2001 topics are too many: the channels take 2000");
    assert_eq!(server.log_ins(), 0);
}

#[tokio::test]
async fn many_topics_are_spread_over_channels() {
    let server = Server::start(None).await;
    let topics = (0..2500).map(|n| format!("v2.users.{n}.presence"));
    let mut stream = events(&server).subscribe(topics).await.expect("it works");
    assert_eq!(
        (server.service.channels(), server.service.topics().len()),
        (3, 2500)
    );
    for n in [0, 1200, 2499] {
        let topic = format!("v2.users.{n}.presence");
        assert_eq!(server.service.publish(&topic, &json!({ "n": n })), 1);
        assert_eq!(number(&event(&mut stream).await), n);
    }
    stream.close().await;
    assert_eq!(server.service.channels(), 0);
}

#[tokio::test]
async fn the_twenty_first_channel_is_an_error() {
    let server = Server::start(None).await;
    (0..20).for_each(|_| server.service.add_foreign_channel());
    let refused = events(&server).subscribe([TOPIC]).await;
    assert!(matches!(
        refused,
        Err(EventsError::TooManyChannels { open: 20 })
    ));
    assert_eq!(server.service.channels_made(), 20);
}

#[tokio::test]
async fn a_channel_that_cannot_be_made_is_an_error_that_leaves_nothing() {
    let server = Server::start(None).await;
    let too_many = MockResponse::error(StatusCode::TOO_MANY_REQUESTS, "too.many.requests", "slow");
    server
        .service
        .fail_next("postNotificationsChannels", too_many);
    let refused = events(&server).subscribe([TOPIC]).await;
    assert!(matches!(refused, Err(EventsError::Call(_))));
    assert_eq!(server.service.channels(), 0);
}

#[tokio::test]
async fn a_channel_that_is_limited_is_waited_for() {
    let server = Server::start(None).await;
    let limited = MockResponse::error(StatusCode::TOO_MANY_REQUESTS, "too.many.requests", "slow");
    let limited = limited.header("retry-after", "1");
    server
        .service
        .fail_next("postNotificationsChannels", limited);
    let events = quick(&build(at(&server)));
    let mut stream = events.subscribe([TOPIC]).await.expect("it works");
    assert_eq!(server.requests("postNotificationsChannels"), 2);
    one(&server.service, &mut stream, 1).await;
}

#[tokio::test]
async fn the_mock_needs_no_server() {
    let mock = Mock::new();
    let service = mock.notifications();
    let client = builder().transport(Arc::new(mock.clone()));
    let client = build(client.access_token("token"));
    let events = client.events();
    let mut stream = events.subscribe([TOPIC]).await.expect("it works");
    one(&service, &mut stream, 1).await;
    stream.close().await;
    assert_eq!(service.channels(), 0);
    let made = mock.requests_of("postNotificationsChannels");
    assert_eq!(made.len(), 1);
}

#[tokio::test]
async fn a_slow_reader_waits_or_loses_the_oldest() {
    let server = Server::start(None).await;
    let service = &server.service;
    let events = || {
        events(&server)
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
    tokio::time::sleep(milliseconds(1000)).await;
    let (mut last, mut gaps) = (0, Vec::new());
    while last < 99 {
        match next(&mut stream).await {
            Notification::Event(event) => last = number(&event),
            Notification::Gap(gap) => gaps.push(gap),
            other => panic!("{other:?}"),
        }
    }
    let first = gaps.first().expect("the oldest made room");
    assert!(first.from <= first.to && before <= first.to, "{first:?}");
}
