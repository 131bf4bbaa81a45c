//! Requests the pages of a listing one by one: reads from each raw answer how to request the next page,
//! and stops if the pages do not end. Not generic over the items.
//!
//! Every page that arrived is returned first, then the error that there is no next page. A loop is
//! recognised by a cursor or URI that was already used, or by many empty pages. Equal pages are no sign
//! of a loop, because items may be equal. The exception are numbered pages beyond the reported count, or
//! without a count: there an equal page is an error.

use super::body_field;
use super::param::Param;
use super::request::RequestParts;
use super::response::Raw;
use super::send;
use crate::runtime::error::Error;
use crate::runtime::error::{PagingError, PagingErrorKind};
use crate::runtime::http::BoxFuture;
use crate::runtime::model;
use percent_encoding::percent_decode_str;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::HashSet;
use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::task::{Context, Poll, ready};

/// So many empty pages in a row are not a listing any more. Servers that filter what a caller may
/// see do answer some.
const MOST_EMPTY_PAGES: u32 = 50;

/// How further pages of a listing are requested. Rendered operations have it built in; for a
/// [`RawCall`](crate::RawCall) make it by one of these functions.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Paging {
    /// The way.
    pub style: PagingStyle,
    /// The wire name of the query parameter that asks for a page or, in the body, of its field.
    pub parameter: &'static str,
    /// It stands in the body; `a.b` is the field `b` of its field `a`.
    pub in_body: bool,
    /// The key of the answer that tells how to go on.
    pub next: &'static str,
    /// The key of the answer that holds the items.
    pub items: &'static str,
}

impl Paging {
    /// Pages are numbered from 1. An answer has the number of pages under the key `next` (`pageCount`) and
    /// the items under the key `items`.
    pub const fn number(parameter: &'static str, next: &'static str, items: &'static str) -> Self {
        Self::new(PagingStyle::Number, parameter, next, items)
    }

    /// Pages are numbered from 1. An answer has the number of all items under the key `next`
    /// (`totalHits`).
    pub const fn total(parameter: &'static str, next: &'static str, items: &'static str) -> Self {
        Self::new(PagingStyle::Total, parameter, next, items)
    }

    /// An answer has the cursor of the next page under the key `next`.
    pub const fn cursor(parameter: &'static str, next: &'static str, items: &'static str) -> Self {
        Self::new(PagingStyle::Cursor, parameter, next, items)
    }

    /// An answer has the URI of the next page under the key `next`. Its query is used.
    pub const fn uri(parameter: &'static str, next: &'static str, items: &'static str) -> Self {
        Self::new(PagingStyle::Uri, parameter, next, items)
    }

    /// The parameter is a field of the body; `a.b` is the field `b` of its field `a`.
    #[must_use]
    pub const fn in_body(mut self) -> Self {
        self.in_body = true;
        self
    }

    const fn new(
        style: PagingStyle,
        parameter: &'static str,
        next: &'static str,
        items: &'static str,
    ) -> Self {
        Self {
            style,
            parameter,
            in_body: false,
            next,
            items,
        }
    }
}

/// The ways of paging.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PagingStyle {
    /// Pages are numbered from 1, and an answer tells how many there are.
    Number,
    /// Pages are numbered from 1, and an answer tells how many items there are on all of them.
    Total,
    /// An answer carries the cursor of the next page.
    Cursor,
    /// An answer carries the URI of the next page, whose query is taken over.
    Uri,
}

/// Where a listing is: the page to ask for next, and what was seen so far.
pub(crate) struct PageCursor {
    pub parts: RequestParts,
    paging: Paging,
    /// The page that is asked for; nothing between pages.
    sending: Option<BoxFuture<'static, Result<Raw, Error>>>,
    ended: bool,
    /// Why there is no way on from the page that was given out last.
    lost: Option<Error>,
    /// How many pages have been seen.
    pages: u64,
    empty_in_a_row: u32,
    /// How many items, where an answer tells how many there are.
    received: Option<u64>,
    /// How many items the first page had.
    page_size: u64,
    /// The least count of pages that was told.
    promised: Option<u64>,
    /// Of every cursor and URI that was followed, or of the items of numbered pages.
    seen: HashSet<u64>,
}

impl PageCursor {
    pub fn new(parts: RequestParts, paging: Paging) -> Self {
        Self {
            parts,
            paging,
            sending: None,
            ended: false,
            lost: None,
            pages: 0,
            empty_in_a_row: 0,
            received: None,
            page_size: 0,
            promised: None,
            seen: HashSet::new(),
        }
    }

    /// Asks for no more pages.
    pub fn end(&mut self) {
        self.ended = true;
        self.sending = None;
        self.lost = None;
    }

