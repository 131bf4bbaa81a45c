//! Paging: a stream of the pages of a listing, and one of their items.
//!
//! What is rendered for an operation that pages is a `static PAGING: Paging` and, on its request
//! builder, `Pages::new(self.0, &PAGING)` for the pages and
//! `Pages::new(self.0, &PAGING).items(|page| page.entities.unwrap_or_default())` for the items. How
//! to go on is read from the raw answer here, so nothing but the decoding is generic.
//!
//! A stream asks for the next page when it is polled for it, so it stops when it is dropped, and
//! holds one page at a time.

use super::answer_error::PagingError;
use super::call::Call;
use super::error::Error;
use super::parts::Parts;
use super::response::{Raw, Response, Returned};
use super::send;
use super::transport::BoxFuture;
use futures_core::Stream;
use percent_encoding::percent_decode_str;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::HashSet;
use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

/// So many empty pages in a row are not a listing any more. Servers that filter what a caller may
/// see do answer some.
const MOST_EMPTY_PAGES: u32 = 50;

/// How further pages of an operation are asked for; one `static` is rendered per operation.
#[derive(Debug)]
pub struct Paging {
    /// The way.
    pub style: PagingStyle,
    /// The wire name of the query parameter that asks for a page.
    pub parameter: &'static str,
    /// The key of the answer that tells how to go on.
    pub next: &'static str,
    /// The key of the answer that holds the items.
    pub items: &'static str,
}

/// The ways of paging.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PagingStyle {
    /// Pages are numbered from 1, and an answer tells how many there are.
    Number,
    /// An answer carries the cursor of the next page.
    Cursor,
    /// An answer carries the URI of the next page, whose query is taken over.
    Uri,
}

/// The pages of a listing, as a [`Stream`]. The first page that fails is the last.
#[must_use = "pages are asked for when they are awaited"]
pub struct Pages<T> {
    walk: Walk,
    decode: fn(Raw) -> Result<T, Error>,
}

impl<T: Returned> Pages<T> {
    #[doc(hidden)]
    pub fn new(call: Call<T>, paging: &'static Paging) -> Self {
        Self {
            walk: Walk::new(call.into_parts(), paging),
            decode: |raw| raw.decode().map(Response::into_inner),
        }
    }
}

impl<T> Pages<T> {
    #[doc(hidden)]
    pub fn items<I>(self, take: fn(T) -> Vec<I>) -> Items<T, I> {
        Items {
            pages: self,
            take,
            page: Vec::new().into_iter(),
        }
    }

    /// The next page; nothing after the last.
    ///
    /// # Errors
    /// Those of a call, and [`Error::Paging`] where the server's pages lead nowhere.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<T> Stream for Pages<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(outcome) = ready!(self.walk.poll(context)) else {
            return Poll::Ready(None);
        };
        let page = outcome.and_then(self.decode);
        if page.is_err() {
            self.walk.end();
        }
        Poll::Ready(Some(page))
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("parts", &self.walk.parts)
            .finish_non_exhaustive()
    }
}

/// The items of all pages of a listing, as a [`Stream`]. It ends after a page that fails.
#[must_use = "items are asked for when they are awaited"]
pub struct Items<T, I> {
    pages: Pages<T>,
    take: fn(T) -> Vec<I>,
    page: vec::IntoIter<I>,
}

