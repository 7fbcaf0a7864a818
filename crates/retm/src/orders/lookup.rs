//! Looking an order up by its reference, trusting no filter.
//!
//! A filter that is ignored or lags would make an order look absent, so it can only help to find one.
//! That there is none is concluded from the unfiltered list alone.

use std::collections::HashSet;
use std::time::Duration;

use bytes::Bytes;
use retm_types::{LocalTime, Order};

use super::doubt::Doubt;
use super::page::{OrderPage, Reference};
use super::ticket::Ticket;
use crate::business::Business;
use crate::list::List;
use crate::resources::OrderFilter;
use crate::store::StoreError;

/// The most pages that are read for one order.
const MOST_PAGES: u64 = 1000;

/// How often the list is read again where it changes while it is read.
const MOST_READINGS: u32 = 3;

/// Where the list is read back to before the order was sent, by how much further.
const MARGIN: Duration = Duration::from_secs(24 * 60 * 60);

/// What a look-up has found.
pub(super) enum Look {
    /// The order as the list shows it.
    Found(Bytes),
    /// It is not there.
    Absent,
    /// It could not be found out.
    Doubt(Doubt),
    /// Somebody else has the order by now.
    Lost,
}

/// A search for one order.
pub(super) struct Search<'a> {
    pub(super) business: &'a Business,
    pub(super) ticket: &'a Ticket,
    /// How long one request may take.
    pub(super) deadline: Duration,
    /// When it ends in doubt, by the monotonic clock.
    pub(super) until: Option<Duration>,
    /// How long ago the order was written down: it cannot be older.
    pub(super) age: Duration,
}

impl Search<'_> {
    /// Looks where the order is likely: that it is not there means nothing.
    pub(super) async fn quick(&self) -> Look {
        if let Some(body) = self.filtered().await {
            return Look::Found(body);
        }
        match OrderPage::get(self.list(), 1).await {
            Ok(page) => page
                .find(self.ticket.reference())
                .map_or(Look::Absent, Look::Found),
            Err(error) => Look::Doubt(Doubt::failed(error)),
        }
    }

    /// Looks until it is certain whether the order is there.
    pub(super) async fn whole(&self) -> Look {
        if let Some(body) = self.filtered().await {
            return Look::Found(body);
        }
        let mut before = None;
        for _ in 0..MOST_READINGS {
            let mut reading = Reading::default();
            if let Some(look) = self.read(&mut reading, before.as_ref()).await {
                return look;
            }
            before = Some(reading.pages);
        }
        Look::Doubt(Doubt::new("the list changed each time it was read"))
    }

    fn list(&self) -> List<Order, OrderFilter> {
        self.business.orders().list().with_deadline(self.deadline)
    }

    /// By the filter. Its failure says as little as its silence.
    async fn filtered(&self) -> Option<Bytes> {
        let reference = self.ticket.reference();
        let page = OrderPage::get(self.list().partner_reference(reference), 1).await;
        page.ok()?.find(reference)
    }

    /// Reads the list once; `None` where it changed in a way that may have hidden an order.
    async fn read(&self, reading: &mut Reading, before: Option<&HashSet<u64>>) -> Option<Look> {
        for number in 1..=MOST_PAGES {
            let now = self.business.core().timers.clock.monotonic();
            if self.until.is_some_and(|until| now >= until) {
                let why = "there was no time to read the whole list".to_owned();
                return Some(Look::Doubt(Doubt::new(why)));
            }
            match self.ticket.renew().await {
                Ok(true) => {}
                Ok(false) => return Some(Look::Lost),
                Err(error) => return Some(doubt_of(error)),
            }
            let page = match OrderPage::get(self.list(), number).await {
                Ok(page) => page,
                Err(error) => return Some(Look::Doubt(Doubt::failed(error))),
            };
            if let Some(body) = page.find(self.ticket.reference()) {
                return Some(Look::Found(body));
            }
            if let Err(doubt) = reading.take(number, &page) {
                return Some(Look::Doubt(doubt));
            }
            let end = page.last == Some(true);
            if end || reading.is_past(&page, self.age) {
                return reading.conclude(end, before);
            }
        }
        let why = format!("it has more than {MOST_PAGES} pages");
        Some(Look::Doubt(Doubt::new(why)))
    }
}

fn doubt_of(error: StoreError) -> Look {
    Look::Doubt(Doubt::of_store(error))
}

/// What the pages read so far say of the list.
struct Reading {
    count: u64,
    /// How many pages there were, empty ones too.
    read: u64,
    /// The orders, each once.
    distinct: HashSet<u64>,
    /// What the first and the last page say that there are.
    totals: Option<(u64, u64)>,
    /// Whether a page said fewer than one before it.
    fell: bool,
    pages: HashSet<u64>,
    references: bool,
    unreadable: u64,
    newest: Option<LocalTime>,
    latest: Option<LocalTime>,
    /// Whether the times never rise.
    newest_first: bool,
}

