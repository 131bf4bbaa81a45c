//! The mock's notification service behind real TCP: HTTP/1.1 by hand, tokens that end, and the faults of
//! networks, which a service in memory does not have.

use crate::runtime::mock::Mock;
use crate::runtime::{Duplex, Exchange, Transport as _};
use crate::runtime::{MockNotifications, Operation, Require};
use bytes::Bytes;
use http::header::{AUTHORIZATION, SEC_WEBSOCKET_ACCEPT, UPGRADE};
use http::{Method, Request};
use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// What becomes of the sockets that are open.
#[derive(Clone, Copy, Debug)]
pub enum Network {
    Works,
    /// What the service says arrives late.
    Slow,
    /// Half-open TCP: the other end keeps the connection, reads nothing and writes nothing.
    Frozen,
    /// The connection is reset.
    Reset,
    /// The connection ends within a frame.
    Torn,
}

/// The server.
pub struct Server {
    /// What it plays, and the faults of that.
    pub service: MockNotifications,
    /// Where it is.
    pub url: String,
    shared: Arc<Shared>,
}

struct Shared {
    service: MockNotifications,
    /// Where its sockets are.
    sockets_at: Mutex<String>,
    network: watch::Sender<Network>,
    /// Sockets that are open.
    sockets: AtomicUsize,
    log_ins: AtomicU64,
    refuses_log_ins: AtomicBool,
    /// Tokens of log-ins before this one are refused.
    valid_from: AtomicU64,
    /// By operation.
    requests: Mutex<BTreeMap<&'static str, u64>>,
}

trait Connection: AsyncRead + AsyncWrite + Unpin + Send {
    fn tcp(&self) -> &TcpStream;
}

impl Connection for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Connection for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

impl Server {
    /// On loopback; with TLS where there is an acceptor, as `localhost`.
    pub async fn start(tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("it has one").port();
        let (http, sockets) = match &tls {
            Some(_) => ("https://localhost", "wss://localhost"),
            None => ("http://127.0.0.1", "ws://127.0.0.1"),
        };
        let service = MockNotifications::default();
        let shared = Arc::new(Shared {
            service: service.clone(),
            sockets_at: Mutex::new(format!("{sockets}:{port}")),
            network: watch::Sender::new(Network::Works),
            sockets: AtomicUsize::new(0),
            log_ins: AtomicU64::new(0),
            refuses_log_ins: AtomicBool::new(false),
            valid_from: AtomicU64::new(0),
            requests: Mutex::default(),
        });
        let url = format!("{http}:{port}");
        let accepting = shared.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (shared, tls) = (accepting.clone(), tls.clone());
                tokio::spawn(async move {
                    let _ = stream.set_nodelay(true);
                    match tls {
                        Some(tls) => shared.connection(tls.accept(stream).await?).await,
                        None => shared.connection(stream).await,
                    }
                });
            }
        });
        Self {
            service,
            url,
            shared,
        }
    }

    /// What becomes of the sockets that are open now; later ones work.
    pub fn network(&self, network: Network) {
        self.shared.network.send_replace(network);
    }

    /// Where channels say that their sockets are.
    pub fn sockets_at(&self, url: &str) {
        url.clone_into(&mut self.shared.sockets_at.lock().expect("no test panics here"));
    }

    /// How many sockets are open.
    pub fn sockets(&self) -> usize {
        self.shared.sockets.load(SeqCst)
    }

    /// How many log-ins there were.
    pub fn log_ins(&self) -> u64 {
        self.shared.log_ins.load(SeqCst)
    }

    /// Refuses every token that was given out.
    pub fn expire_tokens(&self) {
        self.shared.valid_from.store(self.log_ins(), SeqCst);
    }

    /// Whether log-ins are answered with 503; these do not count.
    pub fn refuse_log_ins(&self, refuse: bool) {
        self.shared.refuses_log_ins.store(refuse, SeqCst);
    }

    /// How many requests of an operation there were that had a token.
    pub fn requests(&self, operation: &str) -> u64 {
        let requests = self.shared.requests.lock().expect("no test panics here");
        requests.get(operation).copied().unwrap_or_default()
    }
}

