//! Keeping a copy of a list in step.

use std::collections::HashSet;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime};

use futures::{Stream, StreamExt};
use retm_types::{Invoice, LocalTime, Order};
use serde::Serialize;

use super::checkpoint::{Mark, SweepCheckpoint, local, seconds};
use super::items::ItemStream;
use super::resume::Digest;
use super::{List, Place};
use crate::error::{Error, ErrorKind};
use crate::resources::OrderFilter;
use crate::time::whole_seconds;

/// How far back a sweep looks behind the newest item seen.
const OVERLAP: Duration = Duration::from_secs(5 * 60);
/// No local time is further ahead of UTC than that, with an hour for clocks that are fast.
const AHEAD: i64 = 15 * 3600;

/// One pass over a list that gives what is new or has changed since the last pass; from
/// `orders().list().sweep(checkpoint)` and `invoices().list().sweep(checkpoint)`.
///
/// It asks for what was created since the newest item seen less an overlap, which is needed because
/// clocks differ and writes commit late, and drops what it has given out before: items with the id
/// and the content of one seen. No filter is trusted: of a server that ignores it, items older than the
/// window are dropped too. Times are compared with each other only, as the API writes them, so no
/// zone is needed.
///
/// Every item comes at least once, and again when it has changed; an item may come twice where the
/// overlap grew, or after an update of this crate. Not seen are:
/// - changes of items created before the window. Webhooks tell of them, or a sweep from
///   [`SweepCheckpoint::new`];
/// - items that show up later than the overlap, and, where clocks are set back, those of the hour
///   that comes twice: choose an overlap of more than an hour there.
///
/// A broken element comes once, as an error of kind [`ErrorKind::BrokenElement`], and once more if it
/// changes; it neither moves the checkpoint nor holds it back. Any other error ends the sweep.
#[must_use = "a sweep does nothing until it is polled"]
pub struct Sweep<T> {
    items: ItemStream<T>,
    traits: fn(&T) -> Traits<'_>,
    before: SweepCheckpoint,
    /// Items before this second were given out by an earlier pass.
    start: Option<i64>,
    overlap: i64,
    /// No item is newer than that.
    latest: i64,
    /// The newest item of this pass.
    newest: Option<i64>,
    /// What this pass has met among the items that have no time.
    timeless: HashSet<u64>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Running,
    Failed,
    Finished,
}

/// What a sweep reads of an item.
struct Traits<'a> {
    id: Option<String>,
    created_at: Option<&'a LocalTime>,
    updated_at: Option<&'a LocalTime>,
}

fn of_order(order: &Order) -> Traits<'_> {
    Traits {
        id: order.id.as_ref().map(ToString::to_string),
        created_at: order.created_at.as_ref(),
        updated_at: order.updated_at.as_ref(),
    }
}

fn of_invoice(invoice: &Invoice) -> Traits<'_> {
    Traits {
        id: invoice.invoice_id.as_ref().map(ToString::to_string),
        created_at: invoice.created_at.as_ref(),
        updated_at: None,
    }
}

impl List<Order, OrderFilter> {
    /// Gives what is new or has changed since the checkpoint was taken. Of the filters, `from` is
    /// where the first sweep starts; later ones set it themselves. A page set before is ignored.
    ///
    /// ```no_run
    /// # async fn example(acme: retm::Business, mut kept: retm::SweepCheckpoint) -> Result<(), retm::Error> {
    /// use futures::StreamExt;
    ///
    /// let mut sweep = acme.orders().list().per_page(100).sweep(kept)?;
    /// while let Some(order) = sweep.next().await {
    ///     match order {
    ///         Ok(order) => println!("new or changed: {:?}", order.id),
    ///         Err(error) => eprintln!("{error}"),
    ///     }
    /// }
    /// kept = sweep.checkpoint();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] where the checkpoint is one of another business or of other
    /// filters.
    pub fn sweep(self, checkpoint: SweepCheckpoint) -> Result<Sweep<Order>, Error> {
        self.sweep_with(checkpoint, OVERLAP)
    }

    /// As [`sweep`](Self::sweep), looking back behind the newest item seen as far as the overlap says
    /// in place of 5 minutes.
    ///
    /// # Errors
    ///
    /// As [`sweep`](Self::sweep).
    pub fn sweep_with(
        mut self,
        checkpoint: SweepCheckpoint,
        overlap: Duration,
    ) -> Result<Sweep<Order>, Error> {
        let first = self.filter.set_from(None);
        let list = self.place();
        let overlap = in_seconds(overlap);
        let from = start(&checkpoint, overlap).and_then(local);
        self.filter
            .set_from(from.map(|from| from.to_string()).or(first));
        Sweep::new(self, list, checkpoint, overlap, of_order)
    }
}

impl List<Invoice> {
    /// Gives what is new or has changed since the checkpoint was taken. The list of invoices has no
    /// filter by time, so the whole list is read each time; what is older than the window is
    /// dropped. A page set before is ignored.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] where the checkpoint is one of another list or business.
    pub fn sweep(self, checkpoint: SweepCheckpoint) -> Result<Sweep<Invoice>, Error> {
        self.sweep_with(checkpoint, OVERLAP)
    }

