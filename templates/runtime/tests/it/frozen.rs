//! Servers over real HTTP/2 and HTTP/1.1 that stop answering, and those that invite an HTTP library to
//! send a request again by itself.

use super::network::CA;
use super::soak_server::acceptor;
use super::support::{GET_THINGS, builder};
use crate::runtime::{Client, Error, RetryPolicy};
use bytes::Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What a server does with the second request of its first connection, and later ones there.
#[derive(Clone, Copy)]
enum Then {
    /// Reads nothing any more, and keeps the connection.
    Freeze,
    /// Resets the stream with `REFUSED_STREAM`, which says that nothing was done (RFC 9113 section
    /// 8.7).
    Refuse,
    /// Says that it goes away before the request (section 6.8).
    GoAway,
    /// Answers a part of the body, and freezes.
    FreezeInBody,
    /// Says that it goes away after the request, and freezes.
    GoAwayAndFreeze,
    /// Does not answer those with the header field [`IGNORED`], and answers all others.
    Ignore,
}

const IGNORED: &str = "x-ignored";

/// With this header field a connection freezes as well.
const FREEZING: &str = "x-freezing";

#[derive(Clone, Default)]
struct Count {
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
}

/// An HTTP/2 server that answers one request of each connection, all of later connections.
async fn http2(then: Then) -> (String, Count) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("it has one").port();
    let (acceptor, count) = (acceptor(), Count::default());
    let counted = count.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let is_first = counted.connections.fetch_add(1, Ordering::SeqCst) == 0;
            let (acceptor, counted) = (acceptor.clone(), counted.clone());
            tokio::spawn(async move {
                let stream = acceptor.accept(stream).await.expect("TLS");
                let mut connection = h2::server::handshake(stream).await.expect("HTTP/2");
                let (mut answered, mut ignored) = (0, Vec::new());
                while let Some(Ok((request, mut respond))) = connection.accept().await {
                    counted.requests.fetch_add(1, Ordering::SeqCst);
                    answered += 1;
                    let is_ignored = request.headers().contains_key(IGNORED);
                    if request.headers().contains_key(FREEZING) {
                        std::future::pending::<()>().await;
                    }
                    if is_ignored || is_first && answered > 1 && !matches!(then, Then::Ignore) {
                        match then {
                            Then::Freeze => std::future::pending::<()>().await,
                            Then::Refuse => respond.send_reset(h2::Reason::REFUSED_STREAM),
                            Then::GoAway => connection.abrupt_shutdown(h2::Reason::NO_ERROR),
                            Then::FreezeInBody => {
                                let answer = http::Response::builder().body(()).expect("200");
                                let body = respond.send_response(answer, false);
                                let mut body = body.expect("a stream");
                                body.send_data("{".into(), false).expect("a stream");
                                freeze_after_writing(&mut connection).await;
                            }
                            Then::GoAwayAndFreeze => {
                                connection.graceful_shutdown();
                                freeze_after_writing(&mut connection).await;
                            }
                            Then::Ignore => ignored.push(respond),
                        }
                        continue;
                    }
                    let answer = http::Response::builder().body(()).expect("200");
                    let mut body = respond.send_response(answer, false).expect("a stream");
                    body.send_data("{}".into(), true).expect("a stream");
                }
            });
        }
    });
    (format!("https://localhost:{port}"), count)
}

/// Writes what is to be written, and then neither reads nor writes any more.
async fn freeze_after_writing<T>(connection: &mut h2::server::Connection<T, Bytes>)
where
    T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
{
    let _ = tokio::time::timeout(Duration::from_millis(50), connection.accept()).await;
    std::future::pending::<()>().await;
}

fn client(url: &str) -> Client {
    let builder = builder().base_url(url).root_certificates(CA);
    let builder = builder.attempt_timeout(Some(Duration::from_millis(300)));
    let builder = builder.retry(RetryPolicy::never());
    builder.build().expect("the settings are right")
}

async fn call(client: &Client) -> Result<(), Error> {
    client.call::<()>(&GET_THINGS).await
}

/// All later calls timed out on it.
#[tokio::test]
async fn a_frozen_http2_connection_is_left() {
    let (url, count) = http2(Then::Freeze).await;
    let client = client(&url);
    call(&client).await.expect("an answer");
    let error = call(&client).await.expect_err("it is frozen");
    assert!(matches!(error, Error::Timeout(_)), "{error:?}");
    for _ in 0..3 {
        call(&client).await.expect("an answer on a new connection");
    }
    assert_eq!(count.connections.load(Ordering::SeqCst), 2);
    assert_eq!(count.requests.load(Ordering::SeqCst), 5);
}

/// A connection that freezes in a body, or after it said that it goes away, is not waited for again.
#[tokio::test]
async fn a_connection_that_freezes_later_is_left_as_well() {
    for then in [Then::FreezeInBody, Then::GoAwayAndFreeze] {
        let (url, count) = http2(then).await;
        let client = client(&url);
        call(&client).await.expect("an answer");
        let error = call(&client).await.expect_err("it is frozen");
        assert!(matches!(error, Error::Timeout(_)), "{error:?}");
        for _ in 0..3 {
            call(&client).await.expect("an answer on a new connection");
        }
        assert_eq!(count.connections.load(Ordering::SeqCst), 2);
    }
}

