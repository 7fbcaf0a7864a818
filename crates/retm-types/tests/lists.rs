//! Arrays and list envelopes: order, broken elements, every form.

mod support;

use proptest::prelude::*;
use retm_types::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Line {
    sku: LooseString,
    total: Decimal,
}

fn good(sku: u32) -> String {
    format!("{{\"sku\":{sku},\"total\":\"{sku}.50\"}}")
}

fn broken(sku: u32) -> String {
    format!("{{\"sku\":{sku},\"total\":\"\"}}")
}

proptest! {
    #[test]
    fn broken_elements_keep_their_place(which in prop::collection::vec(any::<bool>(), 0..20)) {
        let elements: Vec<_> = (0..)
            .zip(&which)
            .map(|(sku, is_good)| if *is_good { good(sku) } else { broken(sku) })
            .collect();
        let json = format!("[{}]", elements.join(","));
        let items: Items<Line> = support::lossless(&json);
        prop_assert_eq!(items.total(), which.len());
        prop_assert_eq!(items.is_complete(), which.iter().all(|is_good| *is_good));
        for broken in items.broken() {
            prop_assert_eq!(broken.raw().get(), &elements[broken.index()]);
            prop_assert_eq!(broken.path(), "total");
        }
        for (element, (index, is_good)) in items.clone().into_results().zip((0_u32..).zip(&which)) {
            match element {
                Ok(line) => prop_assert!(*is_good && line.sku == LooseString::from(u64::from(index))),
                Err(broken) => prop_assert!(!is_good && broken.index() == index as usize),
            }
        }
        prop_assert_eq!(items.results().count(), which.len());
        let through_value: Items<Line> = support::from_value(&json).unwrap();
        prop_assert_eq!(through_value.len(), items.len());
    }

    #[test]
    fn every_envelope_comes_back(
        which in prop::collection::vec(any::<bool>(), 0..6),
        form in 0..8_usize,
        last in 0..9_u64,
    ) {
        let elements: Vec<_> = (0..)
            .zip(&which)
            .map(|(sku, is_good)| if *is_good { good(sku) } else { broken(sku) })
            .collect();
        let array = format!("[{}]", elements.join(","));
        let (json, expected, paged) = match form {
            0 => (array, ListingForm::Bare, false),
            1 => (format!("{{\"items\":{array}}}"), ListingForm::Items, false),
            2 => (format!("{{\"pagination\":{{\"total_pages\":\"{last}\",\"x\":[1.10]}},\"items\":{array}}}"), ListingForm::Items, true),
            3 => (format!("{{\"data\":{array}}}"), ListingForm::Data, false),
            4 => (format!("{{\"data\":{array},\"links\":{{\"next\":null}},\"meta\":{{\"last_page\":{last}}}}}"), ListingForm::Data, true),
            5 => (format!("{{\"data\":{array},\"meta\":{{\"pagination\":{{\"total_pages\":{last}}}}}}}"), ListingForm::Data, true),
            6 => (format!("{{\"current_page\":1,\"data\":{array},\"links\":[{{\"url\":null}}],\"last_page\":{last},\"next_page_url\":null}}"), ListingForm::Paginator, true),
            _ => (format!("{{\"success\":true,\"items\":{array},\"pagination\":[]}}"), ListingForm::Items, false),
        };
        let list: Listing<Line> = support::lossless(&json);
        prop_assert_eq!(list.form(), expected);
        prop_assert_eq!(list.items().total(), which.len());
        prop_assert_eq!(list.broken().len(), which.iter().filter(|is_good| !**is_good).count());
        prop_assert_eq!(list.pagination().is_some(), paged);
        prop_assert_eq!(list.has_next(1), paged && last > 1);
        prop_assert!(!list.has_next(last));
        prop_assert_eq!(support::from_value::<Listing<Line>>(&json).unwrap().items().total(), which.len());
    }

    #[test]
    fn what_is_made_reads_the_same(count in 0..4_u64, page in 1..5_u64, form in 0..4_usize) {
        let form = [ListingForm::Bare, ListingForm::Items, ListingForm::Data, ListingForm::Paginator][form];
        let elements: Vec<u64> = (0..count).collect();
        let pagination = Pagination::new().with_current_page(page).with_last_page(4).with_total(20).with_per_page(5);
        let made = Listing::in_form(form, elements, Some(pagination.clone()));
        let read: Listing<u64> = support::lossless(&support::write(&made));
        prop_assert_eq!(&read, &made);
        let there = Some(pagination).filter(|_| form != ListingForm::Bare);
        prop_assert_eq!(read.pagination(), there.as_ref());
        prop_assert_eq!(read.into_parts(), (made.items().clone(), there));
    }
}

