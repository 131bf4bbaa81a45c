//! Servers and proxies that break the rules of HTTP on a real connection, each a line of a table. Most held
//! when they were written.

use super::support::{GET_THINGS, POST_THINGS, builder, raw_server};
use crate::runtime::{BoxFuture, Client, ClientBuilder, Error, Exchange, RetryPolicy, Transport};
use bytes::Bytes;
use serde_json::Value;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// What a server of these tests was sent, and how many connections there were.
#[derive(Clone, Default)]
struct Seen {
    connections: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
}

/// A server that answers the n-th request of all by the n-th text, and then by the last; an empty one
/// is silence. It keeps connections open.
async fn server(answers: Vec<Vec<u8>>) -> (String, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("it has one");
    let (seen, answers) = (Seen::default(), Arc::new(answers));
    let noted = seen.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            noted.connections.fetch_add(1, Ordering::SeqCst);
            let (noted, answers) = (noted.clone(), answers.clone());
            tokio::spawn(async move {
                let mut request = [0; 16_384];
                while let Ok(length) = stream.read(&mut request).await {
                    if length == 0 {
                        break;
                    }
                    let text = String::from_utf8_lossy(&request[..length]).into_owned();
                    let before = {
                        let mut requests = noted.requests.lock().expect("no panic");
                        requests.push(text);
                        requests.len() - 1
                    };
                    let answer = &answers[before.min(answers.len() - 1)];
                    if stream.write_all(answer).await.is_err() {
                        break;
                    }
                }
            });
        }
    });
    (format!("http://{address}"), seen)
}

impl Seen {
    fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("no panic").clone()
    }
}

fn client_of(builder: ClientBuilder) -> Client {
    let builder = builder.retry(RetryPolicy::never());
    let builder = builder.attempt_timeout(Some(Duration::from_millis(500)));
    builder.build().expect("the settings are right")
}

fn client(url: &str) -> Client {
    client_of(builder().base_url(url).access_token("s3cr3t-token"))
}

async fn get(client: &Client) -> Result<Value, Error> {
    client.call::<Value>(&GET_THINGS).await
}

/// The value, or the word for the error.
fn said(outcome: &Result<Value, Error>) -> String {
    match outcome {
        Ok(value) => value.to_string(),
        Err(Error::Api(error)) => error.status().as_u16().to_string(),
        Err(Error::Transport(error)) => format!("{:?}", error.kind()),
        Err(Error::Timeout(error)) => format!("{:?} timeout", error.kind()),
        Err(Error::Decode(error)) => format!("decode {}", error.json_path()),
        Err(other) => format!("{other:?}"),
    }
}

const GOOD: &str = "HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n{\"a\":1}";

