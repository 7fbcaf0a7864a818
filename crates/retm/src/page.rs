//! One page of a list.

use retm_types::{Broken, Listing, Pagination, Problems};

use crate::list::{CameWith, Facts, Place, Position, ResumeToken, next_of};

/// One page of a list: its good elements, and the broken ones beside them.
#[derive(Clone, Debug)]
pub struct Page<T> {
    items: Vec<T>,
    broken: Vec<Broken>,
    problems: Problems,
    pagination: Option<Pagination>,
    place: Place,
    /// Where it lies.
    at: Position,
    /// Where the list goes on.
    next: Option<Position>,
}

impl<T> Page<T> {
    /// A page that was asked for, and what it says of itself.
    pub(crate) fn new(
        listing: Listing<T>,
        problems: Problems,
        mut at: Position,
        place: Place,
        came: CameWith,
    ) -> (Self, Facts) {
        let (items, pagination) = listing.into_parts();
        let (items, broken) = items.into_parts();
        let len = items.len() + broken.len();
        let facts = Facts::new(len, pagination.as_ref(), came);
        at.from_zero |= at.paging.page.is_none() && facts.counts_from_zero();
        let next = next_of(&at, &facts);
        let page = Self {
            items,
            broken,
            problems,
            pagination,
            place,
            at,
            next,
        };
        (page, facts)
    }

    /// The same page as part of a walk.
    pub(crate) fn within(mut self, at: Position, next: Option<Position>) -> Self {
        (self.at, self.next) = (at, next);
        self
    }

    pub(crate) fn at(&self) -> &Position {
        &self.at
    }

    /// The elements that decoded.
    pub fn items(&self) -> &[T] {
        &self.items
    }

    /// The elements that decoded, by value.
    pub fn into_items(self) -> Vec<T> {
        self.items
    }

    /// The elements that did not decode, with their JSON.
    pub fn broken(&self) -> &[Broken] {
        &self.broken
    }

    /// The members of its elements that did not fit and were left out; nearly always none. The pointers lead into the answer.
    pub fn problems(&self) -> &Problems {
        &self.problems
    }

    pub(crate) fn into_parts(self) -> (Vec<T>, Vec<Broken>, Problems) {
        (self.items, self.broken, self.problems)
    }

    /// How many elements the server sent, broken ones included.
    pub fn len(&self) -> usize {
        self.items.len() + self.broken.len()
    }

    /// Whether the server sent no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the server said of the pages. A list without it may be one page or may go on.
    pub fn pagination(&self) -> Option<&Pagination> {
        self.pagination.as_ref()
    }

    /// The number of this page as it was asked for: from 1, or from 0 where the server says so. In a list with cursors,
    /// pages are counted from 1.
    pub fn number(&self) -> u64 {
        self.at.number()
    }

    /// The number of the next page; `None` on the last. It may turn out empty or not to exist, unless the server says that it
    /// does. Also `None` in a list with cursors, where [`resume_token`](Self::resume_token) goes on.
    pub fn next(&self) -> Option<u64> {
        self.next.as_ref()?.paging.sent_page()
    }

    /// How many pages the list has, if the server says so.
    pub fn page_count(&self) -> Option<u64> {
        let pagination = self.pagination.as_ref()?;
        let by_total = || {
            let size = pagination.per_page().filter(|size| *size > 0)?;
            Some(pagination.total()?.div_ceil(size))
        };
        let last = pagination.total_pages().or_else(|| pagination.last_page());
        last.or_else(by_total)
    }

    /// Where the list goes on after this page; `None` on the last. For
    /// [`List::resume`](crate::List::resume), by another process if need be.
    pub fn resume_token(&self) -> Option<ResumeToken> {
        Some(self.place.token(self.next.clone()?))
    }
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Page<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}
