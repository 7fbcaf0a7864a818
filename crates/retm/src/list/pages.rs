//! The pages of a list as a stream, the next one fetched ahead.

use std::collections::HashSet;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures::future::BoxFuture;
use futures::{FutureExt, Stream};
use tokio::runtime::Handle;
use tokio::task::{JoinError, JoinHandle};
use tracing::Instrument;

use super::Paging;
use super::resume::{Place, ResumeToken};
use crate::error::{Error, ErrorKind};
use crate::page::Page;

/// A page and its fingerprint; its raw body is gone.
pub(super) type Fetched<T> = Result<(Page<T>, u64), Error>;
pub(super) type Fetch<T> = Arc<dyn Fn(Paging) -> BoxFuture<'static, Fetched<T>> + Send + Sync>;

/// The pages of a list, one after the other; from [`List::pages`](crate::List::pages).
///
/// While a page is worked on, the next one is fetched in a task of its own, unless
/// [`prefetch(false)`](crate::List::prefetch) says otherwise. A page is asked for when the one before
/// it has been given out and names a successor, so the requests are the same either way, but for one
/// that is in vain where the stream is dropped early. Dropping it ends the request at once. Of what
/// was read, it holds the page fetched ahead and, until that is decoded, its raw body.
///
/// Outside a tokio runtime nothing is fetched ahead.
#[must_use = "a stream does nothing until it is polled"]
pub struct Pages<T> {
    fetch: Fetch<T>,
    place: Place,
    prefetch: bool,
    /// The page to be given out next.
    next: Option<Paging>,
    ahead: Option<Ahead<T>>,
    failed: bool,
    /// Whether it has ended although the server says that it goes on.
    cut: bool,
    seen: HashSet<u64>,
}

/// A page that has been asked for.
enum Ahead<T> {
    Here(BoxFuture<'static, Fetched<T>>),
    There(Task<T>),
}

/// A task that ends with its handle.
struct Task<T>(JoinHandle<Fetched<T>>);

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl<T: Send + 'static> Ahead<T> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Fetched<T>, JoinError>> {
        match self {
            Self::Here(fetch) => fetch.poll_unpin(cx).map(Ok),
            Self::There(task) => task.0.poll_unpin(cx),
        }
    }
}

impl<T> Pages<T> {
    pub(super) fn new(fetch: Fetch<T>, place: Place, first: Paging, prefetch: bool) -> Self {
        Self {
            fetch,
            place,
            prefetch,
            next: Some(first),
            ahead: None,
            failed: false,
            cut: false,
            seen: HashSet::new(),
        }
    }

    /// Where to go on: at the page to be given out next, fetched or not; after an error, at the page
    /// that failed; `None` at the end.
    pub fn resume_token(&self) -> Option<ResumeToken> {
        let next = self.next?;
        Some(self.place.token(next.number(), 0))
    }

    /// Whether it has ended before the server says that it does.
    pub(super) fn is_cut(&self) -> bool {
        self.cut
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }
}

impl<T: Send + 'static> Pages<T> {
    /// Ends before a page that has come already, by its elements or by its number.
    fn accept(&mut self, page: Page<T>, fingerprint: u64, paging: Paging) -> Option<Page<T>> {
        let new = self.seen.insert(fingerprint);
        if !new || (self.seen.len() > 1 && page.is_earlier()) {
            (self.next, self.cut) = (None, true);
            return None;
        }
        self.cut = page.breaks_off();
        self.next = page.next().map(|number| Paging {
            page: Some(number),
            ..paging
        });
        if let (true, Some(next), Ok(runtime)) = (self.prefetch, self.next, Handle::try_current()) {
            let fetch = (self.fetch)(next).in_current_span();
            self.ahead = Some(Ahead::There(Task(runtime.spawn(fetch))));
        }
        Some(page)
    }

    fn fail(&mut self, error: Error) -> Option<Result<Page<T>, Error>> {
        self.failed = true;
        Some(Err(error))
    }
}

impl<T: Send + 'static> Stream for Pages<T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let Some(paging) = this.next.filter(|_| !this.failed) else {
            return Poll::Ready(None);
        };
        loop {
            let ahead = this
                .ahead
                .get_or_insert_with(|| Ahead::Here((this.fetch)(paging)));
            let fetched = ready!(ahead.poll(cx));
            this.ahead = None;
            return Poll::Ready(match fetched {
                Ok(Ok((page, fingerprint))) => this.accept(page, fingerprint, paging).map(Ok),
                Ok(Err(error)) => this.fail(error),
                // The runtime of the task has gone: fetched here then.
                Err(end) if end.is_cancelled() => continue,
                Err(end) => this.fail(
                    Error::new(ErrorKind::Internal)
                        .with_detail("the task that fetched the page panicked")
                        .with_source(end),
                ),
            });
        }
    }
}

/// Nothing is pinned in it: what is polled is boxed or a handle.
impl<T> Unpin for Pages<T> {}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("operation", &self.place.operation)
            .field("next", &self.next)
            .field("prefetch", &self.prefetch)
            .finish_non_exhaustive()
    }
}
