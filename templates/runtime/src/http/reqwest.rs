//! reqwest as a [`Transport`].

use super::{BoxFuture, ERROR_BODY, Exchange, Transport};
use crate::runtime::error::{
    ConfigErrorKind, Error, TimeoutError, TimeoutKind, TransportError, TransportErrorKind,
};
use bytes::{Bytes, BytesMut};
use reqwest::Url;
use std::time::Duration;
use tokio::time::timeout;

/// How long the body of an answer that is no success is waited for.
const ERROR_BODY_TIME: Duration = Duration::from_secs(5);

/// reqwest, the transport of a client that is given no other.
#[derive(Debug)]
pub(crate) struct Reqwest {
    client: reqwest::Client,
    /// Where most requests go. A host that is parsed once need not be parsed for each of them, which
    /// took longer than all else that is done with a request here.
    base: Url,
    authority: String,
    /// For errors to tell; nothing where the user brought the client.
    connect_timeout: Option<Duration>,
}

impl Transport for Reqwest {
    fn send(
        &self,
        request: http::Request<Bytes>,
        exchange: Exchange,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, Error>> {
        // Outside of the future, which would keep the request while it waits for the answer.
        let sent = self.outgoing(request).map(|it| self.client.execute(it));
        Box::pin(async move {
            let answer = sent?.await.map_err(|error| self.failure(error))?;
            self.read(answer, exchange.body_limit).await
        })
    }
}

impl Reqwest {
    pub fn new(
        client: reqwest::Client,
        base_url: &str,
        connect_timeout: Option<Duration>,
    ) -> Result<Self, Error> {
        let base = Url::parse(base_url)
            .map_err(|error| Error::config(ConfigErrorKind::Url, "the base URL", error))?;
        Ok(Self {
            client,
            authority: base.authority().to_owned(),
            base,
            connect_timeout,
        })
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
            let transport = Reqwest::new(client, base, None).expect("a URL");
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
        assert!(Reqwest::new(client, "nowhere", None).is_err());
    }
}