impl Default for Reading {
    fn default() -> Self {
        Self {
            count: 0,
            read: 0,
            distinct: HashSet::new(),
            totals: None,
            fell: false,
            pages: HashSet::new(),
            references: false,
            unreadable: 0,
            newest: None,
            latest: None,
            newest_first: true,
        }
    }
}

impl Reading {
    /// Takes a page; an error where the pages cannot be relied on.
    fn take(&mut self, number: u64, page: &OrderPage) -> Result<(), Doubt> {
        let doubt = |why: String| Err(Doubt::new(why));
        if let Some(current) = page.current.filter(|current| *current != number) {
            return doubt(format!("page {current} came for page {number}"));
        }
        if page.last.is_none() {
            return doubt(format!("it does not say whether page {number} is its last"));
        }
        if page.elements.is_empty() && page.last == Some(false) {
            return doubt(format!("page {number} is empty and not the last"));
        }
        if !page.elements.is_empty() && !self.pages.insert(page.fingerprint) {
            return doubt(format!("page {number} repeats an earlier one"));
        }
        if let Some(total) = page.total {
            let (first, last) = self.totals.unwrap_or((total, total));
            self.fell |= total < last;
            self.totals = Some((first, total));
        }
        self.read += 1;
        for element in &page.elements {
            self.count += 1;
            self.distinct.insert(element.identity);
            match element.reference {
                Reference::Shown(_) => self.references = true,
                Reference::None => {}
                Reference::Unreadable => self.unreadable += 1,
            }
            self.at(element.created_at.as_ref());
        }
        Ok(())
    }

    /// Takes the time of the next order.
    fn at(&mut self, time: Option<&LocalTime>) {
        let Some((time, moment)) = time.and_then(|time| Some((time, time.parsed()?))) else {
            self.newest_first = false;
            return;
        };
        if let Some(before) = self.latest.as_ref().and_then(LocalTime::parsed) {
            self.newest_first &= moment <= before;
        }
        self.newest.get_or_insert_with(|| time.clone());
        self.latest = Some(time.clone());
    }

    /// Whether that page, and with it every further one, is older than the order can be. The API's
    /// times have no zone, so they are compared with one another alone: nothing in the list is newer
    /// than now, so the order is at most its age older than the newest.
    fn is_past(&self, page: &OrderPage, age: Duration) -> bool {
        let newest = self.newest.as_ref().and_then(LocalTime::parsed);
        let page = page
            .elements
            .first()
            .and_then(|first| first.created_at.as_ref()?.parsed());
        let (Some(newest), Some(page)) = (newest, page) else {
            return false;
        };
        let older = newest.signed_duration_since(page).to_std();
        // Without any reference so far, older orders may still show that the list has them.
        self.newest_first
            && self.references
            && older.is_ok_and(|older| older > age.saturating_add(MARGIN))
    }

    /// What follows from not having found the order; `None` where it must be read again. `before`: the
    /// pages of the reading before this one.
    ///
    /// Orders that come while it is read push others to a later page where the newest are first: one is
    /// seen twice at most, never missed. An order that goes away may hide another, and so may one that is
    /// shown twice though none came. Where the list does not say how many there are, nothing shows that one
    /// went, and elsewhere than where the newest are first another may come in its place: there two readings
    /// must have been alike.
    fn conclude(&self, end: bool, before: Option<&HashSet<u64>>) -> Option<Look> {
        let doubt = |why: String| Some(Look::Doubt(Doubt::new(why)));
        let (first, last) = self.totals.unwrap_or_default();
        let shown = self.distinct.len() as u64;
        if self.fell || self.count.saturating_sub(shown) > last.saturating_sub(first) {
            return None;
        }
        if end && shown < first {
            return doubt(format!("it shows {shown} of {first} orders"));
        }
        let is_told = self.totals.is_some() && self.newest_first;
        if self.read > 1 && !is_told && before != Some(&self.pages) {
            return None;
        }
        match (self.unreadable, self.references) {
            (0, true) => Some(Look::Absent),
            (0, false) if self.count == 0 => Some(Look::Absent),
            (0, false) => doubt("the list shows no references".to_owned()),
            (1, _) => doubt("one order of the list cannot be read".to_owned()),
            (n, _) => doubt(format!("{n} orders of the list cannot be read")),
        }
    }
}

#[cfg(test)]
#[path = "lookup_tests.rs"]
mod tests;
