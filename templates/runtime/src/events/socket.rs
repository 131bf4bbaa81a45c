//! A WebSocket (RFC 6455) over what the client's transport opens: its TLS, roots and proxy are those of
//! requests. tungstenite reads and writes frames; the handshake is an HTTP request like any other.

use super::error::EventsError;
use super::frame::Frame;
use super::steps::Input;
use crate::runtime::client::Client;
use crate::runtime::client::url::refuse_plain_http;
use crate::runtime::error::{Error, TransportError, TransportErrorKind};
use crate::runtime::http::Duplex;
use futures_util::{SinkExt as _, StreamExt as _};
use http::header::{
    CONNECTION, HOST, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION,
    UPGRADE,
};
use http::{Request, Uri};
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

/// What the service answers with a pong.
const PING: &str = r#"{"message":"ping"}"#;

/// An open socket.
pub type Socket = WebSocketStream<Box<dyn Duplex>>;

/// Opens a socket; a frame that is larger than the client's largest body is an error. One without TLS is
/// opened on this machine, or where the API has none either: its URL is a secret.
pub async fn open(client: &Client, uri: &str) -> Result<Socket, EventsError> {
    let failed = |error| EventsError::Socket(Arc::new(error));
    let other = |text: &str| failed(TransportError::new(TransportErrorKind::Other, text).into());
    let uri = http_uri(uri)
        .ok_or_else(|| other("the channel's address is not the URL of a WebSocket"))?;
    if client.base_url().starts_with("https") {
        refuse_plain_http(&uri.to_string()).map_err(failed)?;
    }
    let host = uri
        .authority()
        .and_then(|it| HeaderValue::try_from(it.as_str()).ok());
    let host = host.ok_or_else(|| other("the channel's address has no host"))?;
    let key = generate_key();
    let mut request = Request::new(());
    *request.uri_mut() = uri;
    let headers = request.headers_mut();
    headers.insert(HOST, host);
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    let value = HeaderValue::try_from(&key).map_err(|_| other("the handshake's key"))?;
    headers.insert(SEC_WEBSOCKET_KEY, value);
    let inner = client.inner();
    let (headers, stream) = inner.transport.upgrade(request).await.map_err(failed)?;
    let accept = headers.get(SEC_WEBSOCKET_ACCEPT).map(HeaderValue::as_bytes);
    if accept != Some(derive_accept_key(key.as_bytes()).as_bytes()) {
        return Err(other(
            "the host answered the handshake of another WebSocket",
        ));
    }
    let config = WebSocketConfig::default()
        .max_message_size(Some(inner.body_limit))
        .max_frame_size(Some(inner.body_limit));
    Ok(WebSocketStream::from_raw_socket(stream, Role::Client, Some(config)).await)
}

/// `wss` is `https`, and `ws` is `http`, to an HTTP client.
fn http_uri(uri: &str) -> Option<Uri> {
    let rest = uri.strip_prefix("ws")?;
    Uri::try_from(format!("http{rest}")).ok().filter(|uri| {
        let scheme = uri.scheme_str().unwrap_or_default();
        uri.host().is_some() && matches!(scheme, "http" | "https")
    })
}

/// Reads frames into `frames` until the socket or its line ends, and writes a ping for each `()` of `pings`.
/// Returns why the socket ended; nothing where the line closed it.
pub async fn run(
    mut socket: Socket,
    frames: &mpsc::Sender<Input>,
    leg: u64,
    pings: &mut mpsc::UnboundedReceiver<()>,
) -> Option<EventsError> {
    loop {
        tokio::select! {
            message = socket.next() => {
                let frame = match message {
                    Some(Ok(Message::Text(text))) => Frame::read(&text),
                    Some(Ok(Message::Binary(bytes))) => {
                        std::str::from_utf8(&bytes).ok().and_then(Frame::read)
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => Some(Frame::Alive { pong: false }),
                    Some(Ok(Message::Close(_) | Message::Frame(_))) => continue,
                    Some(Err(error)) => return Some(broken(error)),
                    None => return Some(EventsError::Answer("it closed the socket")),
                };
                frames.send(Input::Frame { leg, frame }).await.ok()?;
            }
            ping = pings.recv() => {
                if ping.is_none() {
                    // The closing handshake is a courtesy; whoever waits for it has a deadline.
                    let _ = socket.close(None).await;
                    return None;
                }
                if let Err(error) = socket.send(Message::text(PING)).await {
                    return Some(broken(error));
                }
            }
        }
    }
}

fn broken(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> EventsError {
    let error: Error = TransportError::new(TransportErrorKind::Broken, error).into();
    EventsError::Socket(Arc::new(error))
}
