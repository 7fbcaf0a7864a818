//! The pages of a list as a stream, the next one fetched ahead.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures::future::BoxFuture;
use futures::{FutureExt, Stream};
use tokio::runtime::Handle;
use tokio::task::{JoinError, JoinHandle};
use tracing::Instrument;

use super::facts::Facts;
use super::paging::Position;
use super::resume::{Place, ResumeToken};
use super::walk::{Missing, Then, Walk};
use crate::error::{Error, ErrorKind};
use crate::page::Page;

/// A page and what the walk knows of it; its raw body is gone.
pub(super) type Fetched<T> = Result<(Page<T>, Facts), Error>;
pub(super) type Fetch<T> = Arc<dyn Fn(Position) -> BoxFuture<'static, Fetched<T>> + Send + Sync>;

/// The pages of a list, one after the other; from [`List::pages`](crate::List::pages).
///
/// While a page is worked on, the next one is fetched in a task of its own, unless
/// [`prefetch(false)`](crate::List::prefetch) says otherwise. A page is asked for when the one before
/// it has been given out and may have a successor, so the requests are the same either way, but for one
/// that is in vain if the stream is dropped early. Dropping it ends the request at once. Of what
/// was read, it holds the page fetched ahead and, until that is decoded, its raw body.
///
/// Outside a tokio runtime nothing is fetched ahead.
#[must_use = "a stream does nothing until it is polled"]
pub struct Pages<T> {
    fetch: Fetch<T>,
    place: Place,
    prefetch: bool,
    walk: Walk,
    ahead: Option<Ahead<T>>,
    state: State,
}

enum State {
    /// The page that the walk asks for comes next.
    Reading,
    /// Elements are missing: said after the last page.
    Missing(Missing, Position),
    /// It has failed and goes on there.
    Failed(Position),
    /// It has ended; see [`Then::End`].
    Ended { sure: bool },
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
    pub(super) fn new(fetch: Fetch<T>, place: Place, walk: Walk, prefetch: bool) -> Self {
        Self {
            fetch,
            place,
            prefetch,
            walk,
            ahead: None,
            state: State::Reading,
        }
    }

    /// Where to go on: at the page to be given out next, fetched or not; after an error, at the page
    /// that failed; `None` at the end.
    pub fn resume_token(&self) -> Option<ResumeToken> {
        Some(self.place.token(self.resume_at()?.clone()))
    }

    fn resume_at(&self) -> Option<&Position> {
        match &self.state {
            State::Reading => Some(self.walk.at()),
            State::Missing(_, at) | State::Failed(at) => Some(at),
            State::Ended { .. } => None,
        }
    }

    /// Whether it has ended where elements may be missing though the server did not say so.
    pub(super) fn is_cut(&self) -> bool {
        matches!(self.state, State::Ended { sure: false })
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }
}

impl<T: Send + 'static> Pages<T> {
    /// Takes the page that was asked for; `None` if it is not given out.
    fn accept(&mut self, page: Page<T>, facts: &Facts) -> Option<Page<T>> {
        let step = self.walk.step(facts);
        let at = page.at().clone();
        let next = match &step.then {
            Then::Ask(next) | Then::Incomplete(_, next) => Some(next.clone()),
            Then::End { .. } => None,
        };
        self.go_on(step.then);
        step.is_given.then(|| page.within(at, next))
    }

    fn go_on(&mut self, then: Then) {
        self.state = match then {
            Then::Incomplete(missing, at) => State::Missing(missing, at),
            Then::End { sure } => State::Ended { sure },
            Then::Ask(next) => {
                if let (true, Ok(runtime)) = (self.prefetch, Handle::try_current()) {
                    let fetch = (self.fetch)(next).in_current_span();
                    self.ahead = Some(Ahead::There(Task(runtime.spawn(fetch))));
                }
                State::Reading
            }
        };
    }

    /// The last item of a list that has failed on its way.
    fn fail(&mut self, error: Error, at: Position) -> Option<Result<Page<T>, Error>> {
        let token = self.place.token(at.clone());
        self.state = State::Failed(at);
        Some(Err(error.of_list(token)))
    }
}

impl<T: Send + 'static> Stream for Pages<T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            match &this.state {
                State::Reading => {}
                State::Missing(missing, at) => {
                    let error = Error::new(ErrorKind::Incomplete).with_detail(missing.to_string());
                    let error = match this.walk.counted().filter(|_| !missing.has_numbers()) {
                        Some((came, total)) => {
                            error.with_note(format_args!("{came} of {total} elements came"))
                        }
                        None => error,
                    };
                    let error = error.of_call(this.place.operation, &this.place.business);
                    let at = at.clone();
                    return Poll::Ready(this.fail(error, at));
                }
                State::Failed(_) | State::Ended { .. } => return Poll::Ready(None),
            }
            let asked = this.walk.at();
            let ahead = this
                .ahead
                .get_or_insert_with(|| Ahead::Here((this.fetch)(asked.clone())));
            let fetched = ready!(ahead.poll(cx));
            this.ahead = None;
            match fetched {
                Ok(Ok((page, facts))) => {
                    if let Some(page) = this.accept(page, &facts) {
                        return Poll::Ready(Some(Ok(page)));
                    }
                }
                Ok(Err(error)) => {
                    let then = error.is_not_found().then(|| this.walk.not_found());
                    match then.flatten() {
                        Some(then) => this.go_on(then),
                        None => {
                            let at = this.walk.at().clone();
                            return Poll::Ready(this.fail(error, at));
                        }
                    }
                }
                // The runtime of the task has gone: fetched here then.
                Err(end) if end.is_cancelled() => {}
                Err(end) => {
                    let error = Error::new(ErrorKind::Internal)
                        .with_detail("the task that fetched the page panicked")
                        .with_source(end);
                    let at = this.walk.at().clone();
                    return Poll::Ready(this.fail(error, at));
                }
            }
        }
    }
}

/// Nothing is pinned in it: what is polled is boxed or a handle.
impl<T> Unpin for Pages<T> {}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("operation", &self.place.operation)
            .field("next", &self.resume_at())
            .field("prefetch", &self.prefetch)
            .finish_non_exhaustive()
    }
}
