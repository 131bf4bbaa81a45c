//! The server of the soak test: HTTP/1.1 by hand, because no well-behaved server library would cut
//! a body in half. What it does wrong depends on the number that is asked for alone.

use super::soak::BODY_LIMIT;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// So many requests a token is good for.
const TOKEN_LASTS: usize = 1_000;

/// What goes wrong with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    Slow,
    OtherContentType,
    CutOnce,
    CutAlways,
    CutPost,
    HalfBodyOnce,
    HalfBodyAlways,
    Limited,
    LimitedWithDate,
    LimitedForLong,
    Unavailable,
    Failed,
    Html,
    Garbage,
    Huge,
}

/// Whether the connection can be used again.
type KeepAlive = bool;

impl Fault {
    /// Four of ten calls meet none.
    pub fn of(number: usize) -> Self {
        const FAULTS: [Fault; 15] = [
            Fault::Slow,
            Fault::OtherContentType,
            Fault::CutOnce,
            Fault::CutAlways,
            Fault::CutPost,
            Fault::HalfBodyOnce,
            Fault::HalfBodyAlways,
            Fault::Limited,
            Fault::LimitedWithDate,
            Fault::LimitedForLong,
            Fault::Unavailable,
            Fault::Failed,
            Fault::Html,
            Fault::Garbage,
            Fault::Huge,
        ];
        FAULTS.get(number % 25).copied().unwrap_or(Self::None)
    }

    /// For the report.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Slow => "slow",
            Self::OtherContentType => "another content type",
            Self::CutOnce => "cut once",
            Self::CutAlways => "cut always",
            Self::CutPost => "cut, not to be repeated",
            Self::HalfBodyOnce => "half a body once",
            Self::HalfBodyAlways => "half a body always",
            Self::Limited => "429 once",
            Self::LimitedWithDate => "429 once, Retry-After",
            Self::LimitedForLong => "429, Retry-After: 600",
            Self::Unavailable => "503 always",
            Self::Failed => "500",
            Self::Html => "HTML",
            Self::Garbage => "garbage for JSON",
            Self::Huge => "huge body",
        }
    }

    /// The error that a call with it should end in; nothing where it should be answered.
    pub fn error(self) -> Option<&'static str> {
        match self {
            Self::CutAlways | Self::CutPost | Self::HalfBodyAlways => Some("broken"),
            Self::LimitedForLong => Some("429"),
            Self::Unavailable => Some("503"),
            Self::Failed => Some("500"),
            Self::Html | Self::Garbage => Some("decode"),
            Self::Huge => Some("too large"),
            _ => None,
        }
    }
}

/// What the server saw of one call.
#[derive(Default)]
pub struct Seen {
    /// Requests that were not refused with 401.
    pub requests: AtomicUsize,
    /// Whole answers of 200.
    pub answers: AtomicUsize,
}

/// The server, and what it saw.
pub struct Server {
    pub url: String,
    pub seen: Arc<[Seen]>,
    pub log_ins: Arc<AtomicUsize>,
    /// With those that were refused.
    pub log_ins_asked: Arc<AtomicUsize>,
    pub unauthorized: Arc<AtomicUsize>,
}

#[derive(Clone)]
struct State {
    seen: Arc<[Seen]>,
    log_ins: Arc<AtomicUsize>,
    log_ins_asked: Arc<AtomicUsize>,
    unauthorized: Arc<AtomicUsize>,
    /// Requests since the last log-in.
    since: Arc<AtomicUsize>,
}

impl Server {
    /// Starts one for calls of numbers below `total`.
    pub async fn start(total: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("it has one");
        let state = State {
            seen: (0..total).map(|_| Seen::default()).collect(),
            log_ins: Arc::default(),
            log_ins_asked: Arc::default(),
            unauthorized: Arc::default(),
            since: Arc::default(),
        };
        let server = Self {
            url: format!("http://{address}"),
            seen: state.seen.clone(),
            log_ins: state.log_ins.clone(),
            log_ins_asked: state.log_ins_asked.clone(),
            unauthorized: state.unauthorized.clone(),
        };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(connection(stream, state.clone()));
            }
        });
        server
    }
}

async fn connection(stream: TcpStream, state: State) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read(&mut stream).await {
        let out = stream.get_mut();
        match answer(&request, &state, out).await {
            Ok(true) => {}
            Ok(false) | Err(_) => break,
        }
    }
    let _ = stream.get_mut().shutdown().await;
}

