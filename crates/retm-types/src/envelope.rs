//! Finding the elements and the pagination among the members of a list's envelope.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::json::{self, Token};
use crate::{Items, Pagination};

pub(crate) const ITEMS: &str = "items";
pub(crate) const DATA: &str = "data";
pub(crate) const PAGINATION: &str = "pagination";
const META: &str = "meta";

/// Finds and decodes the member that holds the elements: `items` before `data`, an array before null.
pub(crate) fn elements<T: DeserializeOwned>(
    members: &[(Cow<'_, str>, &RawValue)],
) -> Result<(usize, Items<T>), String> {
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
    match Items::from_token(&token) {
        Ok(items) => Ok((at, items)),
        Err(reason) => Err(format!("{key}: {reason}")),
    }
}

/// The pagination, and the place of the member that holds nothing else.
pub(crate) fn pagination(
    members: &[(Cow<'_, str>, &RawValue)],
) -> (Option<Pagination>, Option<usize>) {
    let at = members.iter().rposition(|(key, _)| key == PAGINATION);
    let own = at
        .and_then(|at| members.get(at))
        .and_then(|(_, value)| Pagination::of(value));
    if own.is_some() {
        return (own, at);
    }
    let flat = Pagination::among(members);
    let meta = json::member(members, META).and_then(|meta| {
        let nested = match Token::new(meta.get()) {
            Ok(Token::Object(object)) => json::Members::of(object)
                .ok()
                .and_then(|members| json::member(&members, PAGINATION).and_then(Pagination::of)),
            _ => None,
        };
        nested
            .or_else(|| Pagination::of(meta))
            .filter(Pagination::says_something)
    });
    let found = match (meta, flat) {
        // Laravel's resources have the numbers in `meta` and the link to the next page beside it.
        (Some(meta), Some(flat)) => Some(meta.with_links_of(&flat)),
        (meta, flat) => meta.or(flat),
    };
    (found, None)
}
