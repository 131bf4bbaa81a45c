//! The server of the soak test: HTTP/1.1 by hand, because no well-behaved server library would cut
//! a body in half, and HTTP/2 over TLS. What it does wrong depends on the number that is asked for alone.
//!
//! Longer than most files: each fault is there in both versions of HTTP.

use super::soak::{ATTEMPT_TIMEOUT, BODY_LIMIT};
use bytes::Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, crypto};

/// What the server of HTTP/2 shows, and the authority that signed it.
const SERVER: &[u8] = include_bytes!("../fixtures/tls/server.pem");
pub const CA: &[u8] = include_bytes!("../fixtures/tls/ca.pem");

/// `Retry-After` that is none, is over, or is no whole number of seconds.
const ODD_WAITS: [&str; 6] = [
    "-1",
    "0.5",
    "1e3",
    "",
    "soon",
    "Sun, 06 Nov 1994 08:49:37 GMT",
];

/// One call in so many meets a connection that freezes.
const FREEZES: usize = 2_500;

/// How long what is answered already may take to leave a connection that freezes.
const LAST_WORDS: Duration = Duration::from_millis(100);

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
    HugeError,
    LimitedForEver,
    LimitedOddly,
    Freeze,
}

/// How a request is answered.
enum Reply {
    Whole(Answer),
    /// The head, and the first bytes of a longer body.
    Half,
    /// Nothing, and the connection (HTTP/2: the stream) ends.
    Cut,
    /// Nothing; nor is the connection read any more.
    Freeze,
}

struct Answer {
    status: u16,
    fields: Vec<(&'static str, &'static str)>,
    body: Bytes,
}

/// An answer of JSON, where nothing else is said.
fn whole(status: u16, fields: &[(&'static str, &'static str)], body: impl Into<Bytes>) -> Reply {
    let mut fields = fields.to_vec();
    if !fields.iter().any(|(name, _)| *name == "content-type") {
        fields.push(("content-type", "application/json"));
    }
    let body = body.into();
    Reply::Whole(Answer {
        status,
        fields,
        body,
    })
}

impl Fault {
    /// About a third of the calls meet none.
    pub fn of(number: usize) -> Self {
        const FAULTS: [Fault; 18] = [
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
            Fault::HugeError,
            Fault::LimitedForEver,
            Fault::LimitedOddly,
        ];
        if number % FREEZES == FREEZES / 2 + 24 {
            return Self::Freeze;
        }
        match FAULTS.get(number % 25).copied().unwrap_or(Self::None) {
            // A tenth of them: many at once are taken for a limit of all calls.
            Self::Limited
            | Self::LimitedWithDate
            | Self::LimitedForLong
            | Self::LimitedForEver
            | Self::LimitedOddly
                if !(number / 25).is_multiple_of(10) =>
            {
                Self::None
            }
            fault => fault,
        }
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
            Self::HugeError => "400 with a huge body",
            Self::LimitedForEver => "429, Retry-After: 2^64 - 1",
            Self::LimitedOddly => "429 once, odd Retry-After",
            Self::Freeze => "frozen connection",
        }
    }

    /// The error that a call with it should end in; nothing where it should be answered.
    pub fn error(self) -> Option<&'static str> {
        match self {
            Self::CutAlways | Self::CutPost | Self::HalfBodyAlways => Some("broken"),
            Self::LimitedForLong | Self::LimitedForEver => Some("429"),
            Self::HugeError => Some("400"),
            Self::Freeze => Some("frozen"),
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
    /// Frozen connections last until this is sent, at most.
    pub end: watch::Sender<()>,
}

#[derive(Clone)]
struct State {
    seen: Arc<[Seen]>,
    log_ins: Arc<AtomicUsize>,
    log_ins_asked: Arc<AtomicUsize>,
    unauthorized: Arc<AtomicUsize>,
    /// Requests since the last log-in.
    since: Arc<AtomicUsize>,
    end: watch::Receiver<()>,
}

impl Server {
    /// Starts one for calls of numbers below `total`.
    pub async fn start(total: usize, is_http2: bool) -> Self {
        let (end, is_over) = watch::channel(());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("it has one");
        let state = State {
            seen: (0..total).map(|_| Seen::default()).collect(),
            log_ins: Arc::default(),
            log_ins_asked: Arc::default(),
            unauthorized: Arc::default(),
            since: Arc::default(),
            end: is_over,
        };
        let server = Self {
            url: if is_http2 {
                format!("https://localhost:{}", address.port())
            } else {
                format!("http://{address}")
            },
            seen: state.seen.clone(),
            log_ins: state.log_ins.clone(),
            log_ins_asked: state.log_ins_asked.clone(),
            unauthorized: state.unauthorized.clone(),
            end,
        };
        let acceptor = is_http2.then(acceptor);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                match acceptor.clone() {
                    Some(acceptor) => drop(tokio::spawn(http2(acceptor, stream, state.clone()))),
                    None => drop(tokio::spawn(connection(stream, state.clone()))),
                }
            }
        });
        server
    }
}

