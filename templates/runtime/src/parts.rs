//! A request that is being built. Not generic over the operation, so that a rendered setter is one
//! call. Touches nothing: what is wrong is remembered and reported when the call is sent.

use super::client::Client;
use super::error::{Error, InputError};
use super::operation::Operation;
use super::param::{BadValue, Param};
use super::retry::RetryPolicy;
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use std::borrow::Cow;
use std::ops::Range;
use std::time::Duration;

/// Everything but the unreserved characters of RFC 3986 section 2.3.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A request that is being built for one operation.
#[must_use]
#[derive(Debug)]
pub struct Parts {
    client: Client,
    pub(super) operation: &'static Operation,
    path: String,
    /// Wire name and the encoded `name=value` text; in the order of their first setting.
    query: Vec<(Cow<'static, str>, String)>,
    headers: HeaderMap,
    body: Option<Bytes>,
    /// A value's text, between its writing and its encoding.
    scratch: String,
    /// The first thing that was refused.
    refused: Option<InputError>,
    pub(super) timeout: Option<Duration>,
    pub(super) retry: Option<RetryPolicy>,
}

impl Parts {
    /// An empty request for `operation`.
    pub fn new(client: &Client, operation: &'static Operation) -> Self {
        // Room for values that are longer than their names in the template.
        let mut path = String::with_capacity(operation.path.len() + 64);
        path.push_str(operation.path);
        Self {
            client: client.clone(),
            operation,
            path,
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: None,
            scratch: String::new(),
            refused: None,
            timeout: None,
            retry: None,
        }
    }

    /// Puts a value in the path template, percent-encoded whole. An empty value, `.` and `..` are
    /// refused: the first changes which path it is, the others are removed by RFC 3986 section
    /// 5.2.4 on the way, and both would silently call another endpoint.
    pub fn path(mut self, name: &'static str, value: &dyn Param) -> Self {
        let text = self.text(name, value);
        match text.as_str() {
            "" => self.refuse(name, "an empty value in a path calls another endpoint"),
            "." | ".." => self.refuse(name, "a dot segment in a path calls another endpoint"),
            _ => {}
        }
        if let Some(place) = self.place(name) {
            let encoded: Cow<'_, str> = utf8_percent_encode(&text, RESERVED).into();
            self.path.replace_range(place, &encoded);
        }
        self.scratch = text;
        self
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

    /// Sets a query parameter; setting it again replaces it.
    pub fn query(mut self, wire: &'static str, value: &dyn Param) -> Self {
        let text = self.text(wire, value);
        self.set_query_text(wire, &text);
        self.scratch = text;
        self
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
        let mut pairs = String::new();
        for value in values {
            self.push_element(&mut pairs, wire, &value, explode);
        }
        if pairs.is_empty() {
            self.refuse(wire, "an empty list");
        }
        self.set_query(wire.into(), pairs);
        self
    }

    fn push_element(&mut self, pairs: &mut String, wire: &str, value: &dyn Param, explode: bool) {
        let text = self.text(wire, value);
        if pairs.is_empty() {
            push_pair(pairs, wire, &text);
        } else if explode {
            pairs.push('&');
            push_pair(pairs, wire, &text);
        } else {
            pairs.push(',');
            pairs.extend(utf8_percent_encode(&text, RESERVED));
        }
        self.scratch = text;
    }

    /// Sets a header field; setting it again replaces it.
    pub fn header(mut self, wire: &'static str, value: &dyn Param) -> Self {
        let text = self.text(wire, value);
        self.set_header(wire, &text);
        self.scratch = text;
        self
    }

    /// Sets a header field that the caller named.
    pub(super) fn set_header(&mut self, name: &str, value: &str) {
        match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Ok(name), Ok(value)) => {
                self.headers.insert(name, value);
            }
            (Err(_), _) => self.refuse(name, "not a header field name (RFC 9110 section 5.1)"),
            (_, Err(_)) => self.refuse(name, "not a header field value (RFC 9110 section 5.5)"),
        }
    }