/// Many calls at once lose one connection, not one each.
#[tokio::test]
async fn a_frozen_connection_is_left_once() {
    let (url, count) = http2(Then::Freeze).await;
    let client = client(&url);
    call(&client).await.expect("an answer");
    let calls: Vec<_> = (0..20)
        .map(|_| tokio::spawn(client.call::<()>(&GET_THINGS).into_future()))
        .collect();
    for call in calls {
        call.await.expect("no panic").expect_err("it is frozen");
    }
    for _ in 0..3 {
        call(&client).await.expect("an answer on a new connection");
    }
    assert_eq!(count.connections.load(Ordering::SeqCst), 2);
}

/// A client whose attempts have two seconds: long enough for others to be answered on a busy machine.
fn patient(url: &str) -> Client {
    let builder = builder().base_url(url).root_certificates(CA);
    let builder = builder.attempt_timeout(Some(Duration::from_secs(2)));
    let builder = builder.retry(RetryPolicy::never());
    builder.build().expect("the settings are right")
}

fn with(client: &Client, name: &str) -> crate::runtime::Sending<()> {
    let call = client.call::<()>(&GET_THINGS);
    call.header(name, "1").into_future()
}

/// Calls that are answered, for so long.
async fn answered_for(client: &Client, time: Duration) {
    let began = Instant::now();
    while began.elapsed() < time {
        call(client).await.expect("an answer");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A call that its caller gives up early says nothing of the connection, nor does one that is not answered
/// beside others that are.
#[tokio::test]
async fn a_connection_that_answers_others_is_kept() {
    let (url, count) = http2(Then::Ignore).await;
    let client = patient(&url);
    call(&client).await.expect("an answer");
    let unanswered = tokio::spawn(with(&client, IGNORED));
    // The silence after these is longer than the least one that counts, and shorter than half of the time.
    answered_for(&client, Duration::from_millis(1_600)).await;
    let outcome = unanswered.await.expect("it does not panic");
    assert!(matches!(outcome, Err(Error::Timeout(_))), "{outcome:?}");
    let given_up = tokio::time::timeout(Duration::from_millis(20), with(&client, IGNORED)).await;
    assert!(given_up.is_err(), "it was not answered");
    call(&client).await.expect("an answer");
    assert_eq!(count.connections.load(Ordering::SeqCst), 1);
}

/// What others were answered before it froze does not keep it.
#[tokio::test]
async fn a_connection_that_froze_after_it_answered_others_is_left() {
    let (url, count) = http2(Then::Ignore).await;
    let client = patient(&url);
    call(&client).await.expect("an answer");
    let unanswered = tokio::spawn(with(&client, IGNORED));
    answered_for(&client, Duration::from_millis(500)).await;
    let freezing = tokio::spawn(with(&client, FREEZING));
    let outcome = unanswered.await.expect("it does not panic");
    assert!(matches!(outcome, Err(Error::Timeout(_))), "{outcome:?}");
    assert!(
        !freezing.is_finished(),
        "it would have been left by that one"
    );
    call(&client).await.expect("an answer on a new connection");
    assert_eq!(count.connections.load(Ordering::SeqCst), 2);
}

/// Answers so many requests, then reads nothing any more.
async fn answers(mut stream: TcpStream, count: usize) {
    let mut request = [0; 4096];
    for _ in 0..count {
        if stream.read(&mut request).await.unwrap_or(0) == 0 {
            return;
        }
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
        if stream.write_all(answer).await.is_err() {
            return;
        }
    }
    std::future::pending::<()>().await;
}

/// Kept connections of HTTP/1.1 that are frozen cost one call, not one each.
#[tokio::test]
async fn frozen_http1_connections_are_left_together() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("it has one"));
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = connections.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let before = counted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(answers(stream, if before < 5 { 1 } else { usize::MAX }));
        }
    });
    let client = client(&url);
    let calls: Vec<_> = (0..5)
        .map(|_| tokio::spawn(client.call::<()>(&GET_THINGS).into_future()))
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("an answer");
    }
    let mut lost = 0;
    for _ in 0..6 {
        lost += usize::from(call(&client).await.is_err());
    }
    assert_eq!(lost, 1);
}

/// reqwest sent such requests again by itself, up to three times, whatever the policy.
#[tokio::test]
async fn with_the_policy_never_one_request_is_on_the_wire() {
    for then in [Then::Refuse, Then::GoAway] {
        let (url, count) = http2(then).await;
        let client = client(&url);
        call(&client).await.expect("an answer");
        call(&client).await.expect_err("it is refused");
        assert_eq!(count.requests.load(Ordering::SeqCst), 2);
        assert_eq!(count.connections.load(Ordering::SeqCst), 1);
    }
}