/// Each of these answers, what a call says to it, and what the next call on the same client says, whose
/// answer is a good one: nothing of the first is taken for it.
#[tokio::test]
async fn answers_that_break_the_rules() {
    const SMUGGLED: &str = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{\"evil\":1}";
    let early = "HTTP/1.1 103 Early Hints\r\nlink: <https://evil.example>\r\n\r\n";
    let ok = "HTTP/1.1 200 OK\r\n";
    let chunked = format!("{ok}transfer-encoding: chunked\r\n");
    for (what, answer, first) in [
        ("a good one", GOOD.to_owned(), r#"{"a":1}"#),
        // Informational answers.
        (
            "100",
            format!("HTTP/1.1 100 Continue\r\n\r\n{GOOD}"),
            r#"{"a":1}"#,
        ),
        (
            "many 103",
            format!("{}{GOOD}", early.repeat(200)),
            r#"{"a":1}"#,
        ),
        (
            "101",
            "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n"
                .to_owned(),
            "101",
        ),
        // Statuses that have no body, with one.
        (
            "204",
            "HTTP/1.1 204 No Content\r\ncontent-length: 7\r\n\r\n{\"a\":2}".to_owned(),
            "null",
        ),
        (
            "204 and another answer",
            format!("HTTP/1.1 204 No Content\r\n\r\n{SMUGGLED}"),
            "null",
        ),
        (
            "205",
            "HTTP/1.1 205 Reset Content\r\ncontent-length: 0\r\n\r\n".to_owned(),
            "null",
        ),
        (
            "205 with a body",
            "HTTP/1.1 205 Reset Content\r\ncontent-length: 7\r\n\r\n{\"a\":2}".to_owned(),
            r#"{"a":2}"#,
        ),
        (
            "304",
            format!("HTTP/1.1 304 Not Modified\r\ncontent-length: 7\r\n\r\n{SMUGGLED}"),
            "304",
        ),
        // Lengths that lie.
        (
            "too short a length",
            format!("{ok}content-length: 2\r\n\r\n{{}}{SMUGGLED}"),
            "{}",
        ),
        (
            "too long a length",
            format!("{ok}content-length: 100\r\n\r\n{{}}"),
            "Attempt timeout",
        ),
        (
            "two lengths",
            format!("{ok}content-length: 2\r\ncontent-length: 7\r\n\r\n{{\"a\":2}}"),
            "Broken",
        ),
        (
            "the same length twice",
            format!("{ok}content-length: 7\r\ncontent-length: 7\r\n\r\n{{\"a\":2}}"),
            r#"{"a":2}"#,
        ),
        (
            "a length below zero",
            format!("{ok}content-length: -1\r\n\r\n{{}}"),
            "Broken",
        ),
        (
            "a length with a sign",
            format!("{ok}content-length: +2\r\n\r\n{{}}"),
            "Broken",
        ),
        (
            "a length beyond 64 bits",
            format!("{ok}content-length: 18446744073709551616\r\n\r\n{{}}"),
            "Broken",
        ),
        (
            "the longest length",
            format!("{ok}content-length: 18446744073709551615\r\n\r\n{{}}"),
            "Broken",
        ),
        (
            "a length of 1 TB",
            format!("{ok}content-length: 1099511627776\r\n\r\n{{}}"),
            "TooLarge",
        ),
        (
            "a length and chunks",
            format!(
                "{ok}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n7\r\n{{\"a\":2}}\r\n0\r\n\r\n"
            ),
            r#"{"a":2}"#,
        ),
        // Chunks and what follows them.
        (
            "trailers",
            format!(
                "{chunked}trailer: authorization\r\n\r\n2\r\n{{}}\r\n0\r\nauthorization: Bearer evil\r\ncontent-length: 9\r\n\r\n"
            ),
            "{}",
        ),
        (
            "a flood of trailers",
            format!(
                "{chunked}\r\n2\r\n{{}}\r\n0\r\n{}\r\n",
                "x: y\r\n".repeat(20_000)
            ),
            "Broken",
        ),
        (
            "a chunk of 16 EB",
            format!("{chunked}\r\nffffffffffffffff\r\n{{}}"),
            "Attempt timeout",
        ),
        (
            "chunk extensions without end",
            format!(
                "{chunked}\r\n2;{}\r\n{{}}\r\n0\r\n\r\n",
                "x".repeat(100_000)
            ),
            "Broken",
        ),
        // Codings that nobody asked for.
        (
            "gzip that is none",
            format!("{ok}content-encoding: gzip\r\ncontent-length: 2\r\n\r\n{{}}"),
            "{}",
        ),
        (
            "an unknown transfer coding",
            format!("{ok}transfer-encoding: gzip\r\ncontent-length: 2\r\n\r\n{{}}"),
            "Attempt timeout",
        ),
        // Heads.
        (
            "10,000 header fields",
            format!("{ok}{}\r\n{{}}", "x: y\r\n".repeat(10_000)),
            "Broken",
        ),
        (
            "a field of 8 MiB",
            format!("{ok}x: {}\r\n\r\n{{}}", "y".repeat(8 << 20)),
            "Broken",
        ),
        (
            "a status of 8 MiB",
            format!("HTTP/1.1 200 {}\r\n\r\n{{}}", "y".repeat(8 << 20)),
            "Broken",
        ),
        (
            "a folded field",
            format!("{ok}x: y\r\n z\r\ncontent-length: 2\r\n\r\n{{}}"),
            "Broken",
        ),
        (
            "an old protocol",
            "HTTP/0.9 200 OK\r\n\r\n{}".to_owned(),
            "Broken",
        ),
        (
            "a status of 4 digits",
            "HTTP/1.1 2000 OK\r\ncontent-length: 2\r\n\r\n{}".to_owned(),
            "Broken",
        ),
        (
            "status 999",
            "HTTP/1.1 999 What\r\ncontent-length: 2\r\n\r\n{}".to_owned(),
            "999",
        ),
        (
            "status 000",
            "HTTP/1.1 000 What\r\ncontent-length: 2\r\n\r\n{}".to_owned(),
            "Broken",
        ),
    ] {
        let (url, seen) = server(vec![answer.into_bytes(), GOOD.into()]).await;
        let client = client(&url);
        let began = Instant::now();
        let outcome = get(&client).await;
        assert_eq!(said(&outcome), first, "{what}");
        assert!(began.elapsed() < Duration::from_secs(5), "{what}");
        // Time for what came too much to arrive.
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(said(&get(&client).await), r#"{"a":1}"#, "after {what}");
        assert_eq!(seen.requests().len(), 2, "{what}");
        if let Err(error) = outcome {
            let shown = format!("{error} {error:?}");
            assert!(shown.len() < 2_000, "{what}: {} bytes", shown.len());
        }
    }
}

/// No coding is asked for, so a small answer cannot become a large one.
#[tokio::test]
async fn a_bomb_of_gzip_is_not_unpacked() {
    // 100 bytes of gzip, whose content would be long.
    let mut answer =
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 100\r\n\r\n".to_vec();
    answer.extend([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
    answer.extend([0xed; 90]);
    let (url, seen) = server(vec![answer]).await;
    let outcome = get(&client(&url)).await;
    assert_eq!(said(&outcome), "decode .");
    let Err(Error::Decode(error)) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(error.body().len(), 100);
    assert!(
        !seen.requests()[0]
            .to_lowercase()
            .contains("accept-encoding")
    );
}

/// An answer's cookies are not sent back, and where it points is not gone to: not by 201, not by a redirect
/// to plain HTTP or another host, with or without a token.
#[tokio::test]
async fn nothing_of_an_answer_leads_to_another_request() {
    let (elsewhere, visits) = server(vec![GOOD.into()]).await;
    for status in [201, 202, 300, 301, 302, 303, 307, 308, 401, 407] {
        let place = elsewhere.replace("http://", "");
        for to in [
            elsewhere.clone(),
            format!("//{place}/x"),
            format!("http://s3cr3t@{place}"),
        ] {
            let head = format!(
                "HTTP/1.1 {status} x\r\nlocation: {to}\r\ncontent-location: {to}\r\nrefresh: 0; url={to}\r\n\
                 link: <{to}>; rel=next\r\nalt-svc: h2=\"{place}\"\r\nset-cookie: a=s3cr3t; Path=/\r\n\
                 set-cookie: b=c\r\nwww-authenticate: Basic realm=x\r\nproxy-authenticate: Basic realm=x\r\n\
                 content-length: 2\r\n\r\n{{}}"
            );
            let (url, seen) = server(vec![head.into()]).await;
            let client = client(&url);
            for _ in 0..2 {
                let outcome = get(&client).await;
                assert_eq!(outcome.is_ok(), status < 300, "{status}: {outcome:?}");
                let posted = client.call::<()>(&POST_THINGS).await;
                let shown = format!("{outcome:?}{posted:?}");
                assert!(!shown.contains("s3cr3t"), "{shown}");
            }
            assert_eq!(seen.requests().len(), 4, "{status}");
            for request in seen.requests() {
                let request = request.to_lowercase();
                assert!(!request.contains("cookie"), "{request}");
                assert!(request.contains("authorization: bearer"), "{request}");
            }
        }
    }
    assert_eq!(visits.connections.load(Ordering::SeqCst), 0);
}

/// A byte now and then, or informational answers without end: an attempt has its time whatever comes.
#[tokio::test]
async fn an_answer_that_drips_has_the_time_of_an_attempt() {
    for (head, drop) in [
        ("", "HTTP/1.1 103 Early Hints\r\n\r\n"),
        ("HTTP/1.1 200 OK\r\n", "x: y\r\n"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n", " "),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
            "1\r\n \r\n",
        ),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n",
            "x: y\r\n",
        ),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("it has one"));
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            // An answer before the request would be an error at once.
            let _ = stream.read(&mut [0; 4096]).await;
            let mut written = stream.write_all(head.as_bytes()).await;
            while written.is_ok() {
                tokio::time::sleep(Duration::from_millis(20)).await;
                written = stream.write_all(drop.as_bytes()).await;
            }
        });
        let began = Instant::now();
        let outcome = get(&client(&url)).await;
        assert_eq!(said(&outcome), "Attempt timeout", "{head}{drop}");
        assert!(began.elapsed() < Duration::from_secs(3));
    }
}

/// A log-in host that is frozen: before its answer, in its head, in its body.
#[tokio::test]
async fn a_log_in_host_that_is_frozen_has_the_time_of_an_attempt() {
    for answer in [
        "",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{\"access_token\"",
    ] {
        let token = r#"{"access_token":"t","token_type":"bearer"}"#;
        let good = format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{token}",
            token.len()
        );
        let (login, seen) = server(vec![answer.into(), good.into()]).await;
        let (api, _) = server(vec![GOOD.into()]).await;
        let builder = builder().base_url(api).login_url(login);
        let client = client_of(builder.client_credentials("id", "s3cr3t"));
        let began = Instant::now();
        // All that wait for it, whatever their number.
        let calls: Vec<_> = (0..5)
            .map(|_| tokio::spawn(client.call::<()>(&GET_THINGS).into_future()))
            .collect();
        for call in calls {
            let error = call.await.expect("no panic").expect_err("no token");
            assert!(matches!(error, Error::Auth(_)), "{error:?}");
        }
        assert!(began.elapsed() < Duration::from_secs(3), "{answer}");
        assert_eq!(seen.requests().len(), 1, "{answer}");
        get(&client).await.expect("the host is well again");
    }
}

/// A transport that does not keep to the limit of bodies that it is told.
#[derive(Debug)]
struct Boundless(u16, Bytes);

impl Transport for Boundless {
    fn send(
        &self,
        _: http::Request<Bytes>,
        _: Exchange,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, Error>> {
        let answer = http::Response::builder().status(self.0);
        let answer = answer.body(self.1.clone()).expect("a status");
        Box::pin(async move { Ok(answer) })
    }
}

/// 64 MiB of JSON as the answer to a log-in are refused before they are read, also from a transport that
/// has no limits of its own, and whatever the status; and of 1 MiB no more is decoded than is asked for.
#[test]
fn a_token_answer_of_any_size_costs_little() {
    let answer = |zeros| {
        let zeros = "0,".repeat(zeros);
        Bytes::from(format!(
            r#"{{"access_token":"t","token_type":"bearer","x":[{zeros}0]}}"#
        ))
    };
    let big = answer(32 << 20);
    // The last is as large as is read, and a token.
    for (status, body) in [
        (200, big.clone()),
        (400, big.clone()),
        (500, big),
        (200, answer(500_000)),
    ] {
        let is_read = body.len() < 1 << 20;
        let transport = Arc::new(Boundless(status, body));
        let builder = builder().transport(transport);
        let client = client_of(builder.client_credentials("id", "s3cr3t"));
        // The log-in is a task, which this runtime drives on this thread.
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let runtime = runtime.expect("a runtime");
        let mut outcome = Ok(());
        let cost = allocation_counter::measure(|| {
            outcome = runtime.block_on(async { client.call::<()>(&GET_THINGS).await });
        });
        match outcome {
            Err(error) => assert!(matches!(error, Error::Auth(_)), "{error:?}"),
            Ok(()) => assert!(is_read, "{status}"),
        }
        assert!(cost.bytes_max < 4 << 20, "{status}: {cost:?}");
    }
}

/// Over the wire nothing of it is read.
#[tokio::test]
async fn a_token_answer_that_says_its_size_is_not_waited_for() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 67108864\r\n\r\n{";
    let (login, _) = server(vec![head.into()]).await;
    let builder = builder().base_url("http://127.0.0.1:1").login_url(login);
    let client = client_of(builder.client_credentials("id", "s3cr3t"));
    let began = Instant::now();
    let error = get(&client).await.expect_err("no token");
    assert!(matches!(error, Error::Auth(_)), "{error:?}");
    assert!(began.elapsed() < Duration::from_millis(400));
}

/// A proxy that says nothing, one that wants to know who asks, and one that is none: an error in time, which
/// shows neither the proxy's password nor the call's token.
#[tokio::test]
async fn proxies_that_do_not_let_through() {
    let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\n\
        proxy-authenticate: Basic realm=\"s3cr3t\"\r\ncontent-length: 0\r\n\r\n";
    for (what, answer, plain, tls) in [
        ("silence", "", "Attempt timeout", "Connect timeout"),
        ("407", refusal, "407", "Connect"),
        ("no HTTP", "s3cr3t\r\n\r\n", "Broken", "Connect"),
        (
            "a way that ends",
            "HTTP/1.1 200 OK\r\n\r\nno TLS",
            "decode .",
            "Connect",
        ),
        ("a head of 1 MiB", "BIG", "Broken", "Connect"),
    ] {
        let answer = if answer == "BIG" {
            format!("HTTP/1.1 200 {}", "x".repeat(1 << 20))
        } else {
            answer.to_owned()
        };
        for (url, expected) in [("http://localhost:1", plain), ("https://localhost:1", tls)] {
            let proxy = raw_server(answer.clone(), answer.is_empty()).await;
            let proxy = proxy.replace("http://", "http://user:s3cr3t-password@");
            let builder = builder().base_url(url).access_token("s3cr3t-token");
            let client = client_of(
                builder
                    .proxy(proxy)
                    .connect_timeout(Duration::from_millis(200)),
            );
            let began = Instant::now();
            let outcome = get(&client).await;
            assert_eq!(said(&outcome), expected, "{what} {url}: {outcome:?}");
            assert!(began.elapsed() < Duration::from_secs(3), "{what} {url}");
            let error = outcome.expect_err("no way through");
            let mut cause: Option<&dyn std::error::Error> = Some(&error);
            while let Some(error) = cause {
                let shown = format!("{error} {error:?}");
                assert!(!shown.contains("s3cr3t"), "{what} {url}: {shown}");
                cause = error.source();
            }
        }
    }
}
