//! What the tests share: a few operations and a client at a given server.

use crate::runtime::{
    BoxFuture, Client, ClientBuilder, Error, Exchange, Operation, RegionEntry, Require, Transport,
    TransportError, TransportErrorKind,
};
use bytes::Bytes;
use std::fmt;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// Two regions, as `client.yaml` would have them.
pub static REGIONS: &[RegionEntry] = &[
    RegionEntry {
        name: "us_east_1",
        domain: "mypurecloud.com",
    },
    RegionEntry {
        name: "eu_west_1",
        domain: "mypurecloud.ie",
    },
];

/// Reads one thing; has two path parameters.
pub static GET_THING: Operation = Operation::new(
    "getThing",
    http::Method::GET,
    "/api/v2/things/{thingId}/parts/{partId}",
    Require::Any,
    &["things:thing:view", "things:thing:edit"],
);

/// Lists things.
pub static GET_THINGS: Operation = Operation::new(
    "getThings",
    http::Method::GET,
    "/api/v2/things",
    Require::All,
    &["things:thing:view"],
);

/// Creates a thing; not to be repeated.
pub static POST_THINGS: Operation = Operation::new(
    "postThings",
    http::Method::POST,
    "/api/v2/things",
    Require::None,
    &[],
);

/// Searches things: a POST that only reads.
pub static SEARCH_THINGS: Operation = Operation::new(
    "postThingsSearch",
    http::Method::POST,
    "/api/v2/things/search",
    Require::Unknown,
    &[],
)
.safe();

/// Reads a calendar, which is no JSON.
pub static GET_CALENDAR: Operation = Operation::new(
    "getCalendar",
    http::Method::GET,
    "/api/v2/calendar",
    Require::Unknown,
    &[],
)
.produces("text/calendar");

/// A builder without credentials.
pub fn builder() -> ClientBuilder {
    ClientBuilder::new(REGIONS)
}

/// A client with a token, at `url`.
pub fn client(url: &str) -> Client {
    builder()
        .base_url(url)
        .access_token("s3cret-token")
        .build()
        .expect("the settings are right")
}

/// A transport that answers from a function, and remembers what it was asked.
pub struct Fake {
    requests: Mutex<Vec<http::Request<Bytes>>>,
    answer: Box<Answering>,
}

type Outcome = Result<http::Response<Bytes>, Error>;
type Answering = dyn Fn(usize, &http::Request<Bytes>) -> BoxFuture<'static, Outcome> + Send + Sync;

impl Fake {
    /// Answers at once; `answer` is told how many requests came before.
    pub fn new(
        answer: impl Fn(usize, &http::Request<Bytes>) -> Outcome + Send + Sync + 'static,
    ) -> Arc<Self> {
        Self::slow(move |before, request| {
            let outcome = answer(before, request);
            Box::pin(async move { outcome })
        })
    }

    /// Answers when its future is done.
    pub fn slow(
        answer: impl Fn(usize, &http::Request<Bytes>) -> BoxFuture<'static, Outcome>
        + Send
        + Sync
        + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            requests: Mutex::default(),
            answer: Box::new(answer),
        })
    }

    /// What was asked so far.
    pub fn requests(&self) -> Vec<http::Request<Bytes>> {
        self.requests.lock().expect("no test panics here").clone()
    }
}

impl Transport for Fake {
    fn send(&self, request: http::Request<Bytes>, _: Exchange) -> BoxFuture<'_, Outcome> {
        let mut requests = self.requests.lock().expect("no test panics here");
        let answer = (self.answer)(requests.len(), &request);
        requests.push(request);
        answer
    }
}

impl fmt::Debug for Fake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fake")
    }
}

/// An answer of that status and body.
#[expect(clippy::unnecessary_wraps, reason = "it is what a transport returns")]
pub fn answer(status: u16, body: &str) -> Outcome {
    let answer = http::Response::builder().status(status);
    Ok(answer.body(body.to_owned().into()).expect("a status"))
}

/// An answer with one header field.
#[expect(clippy::unnecessary_wraps, reason = "it is what a transport returns")]
pub fn answer_with(status: u16, name: &str, value: &str) -> Outcome {
    let answer = http::Response::builder().status(status).header(name, value);
    Ok(answer.body("{}".into()).expect("a status and a field"))
}

/// A failure of the transport.
pub fn broken(kind: TransportErrorKind) -> Outcome {
    Err(TransportError::new(kind, "cut by the test").into())
}

/// A server that answers every connection with these bytes, and then closes it or keeps it open.
pub async fn raw_server(answer: impl Into<String>, keep_open: bool) -> String {
    let answer = answer.into();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("it has one");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(answer.as_bytes()).await;
                if keep_open {
                    std::future::pending::<()>().await;
                }
            });
        }
    });
    format!("http://{address}")
}
