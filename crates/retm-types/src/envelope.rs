//! Finding the elements and the pagination among the members of a list's envelope.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::json::{self, Token};
use crate::verdict::Answer;
use crate::{Items, Pagination, pass};

pub(crate) const ITEMS: &str = "items";
pub(crate) const DATA: &str = "data";
pub(crate) const PAGINATION: &str = "pagination";
const META: &str = "meta";

/// The member that holds the elements.
pub(crate) struct Elements<T> {
    pub(crate) at: usize,
    pub(crate) items: Items<T>,
    pub(crate) is_null: bool,
}

/// Finds and decodes the member that holds the elements: `items` before `data`, an array before null. An envelope without
/// elements that says that the request failed is no list.
pub(crate) fn elements<T: DeserializeOwned>(
    members: &[(Cow<'_, str>, &RawValue)],
) -> Result<Elements<T>, String> {
    let (at, key, token) = [ITEMS, DATA]
        .into_iter()
        .filter_map(|key| {
            let at = members.iter().rposition(|(name, _)| name == key)?;
            let (_, value) = members.get(at)?;
            Some((at, key, Token::new(value.get()).ok()?))
        })
        .min_by_key(|(_, _, token)| match token {
            Token::Array(_) => 0,
            Token::Null => 1,
            _ => 2,
        })
        .ok_or("expected a list, found an object without items or data")?;
    let items = Items::from_token(&token).map_err(|reason| format!("{key}: {reason}"))?;
    let is_null = matches!(token, Token::Null);
    // In the strict pass a list may stand as an empty one.
    if items.total() == 0 && !pass::is_strict() && says_failure(members, is_null) {
        let found = token.kind();
        return Err(format!("{key}: {found} beside a word of failure"));
    }
    Ok(Elements { at, items, is_null })
}

/// Whether an envelope without elements says that the request failed. Beside null a message alone says it, too.
fn says_failure(members: &[(Cow<'_, str>, &RawValue)], is_null: bool) -> bool {
    let answer = Answer::of_members(members);
    let verdict = answer.verdict();
    verdict.has_failure() || (is_null && !verdict.has_success() && answer.message().is_some())
}

/// The pagination, and the place of the member that holds nothing else.
pub(crate) fn pagination(
    members: &[(Cow<'_, str>, &RawValue)],
) -> (Option<Pagination>, Option<usize>) {
    let at = members.iter().rposition(|(key, _)| key == PAGINATION);
    let own = at
        .and_then(|at| members.get(at))
        .and_then(|(_, value)| Pagination::of(value));
    let at = at.filter(|_| own.is_some());
    let meta = member(members, META);
    let nested = meta.and_then(|meta| match Token::new(meta.get()) {
        Ok(Token::Object(object)) => {
            member(&json::Members::of(object).ok()?, PAGINATION).and_then(Pagination::of)
        }
        _ => None,
    });
    let elsewhere = [
        match own {
            Some(_) => None,
            None => member(members, PAGINATION).and_then(Pagination::of),
        },
        nested,
        meta.and_then(Pagination::of),
        // Laravel's resources have the numbers in `meta` and the link to the next page beside it.
        Pagination::among(members),
    ];
    let mut elsewhere = elsewhere
        .into_iter()
        .flatten()
        .filter(Pagination::says_something);
    let first = own.or_else(|| elsewhere.next());
    (
        first.map(|first| elsewhere.fold(first, Pagination::with_beside)),
        at,
    )
}

/// The member's value, whatever the case of its name.
fn member<'a>(members: &[(Cow<'_, str>, &'a RawValue)], key: &str) -> Option<&'a RawValue> {
    let mut members = members.iter().rev();
    members
        .find(|(name, _)| name.eq_ignore_ascii_case(key))
        .map(|(_, value)| *value)
}
