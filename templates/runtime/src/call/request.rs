//! A request that is being built. Not generic over the operation, so that a rendered setter is one
//! call. Pure: what is wrong is remembered and reported when the call is sent.
//!
//! Values are written where they go and only copied where something of them is to be encoded: most
//! are numbers and ids.
//!
//! Longer than most files: path, query, header and body share the one value, and its private fields.

use super::param::{BadValue, Param};
use crate::runtime::client::Client;
use crate::runtime::error::{Error, InputError, InputErrorKind};
use crate::runtime::http::retry::RetryPolicy;
use crate::runtime::operation::Operation;
use bytes::Bytes;
use http::Uri;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::uri::PathAndQuery;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

/// Everything but the unreserved characters of RFC 3986 section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A request that is being built for one operation.
///
/// One pointer, because rendered setters take it and give it back.
#[must_use]
#[derive(Clone)]
pub(crate) struct RequestParts(Box<RequestState>);

#[derive(Clone)]
struct RequestState {
    client: Client,
    operation: &'static Operation,
    path: Cow<'static, str>,
    /// Encoded, without `?`.
    query: String,
    /// Wire name of each parameter in the query, and the length of what stands for it there; in the
    /// order of their first setting.
    queried: Vec<(Cow<'static, str>, usize)>,
    headers: HeaderMap,
    body: Option<Bytes>,
    /// The first thing that was refused.
    refused: Option<Box<InputError>>,
    timeout: Option<Duration>,
    retry: Option<RetryPolicy>,
}

/// Names and sizes alone: what is sent may be personal.
impl fmt::Debug for RequestParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = &self.0;
        let queried: Vec<&str> = state.queried.iter().map(|(name, _)| &**name).collect();
        f.debug_struct("RequestParts")
            .field("operation", &state.operation.id)
            .field("query", &queried)
            .field("headers", &state.headers.keys().collect::<Vec<_>>())
            .field("body_bytes", &state.body.as_ref().map(Bytes::len))
            .field("refused", &state.refused)
            .field("timeout", &state.timeout)
            .field("retry", &state.retry)
            .field("base_url", &state.client.base_url())
            .finish_non_exhaustive()
    }
}

impl RequestParts {
    /// An empty request for `operation`.
    pub fn new(client: &Client, operation: &'static Operation) -> Self {
        Self(Box::new(RequestState {
            client: client.clone(),
            operation,
            path: operation.path.into(),
            query: String::new(),
            queried: Vec::new(),
            headers: HeaderMap::new(),
            body: None,
            refused: None,
            timeout: None,
            retry: None,
        }))
    }

    /// An empty request for a path that the caller made.
    pub(super) fn at(
        client: &Client,
        operation: &'static Operation,
        path: Cow<'static, str>,
    ) -> Self {
        let mut parts = Self::new(client, operation);
        if !path.starts_with('/') || path.contains(['?', '#']) {
            parts.0.refuse("path", InputErrorKind::Path);
        }
        parts.0.path = path;
        parts
    }

    /// A request for another operation, with the header fields and settings of this one, but
    /// neither its query nor its body.
    pub(super) fn below(&self, operation: &'static Operation, path: String) -> Self {
        let mut parts = Self::new(&self.0.client, operation);
        parts.0.path = path.into();
        parts.0.headers.clone_from(&self.0.headers);
        parts.0.timeout = self.0.timeout;
        parts.0.retry.clone_from(&self.0.retry);
        parts
    }

    /// The path as far as it is filled in.
    pub(super) fn path_text(&self) -> &str {
        &self.0.path
    }

    /// Makes it a request for another operation of the same path.
    pub(super) fn set_operation(&mut self, operation: &'static Operation) {
        self.0.operation = operation;
    }

