//! reqwest as a [`Transport`].

#[cfg(feature = "events")]
use super::Upgraded;
use super::{BoxFuture, ERROR_BODY, Exchange, Transport};
use crate::runtime::error::{
    ConfigErrorKind, Error, TimeoutError, TimeoutKind, TransportError, TransportErrorKind,
};
use bytes::{Bytes, BytesMut};
use reqwest::Url;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// How long the body of an answer that is no success is waited for.
const ERROR_BODY_TIME: Duration = Duration::from_secs(5);

/// How long nothing has come at least when a request is given up, for its connection to be left.
const LEAST_WAIT: Duration = Duration::from_millis(100);

/// Makes another client like the first, without its connections.
pub(crate) type Rebuild = Box<dyn Fn() -> Result<reqwest::Client, Error> + Send + Sync>;

/// reqwest, the default transport.
///
/// An HTTP/2 connection carries all requests, and reqwest keeps one whose other end is frozen. So
/// when a request is given up unanswered, by a timeout mostly, after nothing came on any connection for half of its time,
/// the next request goes through a new client, and the old one ends with the requests that are on it.
pub(crate) struct Reqwest {
    client: Mutex<Connections>,
    /// For sockets of events, which begin with HTTP/1.1.
    #[cfg(feature = "events")]
    sockets: reqwest::Client,
    /// Nothing where the user brought the client.
    rebuild: Option<Rebuild>,
    began: Instant,
    /// When something last came, in microseconds since it began.
    came: AtomicU64,
    /// Where most requests go. A host that is parsed once need not be parsed for each of them, which
    /// took longer than all else that is done with a request here.
    base: Url,
    authority: String,
    /// For errors to tell; nothing where the user brought the client.
    connect_timeout: Option<Duration>,
}

struct Connections {
    client: reqwest::Client,
    /// How many clients were before it.
    number: u64,
    is_frozen: bool,
}

/// A request that is waited for.
struct PendingRequest<'r> {
    transport: &'r Reqwest,
    /// Of its connections.
    number: u64,
    since: u64,
    is_over: bool,
}

impl Transport for Reqwest {
    fn send(
        &self,
        request: http::Request<Bytes>,
        exchange: Exchange,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, Error>> {
        // Outside of the future, which would keep the request while it waits for the answer.
        let (client, mut waiting) = self.begin();
        let sent = self.outgoing(request).map(|it| client.execute(it));
        Box::pin(async move {
            let answer = match sent?.await {
                Ok(answer) => answer,
                Err(error) => {
                    waiting.end();
                    return Err(self.failure(error));
                }
            };
            waiting.goes_on();
            let read = self.read(answer, exchange.body_limit, &mut waiting).await;
            waiting.end();
            read
        })
    }

    #[cfg(feature = "events")]
    fn upgrade(&self, request: http::Request<()>) -> BoxFuture<'_, Result<Upgraded, Error>> {
        Box::pin(self.upgraded(request))
    }
}

impl Reqwest {
    pub fn new(
        client: reqwest::Client,
        rebuild: Option<Rebuild>,
        base_url: &str,
        connect_timeout: Option<Duration>,
    ) -> Result<Self, Error> {
        let base = Url::parse(base_url)
            .map_err(|error| Error::config(ConfigErrorKind::Url, "the base URL", error))?;
        Ok(Self {
            #[cfg(feature = "events")]
            sockets: client.clone(),
            client: Mutex::new(Connections {
                client,
                number: 0,
                is_frozen: false,
            }),
            rebuild,
            began: Instant::now(),
            came: AtomicU64::new(0),
            authority: base.authority().to_owned(),
            base,
            connect_timeout,
        })
    }

    /// The client to send by.
    fn begin(&self) -> (reqwest::Client, PendingRequest<'_>) {
        let mut connections = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if connections.is_frozen {
            connections.is_frozen = false;
            // It was built so before; if it cannot be now, the old one is better than none.
            if let Some(Ok(client)) = self.rebuild.as_ref().map(|rebuild| rebuild()) {
                connections.client = client;
                connections.number += 1;
            }
        }
        let waiting = PendingRequest {
            transport: self,
            number: connections.number,
            since: self.now(),
            is_over: self.rebuild.is_none(),
        };
        (connections.client.clone(), waiting)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// With another client for sockets of events.
    #[cfg(feature = "events")]
    pub fn with_sockets(mut self, client: reqwest::Client) -> Self {
        self.sockets = client;
        self
    }

    #[cfg(feature = "events")]
    async fn upgraded(&self, request: http::Request<()>) -> Result<Upgraded, Error> {
        let request = self.outgoing(request.map(|()| Bytes::new()))?;
        let answer = self.sockets.execute(request).await;
        let answer = answer.map_err(|error| self.failure(error))?;
        let status = answer.status();
        if status != http::StatusCode::SWITCHING_PROTOCOLS {
            let text = format!("the host answered {status} instead of opening a WebSocket");
            return Err(TransportError::new(TransportErrorKind::Other, text).into());
        }
        let headers = answer.headers().clone();
        let stream = answer.upgrade().await;
        let stream = stream.map_err(|error| self.failure(error))?;
        Ok((headers, Box::new(stream)))
    }

    fn outgoing(&self, request: http::Request<Bytes>) -> Result<reqwest::Request, TransportError> {
        let (head, body) = request.into_parts();
        let mut request = reqwest::Request::new(head.method, self.url(&head.uri)?);
        *request.headers_mut() = head.headers;
        if !body.is_empty() {
            *request.body_mut() = Some(body.into());
        }
        Ok(request)
    }

    fn url(&self, uri: &http::Uri) -> Result<Url, TransportError> {
        let scheme = uri.scheme_str().unwrap_or_default();
        let authority = uri.authority().map_or("", |it| it.as_str());
        let target = uri.path_and_query().map_or("", |it| it.as_str());
        // Two slashes in the beginning would be another host (RFC 3986 section 4.2).
        let is_path = target.starts_with('/') && !target[1..].starts_with(['/', '\\']);
        let url = if is_path && authority == self.authority && scheme == self.base.scheme() {
            self.base.join(target)
        } else {
            // `Display` would write it in many small pieces.
            Url::parse(&[scheme, "://", authority, target].concat())
        };
        url.map_err(|error| TransportError::new(TransportErrorKind::Other, error))
    }

    async fn read(
        &self,
        mut answer: reqwest::Response,
        limit: usize,
        waiting: &mut PendingRequest<'_>,
    ) -> Result<http::Response<Bytes>, Error> {
        if !answer.status().is_success() {
            return Ok(Self::read_error(answer).await);
        }
        // A length that is told is checked before anything is read.
        let fits = |length: u64| usize::try_from(length).is_ok_and(|length| length <= limit);
        if !answer.content_length().is_none_or(fits) {
            return Err(TransportError::too_large(limit).into());
        }
        let mut out = head(&mut answer);
        // Most answers come in one chunk, which is then not copied.
        let mut first = Bytes::new();
        let mut rest = BytesMut::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| self.failure(error))? {
            waiting.goes_on();
            if first.len() + rest.len() + chunk.len() > limit {
                return Err(TransportError::too_large(limit).into());
            }
            if first.is_empty() && rest.is_empty() {
                first = chunk;
                continue;
            }
            rest.extend_from_slice(&std::mem::take(&mut first));
            rest.extend_from_slice(&chunk);
        }
        *out.body_mut() = if rest.is_empty() {
            first
        } else {
            rest.freeze()
        };
        Ok(out)
    }

