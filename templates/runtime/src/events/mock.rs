//! The mock's notification service: channels, subscriptions and sockets in memory, as the vendor's docs
//! describe them, and the faults of the real one (feature `mock`).
//!
//! Longer than most files: one service whose parts share one state.

use super::api::CHANNELS;
use crate::runtime::error::{Error, TransportError, TransportErrorKind};
use crate::runtime::http::Upgraded;
use crate::runtime::http::mock::{Mock, MockResponse, MockService, Recorded};
use futures_util::{SinkExt as _, StreamExt as _};
use http::header::{SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY};
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// Bytes on their way between the client and the service.
const PIPE: usize = 64 * 1024;

/// The mock's notification service. Clones share it.
#[derive(Clone, Default)]
pub struct MockNotifications(Arc<Mutex<NotificationsState>>);

#[derive(Default)]
struct NotificationsState {
    made: u64,
    lifetime: Option<Duration>,
    /// In the order in which they were made.
    channels: Vec<MockChannel>,
    rejected: BTreeMap<String, (String, Vec<String>)>,
    failures: BTreeMap<String, VecDeque<MockResponse>>,
    /// Pings that were answered.
    pings: u64,
    /// Sockets that are opened from now on are half open, as those are that there were.
    silent: bool,
    published: u64,
}

struct MockChannel {
    id: String,
    expires: Timestamp,
    topics: BTreeSet<String>,
    socket: Option<mpsc::UnboundedSender<Say>>,
    /// The socket was told that it is about to be closed.
    announced: bool,
    /// The socket is half open.
    silent: Arc<AtomicBool>,
}

enum Say {
    Text(String),
    Close,
}

/// Without what it says, which a test may have taken from life.
impl fmt::Debug for MockNotifications {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let channels = self.lock().channels.len();
        f.debug_struct("MockNotifications")
            .field("channels", &channels)
            .finish_non_exhaustive()
    }
}

impl MockNotifications {
    fn lock(&self) -> MutexGuard<'_, NotificationsState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends an event to every socket that is subscribed to the topic, and returns their number.
    ///
    /// # Panics
    /// If the body cannot be written as JSON.
    pub fn publish<T: Serialize + ?Sized>(&self, topic: &str, body: &T) -> usize {
        let body = serde_json::to_value(body).expect("a test's value can be written as JSON");
        let mut state = self.lock();
        state.published += 1;
        let event = json!({
            "topicName": topic,
            "version": "2",
            "eventBody": body,
            "metadata": { "CorrelationId": format!("mock-{}", state.published) },
        });
        let text = event.to_string();
        state
            .listeners(topic)
            .filter(|socket| socket.send(Say::Text(text.clone())).is_ok())
            .count()
    }

    /// The number of sockets that are subscribed to the topic.
    pub fn listeners(&self, topic: &str) -> usize {
        self.lock().listeners(topic).count()
    }

    /// Sends a text to every socket unchanged, for example one that is not a valid frame.
    pub fn send_text(&self, text: &str) {
        let state = self.lock();
        let channels = state.channels.iter().filter(|it| !it.is_silent());
        for socket in channels.filter_map(|it| it.socket.as_ref()) {
            let _ = socket.send(Say::Text(text.to_owned()));
        }
    }

    /// Announces to every socket that it will be closed soon (`v2.system.socket_closing`).
    pub fn announce_closing(&self) {
        let event = json!({
            "topicName": "v2.system.socket_closing",
            "eventBody": { "message": "This socket will be closed for maintenance" },
        });
        self.send_text(&event.to_string());
        for channel in &mut self.lock().channels {
            channel.announced = true;
        }
    }

    /// Closes the sockets for which [`announce_closing`](Self::announce_closing) was called; what was sent
    /// before still arrives.
    pub fn close_announced(&self) {
        let mut state = self.lock();
        for channel in state.channels.iter_mut().filter(|it| it.announced) {
            let socket = channel.socket.take();
            let _ = socket.map(|socket| socket.send(Say::Close));
        }
    }

    /// Closes every socket; what was not sent yet is lost.
    pub fn close_sockets(&self) {
        for channel in &mut self.lock().channels {
            let socket = channel.socket.take();
            let _ = socket.map(|socket| socket.send(Say::Close));
        }
    }

    /// With `true`, every socket is half open from now on: it stays open, but nothing is sent on it, not even
    /// pongs. With `false`, sockets that are opened later work; as with TCP, a half-open one never recovers.
    pub fn set_silent(&self, silent: bool) {
        let mut state = self.lock();
        state.silent = silent;
        for channel in &mut state.channels {
            channel.silent.fetch_or(silent, Relaxed);
        }
    }

