//! A burst over the API's limit, in real time over loopback: 300 calls at once against a server that
//! allows 30 a second and answers 429 with `Retry-After: 1` beyond. Its own floor is 10 s.
//!
//! `cargo run --release --package runtime --example burst` prints the table of ARCHITECTURE.md, and
//! ends with 1 if by default a call fails or all take more than 1.3 times the floor.

#[path = "../src/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "a client that calls few operations"
)]
mod runtime;

use crate::runtime::{ClientBuilder, Operation, Require, RetryPolicy};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

const CALLS: usize = 300;
const ALLOWED: usize = 30;
const FLOOR: Duration = Duration::from_secs(10);

static POST: Operation = Operation::new(
    "postThings",
    http::Method::POST,
    "/things",
    Require::None,
    &[],
);

#[derive(Default)]
struct Server {
    /// When requests of the last second were allowed.
    allowed: Mutex<Vec<Instant>>,
    requests: AtomicUsize,
}

impl Server {
    async fn start() -> (Arc<Self>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("it has one");
        let server = Arc::<Self>::default();
        let known = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(server.clone().serve(BufReader::new(stream)));
            }
        });
        (known, format!("http://{address}"))
    }

    async fn serve(self: Arc<Self>, mut stream: BufReader<TcpStream>) {
        let mut line = String::new();
        while stream.read_line(&mut line).await.is_ok_and(|read| read > 0) {
            if line == "\r\n" {
                let answer = if self.allows() {
                    "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
                } else {
                    "HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\ncontent-length: 2\r\n\r\n{}"
                };
                if stream.get_mut().write_all(answer.as_bytes()).await.is_err() {
                    return;
                }
            }
            line.clear();
        }
    }

    fn allows(&self) -> bool {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let now = Instant::now();
        let mut allowed = self.allowed.lock().unwrap_or_else(PoisonError::into_inner);
        allowed.retain(|time| now - *time < Duration::from_secs(1));
        let is_free = allowed.len() < ALLOWED;
        if is_free {
            allowed.push(now);
        }
        is_free
    }
}

async fn burst(settings: fn(ClientBuilder) -> ClientBuilder) -> (usize, usize, Duration) {
    let (server, url) = Server::start().await;
    let builder = ClientBuilder::new(&[]).base_url(url).access_token("t");
    let client = settings(builder).build().expect("the settings are right");
    let started = Instant::now();
    let calls: Vec<_> = (0..CALLS)
        .map(|_| tokio::spawn(client.call::<()>(&POST).into_future()))
        .collect();
    let mut errors = 0;
    for call in calls {
        errors += usize::from(call.await.expect("no call panics").is_err());
    }
    let requests = server.requests.load(Ordering::Relaxed);
    (errors, requests, started.elapsed())
}

#[tokio::main]
async fn main() -> std::process::ExitCode {
    type Settings = fn(ClientBuilder) -> ClientBuilder;
    let settings: [(&str, Settings); 3] = [
        ("default", |it| it),
        ("`rate_limit` of 30 a second", |it| {
            let count = NonZeroU32::new(30).expect("not zero");
            it.rate_limit(count, Duration::from_secs(1))
        }),
        ("`RetryPolicy::never()`", |it| {
            it.retry(RetryPolicy::never())
        }),
    ];
    println!("| | errors | requests | time | of the floor |");
    println!("|---|---|---|---|---|");
    let mut is_met = true;
    for (name, settings) in settings {
        let (errors, requests, time) = burst(settings).await;
        let (seconds, ratio) = (time.as_secs_f64(), time.as_secs_f64() / FLOOR.as_secs_f64());
        println!("| {name} | {errors} | {requests} | {seconds:.1} s | {ratio:.2} |");
        is_met &= name != "default" || errors == 0 && ratio <= 1.3;
    }
    u8::from(!is_met).into()
}
