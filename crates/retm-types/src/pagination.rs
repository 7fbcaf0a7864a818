//! Where a page of a list stands.

mod meaning;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::JsonObject;
use crate::json::{self, Token};
use meaning::{Meaning, Next};

/// Where a page of a list stands, as the server says. Every member is optional: which ones the API sends is assumed.
///
/// Members are read by what they mean, whatever their case, with or without underscores:
///
/// | meaning | names |
/// |---|---|
/// | elements of the whole list | `total` |
/// | elements of this page | `count` |
/// | size of a page | `per_page`, `per`, `limit`, `page_size` |
/// | number of this page | `current_page`, `current`, `page` |
/// | number of pages | `total_pages`, `last_page` |
/// | next page | `next_page_url`, `links.next`, `next`, `next_page`: a link, a number, or empty at the end |
/// | whether more follow | `has_more`, `has_more_pages`, `has_next`, `has_next_page` |
/// | cursor | `next_cursor`, `cursor.next` |
///
/// Numbers may come as numeric strings. They are looked for in `pagination`, then in `meta`, then beside the elements; there a
/// `total` or `count` counts only together with another of them, since alone it may be something else. What was read is
/// written back as it was, members unknown here included.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pagination {
    members: JsonObject,
    /// Paging members that stood elsewhere in the envelope, which writes them.
    beside: JsonObject,
}

const NEXT_PAGE_URL: &str = "next_page_url";

