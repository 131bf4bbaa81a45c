//! What happens to channels and connections, and what the stream makes of it.

use super::server::{Network, Server};
use super::*;
use crate::it::network::{CA, CLIENT, acceptor};
use crate::runtime::mock::MockResponse;
use http::StatusCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

#[tokio::test]
async fn a_closing_notice_moves_without_a_gap() {
    let server = Server::start(None).await;
    let service = &server.service;
    let mut stream = events(&server).subscribe([TOPIC]).await.expect("it works");
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
    assert_eq!((service.channels_made(), server.sockets()), (6, 1));
}

#[tokio::test]
async fn a_channel_is_renewed_before_it_expires() {
    let server = Server::start(None).await;
    let service = &server.service;
    service.set_lifetime(milliseconds(600));
    let mut stream = events(&server).subscribe([TOPIC]).await.expect("it works");
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
    let server = Server::start(None).await;
    let service = &server.service;
    let mut stream = events(&server).subscribe([TOPIC]).await.expect("it works");
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

/// How a connection can end without a word.
#[derive(Clone, Copy, Debug)]
enum Dead {
    /// The service neither sends events nor answers pings.
    Silent,
    Network(Network),
}

#[tokio::test]
async fn a_dead_connection_is_noticed_and_its_time_is_a_gap() {
    for dead in [
        Dead::Silent,
        Dead::Network(Network::Frozen),
        Dead::Network(Network::Reset),
        Dead::Network(Network::Torn),
    ] {
        let server = Server::start(None).await;
        let service = &server.service;
        let events = events(&server).pong_timeout(milliseconds(1000));
        let mut stream = events.subscribe([TOPIC]).await.expect("it works");
        one(service, &mut stream, 1).await;
        match dead {
            Dead::Silent => service.set_silent(true),
            Dead::Network(network) => server.network(network),
        }
        // The server may not know yet that nobody hears it.
        service.publish(TOPIC, &json!({ "n": 2 }));
        let lost = jiff::Timestamp::now();
        if let Dead::Silent = dead {
            let subscribed = || server.requests("putNotificationsChannelSubscriptions") > 1;
            until("given up", subscribed).await;
            service.set_silent(false);
        }
        let gap = match next(&mut stream).await {
            // Frames that came before the connection ended are given.
            Notification::Event(event) if number(&event) == 2 => gap(&mut stream).await,
            Notification::Gap(gap) => gap,
            other => panic!("{dead:?}: {other:?}"),
        };
        assert!(gap.from <= lost && lost <= gap.to, "{dead:?}: {gap:?}");
        until("subscribed", || {
            service.publish(TOPIC, &json!({ "n": 3 })) > 0
        })
        .await;
        loop {
            match next(&mut stream).await {
                Notification::Event(event) if number(&event) == 3 => break,
                Notification::Gap(_) | Notification::Failed(_) => {}
                other => panic!("{dead:?}: {other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn a_ping_is_sent_where_no_heartbeat_comes() {
    let server = Server::start(None).await;
    let service = &server.service;
    let events = events(&server).heartbeat(milliseconds(400));
    let mut stream = events.subscribe([TOPIC]).await.expect("it works");
    let heartbeat = json!({
        "topicName": "channel.metadata",
        "eventBody": { "message": "WebSocket Heartbeat" },
    });
    // One was sent when the socket opened.
    for _ in 0..50 {
        service.send_text(&heartbeat.to_string());
        tokio::time::sleep(milliseconds(20)).await;
    }
    assert_eq!(service.pings(), 1);
    until("pinged", || service.pings() > 3).await;
    one(service, &mut stream, 1).await;
    assert_eq!(server.requests("putNotificationsChannelSubscriptions"), 1);
}

#[tokio::test]
async fn an_expired_channel_is_replaced() {
    let server = Server::start(None).await;
    let service = &server.service;
    let mut stream = events(&server).subscribe([TOPIC]).await.expect("it works");
    service.expire_channels();
    gap(&mut stream).await;
    one(service, &mut stream, 1).await;
    assert_eq!((service.channels(), service.channels_made()), (1, 2));
}

#[tokio::test]
async fn a_failing_service_is_tried_again_and_told() {
    let server = Server::start(None).await;
    let service = &server.service;
    let mut stream = events(&server).subscribe([TOPIC]).await.expect("it works");
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
    let server = Server::start(None).await;
    let service = &server.service;
    let mut stream = events(&server).subscribe([TOPIC]).await.expect("it works");
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
    let server = Server::start(None).await;
    let service = &server.service;
    let mut stream = events(&server)
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
async fn without_room_for_two_channels_the_old_one_ends_first() {
    let server = Server::start(None).await;
    let service = &server.service;
    let mut stream = events(&server).subscribe([TOPIC]).await.expect("it works");
    (0..19).for_each(|_| service.add_foreign_channel());
    service.announce_closing();
    gap(&mut stream).await;
    one(service, &mut stream, 1).await;
    assert_eq!((service.channels(), service.channels_made()), (20, 21));
}

#[tokio::test]
async fn attempts_wait_longer_and_longer() {
    const SHORTEST: u64 = 40;
    const LONGEST: u64 = 100;
    let server = Server::start(None).await;
    let service = &server.service;
    let events = events(&server).backoff(milliseconds(SHORTEST), milliseconds(LONGEST));
    let mut stream = events.subscribe([TOPIC]).await.expect("it works");
    for _ in 0..6 {
        let response = MockResponse::error(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "no");
        service.fail_next("postNotificationsChannels", response);
    }
    service.expire_channels();
    let mut failed = Vec::new();
    loop {
        match next(&mut stream).await {
            Notification::Failed(_) => failed.push(std::time::Instant::now()),
            Notification::Gap(_) => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(failed.len(), 6);
    // The wait before the first attempt is half of the shortest at least, with all of its jitter.
    for (count, pair) in (1..).zip(failed.windows(2)) {
        let least = (SHORTEST << count).min(LONGEST) / 2;
        assert!(
            pair[1] - pair[0] >= milliseconds(least),
            "{count}: {pair:?}"
        );
    }
    one(service, &mut stream, 1).await;
}

#[tokio::test]
async fn a_token_is_refreshed_without_losing_the_channel() {
    let server = Server::start(None).await;
    let service = &server.service;
    let mut stream = events(&server).subscribe([TOPIC]).await.expect("it works");
    one(service, &mut stream, 1).await;
    // The API is asked by itself whether it has the subscriptions still.
    let lists = || server.requests("getNotificationsChannelSubscriptions");
    for log_ins in 2..=3 {
        server.expire_tokens();
        until("logged in", || server.log_ins() == log_ins).await;
        let before = lists();
        until("asked again", || lists() > before + 1).await;
    }
    // So it is when subscriptions change.
    server.expire_tokens();
    let rejected = stream.subscribe(["v2.b"]).await.expect("it works");
    assert_eq!((rejected.len(), server.log_ins()), (0, 4));
    one(service, &mut stream, 2).await;
    // Its log-in may fail for some time; the connection needs no token.
    server.refuse_log_ins(true);
    server.expire_tokens();
    tokio::time::sleep(milliseconds(400)).await;
    one(service, &mut stream, 3).await;
    server.refuse_log_ins(false);
    stream.unsubscribe(["v2.b"]).await.expect("it works");
    one(service, &mut stream, 4).await;
    assert_eq!((service.channels_made(), server.sockets()), (1, 1));
}

/// A proxy that opens tunnels (RFC 9110 section 9.3.6), and counts them.
async fn tunnels() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("it has one"));
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let counted = counted.clone();
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(stream.read_u8().await?);
                }
                let head = String::from_utf8_lossy(&head);
                let target = head.strip_prefix("CONNECT ").expect("it asks for a tunnel");
                let target = target.split(' ').next().expect("it says where to");
                let mut there = TcpStream::connect(target).await?;
                counted.fetch_add(1, SeqCst);
                stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
                copy_bidirectional(&mut stream, &mut there).await
            });
        }
    });
    (url, count)
}

