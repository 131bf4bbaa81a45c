//! Paging: a stream of the pages of a listing, and one of their items.
//!
//! What is rendered for an operation that pages is, on its request builder,
//! `Pages::new(self.0, &Paging { … })` for the pages and
//! `self.pages().items(|page| page.entities.unwrap_or_default())` for the items. How to go on is read
//! from the raw answer by `page_cursor`, so nothing but the decoding is generic.
//!
//! If one item of a page cannot be decoded, `items` decodes each item alone: the item's error takes its
//! place, and the others are kept.
//!
//! A stream requests the next page when it is polled for it. So dropping it ends the listing, and it
//! holds one page at a time.

use super::Call;
use super::page_cursor::{PageCursor, Paging};
use super::request::RequestParts;
use super::response::{Raw, Response, Returned};
use crate::runtime::error::{DecodeError, Error};
use futures_core::Stream;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

/// The pages of a listing, as a [`Stream`]. It ends after the first error.
#[must_use = "pages are asked for when they are awaited"]
pub struct Pages<T> {
    cursor: PageCursor,
    decode: fn(Raw) -> Result<T, Error>,
}

impl<T: Returned> Pages<T> {
    pub(crate) fn new(call: Call<T>, paging: Paging) -> Self {
        let decode = |raw: Raw| raw.decode().map(Response::into_inner);
        Self::of(call.into_parts(), paging, decode)
    }
}

impl<T> Pages<T> {
    pub(crate) fn of(
        parts: RequestParts,
        paging: Paging,
        decode: fn(Raw) -> Result<T, Error>,
    ) -> Self {
        Self {
            cursor: PageCursor::new(parts, paging),
            decode,
        }
    }

    /// The items of all pages; `take` returns those of a page.
    pub fn items<I>(self, take: fn(T) -> Vec<I>) -> Items<T, I> {
        Items {
            pages: self,
            take,
            page: Vec::new().into_iter(),
            apart: Vec::new().into_iter(),
        }
    }

    /// The next page; `None` after the last.
    ///
    /// # Errors
    /// Those of a call, and [`Error::Paging`] if the server's pages do not end.
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<T> Pages<T> {
    /// The next page, or what came of it. Goes on after one that cannot be decoded.
    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        let outcome = ready!(self.cursor.poll(context));
        Poll::Ready(outcome.map(|outcome| outcome.and_then(self.decode)))
    }

    /// The items of a page that cannot be decoded, each by itself; nothing where the page cannot be
    /// decoded without them either.
    fn take_apart<I>(
        &self,
        page: &DecodeError,
        take: fn(T) -> Vec<I>,
    ) -> Option<Vec<Result<I, Error>>> {
        let parts = self.cursor.items(&page.body)?;
        let decode = |body: Vec<u8>| (self.decode)(Raw::of(page, body.into()));
        decode(parts.page_of("")).ok()?;
        let mut items = Vec::new();
        for (index, item) in parts.items.iter().enumerate() {
            match decode(parts.page_of(item.get())) {
                Ok(page) => items.extend(take(page).into_iter().map(Ok)),
                Err(error) => items.push(Err(page.of_item(error, parts.key, index))),
            }
        }
        Some(items)
    }
}

impl<T> Stream for Pages<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let page = ready!(self.poll_page(context));
        if matches!(page, Some(Err(_))) {
            self.cursor.end();
        }
        Poll::Ready(page)
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("parts", &self.cursor.parts)
            .finish_non_exhaustive()
    }
}

/// The items of all pages of a listing, as a [`Stream`]. An item that cannot be decoded is an error in
/// its place, and the stream goes on. After an error of a whole page it ends.
#[must_use = "items are asked for when they are awaited"]
pub struct Items<T, I> {
    pages: Pages<T>,
    take: fn(T) -> Vec<I>,
    page: vec::IntoIter<I>,
    /// Of a page of which some cannot be decoded.
    apart: vec::IntoIter<Result<I, Error>>,
}

impl<T, I> Items<T, I> {
    /// The next item; `None` after the last.
    ///
    /// # Errors
    /// Those of a call, and [`Error::Paging`] if the server's pages do not end. After [`Error::Decode`] of
    /// one item the stream goes on; its [`json_path`](DecodeError::json_path) has the item's index.
    pub async fn next(&mut self) -> Option<Result<I, Error>> {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    /// The items of all pages in one collection, which is held in memory; like `try_collect` of the futures
    /// crate. The first error ends it.
    ///
    /// # Errors
    /// Those of [`next`](Self::next).
    pub async fn try_collect<C: Default + Extend<I>>(mut self) -> Result<C, Error> {
        let mut all = C::default();
        while let Some(item) = self.next().await {
            all.extend([item?]);
        }
        Ok(all)
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<I, Error>>> {
        loop {
            if let Some(item) = self.page.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            if let Some(item) = self.apart.next() {
                return Poll::Ready(Some(item));
            }
            let error = match ready!(self.pages.poll_page(context)) {
                Some(Ok(page)) => {
                    self.page = (self.take)(page).into_iter();
                    continue;
                }
                Some(Err(error)) => error,
                None => return Poll::Ready(None),
            };
            if let Error::Decode(page) = &error
                && let Some(items) = self.pages.take_apart(page, self.take)
            {
                self.apart = items.into_iter();
                continue;
            }
            self.pages.cursor.end();
            return Poll::Ready(Some(Err(error)));
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
