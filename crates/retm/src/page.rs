//! One page of a list.

use retm_types::{Broken, Listing, Pagination};

use crate::list::{Place, ResumeToken};

/// One page of a list: its good elements, and the broken ones beside them.
#[derive(Clone, Debug)]
pub struct Page<T> {
    items: Vec<T>,
    broken: Vec<Broken>,
    pagination: Option<Pagination>,
    number: u64,
    place: Place,
}

impl<T> Page<T> {
    pub(crate) fn new(listing: Listing<T>, number: u64, place: Place) -> Self {
        let (items, pagination) = listing.into_parts();
        let (items, broken) = items.into_parts();
        Self {
            items,
            broken,
            pagination,
            number,
            place,
        }
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

    pub(crate) fn into_parts(self) -> (Vec<T>, Vec<Broken>) {
        (self.items, self.broken)
    }

    /// How many elements the server sent, broken ones included.
    pub fn len(&self) -> usize {
        self.items.len() + self.broken.len()
    }

    /// Whether the server sent no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the server said of the pages; a list without it is one page.
    pub fn pagination(&self) -> Option<&Pagination> {
        self.pagination.as_ref()
    }

    /// The number of this page, from 1, as it was asked for.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The number of the next page by the server's word; `None` on the last, or where the server
    /// has sent another page than the one asked for.
    pub fn next(&self) -> Option<u64> {
        let pagination = self.pagination.as_ref()?;
        let another = self.current().is_some_and(|current| current != self.number);
        let follows = !another && !self.is_empty() && pagination.has_next(self.number);
        self.number.checked_add(1).filter(|_| follows)
    }

    /// Where the list goes on after this page; `None` on the last. For
    /// [`List::resume`](crate::List::resume), by another process if need be.
    pub fn resume_token(&self) -> Option<ResumeToken> {
        Some(self.place.token(self.next()?, 0))
    }

    /// Whether the server says that it sent an earlier page than the one asked for.
    pub(crate) fn is_earlier(&self) -> bool {
        self.current().is_some_and(|current| current < self.number)
    }

    /// Whether the list ends here although the server says that it goes on.
    pub(crate) fn breaks_off(&self) -> bool {
        let goes_on = |pagination: &Pagination| pagination.has_next(self.number);
        self.next().is_none() && self.pagination.as_ref().is_some_and(goes_on)
    }

    fn current(&self) -> Option<u64> {
        self.pagination.as_ref()?.current_page()
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