    pub(crate) fn operation(&self) -> &'static Operation {
        self.0.operation
    }

    pub(crate) fn set_timeout(&mut self, timeout: Duration) {
        self.0.timeout = Some(timeout);
    }

    pub(crate) fn set_retry(&mut self, policy: RetryPolicy) {
        self.0.retry = Some(policy);
    }

    /// Puts a value in the path template, percent-encoded whole. An empty value, `.` and `..` are
    /// refused: the first changes which path it is, the others are removed by RFC 3986 section
    /// 5.2.4 on the way, and both would silently call another endpoint.
    pub fn path(mut self, name: &str, value: &dyn Param) -> Self {
        self.0.set_path(name, value);
        self
    }

    /// Sets a query parameter; setting it again replaces it.
    pub fn query(mut self, wire: &'static str, value: &dyn Param) -> Self {
        self.set_parameter(wire, value);
        self
    }

    pub(crate) fn set_parameter(&mut self, wire: &'static str, value: &dyn Param) {
        self.set_named(wire.into(), value);
    }

    /// Sets a query parameter that the caller named.
    pub(crate) fn set_named(&mut self, name: Cow<'static, str>, value: &dyn Param) {
        let wire = name.clone();
        self.0.set_query(name, |out| push_pair(out, &wire, value));
    }

    /// Sets a query parameter that is a list: one key with comma-joined values, each encoded by
    /// itself, or with `explode` the key once per value. An empty list is refused, because leaving
    /// it out would widen what is asked for.
    pub fn query_list<P: Param>(
        mut self,
        wire: &'static str,
        values: impl IntoIterator<Item = P>,
        explode: bool,
    ) -> Self {
        self.set_list(wire.into(), values, explode);
        self
    }

    /// Sets a query parameter that the caller named, to a list.
    pub(super) fn set_list<P: Param>(
        &mut self,
        wire: Cow<'static, str>,
        values: impl IntoIterator<Item = P>,
        explode: bool,
    ) {
        let mut pairs = String::new();
        for value in values {
            if let Err(BadValue(kind)) = push_element(&mut pairs, &wire, &value, explode) {
                self.0.refuse(&wire, kind);
            }
        }
        if pairs.is_empty() {
            self.0.refuse(&wire, InputErrorKind::EmptyList);
        }
        self.set_query(wire, &pairs);
    }

    /// Sets a header field; setting it again replaces it.
    pub fn header(mut self, wire: &'static str, value: &dyn Param) -> Self {
        let mut text = String::new();
        match value.write(&mut text) {
            Ok(()) => self.set_header(wire, &text),
            Err(BadValue(kind)) => self.0.refuse(wire, kind),
        }
        self
    }

    /// Sets a header field that the caller named.
    pub(crate) fn set_header(&mut self, name: &str, value: &str) {
        match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Ok(name), Ok(mut value)) => {
                // A token or key, say: `Debug` of the plain request does not show it.
                value.set_sensitive(true);
                self.0.headers.insert(name, value);
            }
            (Err(_), _) => self.0.refuse(name, InputErrorKind::HeaderName),
            (_, Err(_)) => self.0.refuse(name, InputErrorKind::HeaderValue),
        }
    }

    /// Sets the body, as JSON.
    pub fn body<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        match serde_json::to_vec(value) {
            Ok(json) => self.0.body = Some(json.into()),
            Err(error) => {
                self.0.refuse("body", InputErrorKind::NotJson);
                if let Some(refused) = &mut self.0.refused {
                    refused.source.get_or_insert(Arc::new(error));
                }
            }
        }
        self
    }

    /// The body as it will be sent; empty where there is none.
    pub(super) fn body_bytes(&self) -> &[u8] {
        self.0.body.as_deref().unwrap_or_default()
    }

    /// Replaces the body by other JSON.
    pub(super) fn set_body(&mut self, json: Bytes) {
        self.0.body = Some(json);
    }

    /// The text of a query parameter that is set; as it is encoded, which is plain for numbers.
    pub(crate) fn query_value(&self, wire: &str) -> Option<&str> {
        let (_, place) = self.0.queried(wire)?;
        let pair = &self.0.query[place];
        pair.split_once('=').map(|(_, value)| value)
    }

    /// Sets a query parameter to `name=value` text that is encoded already.
    pub(crate) fn set_query(&mut self, wire: Cow<'static, str>, pair: &str) {
        self.0.set_query(wire, |out| {
            out.push_str(pair);
            Ok(())
        });
    }

    /// The URI, where nothing was refused.
    pub(crate) fn prepare(&mut self) -> Result<Uri, Error> {
        match self.0.refused.take() {
            Some(refused) => Err(Error::Input(refused)),
            None => self.0.uri(),
        }
    }

    /// The plain request: absolute URI, the client's default header fields, the caller's own. It
    /// carries no `Authorization` of the client's; that is added when it is sent.
    ///
    /// `uri` is that of [`RequestParts::prepare`]. To keep a copy of it for an attempt that is seldom made
    /// would cost more than to make it again.
    pub(crate) fn request(&self, uri: Option<Uri>) -> http::Request<Bytes> {
        let parts = &*self.0;
        let defaults = &parts.client.inner().default_headers;
        let mut headers = HeaderMap::with_capacity(defaults.len() + parts.headers.len() + 2);
        for (name, value) in defaults {
            headers.insert(name, value.clone());
        }
        if let Some(media_type) = parts.operation.produces {
            headers.insert(ACCEPT, HeaderValue::from_static(media_type));
        }
        if parts.body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        for (name, value) in &parts.headers {
            headers.insert(name, value.clone());
        }
        let mut request = http::Request::new(parts.body.clone().unwrap_or_default());
        *request.headers_mut() = headers;
        *request.method_mut() = parts.operation.method.clone();
        *request.uri_mut() = match uri {
            Some(uri) => uri,
            None => parts.uri().expect("it was one before"),
        };
        request
    }

    /// Whether the caller or the client's default header fields bring an `Authorization`.
    pub(crate) fn is_authorized(&self) -> bool {
        self.client().inner().authorized || self.0.headers.contains_key(AUTHORIZATION)
    }

    pub(crate) fn client(&self) -> &Client {
        &self.0.client
    }

    pub(crate) fn timeout(&self) -> Option<Duration> {
        self.0.timeout
    }

    pub(crate) fn policy(&self) -> &RetryPolicy {
        let default = &self.0.client.inner().retry;
        self.0.retry.as_ref().unwrap_or(default)
    }
}

