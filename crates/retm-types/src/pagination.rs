//! Where a page of a list stands.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::JsonObject;
use crate::json::{self, Token};

/// Where a page of a list stands, by the server's word. Every member is optional: which ones the API sends is assumed.
///
/// Two sets of members are known from similar APIs: `total`, `count`, `per_page`, `current_page`, `total_pages`, and the
/// Laravel paginator's `current_page`, `last_page`, `per_page`, `total`, `next_page_url`. Numbers may come as numeric strings.
/// What was read is written back as it was, members unknown here included.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pagination(JsonObject);

const NEXT_PAGE_URL: &str = "next_page_url";
const LINKS: &str = "links";
/// The members that are counts or page numbers.
const NUMBERS: [&str; 6] = [
    "total",
    "count",
    "per_page",
    "current_page",
    "total_pages",
    "last_page",
];

macro_rules! numbers {
    ($( $(#[$doc:meta])* $name:ident, $with:ident; )+) => {
        $(
            $(#[$doc])*
            pub fn $name(&self) -> Option<u64> {
                self.number(stringify!($name))
            }

            #[doc = concat!("The same with `", stringify!($name), "` set.")]
            #[must_use]
            pub fn $with(mut self, value: u64) -> Self {
                self.0.insert(stringify!($name), json::to_raw(&value));
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
        total, with_total;
        /// How many elements this page has.
        count, with_count;
        /// How many elements a full page has.
        per_page, with_per_page;
        /// The number of this page, from 1.
        current_page, with_current_page;
        /// How many pages there are.
        total_pages, with_total_pages;
        /// The number of the last page: the Laravel paginator's word for `total_pages`.
        last_page, with_last_page;
    }

    /// The address of the next page, from `next_page_url` or `links.next`. Some of it is null on the last page: None, too.
    pub fn next_page_url(&self) -> Option<String> {
        self.next_link().flatten()
    }

    /// The same with `next_page_url` set, to null for the last page.
    #[must_use]
    pub fn with_next_page_url(mut self, url: Option<&str>) -> Self {
        self.0.insert(NEXT_PAGE_URL, json::to_raw(&url));
        self
    }

    /// Whether a page follows the one with this number (from 1), by the server's word: the number of the last page, else the
    /// link to the next page, else the total and the page size. False where none of them is there.
    ///
    /// `page` is the number asked for; the server's `current_page` is not consulted, so a server that ignores the parameter
    /// answers the same for ever. Callers stop on a repeated page.
    pub fn has_next(&self, page: u64) -> bool {
        self.tells_next(page).unwrap_or(false)
    }

    /// The same, and None where the server does not say it: a page that may or may not be the last one.
    pub fn tells_next(&self, page: u64) -> Option<bool> {
        if let Some(last) = self.total_pages().or_else(|| self.last_page()) {
            return Some(page < last);
        }
        if let Some(link) = self.next_value() {
            return match Token::new(link.get()).ok()? {
                Token::Null => Some(false),
                Token::Text(text) => Some(!text.is_empty()),
                _ => None,
            };
        }
        match (self.total(), self.per_page()) {
            (Some(total), Some(per_page)) if per_page > 0 => {
                Some(page.saturating_mul(per_page) < total)
            }
            _ => None,
        }
    }

    /// The members as received.
    pub fn members(&self) -> &JsonObject {
        &self.0
    }

    /// The outer None where the server says nothing, the inner one on the last page.
    fn next_link(&self) -> Option<Option<String>> {
        self.next_value().map(filled_text)
    }

    fn next_value(&self) -> Option<&RawValue> {
        match self.0.get(NEXT_PAGE_URL) {
            Some(url) => Some(url),
            None => next_of_links(self.0.get(LINKS)?),
        }
    }

    fn number(&self, name: &str) -> Option<u64> {
        match Token::new(self.0.get(name)?.get()).ok()? {
            Token::Number(text) => text.parse().ok(),
            Token::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// Takes an object that says something of pages.
    pub(crate) fn of(value: &RawValue) -> Option<Self> {
        match Token::new(value.get()).ok()? {
            token @ Token::Object(_) => JsonObject::from_token(&token).ok().map(Self),
            _ => None,
        }
    }

    /// Takes the members that say something of pages out of an envelope that has them beside the elements.
    pub(crate) fn among(members: &[(Cow<'_, str>, &RawValue)]) -> Option<Self> {
        let found: JsonObject = members
            .iter()
            .filter(|(name, _)| {
                NUMBERS.contains(&&**name) || name == NEXT_PAGE_URL || name == LINKS
            })
            .map(|(name, value)| (name.clone(), (*value).to_owned()))
            .collect();
        let found = Self(found);
        found.says_something().then_some(found)
    }

    /// Whether an envelope is the flat Laravel paginator.
    pub(crate) fn is_flat(members: &[(Cow<'_, str>, &RawValue)]) -> bool {
        members
            .iter()
            .any(|(name, _)| NUMBERS.contains(&&**name) || name == NEXT_PAGE_URL)
    }

    /// The same with the other's link to the next page, where this one has none.
    pub(crate) fn with_links_of(mut self, other: &Self) -> Self {
        if self.next_link().is_none()
            && let Some(next) = other.next_link()
        {
            self.0.insert(NEXT_PAGE_URL, json::to_raw(&next));
        }
        self
    }

    /// Whether any member known here is present.
    pub(crate) fn says_something(&self) -> bool {
        NUMBERS.iter().any(|name| self.0.get(name).is_some()) || self.next_link().is_some()
    }
}

/// `next` of a `links` object. Laravel also writes `links` as an array of page links, which says nothing here.
fn next_of_links(links: &RawValue) -> Option<&RawValue> {
    let Token::Object(links) = Token::new(links.get()).ok()? else {
        return None;
    };
    let members = json::Members::of(links).ok()?;
    json::member(&members, "next")
}

fn filled_text(value: &RawValue) -> Option<String> {
    match Token::new(value.get()).ok()? {
        Token::Text(text) if !text.is_empty() => Some(text.into_owned()),
        _ => None,
    }
}

impl<'de> Deserialize<'de> for Pagination {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        JsonObject::deserialize(deserializer).map(Self)
    }
}

impl Serialize for Pagination {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::Pagination;

    fn read(json: &str) -> Pagination {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn both_sets_of_members_are_read() {
        let ours = read(
            "{\"total\":\"12\",\"count\":5,\"per_page\":5,\"current_page\":1,\"total_pages\":3}",
        );
        assert_eq!(
            (ours.total(), ours.count(), ours.total_pages()),
            (Some(12), Some(5), Some(3))
        );
        let laravel = read(
            "{\"last_page\":2,\"next_page_url\":\"https://x\",\"total\":\"many\",\"count\":-1}",
        );
        assert_eq!(
            (laravel.last_page(), laravel.total(), laravel.count()),
            (Some(2), None, None)
        );
        assert_eq!(laravel.next_page_url().as_deref(), Some("https://x"));
    }

    #[test]
    fn the_servers_word_decides_whether_a_page_follows() {
        for (json, after_one, after_two) in [
            ("{\"total_pages\":2}", true, false),
            ("{\"last_page\":\"2\"}", true, false),
            (
                "{\"last_page\":1,\"next_page_url\":\"https://x\"}",
                false,
                false,
            ),
            ("{\"next_page_url\":\"https://x\"}", true, true),
            (
                "{\"next_page_url\":null,\"total\":99,\"per_page\":1}",
                false,
                false,
            ),
            ("{\"links\":{\"next\":\"https://x\"}}", true, true),
            ("{\"links\":[],\"total\":11,\"per_page\":10}", true, false),
            ("{\"total\":10,\"per_page\":10}", false, false),
            ("{\"total\":10,\"per_page\":0}", false, false),
            ("{\"total\":10}", false, false),
            ("{}", false, false),
            ("[]", false, false),
        ] {
            let pagination = read(json);
            assert_eq!(
                (pagination.has_next(1), pagination.has_next(2)),
                (after_one, after_two),
                "{json}"
            );
        }
        assert!(!read("{\"total\":9,\"per_page\":2}").has_next(u64::MAX));
    }

    #[test]
    fn whether_a_page_follows_is_told_only_where_the_server_says_so() {
        for (json, told) in [
            ("{\"total_pages\":1}", Some(false)),
            ("{\"last_page\":2}", Some(true)),
            ("{\"next_page_url\":null}", Some(false)),
            ("{\"next_page_url\":\"\"}", Some(false)),
            ("{\"links\":{\"next\":null}}", Some(false)),
            ("{\"links\":{\"next\":{\"href\":\"https://x\"}}}", None),
            ("{\"total\":10,\"per_page\":10}", Some(false)),
            ("{\"total\":10,\"per_page\":0}", None),
            ("{\"total\":10}", None),
            ("{\"current_page\":1,\"per_page\":15}", None),
            ("{\"next_cursor\":\"x\"}", None),
            ("{}", None),
        ] {
            assert_eq!(read(json).tells_next(1), told, "{json}");
        }
    }

    #[test]
    fn what_is_made_is_written_in_order() {
        let made = Pagination::new()
            .with_total(4)
            .with_per_page(2)
            .with_total(5)
            .with_next_page_url(None);
        assert_eq!(
            serde_json::to_string(&made).unwrap(),
            "{\"total\":5,\"per_page\":2,\"next_page_url\":null}"
        );
    }

    #[test]
    fn the_link_beside_meta_counts() {
        let list = |json| serde_json::from_str::<crate::Listing<u8>>(json).unwrap();
        let last = list(
            "{\"data\":[1],\"links\":{\"next\":null},\"meta\":{\"current_page\":3,\"per_page\":1,\"total\":9}}",
        );
        assert!(!last.has_next(3));
        let more =
            list("{\"data\":[1],\"links\":{\"next\":\"https://x\"},\"meta\":{\"current_page\":3}}");
        assert!(more.has_next(3));
        assert_eq!(more.form(), crate::ListingForm::Data);
    }
}