    /// The next page; nothing after the last or after an error.
    pub fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Raw, Error>>> {
        if let Some(error) = self.lost.take() {
            self.end();
            return Poll::Ready(Some(Err(error)));
        }
        if self.ended {
            return Poll::Ready(None);
        }
        let parts = &mut self.parts;
        let sending = self
            .sending
            .get_or_insert_with(|| send::send(parts.clone()));
        let outcome = ready!(sending.as_mut().poll(context));
        self.sending = None;
        let outcome = match outcome {
            Ok(raw) => {
                self.pages += 1;
                self.lost = self.advance(&raw.body).err();
                Ok(raw)
            }
            Err(error) => {
                self.end();
                // The caller's arguments made the first page's request, so the API's way on is at fault.
                let is_refused = self.pages > 0 && matches!(error, Error::Input(_));
                Err(if is_refused {
                    self.lost(PagingErrorKind::Unsendable)
                } else {
                    error
                })
            }
        };
        Poll::Ready(Some(outcome))
    }

    /// The items of a page, each as it came.
    pub fn items<'a>(&self, body: &'a [u8]) -> Option<RawItems<'a>> {
        let seen = look(body, &self.paging).ok()?;
        let items = serde_json::from_str(seen.items).ok()?;
        let before = seen.items.as_ptr().addr() - body.as_ptr().addr();
        Some(RawItems {
            key: self.paging.items,
            items,
            before: &body[..before],
            after: &body[before + seen.items.len()..],
        })
    }

    /// Reads from a page how to ask for the next one.
    fn advance(&mut self, body: &[u8]) -> Result<(), Error> {
        let mended;
        let mut seen = look(body, &self.paging);
        if seen.is_err() {
            mended = model::mended(body).unwrap_or_default();
            seen = look(mended.as_bytes(), &self.paging);
        }
        let Ok(seen) = seen else {
            // A body that is not a page is for the decoder to report.
            self.ended = true;
            return Ok(());
        };
        self.guard(&seen)?;
        let more = match self.paging.style {
            PagingStyle::Number | PagingStyle::Total => self.next_number(&seen)?,
            PagingStyle::Cursor => self.next_cursor(&seen)?,
            PagingStyle::Uri => self.next_uri(&seen)?,
        };
        self.ended = !more;
        Ok(())
    }

    fn guard(&mut self, seen: &PageFacts<'_>) -> Result<(), Error> {
        if !seen.is_empty() {
            self.empty_in_a_row = 0;
            return Ok(());
        }
        self.empty_in_a_row += 1;
        if self.empty_in_a_row >= MOST_EMPTY_PAGES {
            return Err(self.lost(PagingErrorKind::EmptyPages));
        }
        Ok(())
    }

    fn next_number(&mut self, seen: &PageFacts<'_>) -> Result<bool, Error> {
        let number = self.number();
        let more = match (seen.next_number(), self.paging.style) {
            (Some(total), PagingStyle::Total) => self.is_below_total(seen, number, total),
            (Some(count), _) => number < count,
            (None, _) => !seen.is_empty(),
        };
        if !more {
            return Ok(false);
        }
        self.guard_number(seen, number)?;
        self.ask(&number.saturating_add(1))?;
        Ok(true)
    }

    fn is_below_total(&mut self, seen: &PageFacts<'_>, number: u64, total: u64) -> bool {
        let count = seen.count();
        if self.page_size == 0 {
            self.page_size = count;
        }
        // Of a walk that does not begin at the first page, pages before it are taken to be as long
        // as its first.
        let skipped = || number.saturating_sub(1).saturating_mul(count);
        let received = self.received.unwrap_or_else(skipped).saturating_add(count);
        self.received = Some(received);
        if seen.is_empty() {
            // What a caller may not see may be counted: other pages may have items.
            return number.saturating_mul(self.page_size.max(1)) < total && self.page_size > 0;
        }
        received < total
    }

    /// A server that ignores the number of the page answers the same for ever. Where it told how many
    /// pages there are, the walk ends there; beyond, a page that was seen before is the sign.
    fn guard_number(&mut self, seen: &PageFacts<'_>, number: u64) -> Result<(), Error> {
        let count = match (seen.next_number(), self.paging.style) {
            (Some(total), PagingStyle::Total) => total.div_ceil(self.page_size.max(1)),
            (count, _) => count.unwrap_or(0),
        };
        let promised = self.promised.map_or(count, |known| known.min(count));
        self.promised = Some(promised);
        if seen.is_empty() || self.seen.insert(hash(seen.items)) || number < promised {
            return Ok(());
        }
        Err(self.lost(PagingErrorKind::RepeatedPage))
    }

    /// The number of the page that was asked for.
    fn number(&self) -> u64 {
        let name = self.paging.parameter;
        let set = if self.paging.in_body {
            body_field::get(self.parts.body_bytes(), name)
        } else {
            self.parts.query_value(name)
        };
        set.and_then(|text| text.parse().ok()).unwrap_or(1)
    }

    fn next_cursor(&mut self, seen: &PageFacts<'_>) -> Result<bool, Error> {
        let Some(cursor) = seen.next_text() else {
            return Ok(false);
        };
        self.follow(&cursor)?;
        self.ask(&cursor.as_str())?;
        Ok(true)
    }

    fn next_uri(&mut self, seen: &PageFacts<'_>) -> Result<bool, Error> {
        let Some(uri) = seen.next_text() else {
            return Ok(false);
        };
        self.follow(&uri)?;
        let query = uri.split('#').next().and_then(|uri| uri.split_once('?'));
        let mut pairs: Vec<(String, String)> = Vec::new();
        for pair in query.map_or("", |(_, query)| query).split('&') {
            let name = pair.split('=').next().unwrap_or_default();
            let name = percent_decode_str(name).decode_utf8_lossy().into_owned();
            match pairs.iter_mut().find(|(known, _)| *known == name) {
                Some((_, text)) => *text = format!("{text}&{pair}"),
                None => pairs.push((name, pair.to_owned())),
            }
        }
        if !pairs.iter().any(|(name, _)| name == self.paging.parameter) {
            return Err(self.lost(PagingErrorKind::NoPageInUri));
        }
        for (name, pair) in pairs {
            self.parts.set_query(name.into(), &pair);
        }
        Ok(true)
    }

    /// Asks for a page by its number or cursor.
    fn ask<N: Param + serde::Serialize>(&mut self, next: &N) -> Result<(), Error> {
        let name = self.paging.parameter;
        if !self.paging.in_body {
            self.parts.set_parameter(name, next);
            return Ok(());
        }
        let json = serde_json::to_string(next).expect("numbers and texts can be written");
        let body = body_field::set(self.parts.body_bytes(), name, &json);
        let body = body.map_err(|_| self.lost(PagingErrorKind::Body))?;
        self.parts.set_body(body.into());
        Ok(())
    }

    fn follow(&mut self, next: &str) -> Result<(), Error> {
        if self.seen.insert(hash(next)) {
            Ok(())
        } else {
            Err(self.lost(PagingErrorKind::SeenBefore))
        }
    }

    fn lost(&self, kind: PagingErrorKind) -> Error {
        PagingError {
            operation: self.parts.operation().id,
            page: self.pages,
            kind,
        }
        .into()
    }
}