    /// Removes every subscription without notice to the client.
    pub fn drop_subscriptions(&self) {
        self.lock()
            .channels
            .iter_mut()
            .for_each(|it| it.topics.clear());
    }

    /// Removes every channel, and closes its socket.
    pub fn expire_channels(&self) {
        self.close_sockets();
        self.lock().channels.clear();
    }

    /// The lifetime of channels that are made from now on. Default: one day.
    pub fn set_lifetime(&self, lifetime: Duration) {
        self.lock().lifetime = Some(lifetime);
    }

    /// Rejects later subscriptions to a topic, with this reason and these missing permissions.
    pub fn reject(&self, topic: &str, reason: &str, missing_permissions: &[&str]) {
        let missing = missing_permissions
            .iter()
            .map(|it| (*it).to_owned())
            .collect();
        self.lock()
            .rejected
            .insert(topic.to_owned(), (reason.to_owned(), missing));
    }

    /// Answers the next call of an operation of the notification API with this response.
    pub fn fail_next(&self, operation: &str, response: MockResponse) {
        let mut state = self.lock();
        state
            .failures
            .entry(operation.to_owned())
            .or_default()
            .push_back(response);
    }

    /// The number of pings that were answered.
    pub fn pings(&self) -> u64 {
        self.lock().pings
    }

    /// The number of channels.
    pub fn channels(&self) -> usize {
        self.lock().channels.len()
    }

    /// The number of channels that were made so far.
    pub fn channels_made(&self) -> u64 {
        self.lock().made
    }

    /// The topics of all channels.
    pub fn topics(&self) -> BTreeSet<String> {
        let state = self.lock();
        state
            .channels
            .iter()
            .flat_map(|it| it.topics.iter().cloned())
            .collect()
    }

    /// Adds a channel that another program made with the same client id.
    pub fn add_foreign_channel(&self) {
        self.lock().make();
    }

    /// The answer to a call of the notification API; nothing for another operation.
    pub(super) fn reply(&self, recorded: &Recorded) -> Option<MockResponse> {
        let mut state = self.lock();
        let failures = state.failures.get_mut(recorded.operation());
        if let Some(response) = failures.and_then(VecDeque::pop_front) {
            return Some(response);
        }
        let path = recorded.request().uri().path();
        let id = path.split('/').nth(5).unwrap_or_default();
        let at = state.channels.iter().position(|channel| channel.id == id);
        let ok = |value: &Value| Some(MockResponse::new(StatusCode::OK).json(value));
        match recorded.operation() {
            "postNotificationsChannels" => ok(&state.make()),
            "getNotificationsChannels" => {
                let channels: Vec<Value> = state.channels.iter().map(MockChannel::json).collect();
                ok(&json!({ "entities": channels }))
            }
            "putNotificationsChannelSubscriptions"
            | "getNotificationsChannelSubscriptions"
            | "deleteNotificationsChannel"
                if at.is_none() =>
            {
                Some(MockResponse::error(
                    StatusCode::NOT_FOUND,
                    "not.found",
                    "no such channel",
                ))
            }
            "putNotificationsChannelSubscriptions" => {
                let asked: Vec<Value> = recorded.json().unwrap_or_default();
                ok(&state.subscribe(at?, &asked))
            }
            "getNotificationsChannelSubscriptions" => {
                let topics = state.channels[at?].topics.iter();
                let topics: Vec<Value> = topics.map(|topic| json!({ "id": topic })).collect();
                ok(&json!({ "entities": topics }))
            }
            "deleteNotificationsChannel" => {
                state.remove(at?);
                Some(MockResponse::new(StatusCode::NO_CONTENT))
            }
            _ => None,
        }
    }

    /// Opens a socket on the channel that the request's path names. It ends the channel's other one.
    pub(super) fn upgrade(&self, request: &Request<()>) -> Result<Upgraded, Error> {
        let other = |text: &str| TransportError::new(TransportErrorKind::Other, text);
        let key = request.headers().get(SEC_WEBSOCKET_KEY);
        let key = key.ok_or_else(|| other("the request does not ask for a WebSocket"))?;
        let accept = HeaderValue::try_from(derive_accept_key(key.as_bytes()));
        let accept = accept.map_err(|_| other("the key of the handshake is not valid"))?;
        let id = request.uri().path().rsplit('/').next().unwrap_or_default();
        let mut state = self.lock();
        let is_silent = state.silent;
        let channel = state.channels.iter_mut().find(|channel| channel.id == id);
        let channel = channel.ok_or_else(|| other("the mock has no such channel"))?;
        let (sender, receiver) = mpsc::unbounded_channel();
        channel.announced = false;
        channel.silent = Arc::new(AtomicBool::new(is_silent));
        let silent = channel.silent.clone();
        let old = channel.socket.replace(sender);
        let _ = old.map(|socket| socket.send(Say::Close));
        let (ours, theirs) = tokio::io::duplex(PIPE);
        tokio::spawn(serve(self.clone(), ours, receiver, silent));
        let headers = HeaderMap::from_iter([(SEC_WEBSOCKET_ACCEPT, accept)]);
        Ok((headers, Box::new(theirs)))
    }
}