async fn connection(stream: TcpStream, state: State) {
    let mut stream = BufReader::new(stream);
    while let Some(request) = read(&mut stream).await {
        let (reply, seen) = answer(&request, &state).await;
        let out = stream.get_mut();
        let written = match reply {
            Reply::Whole(answer) => write(out, answer).await,
            Reply::Half => {
                let half = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"number\": ";
                let _ = out.write_all(half.as_bytes()).await;
                break;
            }
            Reply::Cut => break,
            Reply::Freeze => {
                freeze(state.end).await;
                return;
            }
        };
        if written.is_err() {
            break;
        }
        count(seen, &state);
    }
    let _ = stream.get_mut().shutdown().await;
}

/// That a call got a whole answer.
fn count(number: Option<usize>, state: &State) {
    if let Some(number) = number {
        state.seen[number].answers.fetch_add(1, Ordering::SeqCst);
    }
}

/// TLS with the fixture's certificate, for HTTP/2.
pub fn acceptor() -> TlsAcceptor {
    let provider = Arc::new(crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider);
    let config = config
        .with_safe_default_protocol_versions()
        .expect("ring has them")
        .with_no_client_auth();
    let chain = vec![CertificateDer::from_pem_slice(SERVER).expect("PEM")];
    let key = PrivateKeyDer::from_pem_slice(SERVER).expect("PEM");
    let mut config = config.with_single_cert(chain, key).expect("a pair");
    config.alpn_protocols = vec!["h2".into()];
    Arc::new(config).into()
}

async fn http2(acceptor: TlsAcceptor, stream: TcpStream, state: State) {
    let Ok(stream) = acceptor.accept(stream).await else {
        return;
    };
    let Ok(mut connection) = h2::server::handshake(stream).await else {
        return;
    };
    let is_frozen = Arc::new(AtomicBool::new(false));
    // What is never answered must not be dropped either, which would reset the stream.
    let mut kept = Vec::new();
    while !is_frozen.load(Ordering::SeqCst) {
        let next = tokio::time::timeout(LAST_WORDS, connection.accept()).await;
        let (request, respond) = match next {
            Err(_) => continue,
            Ok(Some(Ok(next))) => next,
            Ok(None | Some(Err(_))) => return,
        };
        let (state, is_frozen) = (state.clone(), is_frozen.clone());
        tokio::spawn(stream_of_http2(request, respond, state, is_frozen));
    }
    let flush = async {
        while let Some(Ok(next)) = connection.accept().await {
            kept.push(next);
        }
    };
    let _ = tokio::time::timeout(LAST_WORDS, flush).await;
    freeze(state.end).await;
}

/// Longer than anything of the client waits for the connection. Then what was not sent is given up, so that the
/// memory of the process is the client's.
async fn freeze(mut end: watch::Receiver<()>) {
    let _ = tokio::time::timeout(ATTEMPT_TIMEOUT * 3, end.changed()).await;
}

async fn stream_of_http2(
    request: http::Request<h2::RecvStream>,
    mut respond: h2::server::SendResponse<Bytes>,
    state: State,
    is_frozen: Arc<AtomicBool>,
) {
    let (head, mut body) = request.into_parts();
    while let Some(Ok(piece)) = body.data().await {
        let _ = body.flow_control().release_capacity(piece.len());
    }
    let token = head
        .headers
        .get("authorization")
        .and_then(|it| it.to_str().ok());
    let request = Request {
        path: head.uri.path().to_owned(),
        token: token.and_then(number_of),
    };
    let (reply, seen) = answer(&request, &state).await;
    if matches!(reply, Reply::Freeze) {
        is_frozen.store(true, Ordering::SeqCst);
    }
    if is_frozen.load(Ordering::SeqCst) {
        freeze(state.end).await;
        return;
    }
    let (status, fields, body, is_whole) = match reply {
        Reply::Whole(answer) => (answer.status, answer.fields, answer.body, true),
        Reply::Half => (
            200,
            vec![("content-length", "100")],
            Bytes::from("{\"number\": "),
            false,
        ),
        Reply::Cut | Reply::Freeze => return respond.send_reset(h2::Reason::INTERNAL_ERROR),
    };
    let mut answer = http::Response::builder().status(status);
    for (name, value) in fields {
        answer = answer.header(name, value);
    }
    let Ok(mut out) = respond.send_response(answer.body(()).expect("fields of ours"), false) else {
        return;
    };
    if send(&mut out, body, is_whole).await.is_ok() {
        if is_whole {
            count(seen, &state);
        } else {
            // The bytes leave first.
            tokio::time::sleep(Duration::from_millis(5)).await;
            out.send_reset(h2::Reason::INTERNAL_ERROR);
        }
    }
}