#[tokio::test]
async fn sockets_use_the_clients_proxy_roots_and_certificate() {
    let server = Server::start(Some(acceptor(true))).await;
    let (proxy, tunnels) = tunnels().await;
    let trusting = at(&server).root_certificates(CA).proxy(&proxy);
    let known = trusting.clone().client_certificate(CLIENT);
    let mut stream = quick(&build(known))
        .subscribe([TOPIC])
        .await
        .expect("it works");
    one(&server.service, &mut stream, 1).await;
    // One for requests, kept, and one for the socket.
    assert!(tunnels.load(SeqCst) >= 2, "{tunnels:?}");
    let open = tunnels.load(SeqCst);
    server.service.close_sockets();
    gap(&mut stream).await;
    one(&server.service, &mut stream, 2).await;
    assert!(tunnels.load(SeqCst) > open, "the new socket has its tunnel");
    let never = trusting.retry(RetryPolicy::never());
    let refused = quick(&build(never)).subscribe([TOPIC]).await;
    refused.expect_err("no certificate");
}

#[tokio::test]
async fn a_socket_without_tls_is_not_opened_where_the_api_has_tls() {
    let server = Server::start(Some(acceptor(false))).await;
    server.sockets_at("ws://events.example");
    let client = build(
        at(&server)
            .root_certificates(CA)
            .retry(RetryPolicy::never()),
    );
    let refused = quick(&client).subscribe([TOPIC]).await;
    let text = refused.expect_err("no TLS").to_string();
    assert!(text.contains("without TLS"), "{text}");
    until("deleted", || server.service.channels() == 0).await;
}