/// One socket, from its opening to its end.
async fn serve(
    service: MockNotifications,
    stream: tokio::io::DuplexStream,
    mut says: mpsc::UnboundedReceiver<Say>,
    silent: Arc<AtomicBool>,
) {
    let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
    loop {
        let sent = tokio::select! {
            biased;
            say = says.recv() => match say {
                Some(Say::Text(text)) => socket.send(Message::text(text)).await,
                Some(Say::Close) | None => return,
            },
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) if text.contains("\"ping\"") && !silent.load(Relaxed) => {
                    service.lock().pings += 1;
                    let pong = r#"{"topicName":"channel.metadata","eventBody":{"message":"pong"}}"#;
                    socket.send(Message::text(pong)).await
                }
                Some(Ok(_)) => Ok(()),
                Some(Err(_)) | None => return,
            },
        };
        if sent.is_err() {
            return;
        }
    }
}

impl MockService for MockNotifications {
    fn reply(&self, recorded: &Recorded) -> Option<MockResponse> {
        Self::reply(self, recorded)
    }

    fn upgrade(&self, request: &Request<()>) -> Result<Upgraded, Error> {
        Self::upgrade(self, request)
    }

    fn any(self: Arc<Self>) -> Arc<dyn std::any::Any + Send + Sync> {
        self
    }
}

impl Mock {
    /// The notification service: from the first call on, the mock answers the operations of channels and
    /// opens their sockets.
    pub fn notifications(&self) -> MockNotifications {
        let service = self.service(|| Arc::new(MockNotifications::default()));
        let service = service.any().downcast::<MockNotifications>();
        MockNotifications::clone(&*service.expect("it is the mock's one service"))
    }
}

impl NotificationsState {
    fn make(&mut self) -> Value {
        if self.channels.len() >= CHANNELS {
            // As the vendor does: without a connection first, then the oldest.
            let idle = self
                .channels
                .iter()
                .position(|channel| channel.socket.is_none());
            self.remove(idle.unwrap_or(0));
        }
        self.made += 1;
        let lifetime = self.lifetime.unwrap_or(DAY);
        let channel = MockChannel {
            id: format!("mock-{}", self.made),
            expires: Timestamp::now()
                .checked_add(lifetime)
                .unwrap_or(Timestamp::MAX),
            topics: BTreeSet::new(),
            socket: None,
            announced: false,
            silent: Arc::default(),
        };
        let json = channel.json();
        self.channels.push(channel);
        json
    }

    /// The sockets that hear of a topic.
    fn listeners(&self, topic: &str) -> impl Iterator<Item = &mpsc::UnboundedSender<Say>> {
        let subscribed = self.channels.iter();
        let subscribed = subscribed.filter(move |it| it.topics.contains(topic) && !it.is_silent());
        subscribed.filter_map(|channel| channel.socket.as_ref())
    }

    fn remove(&mut self, at: usize) {
        let socket = self.channels.remove(at).socket;
        let _ = socket.map(|socket| socket.send(Say::Close));
    }

    fn subscribe(&mut self, at: usize, asked: &[Value]) -> Value {
        let asked = asked.iter().filter_map(|topic| topic.get("id")?.as_str());
        let (rejected, granted): (Vec<&str>, Vec<&str>) =
            asked.partition(|topic| self.rejected.contains_key(*topic));
        let mut entities: Vec<Value> = granted
            .iter()
            .map(|topic| json!({ "id": topic, "state": "Permitted" }))
            .collect();
        for topic in rejected {
            let (reason, missing) = &self.rejected[topic];
            entities.push(json!({
                "id": topic,
                "state": "Rejected",
                "rejectionReason": reason,
                "missingPermissions": missing,
            }));
        }
        self.channels[at].topics = granted.into_iter().map(str::to_owned).collect();
        json!({ "entities": entities })
    }
}

impl MockChannel {
    fn is_silent(&self) -> bool {
        self.silent.load(Relaxed)
    }

    fn json(&self) -> Value {
        json!({
            "id": self.id,
            "connectUri": format!("wss://streaming.mock/channels/{}", self.id),
            "expires": self.expires.to_string(),
        })
    }
}