macro_rules! numbers {
    ($( $(#[$doc:meta])* $name:ident, $meaning:ident, $with:ident; )+) => {
        $(
            $(#[$doc])*
            pub fn $name(&self) -> Option<u64> {
                self.find(Meaning::$meaning, meaning::number)
            }

            #[doc = concat!("The same with `", stringify!($name), "` set.")]
            #[must_use]
            pub fn $with(mut self, value: u64) -> Self {
                self.members.insert(stringify!($name), json::to_raw(&value));
                self
            }
        )+
    };
}

impl Pagination {
    /// No members yet.
    pub fn new() -> Self {
        Self::default()
    }

    numbers! {
        /// How many elements the whole list has.
        total, Total, with_total;
        /// How many elements this page has.
        count, Count, with_count;
        /// How many elements a full page has. A server that cuts the size asked for may not say so.
        per_page, Size, with_per_page;
        /// The number of this page, from 1, or from 0 as some servers count.
        current_page, Page, with_current_page;
        /// How many pages there are.
        total_pages, Pages, with_total_pages;
        /// The number of the last page: the Laravel paginator's word for `total_pages`.
        last_page, Last, with_last_page;
    }

    /// The address of the next page, from `next_page_url`, `links.next` or `next`. None on the last page, too.
    pub fn next_page_url(&self) -> Option<String> {
        self.next().find_map(|next| match next {
            Next::Link(link) => Some(link),
            _ => None,
        })
    }

    /// The same with `next_page_url` set, to null for the last page.
    #[must_use]
    pub fn with_next_page_url(mut self, url: Option<&str>) -> Self {
        self.members.insert(NEXT_PAGE_URL, json::to_raw(&url));
        self
    }

    /// The number of the next page, where the server gives a number in place of a link.
    pub fn next_page(&self) -> Option<u64> {
        self.next().find_map(|next| match next {
            Next::Number(number) => Some(number),
            _ => None,
        })
    }

    /// What to ask the next page with in place of its number. None on the last page, too.
    pub fn next_cursor(&self) -> Option<String> {
        self.cursors().find_map(|cursor| cursor)
    }

    /// Whether more follows, from `has_more` or `has_next`.
    pub fn has_more(&self) -> Option<bool> {
        self.find(Meaning::More, meaning::truth)
    }

    /// Whether a page follows the one with this number (from 1); see [`tells_next`](Self::tells_next). Where the server does
    /// not say it, total and page size decide; false where they are not there either.
    pub fn has_next(&self, page: u64) -> bool {
        self.tells_next(page).unwrap_or_else(|| {
            let size = self.per_page().filter(|size| *size > 0);
            let reached = size.map(|size| page.saturating_mul(size));
            matches!((reached, self.total()), (Some(reached), Some(total)) if reached < total)
        })
    }

    /// Whether a page follows the one with this number (from 1), as the server says: by the number of the last page, the link
    /// to the next page, the cursor, or `has_more`. None where it says neither, or both.
    ///
    /// `page` is the number asked for; the server's `current_page` is not consulted, so a server that ignores the parameter
    /// answers the same for ever. A total is not consulted either: it says how many elements there are, not where they end.
    pub fn tells_next(&self, page: u64) -> Option<bool> {
        self.tells_next_from(page, 1)
    }

    /// The same where the first page has the number `first`: 0 where the server's `current_page` says so.
    pub fn tells_next_from(&self, page: u64, first: u64) -> Option<bool> {
        let place = page.saturating_sub(first).saturating_add(1);
        let by_count = self.total_pages().map(|pages| place < pages);
        // Counted from 0, `last_page` may be the last number or how many there are.
        let by_last = self.last_page().and_then(|last| match first {
            0 if place == last => None,
            _ => Some(place < last),
        });
        let by_link = self.next().map(|next| next.follows()).reduce(|a, b| a | b);
        let by_cursor = self.cursors().map(|one| one.is_some()).reduce(|a, b| a | b);
        let said = [by_count, by_last, by_link, by_cursor, self.has_more()];
        let mut said = said.into_iter().flatten();
        let first = said.next()?;
        said.all(|other| other == first).then_some(first)
    }

    /// Whether any member known here is there and can be read.
    pub fn says_something(&self) -> bool {
        let mut members = self.members.iter().chain(self.beside.iter());
        members.any(|(name, value)| {
            Meaning::of(name).is_some_and(|meaning| meaning::says_something(meaning, value))
        })
    }

    /// The members as received; of a pagination in several places of the envelope, those of the first.
    pub fn members(&self) -> &JsonObject {
        &self.members
    }

    /// The values of that meaning; the last one first where a member is doubled, as JSON readers commonly have it.
    fn values(&self, wanted: Meaning) -> impl Iterator<Item = &RawValue> {
        fn of(members: &JsonObject, wanted: Meaning) -> Vec<&RawValue> {
            let found = members.iter();
            let found = found.filter(|(name, _)| Meaning::of(name) == Some(wanted));
            let mut found: Vec<_> = found.map(|(_, value)| value).collect();
            found.reverse();
            found
        }
        let own = of(&self.members, wanted).into_iter();
        own.chain(of(&self.beside, wanted))
    }

    /// The first value of that meaning that can be read.
    fn find<T>(&self, wanted: Meaning, read: impl Fn(&RawValue) -> Option<T>) -> Option<T> {
        self.values(wanted).find_map(read)
    }

    fn next(&self) -> impl Iterator<Item = Next> {
        let links = self.values(Meaning::Links);
        let links = links.filter_map(|links| meaning::inside(links, "next"));
        let own = self.values(Meaning::Next).filter_map(Next::of);
        own.chain(links.filter_map(|link| Next::of(&link)))
    }

    fn cursors(&self) -> impl Iterator<Item = Option<String>> {
        let inner = self.values(Meaning::Cursors);
        let inner = inner.filter_map(|cursors| meaning::inside(cursors, "next"));
        let own = self.values(Meaning::Cursor).filter_map(meaning::cursor);
        own.chain(inner.filter_map(|cursor| meaning::cursor(&cursor)))
    }

    /// Takes an object that says something of pages.
    pub(crate) fn of(value: &RawValue) -> Option<Self> {
        let token = Token::new(value.get()).ok()?;
        let Token::Object(_) = token else { return None };
        let members = JsonObject::from_token(&token).ok()?;
        Some(Self {
            members,
            beside: JsonObject::default(),
        })
    }

    /// Takes the members that say something of pages out of an envelope that has them beside the elements.
    pub(crate) fn among(members: &[(Cow<'_, str>, &RawValue)]) -> Option<Self> {
        let says_something = |(name, value): &&(Cow<'_, str>, &RawValue)| {
            Meaning::of(name).is_some_and(|meaning| meaning::says_something(meaning, value))
        };
        let found = members.iter().filter(says_something);
        meaning::speak_of_pages(members).then(|| Self {
            members: found
                .map(|(name, value)| (name.clone(), (*value).to_owned()))
                .collect(),
            beside: JsonObject::default(),
        })
    }

    /// Whether an envelope is a flat paginator, such as Laravel's.
    pub(crate) fn is_flat(members: &[(Cow<'_, str>, &RawValue)]) -> bool {
        let is_link = |name: &str| Meaning::of(name) == Some(Meaning::Links);
        let members = members.iter().filter(|(name, _)| !is_link(name));
        meaning::speak_of_pages(&members.cloned().collect::<Vec<_>>())
    }

    /// The same with the other's members, which stand elsewhere in the envelope.
    pub(crate) fn with_beside(mut self, other: Self) -> Self {
        for members in [other.members, other.beside] {
            for (name, value) in members.iter() {
                if Meaning::of(name).is_some() && self.beside.get(name).is_none() {
                    self.beside.insert(name, value.to_owned());
                }
            }
        }
        self
    }
}

impl<'de> Deserialize<'de> for Pagination {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = JsonObject::deserialize(deserializer)?;
        Ok(Self {
            members,
            beside: JsonObject::default(),
        })
    }
}

impl Serialize for Pagination {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.members.serialize(serializer)
    }
}