#[test]
fn null_reads_as_no_elements() {
    assert_eq!(support::decode::<Items<Line>>("null"), Some(Items::new()));
    assert_eq!(
        support::decode::<Listing<Line>>("{\"items\":null}"),
        Some(Listing::default())
    );
    assert_eq!(
        support::from_value::<Items<Line>>("null"),
        Some(Items::new())
    );
}

#[test]
fn what_is_no_list_says_what_it_is() {
    let reason = support::refusal::<Listing<Line>>;
    assert_eq!(
        reason("{\"message\":\"no\"}"),
        "expected a list, found an object without items or data"
    );
    assert_eq!(
        reason("{}"),
        "expected a list, found an object without items or data"
    );
    assert_eq!(
        reason("{\"items\":\"x\"}"),
        "items: expected an array, found a string"
    );
    assert_eq!(
        reason("\"x\""),
        "expected a list: an array, or an object with items or data, found a string"
    );
    assert_eq!(
        reason("null"),
        "expected a list: an array, or an object with items or data, found null"
    );
    assert_eq!(
        support::refusal::<Items<Line>>("{\"0\":{}}"),
        "expected an array, found an object"
    );
}

#[test]
fn the_array_is_found_beside_other_members() {
    let list: Listing<u8> = support::lossless("{\"items\":null,\"data\":[1,2]}");
    assert_eq!((list.form(), list.items().len()), (ListingForm::Data, 2));
    let list: Listing<u8> = support::lossless("{\"data\":{\"a\":1},\"items\":[1]}");
    assert_eq!((list.form(), list.items().len()), (ListingForm::Items, 1));
    let list: Listing<u8> = support::lossless("{\"items\":\"x\",\"data\":[3]}");
    assert_eq!(&**list.items(), &[3]);
    let doubled: Listing<u8> = support::lossless(
        "{\"items\":[1],\"items\":[2,3],\"pagination\":{\"total\":1},\"pagination\":{\"total\":2}}",
    );
    assert_eq!(&**doubled.items(), &[2, 3]);
    assert_eq!(doubled.pagination().and_then(Pagination::total), Some(2));
}

#[test]
fn numbers_in_an_envelope_keep_their_digits() {
    support::lossless::<Listing<Decimal>>(
        "{\"items\":[75.000,\"1.10\"],\"pagination\":{\"total\":2.00},\"sum\":76.100}",
    );
    support::lossless::<Items<Decimal>>("[75.000,1e5,123456789012345678901234567890.1]");
}

#[test]
fn a_broken_element_names_member_and_reason() {
    let items: Items<Line> = serde_json::from_str(
        "[{\"sku\":1,\"total\":\"1\"},{\"sku\":1},{\"sku\":[1],\"total\":\"1\"},7,{\"sku\":\"0551234567\",\"total\":\"0551234567x\"}]",
    )
    .unwrap();
    let shown: Vec<_> = items.broken().iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "element 1: missing field `total`",
            "element 2: sku: expected a string or a number, found an array",
            "element 3: invalid type: integer, expected struct Line",
            "element 4: total: not a plain decimal number: digits with at most one point, no exponent, no separators",
        ]
    );
    assert!(!format!("{items:?}").contains("0551234567"));
}