/// Sends a body as the client makes room for it.
async fn send(
    out: &mut h2::SendStream<Bytes>,
    mut body: Bytes,
    ends: bool,
) -> Result<(), h2::Error> {
    while !body.is_empty() {
        out.reserve_capacity(body.len());
        let room = std::future::poll_fn(|context| out.poll_capacity(context)).await;
        let Some(room) = room.transpose()? else {
            return Err(h2::Reason::CANCEL.into());
        };
        let piece = body.split_to(room.min(body.len()));
        out.send_data(piece, ends && body.is_empty())?;
    }
    Ok(())
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
                token = number_of(value);
            }
            _ => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(Request { path, token })
}

fn number_of(authorization: &str) -> Option<usize> {
    authorization.strip_prefix("Bearer t-")?.parse().ok()
}

/// How a request is answered, and of which call it is, where that gets a success.
async fn answer(request: &Request, state: &State) -> (Reply, Option<usize>) {
    if request.path == "/oauth/token" {
        return (log_in(state), None);
    }
    let current = request.token == Some(state.log_ins.load(Ordering::SeqCst));
    if !current || state.since.fetch_add(1, Ordering::SeqCst) >= TOKEN_LASTS {
        state.unauthorized.fetch_add(1, Ordering::SeqCst);
        return (whole(401, &[], "{}"), None);
    }
    let number = request
        .path
        .strip_prefix("/numbers/")
        .and_then(|it| it.parse().ok());
    let number: usize = number.expect("the client asks for numbers");
    let first = state.seen[number].requests.fetch_add(1, Ordering::SeqCst) == 0;
    if let Some(reply) = fault(number, first) {
        return (reply, None);
    }
    let slow = matches!(Fault::of(number), Fault::Slow);
    tokio::time::sleep(Duration::from_millis(if slow { 30 } else { 0 })).await;
    let json = match Fault::of(number) {
        Fault::OtherContentType => "text/plain",
        _ => "application/json",
    };
    (
        whole(200, &[("content-type", json)], right(number)),
        Some(number),
    )
}

/// Of four, one is refused, one is lost.
fn log_in(state: &State) -> Reply {
    let before = state.log_ins_asked.fetch_add(1, Ordering::SeqCst);
    match before % 4 {
        0 => whole(503, &[("content-type", "text/html")], "<html>"),
        2 => Reply::Cut,
        _ => {
            let number = state.log_ins.fetch_add(1, Ordering::SeqCst) + 1;
            state.since.store(0, Ordering::SeqCst);
            let body = format!(r#"{{"access_token": "t-{number}", "token_type": "bearer"}}"#);
            whole(200, &[], body)
        }
    }
}

fn right(number: usize) -> String {
    format!(r#"{{"number": {number}}}"#)
}

/// What goes wrong; nothing where the call is answered.
fn fault(number: usize, first: bool) -> Option<Reply> {
    let html = [("content-type", "text/html")];
    Some(match Fault::of(number) {
        Fault::CutOnce if first => Reply::Cut,
        Fault::CutAlways | Fault::CutPost => Reply::Cut,
        Fault::HalfBodyOnce if first => Reply::Half,
        Fault::HalfBodyAlways => Reply::Half,
        Fault::Freeze => Reply::Freeze,
        Fault::Limited if first => whole(429, &[], "{}"),
        Fault::LimitedWithDate if first => whole(
            429,
            &[("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT")],
            "{}",
        ),
        Fault::LimitedOddly if first => {
            let odd = ODD_WAITS[number / 250 % ODD_WAITS.len()];
            whole(429, &[("retry-after", odd)], "{}")
        }
        Fault::LimitedForLong => whole(429, &[("retry-after", "600")], "{}"),
        Fault::LimitedForEver => whole(429, &[("retry-after", "18446744073709551615")], "{}"),
        Fault::Unavailable => whole(503, &html, "<html>"),
        Fault::Failed => whole(500, &[], "{}"),
        Fault::HugeError => whole(400, &[], vec![b' '; 4 * BODY_LIMIT]),
        Fault::Html => whole(200, &html, "<html></html>"),
        Fault::Garbage => whole(200, &[], right(number)[1..].to_owned()),
        Fault::Huge => whole(200, &[], vec![b' '; 2 * BODY_LIMIT]),
        _ => return None,
    })
}

async fn write(out: &mut TcpStream, answer: Answer) -> std::io::Result<()> {
    let length = answer.body.len();
    let mut head = format!(
        "HTTP/1.1 {} x\r\ncontent-length: {length}\r\n",
        answer.status
    );
    for (name, value) in answer.fields {
        head.extend([name, ": ", value, "\r\n"]);
    }
    head += "\r\n";
    out.write_all(&[head.as_bytes(), &answer.body].concat())
        .await
}
