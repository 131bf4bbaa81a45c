//! What a call costs beside the same call written by hand on reqwest, against a server on loopback:
//! `cargo bench --package runtime --bench overhead`.
//!
//! criterion measures each by itself. A busy machine is not the same from one second to the next,
//! so the ratio is told by calls that alternate, and as a median. Allocations are those of the
//! client's thread.

use criterion::Criterion;
use http::header::{ACCEPT, AUTHORIZATION, USER_AGENT};
use runtime::{Call, Client, ClientBuilder, Operation, Parts, RegionEntry, Require};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

type Page = BTreeMap<String, Value>;

static REGIONS: &[RegionEntry] = &[];

static OPERATION: Operation = Operation {
    id: "getThings",
    method: http::Method::GET,
    path: "/api/v2/things/{thingId}",
    require: Require::Unknown,
    permissions: &[],
    safe: false,
};

/// Answers every request with one page, on a thread for each connection.
fn server() -> String {
    let entities: Vec<Value> = (0..25)
        .map(|n| serde_json::json!({"id": n, "name": "a thing", "enabled": true}))
        .collect();
    let body = serde_json::json!({"entities": entities, "pageCount": 1}).to_string();
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("it has one");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut out, answer) = (stream.expect("a connection"), answer.clone());
            out.set_nodelay(true).expect("a socket");
            std::thread::spawn(move || {
                let mut lines = BufReader::new(out.try_clone().expect("a socket")).lines();
                while let Some(Ok(line)) = lines.next() {
                    if line.is_empty() && out.write_all(answer.as_bytes()).is_err() {
                        break;
                    }
                }
            });
        }
    });
    format!("http://{address}")
}

async fn by_client(client: &Client) -> Page {
    let parts = Parts::new(client, &OPERATION)
        .path("thingId", &"a thing")
        .query("pageSize", &25)
        .query("name", &"personal");
    Call::new(parts).await.expect("an answer")
}

async fn by_hand(client: &reqwest::Client, base: &str) -> Page {
    let (id, size, name) = ("a%20thing", 25, "personal");
    let url = format!("{base}/api/v2/things/{id}?pageSize={size}&name={name}");
    let request = client
        .get(url)
        .timeout(Duration::from_secs(60))
        .header(ACCEPT, "application/json")
        .header(USER_AGENT, "hand/1.0")
        .header(AUTHORIZATION, "Bearer token");
    let answer = request.send().await.expect("an answer");
    let answer = answer.error_for_status().expect("200");
    let body = answer.bytes().await.expect("a body");
    serde_json::from_slice(&body).expect("a page")
}

struct Both {
    runtime: Runtime,
    base: String,
    client: Client,
    reqwest: reqwest::Client,
}

impl Both {
    fn new() -> Self {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().expect("a runtime");
        let base = server();
        let client = ClientBuilder::new(REGIONS);
        let client = client.base_url(&base).access_token("token").build();
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self {
            runtime,
            client: client.expect("the settings are right"),
            reqwest: reqwest::Client::new(),
            base,
        }
    }

    fn by_client(&self) -> Page {
        self.runtime.block_on(by_client(&self.client))
    }

    fn by_hand(&self) -> Page {
        self.runtime.block_on(by_hand(&self.reqwest, &self.base))
    }

    /// The median of a call's time by the client over that by hand, of calls that alternate.
    fn ratio(&self, calls: usize) -> f64 {
        let (mut client, mut hand) = (Vec::new(), Vec::new());
        for _ in 0..calls {
            for (times, call) in [
                (&mut client, &(|| self.by_client()) as &dyn Fn() -> Page),
                (&mut hand, &|| self.by_hand()),
            ] {
                let started = Instant::now();
                std::hint::black_box(call());
                times.push(started.elapsed());
            }
        }
        let median = |times: &mut Vec<Duration>| {
            times.sort();
            times[times.len() / 2]
        };
        median(&mut client).as_secs_f64() / median(&mut hand).as_secs_f64()
    }
}

fn main() {
    let both = Both::new();
    assert_eq!(both.by_client(), both.by_hand());
    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("call by the client", |it| it.iter(|| both.by_client()));
    criterion.bench_function("call by hand", |it| it.iter(|| both.by_hand()));
    criterion.final_summary();
    let allocations = |call: &dyn Fn() -> Page| {
        let counted = allocation_counter::measure(|| {
            std::hint::black_box(call());
        });
        (counted.count_total, counted.bytes_total)
    };
    for _ in 0..3 {
        println!("time by the client / by hand: {:.3}", both.ratio(4_000));
    }
    let (client, bytes) = allocations(&|| both.by_client());
    let (hand, hand_bytes) = allocations(&|| both.by_hand());
    println!("allocations by the client {client} ({bytes} B), by hand {hand} ({hand_bytes} B)");
}