#[test]
fn a_page_that_is_cut_off_is_an_error() {
    let error =
        decode::<Listing<Line>>(b"{\"items\":[{\"sku\":1,\"total\":\"1\"},{\"sku\"").unwrap_err();
    assert!(error.is_truncated(), "{error}");
    assert!(decode::<Items<Line>>(b"").unwrap_err().is_truncated());
    assert!(decode::<Items<Line>>(b"<html>").unwrap_err().is_syntax());
    assert!(decode::<Items<Line>>(b"[] []").unwrap_err().is_syntax());
    assert!(decode::<Items<Line>>(b"[\"\xff\"]").is_err());
}

#[test]
fn deep_nesting_does_not_overflow() {
    let deep = format!("[{}{}]", "[".repeat(100_000), "]".repeat(100_000));
    let items: Items<Line> = support::lossless(&deep);
    assert_eq!(items.broken().len(), 1);
    support::lossless::<Items<Items<Items<Line>>>>(&deep);
    support::lossless::<JsonObject>(&format!("{{\"a\":{deep}}}"));
    support::lossless::<FieldErrors>(&deep);
    assert!(support::decode::<LocalizedText>(&deep).is_none());
}

#[test]
fn elements_are_added_behind_broken_ones() {
    let mut items: Items<u8> = serde_json::from_str("[1,\"x\",2,\"y\"]").unwrap();
    items.push(3);
    assert_eq!(support::write(&items), "[1,\"x\",2,\"y\",3]");
    assert_eq!(items.iter().sum::<u8>(), 6);
    let (good, broken) = items.into_parts();
    assert_eq!((good.len(), broken.len()), (3, 2));
}

/// Lists are read in a quick pass first, a value alone is not: both must come to the same.
#[test]
fn in_a_list_a_value_reads_as_it_does_alone() {
    fn check<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(json: &str) {
        let alone: Option<T> = serde_json::from_str(json).ok();
        let list = format!("[{json},{json}]");
        let items: Items<T> = serde_json::from_str(&list).unwrap();
        let deeper: Items<Items<T>> = serde_json::from_str(&format!("[{list}]")).unwrap();
        let enveloped: Listing<T> = decode(format!("{{\"data\":{list}}}").as_bytes()).unwrap();
        assert_eq!(items.first(), alone.as_ref(), "{json}");
        assert_eq!(items.is_complete(), alone.is_some(), "{json}");
        assert_eq!(deeper.first(), Some(&items), "{json}");
        assert_eq!(enveloped.items(), &items, "{json}");
        let written = alone.map_or_else(|| json.to_owned(), |alone| support::write(&alone));
        assert_eq!(support::write(&items), format!("[{written},{written}]"));
    }
    for json in [
        "null",
        "true",
        "0",
        "-0",
        "7",
        "-7",
        "7.50",
        "75.000",
        "1e3",
        "-1.0",
        "\"\"",
        "\"1\"",
        "\"1.50\"",
        "\"\\u0031\"",
        "123456789012345678901234567890",
        "0.12345678901234567890123456789",
        "[]",
        "[1]",
        "{}",
        "{\"en\":\"a\",\"ar\":\"b\"}",
        "{\"ar\":\"a\",\"en\":\"b\"}",
        "{\"en\":\"a\",\"en\":\"b\"}",
        "{\"en\":\"a\",\"ar\":7.50}",
        "{\"en\":null,\"ar\":-0}",
        "{\"en\":\"a\\\"b\",\"ar\":\"\",\"ur\":3}",
        "{\"en\":\"a\"}",
        "{\"ur\":true}",
        "{\"en\":[]}",
        "{\"en\":{}}",
        "\"2025-12-17 19:26:35\"",
    ] {
        check::<Decimal>(json);
        check::<LooseString>(json);
        check::<LocalizedText>(json);
        check::<Option<LocalizedText>>(json);
        check::<InvoiceId>(json);
        check::<LocalTime>(json);
        check::<Personal>(json);
        check::<JsonObject>(json);
        check::<Option<DecimalNumber>>(json);
    }
}
