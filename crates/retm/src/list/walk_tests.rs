//! What each page means, without a server.

use http::HeaderMap;
use retm_types::Listing;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::super::facts::CameWith;
use super::*;

fn facts(body: &Value) -> Facts {
    let body = body.to_string();
    let listing: Listing<IgnoredAny> = retm_types::decode(body.as_bytes()).unwrap();
    let came = CameWith::of(&HeaderMap::new(), Vec::new());
    let facts = Facts::new(listing.items().total(), listing.pagination(), came);
    facts.with_marks(body.as_bytes())
}

/// Elements with these ids.
fn items(ids: std::ops::RangeInclusive<u64>) -> Value {
    ids.map(|id| json!({"id": id.to_string()})).collect()
}

fn whole() -> Walk {
    Walk::new(Position::start(None), false)
}

/// The page or query asked for next.
fn asked(then: &Then) -> String {
    match then {
        Then::Ask(at) if at.paging.query.is_empty() => format!("page {}", at.number()),
        Then::Ask(at) => {
            let pairs = at.paging.query.iter();
            let pairs: Vec<_> = pairs
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            pairs.join("&")
        }
        Then::End { sure: true } => "end".to_owned(),
        Then::End { sure: false } => "unsure end".to_owned(),
        Then::Incomplete(missing, _) => missing.to_string(),
    }
}

/// What follows the first page.
fn after_first(body: Value) -> String {
    asked(&whole().step(&facts(&body)).then)
}

#[test]
fn what_follows_the_first_page() {
    for (body, then) in [
        (items(1..=3), "end"),
        (items(1..=10), "page 2"),
        (json!({"items": items(1..=10)}), "page 2"),
        (json!({"items": items(1..=10), "pagination": []}), "page 2"),
        (
            json!({"items": items(1..=9), "pagination": {"x": 1}}),
            "end",
        ),
        (
            json!({"items": items(1..=2), "pagination": {"total_pages": 3}}),
            "page 2",
        ),
        (
            json!({"items": items(1..=2), "pagination": {"total_pages": 1}}),
            "end",
        ),
        (
            json!({"items": items(1..=2), "pagination": {"current_page": 1}}),
            "page 2",
        ),
        (
            json!({"items": items(1..=2), "pagination": {"total": 2}}),
            "end",
        ),
        (
            json!({"items": items(1..=2), "pagination": {"total": 3}}),
            "page 2",
        ),
        // The total may be the number of elements of this page.
        (
            json!({"items": items(1..=12), "pagination": {"total": 12, "count": 12}}),
            "page 2",
        ),
        (
            json!({"items": items(1..=12), "pagination": {"total": 12, "per_page": 50}}),
            "end",
        ),
        (
            json!({"items": items(1..=2), "pagination": {"total": 3, "has_more": false}}),
            "2 of 3 elements came",
        ),
        (
            json!({"items": items(1..=2), "pagination": {"has_more": true}, "next_cursor": "c"}),
            "cursor=c",
        ),
        (
            json!({"items": items(1..=2), "next": "https://evil.example/x?page=7"}),
            "page 7",
        ),
        (
            json!({"items": items(1..=2), "next": "/x?offset=2&page=n"}),
            "offset=2",
        ),
        (json!({"items": items(1..=2), "next": 4}), "page 4"),
        (
            json!({"items": items(1..=2), "pagination": {"total_pages": 3, "current_page": 0}}),
            "page 1",
        ),
        (
            json!({"items": [], "pagination": {"total_pages": 3}}),
            "page 2",
        ),
        (
            json!({"items": [], "pagination": {"total": 3}}),
            "0 of 3 elements came",
        ),
        (json!({"items": []}), "end"),
        // It says both: the next page is asked for, and may not exist.
        (
            json!({"items": items(1..=2), "pagination": {"last_page": 1, "has_more": true}}),
            "page 2",
        ),
    ] {
        assert_eq!(after_first(body.clone()), then, "{body}");
    }
}

/// What follows the second page.
fn after_second(first: Value, second: Value) -> (bool, String) {
    let mut walk = whole();
    walk.step(&facts(&first));
    let step = walk.step(&facts(&second));
    (step.is_given, asked(&step.then))
}

#[test]
fn what_follows_a_page_with_nothing_new() {
    let page = |said: Value| json!({"items": items(1..=2), "pagination": said});
    for (said, then) in [
        (json!({"total_pages": 9}), "page 2 brings nothing new"),
        (
            json!({"has_more": true, "per_page": 50}),
            "page 2 brings nothing new",
        ),
        (json!({"current_page": 1}), "page 2 brings nothing new"),
        (
            json!({"current_page": 1, "per_page": 2}),
            "page 2 brings nothing new",
        ),
        (json!({"current_page": 1, "per_page": 50}), "unsure end"),
        (json!({"total": 5, "per_page": 50}), "2 of 5 elements came"),
    ] {
        let both = page(said.clone());
        assert_eq!(
            after_second(both.clone(), both),
            (false, then.to_owned()),
            "{said}"
        );
    }
    // Nothing is said of pages: nobody can know.
    assert_eq!(
        after_second(items(1..=10), items(1..=10)),
        (false, "unsure end".to_owned())
    );
    let total = |ids| json!({"items": ids, "pagination": {"total": 3, "has_more": true}});
    assert_eq!(
        after_second(total(items(1..=3)), total(items(2..=3))),
        (false, "end".to_owned())
    );
}

