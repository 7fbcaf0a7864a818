//! The items of a list as a stream.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use bytes::Bytes;
use futures::{Stream, StreamExt};
use retm_types::Broken;

use super::pages::Pages;
use super::resume::ResumeToken;
use crate::business_id::BusinessId;
use crate::error::{Error, ErrorKind};
use crate::page::Page;

/// The items of a list, one after the other; from [`List::stream`](crate::List::stream).
///
/// Of each page the good elements come first, then the broken ones as errors of kind
/// [`ErrorKind::BrokenElement`], after which the stream goes on. An error of any other kind ends it.
/// Pages are fetched ahead as [`Pages`] does.
#[must_use = "a stream does nothing until it is polled"]
pub struct ItemStream<T> {
    pages: Pages<T>,
    business: BusinessId,
    page: Option<Elements<T>>,
    /// How many elements of the first page are passed over.
    skip: u64,
}

/// What is left of a page.
struct Elements<T> {
    number: u64,
    taken: u64,
    items: vec::IntoIter<T>,
    broken: vec::IntoIter<Broken>,
}

impl<T> Elements<T> {
    fn of(page: Page<T>) -> Self {
        let number = page.number();
        let (items, broken) = page.into_parts();
        Self {
            number,
            taken: 0,
            items: items.into_iter(),
            broken: broken.into_iter(),
        }
    }

    fn is_empty(&self) -> bool {
        self.items.len() == 0 && self.broken.len() == 0
    }
}

impl<T> Iterator for Elements<T> {
    type Item = Result<T, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        let item = self.items.next().map(Ok);
        let element = item.or_else(|| self.broken.next().map(Err))?;
        self.taken += 1;
        Some(element)
    }
}

impl<T> ItemStream<T> {
    pub(super) fn new(pages: Pages<T>, business: BusinessId, skip: u64) -> Self {
        Self {
            pages,
            business,
            page: None,
            skip,
        }
    }

    /// As of its pages.
    pub(super) fn is_cut(&self) -> bool {
        self.pages.is_cut()
    }

    /// Where to go on: behind the last item given out; after an error, at the page that failed; `None`
    /// at the end. [`List::resume`](crate::List::resume) with [`stream`](crate::List::stream) goes on
    /// at the very item, with [`pages`](crate::List::pages) at the start of its page.
    ///
    /// Items are counted by their place: where elements were added or taken away meanwhile, some
    /// come again or not at all.
    pub fn resume_token(&self) -> Option<ResumeToken> {
        match &self.page {
            Some(page) if !page.is_empty() => {
                Some(self.pages.place().token(page.number, page.taken))
            }
            _ => Some(self.pages.resume_token()?.after(self.skip)),
        }
    }
}

impl<T: Send + 'static> Stream for ItemStream<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            let element = this.page.as_mut().and_then(Iterator::next);
            if this.page.as_ref().is_some_and(Elements::is_empty) {
                // Its memory is for the page to come.
                this.page = None;
            }
            match element {
                Some(Ok(item)) => return Poll::Ready(Some(Ok(item))),
                Some(Err(broken)) => {
                    let error = broken_element(&broken);
                    let operation = this.pages.place().operation;
                    return Poll::Ready(Some(Err(error.of_call(operation, &this.business))));
                }
                None => {}
            }
            match ready!(this.pages.poll_next_unpin(cx)) {
                Some(Ok(page)) => {
                    let mut elements = Elements::of(page);
                    let skip = usize::try_from(std::mem::take(&mut this.skip));
                    elements
                        .by_ref()
                        .take(skip.unwrap_or(usize::MAX))
                        .for_each(drop);
                    this.page = Some(elements);
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

/// Nothing is pinned in it.
impl<T> Unpin for ItemStream<T> {}

impl<T> fmt::Debug for ItemStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ItemStream")
            .field("pages", &self.pages)
            .finish_non_exhaustive()
    }
}

fn broken_element(broken: &Broken) -> Error {
    Error::new(ErrorKind::BrokenElement)
        .with_detail(format!("element {}: {}", broken.index(), broken.error()))
        .with_raw(Bytes::copy_from_slice(broken.raw().get().as_bytes()))
}