impl<T, I> Items<T, I> {
    /// The next item; nothing after the last.
    ///
    /// # Errors
    /// Those of a call, and [`Error::Paging`] where the server's pages lead nowhere.
    pub async fn next(&mut self) -> Option<Result<I, Error>> {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<I, Error>>> {
        loop {
            if let Some(item) = self.page.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(Pin::new(&mut self.pages).poll_next(context)) {
                Some(Ok(page)) => self.page = (self.take)(page).into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

// Nothing is pinned in it: the pages' future is boxed.
impl<T, I> Unpin for Items<T, I> {}

impl<T, I> Stream for Items<T, I> {
    type Item = Result<I, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

impl<T, I> fmt::Debug for Items<T, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("pages", &self.pages)
            .finish_non_exhaustive()
    }
}

/// The way through the pages of one listing.
struct Walk {
    parts: Parts,
    paging: &'static Paging,
    /// The page that is asked for; nothing between pages.
    sending: Option<BoxFuture<'static, Result<Raw, Error>>>,
    ended: bool,
    /// How many pages have been seen.
    pages: u64,
    empty_in_a_row: u32,
    /// Of the last page's items.
    last_items: Option<u64>,
    /// Of every cursor and URI that was followed.
    followed: HashSet<u64>,
}

impl Walk {
    fn new(parts: Parts, paging: &'static Paging) -> Self {
        Self {
            parts,
            paging,
            sending: None,
            ended: false,
            pages: 0,
            empty_in_a_row: 0,
            last_items: None,
            followed: HashSet::new(),
        }
    }

    fn end(&mut self) {
        self.ended = true;
        self.sending = None;
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Raw, Error>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let parts = &mut self.parts;
        let sending = self
            .sending
            .get_or_insert_with(|| Box::pin(send::send(parts.prepare())));
        let outcome = ready!(sending.as_mut().poll(context));
        self.sending = None;
        let outcome = outcome.and_then(|raw| {
            self.pages += 1;
            self.advance(&raw.body)?;
            Ok(raw)
        });
        if outcome.is_err() {
            self.end();
        }
        Poll::Ready(Some(outcome))
    }

    /// Reads from a page how to ask for the next one.
    fn advance(&mut self, body: &[u8]) -> Result<(), Error> {
        // A body that is not a page is for the decoder to report.
        let Ok(seen) = look(body, self.paging) else {
            self.ended = true;
            return Ok(());
        };
        self.guard(&seen)?;
        let more = match self.paging.style {
            PagingStyle::Number => self.next_number(&seen),
            PagingStyle::Cursor => self.next_cursor(&seen)?,
            PagingStyle::Uri => self.next_uri(&seen)?,
        };
        self.ended = !more;
        Ok(())
    }

    fn guard(&mut self, seen: &Seen<'_>) -> Result<(), Error> {
        if seen.is_empty() {
            self.empty_in_a_row += 1;
            self.last_items = None;
            if self.empty_in_a_row >= MOST_EMPTY_PAGES {
                return Err(self.lost("too many empty pages in a row"));
            }
            return Ok(());
        }
        self.empty_in_a_row = 0;
        let items = Some(hash(seen.items));
        if std::mem::replace(&mut self.last_items, items) == items {
            return Err(self.lost("the page repeats the one before"));
        }
        Ok(())
    }

    fn next_number(&mut self, seen: &Seen<'_>) -> bool {
        let set = self.parts.query_value(self.paging.parameter);
        let number: u64 = set.and_then(|text| text.parse().ok()).unwrap_or(1);
        let more = match seen.next_number() {
            Some(count) => number < count,
            None => !seen.is_empty(),
        };
        if more {
            self.parts
                .set_query_text(self.paging.parameter, &(number + 1).to_string());
        }
        more
    }

    fn next_cursor(&mut self, seen: &Seen<'_>) -> Result<bool, Error> {
        let Some(cursor) = seen.next_text() else {
            return Ok(false);
        };
        self.follow(&cursor)?;
        self.parts.set_query_text(self.paging.parameter, &cursor);
        Ok(true)
    }

    fn next_uri(&mut self, seen: &Seen<'_>) -> Result<bool, Error> {
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
            return Err(self.lost("the next page's URI does not ask for a page"));
        }
        for (name, pair) in pairs {
            self.parts.set_query(name.into(), pair);
        }
        Ok(true)
    }

    fn follow(&mut self, next: &str) -> Result<(), Error> {
        if self.followed.insert(hash(next)) {
            Ok(())
        } else {
            Err(self.lost("the next page is one that was seen before"))
        }
    }

    fn lost(&self, reason: &'static str) -> Error {
        PagingError {
            operation: self.parts.operation.id,
            page: self.pages,
            reason,
        }
        .into()
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// What a page says of the way, as raw JSON; empty where it says nothing.
struct Seen<'a> {
    next: &'a str,
    items: &'a str,
}

impl Seen<'_> {
    fn is_empty(&self) -> bool {
        let list = self.items.strip_prefix('[').unwrap_or("]");
        list.trim_start().starts_with(']')
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
        let text = serde_json::from_str(self.next).unwrap_or_else(|_| self.next.to_owned());
        (!text.is_empty() && text != "null").then_some(text)
    }
}

/// Finds the two keys of a page that paging needs.
fn look<'a>(body: &'a [u8], paging: &'static Paging) -> Result<Seen<'a>, serde_json::Error> {
    struct Look(&'static Paging);

    impl<'de> Visitor<'de> for Look {
        type Value = Seen<'de>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a page")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut seen = Seen {
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

    let mut json = serde_json::Deserializer::from_slice(body);
    serde::Deserializer::deserialize_map(&mut json, Look(paging))
}