    /// Sets the body, as JSON.
    pub fn body<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        match serde_json::to_vec(value) {
            Ok(json) => self.body = Some(json.into()),
            Err(error) => {
                self.refuse("body", "cannot be written as JSON");
                if let Some(refused) = &mut self.refused {
                    refused.source.get_or_insert(error.into());
                }
            }
        }
        self
    }

    /// What there is to send.
    pub(super) fn prepare(&mut self) -> Result<Prepared, Error> {
        if let Some(refused) = self.refused.take() {
            return Err(refused.into());
        }
        // Encoded values hold no brace, so one that is left is the template's.
        if self.path.contains('{') {
            return Err(self.input_error("path", "a path parameter is missing"));
        }
        let base = &self.client.inner().base_url;
        let length = base.len() + self.path.len();
        let query = self.query.iter().map(|(_, pair)| pair.len() + 1);
        let mut uri = String::with_capacity(length + query.sum::<usize>());
        uri.push_str(base);
        uri.push_str(&self.path);
        for (index, (_, pair)) in self.query.iter().enumerate() {
            uri.push(if index == 0 { '?' } else { '&' });
            uri.push_str(pair);
        }
        let uri = http::Uri::try_from(uri)
            .map_err(|_| self.input_error("path", "no valid URI comes of it (RFC 3986)"))?;
        Ok(Prepared {
            client: self.client.clone(),
            operation: self.operation,
            uri,
            headers: self.headers.clone(),
            body: self.body.clone(),
            timeout: self.timeout,
            retry: self.retry.clone(),
        })
    }

    fn text(&mut self, name: &str, value: &dyn Param) -> String {
        let mut text = std::mem::take(&mut self.scratch);
        text.clear();
        if let Err(BadValue(reason)) = value.write(&mut text) {
            self.refuse(name, reason);
        }
        text
    }

    /// The text of a query parameter that is set; as it is encoded, which is plain for numbers.
    pub(super) fn query_value(&self, wire: &str) -> Option<&str> {
        let (_, pair) = self.query.iter().find(|(name, _)| name == wire)?;
        pair.split_once('=').map(|(_, value)| value)
    }

    pub(super) fn set_query_text(&mut self, wire: &'static str, text: &str) {
        let mut pair = String::with_capacity(wire.len() + 1 + text.len());
        push_pair(&mut pair, wire, text);
        self.set_query(wire.into(), pair);
    }

    /// Sets a query parameter to `name=value` text that is encoded already.
    pub(super) fn set_query(&mut self, wire: Cow<'static, str>, pair: String) {
        match self.query.iter_mut().find(|(name, _)| *name == wire) {
            Some((_, old)) => *old = pair,
            None => self.query.push((wire, pair)),
        }
    }

    fn refuse(&mut self, parameter: &str, reason: &'static str) {
        if self.refused.is_none() {
            self.refused = Some(self.refusal(parameter, reason));
        }
    }

    fn refusal(&self, parameter: &str, reason: &'static str) -> InputError {
        InputError {
            operation: self.operation.id,
            parameter: parameter.to_owned(),
            reason,
            source: None,
        }
    }

    fn input_error(&self, parameter: &str, reason: &'static str) -> Error {
        self.refusal(parameter, reason).into()
    }
}

/// What is sent, for as many attempts as it takes, and all that decides how.
#[derive(Debug)]
pub(super) struct Prepared {
    pub client: Client,
    pub operation: &'static Operation,
    uri: http::Uri,
    /// The caller's own.
    headers: HeaderMap,
    body: Option<Bytes>,
    pub timeout: Option<Duration>,
    pub retry: Option<RetryPolicy>,
}

impl Prepared {
    /// The plain request: absolute URI, the client's default header fields, the caller's own. It
    /// carries no `Authorization` of the client's; that is added when it is sent.
    pub fn request(&self) -> http::Request<Bytes> {
        let defaults = &self.client.inner().default_headers;
        let mut headers = HeaderMap::with_capacity(defaults.len() + self.headers.len() + 2);
        let mut request = http::Request::new(self.body.clone().unwrap_or_default());
        for (name, value) in defaults {
            headers.insert(name, value.clone());
        }
        if let Some(media_type) = self.operation.produces {
            headers.insert(ACCEPT, HeaderValue::from_static(media_type));
        }
        if self.body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        for (name, value) in &self.headers {
            headers.insert(name, value.clone());
        }
        *request.headers_mut() = headers;
        *request.method_mut() = self.operation.method.clone();
        *request.uri_mut() = self.uri.clone();
        request
    }

    /// Whether the caller or the client's default header fields bring an `Authorization`.
    pub fn is_authorized(&self) -> bool {
        let defaults = &self.client.inner().default_headers;
        self.headers.contains_key(AUTHORIZATION) || defaults.contains_key(AUTHORIZATION)
    }
}

fn push_pair(out: &mut String, wire: &str, value: &str) {
    out.extend(utf8_percent_encode(wire, RESERVED));
    out.push('=');
    out.extend(utf8_percent_encode(value, RESERVED));
}
