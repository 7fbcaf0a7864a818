//! How a list is read from page to page: what to ask for next, and when it ends. No I/O.
//!
//! | page | said of the next one | what follows |
//! |---|---|---|
//! | with new elements | there is one | it is asked for |
//! | | there is none | the end |
//! | | nothing, but of pages | the next is asked for, unless the total is reached |
//! | | nothing at all | the next is asked for behind ten elements or more, else the end |
//! | empty | there is one | the next is asked for, at most [`MOST_EMPTY`] times in a row |
//! | | nothing, or there is none | the end |
//! | nothing new | anything | the end if the total is reached, or if the page was not announced and is short or says nothing of pages; else incomplete |
//! | 404 | it was not announced | the end |
//! | | it was announced | the end if the total is reached, else incomplete |
//!
//! At each end the elements that came are compared with the total: fewer, or a total that fell on the way, is incomplete.
//! Elements that stood on the first page or on the one before do not count.

use std::collections::HashSet;
use std::fmt;

use super::facts::Facts;
use super::paging::Position;

/// A list that says nothing of pages goes on behind so many elements.
const FULL_PAGE: u64 = 10;
/// How many empty pages in a row are passed over.
pub(super) const MOST_EMPTY: u32 = 10;
/// No walk has more pages.
pub(super) const MOST_PAGES: u64 = 100_000;

/// A walk through a list.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    /// The page that is asked for.
    at: Position,
    pages: u64,
    /// Empty pages in a row, and whether some were passed over.
    empty: u32,
    passed_over: bool,
    /// The last total, and from what to what one fell.
    total: Option<u64>,
    fell: Option<(u64, u64)>,
    first: HashSet<u64>,
    before: HashSet<u64>,
    accepts_incomplete: bool,
}

/// What a page means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// Whether the page is given out.
    pub(super) is_given: bool,
    pub(super) then: Then,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Then {
    Ask(Position),
    /// The end; not `sure` if a server may have repeated itself, or an empty page may have hidden elements.
    End {
        sure: bool,
    },
    /// Elements are missing; the list goes on there, if it can.
    Incomplete(Missing, Position),
}

/// What is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    Fewer { came: u64, total: u64 },
    Fell { from: u64, to: u64, came: u64 },
    Repeated(u64),
    Empty(u64),
    NotFound(u64),
    TooMany,
}

impl Missing {
    /// Whether its text has the numbers of elements.
    pub(super) fn has_numbers(&self) -> bool {
        matches!(self, Self::Fewer { .. } | Self::Fell { .. })
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fewer { came, total } => write!(f, "{came} of {total} elements came"),
            Self::Fell { from, to, came } => write!(
                f,
                "{came} elements came, and their total fell from {from} to {to} meanwhile"
            ),
            Self::Repeated(page) => write!(f, "page {page} brings nothing new"),
            Self::Empty(page) => write!(
                f,
                "page {page} and the {} before it are empty, and the server says that more follow",
                MOST_EMPTY
            ),
            Self::NotFound(page) => {
                write!(
                    f,
                    "the server said that there is a page {page}, and does not find it"
                )
            }
            Self::TooMany => write!(f, "it has more than {MOST_PAGES} pages"),
        }
    }
}

impl Walk {
    pub(super) fn new(start: Position, accepts_incomplete: bool) -> Self {
        Self {
            at: start,
            pages: 0,
            empty: 0,
            passed_over: false,
            total: None,
            fell: None,
            first: HashSet::new(),
            before: HashSet::new(),
            accepts_incomplete,
        }
    }

    /// The page that is asked for.
    pub(super) fn at(&self) -> &Position {
        &self.at
    }

    /// How many elements came and how many there are, where both are known.
    pub(super) fn counted(&self) -> Option<(u64, u64)> {
        self.at.came.zip(self.total)
    }

    /// The page asked for has come.
    pub(super) fn step(&mut self, page: &Facts) -> Step {
        if self.at.paging.page.is_none() && page.counts_from_zero() {
            self.at.from_zero = true;
        }
        let is_first = self.pages == 0;
        self.pages += 1;
        let len = page.len;
        if len > 0 || is_first {
            self.take_total(page.total());
        }
        let number = self.at.number();
        let told = page.tells_next(number, u64::from(!self.at.from_zero));
        if len == 0 {
            return self.empty_page(page, told, is_first);
        }
        self.empty = 0;
        let is_new = |mark: &&u64| !self.first.contains(mark) && !self.before.contains(mark);
        let new = match is_first {
            true => len,
            false => page.marks.iter().filter(is_new).count() as u64,
        };
        let is_earlier = !page.has_ids
            && self.at.paging.query.is_empty()
            && page.current().is_some_and(|current| current < number);
        if new == 0 || (is_earlier && !is_first) {
            return self.repeated_page(page, len);
        }
        let marks = page.marks.iter().copied().collect();
        if is_first {
            self.first = marks;
        } else {
            self.before = marks;
        }
        let before = self.at.came;
        self.at.came = before.map(|before| before.saturating_add(new));
        let then = match told {
            Some(true) => self.ask(page, true),
            Some(false) => self.end(page, true),
            None if page.is_silent() && len < FULL_PAGE => self.end(page, true),
            None if page.is_silent() => self.ask(page, false),
            None if self.is_all(page, len, is_first) => self.end(page, true),
            None => self.ask(page, false),
        };
        Step {
            is_given: true,
            then,
        }
    }