/// The items of a page, as JSON.
pub(crate) struct RawItems<'a> {
    pub key: &'static str,
    pub items: Vec<&'a RawValue>,
    before: &'a [u8],
    after: &'a [u8],
}

impl RawItems<'_> {
    /// The page with one of them alone, or none.
    pub fn page_of(&self, item: &str) -> Vec<u8> {
        [self.before, b"[", item.as_bytes(), b"]", self.after].concat()
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// What a page says of the way, as raw JSON; empty where it says nothing.
struct PageFacts<'a> {
    next: &'a str,
    items: &'a str,
}

impl PageFacts<'_> {
    fn is_empty(&self) -> bool {
        let list = self.items.strip_prefix('[').unwrap_or("]");
        list.trim_start().starts_with(']')
    }

    fn count(&self) -> u64 {
        let items: Result<Vec<IgnoredAny>, _> = serde_json::from_str(self.items);
        items.map_or(0, |items| u64::try_from(items.len()).unwrap_or(u64::MAX))
    }

    fn next_number(&self) -> Option<u64> {
        // Some servers write a count as `3.0`.
        self.next
            .strip_suffix(".0")
            .unwrap_or(self.next)
            .parse()
            .ok()
    }

    /// A cursor or URI: text, or a number as it is written.
    fn next_text(&self) -> Option<String> {
        let text =
            serde_json::from_slice(self.next.as_bytes()).unwrap_or_else(|_| self.next.to_owned());
        (!text.is_empty() && text != "null").then_some(text)
    }
}

/// Finds the two keys of a page that paging needs.
fn look<'a>(body: &'a [u8], paging: &Paging) -> Result<PageFacts<'a>, serde_json::Error> {
    struct Look<'p>(&'p Paging);

    impl<'de> Visitor<'de> for Look<'_> {
        type Value = PageFacts<'de>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a page")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut seen = PageFacts {
                next: "",
                items: "",
            };
            while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
                if key == self.0.next {
                    seen.next = map.next_value::<&RawValue>()?.get();
                } else if key == self.0.items {
                    seen.items = map.next_value::<&RawValue>()?.get();
                } else {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            Ok(seen)
        }
    }

    let mut json = serde_json::Deserializer::from_slice(super::response::json(body));
    serde::Deserializer::deserialize_map(&mut json, Look(paging))
}