    /// As [`sweep`](Self::sweep), looking back behind the newest item seen as far as the overlap says
    /// in place of 5 minutes.
    ///
    /// # Errors
    ///
    /// As [`sweep`](Self::sweep).
    pub fn sweep_with(
        self,
        checkpoint: SweepCheckpoint,
        overlap: Duration,
    ) -> Result<Sweep<Invoice>, Error> {
        let list = self.place();
        Sweep::new(self, list, checkpoint, in_seconds(overlap), of_invoice)
    }
}

/// An overlap in the seconds of the API's times.
fn in_seconds(overlap: Duration) -> i64 {
    i64::try_from(whole_seconds(overlap)).unwrap_or(i64::MAX)
}

/// Where the window of the next sweep starts; never in a year that a server might not read.
fn start(checkpoint: &SweepCheckpoint, overlap: i64) -> Option<i64> {
    Some(checkpoint.newest?.saturating_sub(overlap).max(0))
}

impl<T> Sweep<T> {
    fn new<F>(
        list: List<T, F>,
        place: Place,
        checkpoint: SweepCheckpoint,
        overlap: i64,
        traits: fn(&T) -> Traits<'_>,
    ) -> Result<Self, Error>
    where
        T: serde::de::DeserializeOwned + Send + 'static,
        F: Clone + Send + Sync + 'static,
    {
        let digest = Digest::of(&[
            place.operation.as_bytes(),
            place.of().to_string().as_bytes(),
        ]);
        let before = checkpoint
            .of(digest)
            .map_err(|error| error.of_call(place.operation, list.business.id()))?;
        let now = list.business.now().duration_since(SystemTime::UNIX_EPOCH);
        let now = i64::try_from(now.unwrap_or_default().as_secs()).unwrap_or(i64::MAX);
        Ok(Self {
            items: list.starting_over().stream(),
            traits,
            start: start(&before, overlap),
            before,
            overlap,
            latest: now.saturating_add(AHEAD),
            newest: None,
            timeless: HashSet::new(),
            state: State::Running,
        })
    }

    /// What to give to the next sweep, once the items given out so far are safe.
    ///
    /// The time moves on only when the sweep has come to its end, since nobody knows in which order a
    /// list comes; before, and after an error, the next sweep starts at the same time again and drops
    /// what was given out. So it does where pages repeat themselves or are missing: the list ends there, though
    /// not by the server's word. An item dated later than it can be anywhere does not move it.
    pub fn checkpoint(&self) -> SweepCheckpoint {
        let mut checkpoint = self.before.clone();
        if self.state == State::Finished {
            checkpoint.newest = checkpoint.newest.max(self.newest);
            let start = start(&checkpoint, self.overlap);
            checkpoint.seen.retain(|id, mark| match mark.at {
                Some(at) => start.is_none_or(|start| at >= start),
                None => self.timeless.contains(id),
            });
        }
        checkpoint
    }

    /// Whether it has not been given out before, as it is now.
    fn is_new(&mut self, item: &T) -> bool
    where
        T: Serialize,
    {
        let traits = (self.traits)(item);
        let second = |time: Option<&LocalTime>| time?.parsed().map(seconds);
        let created = second(traits.created_at);
        let at = created.max(second(traits.updated_at));
        if let (Some(at), Some(start)) = (at, self.start)
            && at < start
        {
            return false;
        }
        // Not `updated_at`: an old item changed during a long pass would move the time over new ones.
        let created = created.filter(|created| *created <= self.latest);
        self.newest = self.newest.max(created);
        // Types made of texts, numbers and lists always have a JSON.
        let content = serde_json::to_vec(item).unwrap_or_default();
        let id = traits.id.map(String::into_bytes);
        self.is_new_content(id.as_deref().unwrap_or(&content), &content, at)
    }

    fn is_new_content(&mut self, id: &[u8], content: &[u8], at: Option<i64>) -> bool {
        let id = Digest::of(&[id]).short();
        let content = Digest::of(&[content]).short();
        if at.is_none() {
            self.timeless.insert(id);
        }
        let before = self.before.seen.insert(id, Mark { content, at });
        before.is_none_or(|before| before.content != content)
    }
}

impl<T: Serialize + Send + 'static> Stream for Sweep<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            let item = ready!(this.items.poll_next_unpin(cx));
            let is_new = match &item {
                Some(Ok(item)) => this.is_new(item),
                Some(Err(error)) if error.kind() == ErrorKind::BrokenElement => {
                    this.is_new_content(error.raw_body(), error.raw_body(), None)
                }
                Some(Err(_)) => {
                    this.state = State::Failed;
                    true
                }
                None => {
                    if this.state == State::Running && !this.items.is_cut() {
                        this.state = State::Finished;
                    }
                    true
                }
            };
            if is_new {
                return Poll::Ready(item);
            }
        }
    }
}

impl<T> fmt::Debug for Sweep<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sweep")
            .field("items", &self.items)
            .field("newest", &self.newest)
            .finish_non_exhaustive()
    }
}
