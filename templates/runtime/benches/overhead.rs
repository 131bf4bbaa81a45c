//! What a call costs beside the same call written by hand on reqwest, against a server on loopback:
//! `cargo bench --package runtime --bench overhead`.
//!
//! By hand is what somebody writes who needs this one call: the reqwest client is built once, with its
//! timeouts for connecting and for the whole, no redirects, and the header fields that never change;
//! values are percent-encoded into the URL, the token goes into each request, another status than 2xx
//! is an error, and the body is read whole and decoded by serde into the same type. It has no retries,
//! no refresh of the token, no limits, no hooks and no spans, which is what the ratio is the price of.
//!
//! criterion measures each by itself. A busy machine is not the same from one second to the next,
//! so the ratio is told by calls that alternate, by their fastest tenth. Allocations are those of the
//! client's thread.

#[path = "../src/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "a client that calls few operations"
)]
mod runtime;

use crate::runtime::{
    Call, Client, ClientBuilder, Operation, RegionEntry, RequestParts, Require, Returned,
};
use criterion::Criterion;
use http::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

/// A page of 25 things, or nothing of it.
type ThingsPage = BTreeMap<String, Value>;

static REGIONS: &[RegionEntry] = &[];

static OPERATION: Operation = Operation::new(
    "getThings",
    http::Method::GET,
    "/api/v2/things/{thingId}",
    Require::Unknown,
    &[],
);

/// Answers every request with one page. One thread serves all connections: two would be on one
/// core or on two as it happens, and one of the sides would be the luckier one.
fn server() -> String {
    let entities: Vec<Value> = (0..25)
        .map(|n| serde_json::json!({"id": n, "name": "a thing", "enabled": true}))
        .collect();
    let body = serde_json::json!({"entities": entities, "pageCount": 1}).to_string();
    let length = body.len();
    let answer: &'static str = Box::leak(
        format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\n\r\n{body}"
        )
        .into(),
    );
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("a socket");
    let address = listener.local_addr().expect("it has one");
    std::thread::spawn(move || {
        runtime().block_on(async {
            let listener = TcpListener::from_std(listener).expect("a socket");
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, answer));
            }
        });
    });
    format!("http://{address}")
}

async fn serve(stream: TcpStream, answer: &str) {
    stream.set_nodelay(true).expect("a socket");
    let mut lines = BufReader::new(stream).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if line.is_empty() {
            let out = lines.get_mut().get_mut();
            out.write_all(answer.as_bytes()).await.expect("it is read");
        }
    }
}

fn runtime() -> Runtime {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().expect("a runtime")
}

/// What both sides are called with: values that are not known before.
fn arguments() -> (&'static str, i32, &'static str) {
    std::hint::black_box(("a thing", 25, "personal"))
}

async fn by_client<T: Returned>(client: &Client) -> T {
    let (id, size, name) = arguments();
    let parts = RequestParts::new(client, &OPERATION)
        .path("thingId", &id)
        .query("pageSize", &size)
        .query("name", &name);
    Call::new(parts).await.expect("an answer")
}

/// Everything but the unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

async fn by_hand<T>(
    client: &reqwest::Client,
    base: &str,
    token: &HeaderValue,
    decode: fn(&[u8]) -> T,
) -> T {
    let (id, size, name) = arguments();
    let encoded = |text| utf8_percent_encode(text, RESERVED);
    let (id, name) = (encoded(id), encoded(name));
    let url = format!("{base}/api/v2/things/{id}?pageSize={size}&name={name}");
    let request = client.get(url).header(AUTHORIZATION, token.clone());
    let answer = request.send().await.expect("an answer");
    let answer = answer.error_for_status().expect("200");
    let body = answer.bytes().await.expect("a body");
    decode(&body)
}

fn page(body: &[u8]) -> ThingsPage {
    serde_json::from_slice(body).expect("a page")
}

fn nothing(_: &[u8]) {}

struct Both {
    runtime: Runtime,
    base: String,
    client: Client,
    reqwest: reqwest::Client,
    token: HeaderValue,
}

impl Both {
    fn new() -> Self {
        let base = server();
        let client = ClientBuilder::new(REGIONS);
        let client = client.base_url(&base).access_token("token").build();
        let _ = rustls::crypto::ring::default_provider().install_default();
        let json = HeaderValue::from_static("application/json");
        let reqwest = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(60))
            .redirect(reqwest::redirect::Policy::none())
            .user_agent("hand/1.0")
            .default_headers(HeaderMap::from_iter([(ACCEPT, json)]));
        let mut token = HeaderValue::from_static("Bearer token");
        token.set_sensitive(true);
        Self {
            token,
            runtime: runtime(),
            client: client.expect("the settings are right"),
            reqwest: reqwest.build().expect("the settings are right"),
            base,
        }
    }

    fn by_client<T: Returned>(&self) -> T {
        self.runtime.block_on(by_client(&self.client))
    }

    fn by_hand<T>(&self, decode: fn(&[u8]) -> T) -> T {
        self.runtime
            .block_on(by_hand(&self.reqwest, &self.base, &self.token, decode))
    }

    /// A call's time by the client over that by hand: the slowest of the fastest tenth of calls
    /// that alternate.
    fn ratio<T: Returned>(&self, calls: usize, decode: fn(&[u8]) -> T) -> f64 {
        let (mut client, mut hand) = (Vec::new(), Vec::new());
        for _ in 0..calls {
            for (times, call) in [
                (&mut client, &(|| self.by_client()) as &dyn Fn() -> T),
                (&mut hand, &|| self.by_hand(decode)),
            ] {
                let started = Instant::now();
                std::hint::black_box(call());
                times.push(started.elapsed());
            }
        }
        let fast = |times: &mut Vec<Duration>| {
            times.sort();
            times[times.len() / 10]
        };
        fast(&mut client).as_secs_f64() / fast(&mut hand).as_secs_f64()
    }
}

fn tell<T: Returned>(both: &Both, what: &str, decode: fn(&[u8]) -> T) {
    let allocations = |call: &dyn Fn() -> T| {
        let counted = allocation_counter::measure(|| {
            std::hint::black_box(call());
        });
        (counted.count_total, counted.bytes_total)
    };
    let ratios: Vec<_> = (0..5).map(|_| both.ratio(5_000, decode)).collect();
    println!("{what}: time by the client / by hand {ratios:.3?}");
    let (client, bytes) = allocations(&|| both.by_client());
    let (hand, hand_bytes) = allocations(&|| both.by_hand(decode));
    println!("{what}: allocations {client} ({bytes} B) / {hand} ({hand_bytes} B)");
}

fn main() {
    let both = Both::new();
    assert_eq!(both.by_client::<ThingsPage>(), both.by_hand(page));
    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("by the client", |it| {
        it.iter(|| both.by_client::<ThingsPage>());
    });
    criterion.bench_function("by hand", |it| it.iter(|| both.by_hand(page)));
    criterion.final_summary();
    tell(&both, "call", nothing);
    tell(&both, "call and decoding", page);
}