#[test]
fn an_element_that_changes_stays_the_same() {
    let page = |price: u64| json!({"items": [{"id": "1", "price": price}], "pagination": {"has_more": true}});
    assert_eq!(
        after_second(page(1), page(2)).1,
        "page 2 brings nothing new"
    );
    // Without ids the number of the page tells it.
    let page = |name: &str| json!({"items": [{"name": name}], "pagination": {"has_more": true, "current_page": 1}});
    assert_eq!(
        after_second(page("a"), page("b")).1,
        "page 2 brings nothing new"
    );
}

#[test]
fn a_total_that_falls_is_incomplete() {
    let page = |ids, total: u64| json!({"items": ids, "pagination": {"total": total}});
    let (_, then) = after_second(page(items(1..=2), 4), page(items(4..=5), 3));
    assert_eq!(
        then,
        "4 elements came, and their total fell from 4 to 3 meanwhile"
    );
    // Behind the last page a server may say that there is none.
    let mut walk = whole();
    walk.step(&facts(
        &json!({"items": items(1..=12), "pagination": {"total": 12}}),
    ));
    let step = walk.step(&facts(&json!({"items": [], "pagination": {"total": 0}})));
    assert_eq!(asked(&step.then), "end");
}

#[test]
fn empty_pages_are_passed_over_as_long_as_it_is_bounded() {
    let mut walk = whole();
    walk.step(&facts(
        &json!({"items": items(1..=2), "pagination": {"has_more": true}}),
    ));
    let empty = facts(&json!({"items": [], "pagination": {"has_more": true}}));
    for page in 0..MOST_EMPTY {
        let step = walk.step(&empty);
        assert_eq!(asked(&step.then), format!("page {}", page + 3));
        assert!(!step.is_given);
    }
    assert_eq!(
        asked(&walk.step(&empty).then),
        "page 12 and the 10 before it are empty, and the server says that more follow"
    );
}

#[test]
fn a_page_that_is_not_found_ends_what_was_not_announced() {
    let mut walk = whole();
    assert_eq!(walk.not_found(), None, "the first page");
    walk.step(&facts(
        &json!({"items": items(1..=2), "pagination": {"per_page": 2}}),
    ));
    assert_eq!(walk.not_found(), Some(Then::End { sure: true }));

    let mut walk = whole();
    walk.step(&facts(
        &json!({"items": items(1..=2), "pagination": {"total_pages": 2}}),
    ));
    let then = walk.not_found().unwrap();
    assert_eq!(
        asked(&then),
        "the server said that there is a page 2, and does not find it"
    );

    let mut walk = whole();
    let all = json!({"items": items(1..=2), "pagination": {"total": 2, "has_more": true}});
    walk.step(&facts(&all));
    assert_eq!(walk.not_found(), Some(Then::End { sure: true }));
    let mut named = Walk::new(Position::at(99, None), false);
    assert_eq!(named.not_found(), None, "a page that the caller named");
}

#[test]
fn no_walk_has_more_pages_than_the_limit() {
    let mut walk = whole();
    walk.pages = MOST_PAGES - 1;
    let page = facts(&json!({"items": items(1..=2), "pagination": {"has_more": true}}));
    assert_eq!(
        asked(&walk.step(&page).then),
        "it has more than 100000 pages"
    );
}

#[test]
fn a_link_in_a_header_goes_on() {
    let mut headers = HeaderMap::new();
    let link = r#"<https://x/a?page=1>; rel="first", <https://x/a?page=2&per_page=5>; rel="next""#;
    headers.insert("link", link.parse().unwrap());
    let own = vec!["per_page".to_owned()];
    let mut page = Facts::new(2, None, CameWith::of(&headers, own));
    assert_eq!(asked(&whole().step(&page).then), "page 2");
    headers.insert(
        "link",
        r#"<https://x/a?page=1>; rel="prev""#.parse().unwrap(),
    );
    page = Facts::new(2, None, CameWith::of(&headers, Vec::new()));
    assert_eq!(asked(&whole().step(&page).then), "end");
}

#[test]
fn memory_stays_flat() {
    let mut walk = whole();
    for page in 0..1000 {
        let ids = items(page * 5 + 1..=page * 5 + 5);
        walk.step(&facts(
            &json!({"items": ids, "pagination": {"has_more": true}}),
        ));
    }
    assert_eq!((walk.first.len(), walk.before.len()), (5, 5));
}