    /// An answer that is no success: its head decides what is done, so it is never lost to a body that
    /// is cut, too large or slow. What came of the body by then is kept.
    async fn read_error(mut answer: reqwest::Response) -> http::Response<Bytes> {
        let mut out = head(&mut answer);
        let mut body = BytesMut::new();
        let read = async {
            while let Ok(Some(chunk)) = answer.chunk().await {
                let room = ERROR_BODY - body.len();
                body.extend_from_slice(&chunk[..chunk.len().min(room)]);
                if body.len() == ERROR_BODY {
                    break;
                }
            }
        };
        // The time being up is no error here: what came is what there is.
        let _ = timeout(ERROR_BODY_TIME, read).await;
        *out.body_mut() = body.freeze();
        out
    }

    fn failure(&self, error: reqwest::Error) -> Error {
        if error.is_connect() && error.is_timeout() {
            let kind = TimeoutKind::Connect;
            let limit = self.connect_timeout;
            return TimeoutError { kind, limit }.into();
        }
        let kind = if error.is_connect() {
            TransportErrorKind::Connect
        } else if error.is_builder() || error.is_redirect() {
            TransportErrorKind::Other
        } else {
            TransportErrorKind::Broken
        };
        // The URL's query may hold what no log should; reqwest's error shows it.
        TransportError::new(kind, error.without_url()).into()
    }
}

impl PendingRequest<'_> {
    fn end(mut self) {
        self.is_over = true;
    }

    /// Something came for it.
    fn goes_on(&mut self) {
        if !self.is_over {
            self.since = self.transport.now();
            self.transport.came.fetch_max(self.since, Ordering::Relaxed);
        }
    }
}

impl Drop for PendingRequest<'_> {
    fn drop(&mut self) {
        let transport = self.transport;
        let now = transport.now();
        let waited = Duration::from_micros(now.saturating_sub(self.since));
        // What came while it waited came before the other end froze, if the silence since is long.
        let came = transport.came.load(Ordering::Relaxed).max(self.since);
        let silent = Duration::from_micros(now.saturating_sub(came));
        let is_frozen = !self.is_over && silent >= LEAST_WAIT.max(waited / 2);
        if is_frozen {
            let connections = transport.client.lock();
            let mut connections = connections.unwrap_or_else(PoisonError::into_inner);
            connections.is_frozen |= connections.number == self.number;
        }
    }
}

impl fmt::Debug for Reqwest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // reqwest's own shows its default header fields and proxies.
        f.debug_struct("Reqwest").finish_non_exhaustive()
    }
}

/// All of an answer but its body.
fn head(answer: &mut reqwest::Response) -> http::Response<Bytes> {
    let mut out = http::Response::new(Bytes::new());
    *out.status_mut() = answer.status();
    *out.version_mut() = answer.version();
    *out.headers_mut() = std::mem::take(answer.headers_mut());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_what_parsing_it_would_give() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        for base in [
            "https://api.example",
            "http://[::1]:8080",
            "https://gw/a//b",
        ] {
            let client = reqwest::Client::new();
            let transport = Reqwest::new(client, None, base, None).expect("a URL");
            for target in [
                "",
                "/",
                "/api/v2/things/a%2Fb%20c?x=%2B&y=&z=a,b",
                "//elsewhere/things",
                "/\\elsewhere/things",
                "/a/../b/./c//d",
                "/a:b@c?d?e",
                "/%2e%2e/%zz?%zz='",
            ] {
                for host in [base, "https://elsewhere:444"] {
                    let text = format!("{host}{target}");
                    let uri = http::Uri::try_from(&text).expect("a URI");
                    let expected = Url::parse(&uri.to_string()).expect("a URL");
                    assert_eq!(transport.url(&uri).expect("a URL"), expected, "{text}");
                }
            }
        }
        let client = reqwest::Client::new();
        assert!(Reqwest::new(client, None, "nowhere", None).is_err());
    }
}