    /// The server does not find the page asked for; `None` where that is an error like any other.
    pub(super) fn not_found(&mut self) -> Option<Then> {
        if !self.at.is_behind {
            return None;
        }
        let here = self.at.clone();
        Some(match self.at.announced && !self.is_total_reached() {
            true => Then::Incomplete(Missing::NotFound(here.number()), here),
            false => self.compared(true, here),
        })
    }

    fn empty_page(&mut self, page: &Facts, told: Option<bool>, is_first: bool) -> Step {
        self.empty += 1;
        let here = self.at.clone();
        let then = match told {
            Some(true) if self.is_total_reached() => self.compared(true, here),
            Some(true) if self.empty > MOST_EMPTY => {
                Then::Incomplete(Missing::Empty(here.number()), here)
            }
            Some(true) => {
                self.passed_over = true;
                self.ask(page, true)
            }
            _ => self.compared(true, here),
        };
        Step {
            is_given: is_first,
            then,
        }
    }

    fn repeated_page(&mut self, page: &Facts, len: u64) -> Step {
        let here = self.at.clone();
        let is_short = page.size().is_some_and(|size| len < size);
        let may_end = !here.announced && (is_short || page.is_silent());
        let then = match self.is_total_reached() {
            true => self.compared(true, here),
            false if may_end => self.compared(false, here),
            false => Then::Incomplete(Missing::Repeated(here.number()), here),
        };
        Step {
            is_given: false,
            then,
        }
    }

    fn take_total(&mut self, total: Option<u64>) {
        let Some(total) = total else { return };
        if let Some(before) = self.total.filter(|before| *before > total) {
            self.fell.get_or_insert((before, total));
        }
        self.total = Some(total);
    }

    fn is_total_reached(&self) -> bool {
        matches!((self.at.came, self.total), (Some(came), Some(total)) if came >= total)
    }

    /// Whether the total shows that the page is the last.
    fn is_all(&self, page: &Facts, len: u64, is_first: bool) -> bool {
        // What looks like a total may be the number of elements of a full page.
        let may_be_count =
            is_first && len >= FULL_PAGE && page.size().is_none_or(|size| len >= size);
        let before = match (self.at.came, page.size()) {
            (Some(_), _) => return self.is_total_reached() && !may_be_count,
            (None, Some(size)) => size,
            (None, None) => return false,
        };
        let place = self
            .at
            .number()
            .saturating_sub(u64::from(!self.at.from_zero));
        self.total == Some(place.saturating_mul(before).saturating_add(len))
    }

    /// Goes on to the page behind this one.
    fn ask(&mut self, page: &Facts, announced: bool) -> Then {
        let Some(next) = self.next(page, announced) else {
            return self.compared(true, self.at.clone());
        };
        if self.pages >= MOST_PAGES {
            return Then::Incomplete(Missing::TooMany, next);
        }
        self.at = next.clone();
        Then::Ask(next)
    }

    fn end(&self, page: &Facts, sure: bool) -> Then {
        let behind = self.next(page, false);
        self.compared(sure, behind.unwrap_or_else(|| self.at.clone()))
    }

    /// The end, if as many elements came as there are.
    fn compared(&self, sure: bool, resume: Position) -> Then {
        let (Some(came), Some(total), false) = (self.at.came, self.total, self.accepts_incomplete)
        else {
            let sure = sure && !self.passed_over;
            return Then::End { sure };
        };
        match self.fell {
            Some((from, to)) => Then::Incomplete(Missing::Fell { from, to, came }, resume),
            None if came < total => Then::Incomplete(Missing::Fewer { came, total }, resume),
            None => Then::End { sure },
        }
    }

    /// The place behind the page that has come; `None` behind the last number of all.
    fn next(&self, page: &Facts, announced: bool) -> Option<Position> {
        let mut next = self.at.clone();
        next.taken = 0;
        next.is_behind = true;
        next.announced = announced;
        let number = self.at.number().checked_add(1);
        next.paging.query.clear();
        if let Some(cursor) = page.cursor() {
            next.paging.query.push(("cursor".to_owned(), cursor));
            next.paging.page = Some(number?);
        } else {
            let (named, query) = page.next();
            next.paging.query = query;
            next.paging.page = Some(named.or(number)?);
        }
        Some(next)
    }
}

/// Where a list goes on behind a page that was asked for alone.
pub(crate) fn next_of(at: &Position, page: &Facts) -> Option<Position> {
    match Walk::new(at.clone(), true).step(page).then {
        Then::Ask(next) => Some(next),
        _ => None,
    }
}

#[cfg(test)]
#[path = "walk_tests.rs"]
mod tests;
