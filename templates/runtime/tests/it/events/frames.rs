//! What comes on a socket: garbage, frames that are too large, copies, and the order of two sockets.

use super::server::{Network, Server};
use super::*;

#[tokio::test]
async fn garbage_is_a_gap_and_duplicates_are_not_given() {
    let server = Server::start(None).await;
    let service = &server.service;
    let mut stream = events(&server).subscribe([TOPIC]).await.expect("it works");
    let copies = [
        r#"{"topicName":"v2.users.a.presence","eventBody":{"n":1,"m":2},"metadata":{"CorrelationId":"x"}}"#,
        r#"{"metadata":{"CorrelationId":"x"},"eventBody":{ "m":2, "n":1 },"topicName":"v2.users.a.presence"}"#,
    ];
    for text in copies {
        service.send_text(text);
    }
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
    let server = Server::start(None).await;
    let service = &server.service;
    let events = quick(&build(at(&server).max_body_size(4096)));
    let mut stream = events.subscribe([TOPIC]).await.expect("it works");
    service.publish(TOPIC, &json!({ "n": 1, "text": "x".repeat(8192) }));
    let lost = jiff::Timestamp::now();
    let gap = gap(&mut stream).await;
    assert!(gap.from <= lost && lost <= gap.to, "{gap:?}");
    one(service, &mut stream, 2).await;
}

#[tokio::test]
async fn the_order_is_that_of_the_service() {
    let server = Server::start(None).await;
    let service = &server.service;
    let events = events(&server).pong_timeout(Duration::from_secs(20));
    let mut stream = events.subscribe([TOPIC]).await.expect("it works");
    // As they come, not as their numbers are.
    for n in [3, 1, 2] {
        service.publish(TOPIC, &json!({ "n": n }));
    }
    for n in [3, 1, 2] {
        assert_eq!(number(&event(&mut stream).await), n);
    }
    // What the new socket gives at once, the old one gives later: each once, the old one's first.
    server.network(Network::Slow);
    service.announce_closing();
    let mut n = 10;
    let mut twice = 0;
    while twice < 20 {
        n += 1;
        twice += u32::from(service.publish(TOPIC, &json!({ "n": n })) == 2);
        tokio::time::sleep(milliseconds(2)).await;
    }
    for expected in 11..=n {
        assert_eq!(number(&event(&mut stream).await), expected);
    }
    until("one channel", || service.channels() == 1).await;
}
