//! What the members of a pagination mean, whatever they are called.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::json::{self, Token};

/// What a paging member says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// How many elements the whole list has.
    Total,
    /// How many elements this page has.
    Count,
    /// How many elements a full page has.
    Size,
    /// The number of this page.
    Page,
    /// How many pages there are.
    Pages,
    /// The number of the last page.
    Last,
    /// The link to the next page, or its number.
    Next,
    /// An object with the link to the next page.
    Links,
    /// Whether more follows.
    More,
    /// What to ask the next page with in place of its number.
    Cursor,
    /// An object with that.
    Cursors,
}

impl Meaning {
    /// By the name without underscores and hyphens, in whatever case.
    pub(super) fn of(name: &str) -> Option<Self> {
        const LONGEST: usize = 20;
        if name.len() > LONGEST {
            return None;
        }
        let plain: String = name
            .chars()
            .filter(|c| !matches!(c, '_' | '-'))
            .map(|c| c.to_ascii_lowercase())
            .collect();
        Some(match plain.as_str() {
            "total" => Self::Total,
            "count" => Self::Count,
            "perpage" | "per" | "limit" | "pagesize" => Self::Size,
            "currentpage" | "current" | "page" => Self::Page,
            "totalpages" => Self::Pages,
            "lastpage" => Self::Last,
            "nextpageurl" | "nextpage" | "next" => Self::Next,
            "links" => Self::Links,
            "hasmore" | "hasmorepages" | "hasnext" | "hasnextpage" => Self::More,
            "nextcursor" => Self::Cursor,
            "cursor" => Self::Cursors,
            _ => return None,
        })
    }
}

/// What a page says of the next one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// There is none.
    Ends,
    /// There is one.
    More,
    /// There is one, of that number.
    Number(u64),
    /// There is one, at that address.
    Link(String),
}

impl Next {
    pub(super) fn of(value: &RawValue) -> Option<Self> {
        match Token::new(value.get()).ok()? {
            Token::Null | Token::Bool(false) => Some(Self::Ends),
            Token::Bool(true) => Some(Self::More),
            Token::Text(text) if text.trim().is_empty() => Some(Self::Ends),
            Token::Text(text) => Some(match text.trim().parse() {
                Ok(number) => Self::Number(number),
                Err(_) => Self::Link(text.into_owned()),
            }),
            Token::Number(number) => number.parse().ok().map(Self::Number),
            Token::Object(_) => inside(value, "href").and_then(|link| Self::of(&link)),
            Token::Array(_) => None,
        }
    }

    pub(super) fn follows(&self) -> bool {
        *self != Self::Ends
    }
}

/// A cursor; the inner None where it is empty.
pub(super) fn cursor(value: &RawValue) -> Option<Option<String>> {
    match Token::new(value.get()).ok()? {
        Token::Null | Token::Bool(false) => Some(None),
        Token::Text(text) => Some(Some(text.into_owned()).filter(|text| !text.is_empty())),
        Token::Number(number) => Some(Some(number.to_owned())),
        _ => None,
    }
}

pub(super) fn truth(value: &RawValue) -> Option<bool> {
    match Token::new(value.get()).ok()? {
        Token::Bool(value) => Some(value),
        Token::Number("1") => Some(true),
        Token::Number("0") => Some(false),
        Token::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn number(value: &RawValue) -> Option<u64> {
    match Token::new(value.get()).ok()? {
        Token::Number(text) => text.parse().ok(),
        Token::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A member of an object, by its name in whatever case. Laravel also writes `links` as an array, which says nothing here.
pub(super) fn inside(object: &RawValue, wanted: &str) -> Option<Box<RawValue>> {
    let Token::Object(object) = Token::new(object.get()).ok()? else {
        return None;
    };
    let members = json::Members::of(object).ok()?;
    let mut found = members.iter().rev();
    found
        .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
        .map(|(_, value)| (*value).to_owned())
}

/// Whether members that stand beside the elements speak of pages. `total` and `count` alone may be money and portions.
pub(super) fn speak_of_pages(members: &[(Cow<'_, str>, &RawValue)]) -> bool {
    let (mut sums, mut others) = (0, false);
    for (name, value) in members {
        match Meaning::of(name) {
            Some(Meaning::Total | Meaning::Count) => sums += u32::from(number(value).is_some()),
            Some(meaning) => others |= says_something(meaning, value),
            None => {}
        }
    }
    others || sums > 1
}

/// Whether a member has a value that can be read.
pub(super) fn says_something(meaning: Meaning, value: &RawValue) -> bool {
    match meaning {
        Meaning::Total
        | Meaning::Count
        | Meaning::Size
        | Meaning::Page
        | Meaning::Pages
        | Meaning::Last => number(value).is_some(),
        Meaning::Next => Next::of(value).is_some(),
        Meaning::Links => inside(value, "next").is_some_and(|next| Next::of(&next).is_some()),
        Meaning::More => truth(value).is_some(),
        Meaning::Cursor => cursor(value).is_some(),
        Meaning::Cursors => inside(value, "next").is_some_and(|next| cursor(&next).is_some()),
    }
}