struct Request {
    path: String,
    token: Option<usize>,
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    stream.read_line(&mut line).await.ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let (mut length, mut token) = (0, None);
    loop {
        line.clear();
        stream.read_line(&mut line).await.ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        match name {
            "content-length" => length = value.parse().ok()?,
            "authorization" => {
                token = value
                    .strip_prefix("Bearer t-")
                    .and_then(|it| it.parse().ok());
            }
            _ => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(Request { path, token })
}

async fn answer(
    request: &Request,
    state: &State,
    out: &mut TcpStream,
) -> std::io::Result<KeepAlive> {
    if request.path == "/oauth/token" {
        // Every third log-in is refused at first.
        let before = state.log_ins_asked.fetch_add(1, Ordering::SeqCst);
        if before.is_multiple_of(4) {
            let unavailable = "503 Service Unavailable";
            return write(out, unavailable, "", "text/html", b"<html>").await;
        }
        let number = state.log_ins.fetch_add(1, Ordering::SeqCst) + 1;
        state.since.store(0, Ordering::SeqCst);
        let body = format!(r#"{{"access_token": "t-{number}", "token_type": "bearer"}}"#);
        return write(out, "200 OK", "", "application/json", body.as_bytes()).await;
    }
    let current = request.token == Some(state.log_ins.load(Ordering::SeqCst));
    if !current || state.since.fetch_add(1, Ordering::SeqCst) >= TOKEN_LASTS {
        state.unauthorized.fetch_add(1, Ordering::SeqCst);
        return write(out, "401 Unauthorized", "", "application/json", b"{}").await;
    }
    let number = request
        .path
        .strip_prefix("/numbers/")
        .and_then(|it| it.parse().ok());
    let number: usize = number.expect("the client asks for numbers");
    let seen = &state.seen[number];
    let first = seen.requests.fetch_add(1, Ordering::SeqCst) == 0;
    fault(number, first, seen, out).await
}

async fn fault(
    number: usize,
    first: bool,
    seen: &Seen,
    out: &mut TcpStream,
) -> std::io::Result<KeepAlive> {
    let json = "application/json";
    let right = format!(r#"{{"number": {number}}}"#);
    let limited = "429 Too Many Requests";
    match Fault::of(number) {
        Fault::CutOnce if first => return Ok(false),
        Fault::CutAlways | Fault::CutPost => return Ok(false),
        Fault::HalfBodyOnce if first => return half(out).await,
        Fault::HalfBodyAlways => return half(out).await,
        Fault::Limited if first => return write(out, limited, "", json, b"{}").await,
        Fault::LimitedWithDate if first => {
            let date = "retry-after: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
            return write(out, limited, date, json, b"{}").await;
        }
        Fault::LimitedForLong => {
            return write(out, limited, "retry-after: 600\r\n", json, b"{}").await;
        }
        Fault::Unavailable => {
            return write(out, "503 Service Unavailable", "", "text/html", b"<html>").await;
        }
        Fault::Failed => return write(out, "500 Internal Server Error", "", json, b"{}").await,
        Fault::Html => return write(out, "200 OK", "", "text/html", b"<html></html>").await,
        Fault::Garbage => return write(out, "200 OK", "", json, &right.as_bytes()[1..]).await,
        Fault::Huge => {
            return write(out, "200 OK", "", json, &vec![b' '; 2 * BODY_LIMIT]).await;
        }
        Fault::Slow => tokio::time::sleep(Duration::from_millis(30)).await,
        _ => {}
    }
    seen.answers.fetch_add(1, Ordering::SeqCst);
    let content_type = match Fault::of(number) {
        Fault::OtherContentType => "text/plain",
        _ => json,
    };
    write(out, "200 OK", "", content_type, right.as_bytes()).await
}

async fn half(out: &mut TcpStream) -> std::io::Result<KeepAlive> {
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"number\": ";
    out.write_all(half.as_bytes()).await?;
    Ok(false)
}

async fn write(
    out: &mut TcpStream,
    status: &str,
    fields: &str,
    content_type: &str,
    body: &[u8],
) -> std::io::Result<KeepAlive> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\n{fields}content-type: {content_type}\r\ncontent-length: {length}\r\n\r\n"
    );
    out.write_all(&[head.as_bytes(), body].concat()).await?;
    Ok(true)
}