impl RequestState {
    fn set_path(&mut self, name: &str, value: &dyn Param) {
        let Some(place) = self.place(name) else {
            self.refuse(name, InputErrorKind::UnknownPathValue);
            return;
        };
        // Room for values that are longer than their names in the template.
        let mut path = String::with_capacity(self.path.len() + 64);
        path.push_str(&self.path[..place.start]);
        let written = value.write(&mut path);
        match (written, &path[place.start..]) {
            (Err(BadValue(kind)), _) => self.refuse(name, kind),
            (_, "") => self.refuse(name, InputErrorKind::EmptyPathValue),
            (_, "." | "..") => self.refuse(name, InputErrorKind::DotSegment),
            _ => {}
        }
        encode(&mut path, place.start);
        path.push_str(&self.path[place.end..]);
        self.path = path.into();
    }

    /// Where `{name}` stands in the path.
    fn place(&self, name: &str) -> Option<Range<usize>> {
        let mut opened = self.path.match_indices('{').map(|(start, _)| start);
        let start = opened.find(|start| {
            let rest = self.path[start + 1..].strip_prefix(name);
            rest.is_some_and(|rest| rest.starts_with('}'))
        })?;
        Some(start..start + name.len() + 2)
    }

    /// Sets what stands for a parameter in the query to what `write` writes.
    fn set_query(
        &mut self,
        wire: Cow<'static, str>,
        write: impl FnOnce(&mut String) -> Result<(), BadValue>,
    ) {
        if let Some((index, place)) = self.queried(&wire) {
            let mut pair = String::new();
            if let Err(BadValue(kind)) = write(&mut pair) {
                self.refuse(&wire, kind);
            }
            self.query.replace_range(place, &pair);
            self.queried[index].1 = pair.len();
            return;
        }
        if self.queried.is_empty() {
            // More than most queries need, instead of growing thrice.
            self.query.reserve(128);
        } else {
            self.query.push('&');
        }
        let start = self.query.len();
        if let Err(BadValue(kind)) = write(&mut self.query) {
            self.refuse(&wire, kind);
        }
        self.queried.push((wire, self.query.len() - start));
    }

    /// Which of the queried a parameter is, and where it stands.
    fn queried(&self, wire: &str) -> Option<(usize, Range<usize>)> {
        let mut start = 0;
        for (index, (name, length)) in self.queried.iter().enumerate() {
            if name == wire {
                return Some((index, start..start + length));
            }
            start += length + 1;
        }
        None
    }

    fn uri(&self) -> Result<Uri, Error> {
        // Encoded values hold no brace, so one that is left is the template's.
        if let Some((_, rest)) = self.path.split_once('{') {
            let name = rest.split('}').next().unwrap_or(rest);
            let refusal = self.refusal(name, InputErrorKind::MissingPathValue);
            return Err(refusal.into());
        }
        let base = &self.client.inner().base;
        let length = base.path.len() + self.path.len() + 1 + self.query.len();
        let mut target = String::with_capacity(length);
        target.push_str(&base.path);
        target.push_str(&self.path);
        if !self.queried.is_empty() {
            target.push('?');
            target.push_str(&self.query);
        }
        let target = PathAndQuery::from_maybe_shared(Bytes::from(target));
        let uri = target.ok().and_then(|target| base.uri(target));
        uri.ok_or_else(|| self.refusal("path", InputErrorKind::Uri).into())
    }

    fn refuse(&mut self, parameter: &str, kind: InputErrorKind) {
        if self.refused.is_none() {
            self.refused = Some(Box::new(self.refusal(parameter, kind)));
        }
    }

    fn refusal(&self, parameter: &str, kind: InputErrorKind) -> InputError {
        InputError {
            operation: self.operation.id,
            parameter: parameter.to_owned(),
            kind,
            source: None,
        }
    }
}

fn push_pair(out: &mut String, wire: &str, value: &dyn Param) -> Result<(), BadValue> {
    let start = out.len();
    out.push_str(wire);
    encode(out, start);
    out.push('=');
    push_value(out, value)
}

fn push_element(
    out: &mut String,
    wire: &str,
    value: &dyn Param,
    explode: bool,
) -> Result<(), BadValue> {
    if out.is_empty() {
        push_pair(out, wire, value)
    } else if explode {
        out.push('&');
        push_pair(out, wire, value)
    } else {
        out.push(',');
        push_value(out, value)
    }
}

fn push_value(out: &mut String, value: &dyn Param) -> Result<(), BadValue> {
    let start = out.len();
    value.write(out)?;
    encode(out, start);
    Ok(())
}

/// Percent-encodes what stands from `start` on.
fn encode(out: &mut String, start: usize) {
    let unreserved =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    if !out.as_bytes()[start..].iter().all(unreserved) {
        let text = out.split_off(start);
        out.extend(utf8_percent_encode(&text, RESERVED));
    }
}