const CHANNELS: &str = "/api/v2/notifications/channels";

const fn operation(id: &'static str, method: Method) -> Operation {
    Operation::new(id, method, CHANNELS, Require::None, &[])
}

static OPERATIONS: [Operation; 5] = [
    operation("postNotificationsChannels", Method::POST),
    operation("getNotificationsChannels", Method::GET),
    operation("putNotificationsChannelSubscriptions", Method::PUT),
    operation("getNotificationsChannelSubscriptions", Method::GET),
    operation("deleteNotificationsChannel", Method::DELETE),
];

fn operation_of(request: &Request<Bytes>) -> Option<&'static Operation> {
    let rest = request.uri().path().strip_prefix(CHANNELS)?;
    let index = match (request.method(), rest.split('/').count()) {
        (&Method::POST, 1) => 0,
        (&Method::GET, 1) => 1,
        (&Method::PUT, 3) => 2,
        (&Method::GET, 3) => 3,
        (&Method::DELETE, 2) => 4,
        _ => return None,
    };
    Some(&OPERATIONS[index])
}

impl Shared {
    async fn connection(self: Arc<Self>, stream: impl Connection) -> io::Result<()> {
        let mut stream = BufReader::new(stream);
        while let Some(request) = read_request(&mut stream).await? {
            if request.headers().contains_key(UPGRADE) {
                return self.socket(stream.into_inner(), request).await;
            }
            let (status, headers, body) = self.answer(request).await?;
            let head = format!(
                "HTTP/1.1 {status} \r\n{headers}content-length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(&body).await?;
            stream.flush().await?;
        }
        Ok(())
    }

    /// A mock that remembers nothing, so that memory does not grow.
    fn mock(&self) -> Mock {
        let mock = Mock::new();
        mock.service(|| Arc::new(self.service.clone()));
        mock
    }

    fn count(&self, operation: &Operation) {
        let mut requests = self.requests.lock().expect("no test panics here");
        *requests.entry(operation.id).or_default() += 1;
    }

    async fn answer(&self, request: Request<Bytes>) -> io::Result<(u16, String, Bytes)> {
        let json = "content-type: application/json\r\n".to_owned();
        if request.uri().path() == "/oauth/token" {
            if self.refuses_log_ins.load(SeqCst) {
                return Ok((503, json, "{}".into()));
            }
            let number = self.log_ins.fetch_add(1, SeqCst);
            let token = format!(
                r#"{{"access_token":"token-{number}","token_type":"bearer","expires_in":86400}}"#
            );
            return Ok((200, json, token.into()));
        }
        let token = request.headers().get(AUTHORIZATION);
        let token = token.and_then(|it| it.to_str().ok()?.strip_prefix("Bearer token-"));
        let number = token.and_then(|it| it.parse::<u64>().ok());
        if number.is_none_or(|number| number < self.valid_from.load(SeqCst)) {
            return Ok((401, json, "{}".into()));
        }
        let Some(operation) = operation_of(&request) else {
            return Ok((404, json, "{}".into()));
        };
        self.count(operation);
        let exchange = Exchange {
            operation: Some(operation),
            body_limit: usize::MAX,
        };
        let answer = self.mock().send(request, exchange).await;
        // A fault that the mock plays: the connection is cut.
        let answer = answer.map_err(io::Error::other)?;
        let (head, body) = answer.into_parts();
        let mut headers = String::new();
        for (name, value) in &head.headers {
            let value = value.to_str().expect("a text");
            headers.extend([name.as_str(), ": ", value, "\r\n"]);
        }
        let sockets_at = self.sockets_at.lock().expect("no test panics here");
        let body = String::from_utf8_lossy(&body).replace("wss://streaming.mock", &sockets_at);
        Ok((head.status.as_u16(), headers, body.into()))
    }

    async fn socket(&self, mut stream: impl Connection, request: Request<Bytes>) -> io::Result<()> {
        let upgraded = self.mock().upgrade(request.map(drop)).await;
        let Ok((headers, mut inner)) = upgraded else {
            let answer = b"HTTP/1.1 404 \r\ncontent-length: 0\r\n\r\n";
            return stream.write_all(answer).await;
        };
        let accept = headers[SEC_WEBSOCKET_ACCEPT].to_str().expect("a text");
        let answer = format!(
            "HTTP/1.1 101 \r\nconnection: upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-accept: {accept}\r\n\r\n"
        );
        stream.write_all(answer.as_bytes()).await?;
        let open = Open::new(&self.sockets);
        let network = self.pump(&mut stream, &mut *inner).await?;
        drop(open);
        match network {
            Network::Works | Network::Slow => linger(stream).await,
            Network::Frozen => std::future::pending().await,
            Network::Reset => stream.tcp().set_zero_linger(),
            Network::Torn => {
                // A text of 4,096 bytes, of which one comes.
                stream.write_all(&[0x81, 0x7e, 0x10, 0x00, b'{']).await?;
                stream.shutdown().await
            }
        }
    }

    /// Copies both ways until one side ends, or the network does.
    async fn pump(
        &self,
        client: &mut impl Connection,
        service: &mut (dyn Duplex + '_),
    ) -> io::Result<Network> {
        let mut network = self.network.subscribe();
        let mut delay = Duration::ZERO;
        let (mut ours, mut theirs) = (vec![0; 16 << 10], vec![0; 16 << 10]);
        loop {
            tokio::select! {
                read = service.read(&mut ours) => {
                    let read = read?;
                    tokio::time::sleep(delay).await;
                    client.write_all(&ours[..read]).await?;
                    client.flush().await?;
                    if read == 0 {
                        return Ok(Network::Works);
                    }
                }
                read = client.read(&mut theirs) => {
                    let read = read?;
                    if read == 0 {
                        return Ok(Network::Works);
                    }
                    // Where the service has ended, what it said before is still to be given.
                    let _ = service.write_all(&theirs[..read]).await;
                }
                _ = network.changed() => match *network.borrow() {
                    Network::Works => {}
                    Network::Slow => delay = Duration::from_millis(50),
                    broken => return Ok(broken),
                },
            }
        }
    }
}

/// Ends a connection so that the client can read all that was sent: to close it while something is unread
/// would reset it.
async fn linger(mut stream: impl Connection) -> io::Result<()> {
    stream.shutdown().await?;
    let mut rest = Vec::new();
    let read = stream.read_to_end(&mut rest);
    let _ = tokio::time::timeout(Duration::from_secs(5), read).await;
    Ok(())
}

/// Counts a socket while it is open.
struct Open<'a>(&'a AtomicUsize);

impl<'a> Open<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, SeqCst);
        Self(count)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

/// Nothing where the connection ends before a request.
async fn read_request(
    stream: &mut BufReader<impl Connection>,
) -> io::Result<Option<Request<Bytes>>> {
    let bad = || io::Error::from(io::ErrorKind::InvalidData);
    let mut line = String::new();
    if stream.read_line(&mut line).await? == 0 {
        return Ok(None);
    }
    let mut parts = line.split(' ');
    let request = Request::builder()
        .method(parts.next().ok_or_else(bad)?)
        .uri(parts.next().ok_or_else(bad)?);
    let mut request = request.body(Bytes::new()).map_err(io::Error::other)?;
    loop {
        line.clear();
        stream.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        let name = http::HeaderName::try_from(name).map_err(io::Error::other)?;
        let value = http::HeaderValue::try_from(value).map_err(io::Error::other)?;
        request.headers_mut().insert(name, value);
    }
    let length = request.headers().get(http::header::CONTENT_LENGTH);
    let length = length.and_then(|it| it.to_str().ok()?.parse().ok());
    let mut body = vec![0; length.unwrap_or_default()];
    stream.read_exact(&mut body).await?;
    *request.body_mut() = body.into();
    Ok(Some(request))
}
