//! One member that does not fit costs that member, not its element.

#![allow(clippy::panic, reason = "a helper that fails fails the test")]

use retm_types::*;
use serde::{Deserialize, Serialize};

/// The problems as people read them.
fn shown(problems: &Problems) -> Vec<String> {
    problems.iter().map(ToString::to_string).collect()
}

#[track_caller]
fn repaired<T: serde::de::DeserializeOwned>(json: &str) -> Repaired<T> {
    match decode_repaired(json.as_bytes()) {
        Ok(repaired) => repaired,
        Err(error) => panic!("{json}: {error}"),
    }
}

/// A member of an otherwise good product does not fit: the product comes without it.
#[track_caller]
fn seen_in_product(member: &str, value: &str, reason: &str) {
    let json = format!(
        r#"{{"items": [{{"id": "p1", "{member}": {value}, "sku": "S-1"}}, {{"id": "p2"}}]}}"#
    );
    let list: Repaired<ProductListing> = repaired(&json);
    let pointer = format!("/items/0/{member}");
    let problem = list.problems.iter().next().unwrap();
    assert_eq!((problem.pointer(), problem.reason()), (&*pointer, reason));
    assert_eq!(problem.raw().get(), value);
    assert_eq!(list.problems.count(), 1);
    let whole: ProductListing =
        decode(br#"{"items": [{"id": "p1", "sku": "S-1"}, {"id": "p2"}]}"#).unwrap();
    assert_eq!(list.value, whole);
}

const NO_AMOUNT: &str =
    "not a plain decimal number: digits with at most one point, no exponent, no separators";

#[test]
fn an_empty_price_does_not_lose_the_product() {
    seen_in_product("price", "\"\"", "an empty string is no amount");
}

#[test]
fn an_image_that_is_false_does_not_lose_the_product() {
    let reason = "invalid type: boolean, expected a string";
    seen_in_product("image", "false", reason);
}

#[test]
fn an_amount_with_separators_does_not_lose_the_product() {
    seen_in_product("price", "\"1,250.50\"", NO_AMOUNT);
}

#[test]
fn a_time_as_an_object_does_not_lose_the_order() {
    let json = r#"{"id": 7, "created_at": {"date": "2025-12-17 19:26:35.000000"}, "note": "hot"}"#;
    let order: Repaired<Order> = repaired(json);
    assert_eq!(
        shown(&order.problems),
        ["/created_at: expected a time as a string or an integer, found an object"]
    );
    assert_eq!(order.value, decode(br#"{"id": 7, "note": "hot"}"#).unwrap());
}

#[test]
fn an_empty_tax_does_not_lose_the_charge() {
    let charge: Repaired<Charge> = repaired(r#"{"uuid": "c1", "tax": "", "value": "1.00"}"#);
    assert_eq!(
        shown(&charge.problems),
        ["/tax: invalid type: string, expected an object"]
    );
    assert_eq!(
        charge.value,
        decode(br#"{"uuid": "c1", "value": "1.00"}"#).unwrap()
    );
}

#[test]
fn a_lone_surrogate_in_a_note_does_not_lose_the_order() {
    let order: Repaired<Order> = repaired(r#"{"id": 7, "note": "\ud83d"}"#);
    assert_eq!(order.problems.len(), 1);
    assert_eq!(order.problems.iter().next().unwrap().pointer(), "/note");
    assert_eq!(order.value, decode(br#"{"id": 7}"#).unwrap());
}

#[test]
fn variations_as_a_map_or_an_empty_object_are_a_list() {
    for (variations, count) in [
        ("{}", 0),
        (r#"{"0": {"id": "v0"}, "2": {"id": "v2"}}"#, 2),
        ("[]", 0),
    ] {
        let json = format!(r#"{{"id": "p1", "variations": {variations}}}"#);
        let product: Product = decode(json.as_bytes()).unwrap();
        assert_eq!(product.variations.as_ref().unwrap().len(), count, "{json}");
        assert!(repaired::<Product>(&json).problems.is_empty());
    }
    let bare: ProductListing = decode(br#"{"0": {"id": "p0"}, "5": {"id": "p5"}}"#).unwrap();
    assert_eq!(bare.items().len(), 2);
    assert!(decode::<ProductListing>(b"{}").is_err());
}

#[test]
fn an_integer_timestamp_does_not_lose_the_event() {
    let event: Repaired<InvoiceWebhook> =
        repaired(r#"{"event": "order.created", "timestamp": 1763740800, "invoice_id": 5}"#);
    assert!(event.problems.is_empty());
    let time = event.value.first.timestamp.unwrap();
    assert_eq!(time.parsed().unwrap().to_string(), "2025-11-21 16:00:00");
    assert_eq!(time.offset().unwrap().local_minus_utc(), 0);
    assert_eq!(serde_json::to_string(&time).unwrap(), "1763740800");
}

#[test]
fn arabic_digits_and_exponents_are_numbers() {
    let json = r#"{"id": "p1", "price": "١٢٫٥٠", "type": "٢"}"#;
    let product: Product = decode(json.as_bytes()).unwrap();
    assert_eq!(product.price.as_ref().unwrap().value().to_string(), "12.50");
    assert_eq!(product.type_, Some(ProductType::WithModifiers));
    let product: Product = decode(br#"{"price": 1e2}"#).unwrap();
    assert_eq!(product.price.as_ref().unwrap().value().to_string(), "100");
    assert_eq!(serde_json::to_string(&product).unwrap(), r#"{"price":1e2}"#);
}

#[test]
fn a_number_is_a_text_where_a_text_is_wanted() {
    let order: Repaired<Order> = repaired(r#"{"id": 7, "note": 901}"#);
    assert!(order.problems.is_empty());
    assert_eq!(order.value.note.as_deref(), Some("901"));
}

#[test]
fn a_byte_order_mark_is_skipped() {
    let json = "\u{feff}{\"id\": 7}".as_bytes();
    let order: Order = decode(json).unwrap();
    assert_eq!(decode_repaired::<Order>(json).unwrap().value, order);
}

#[test]
fn a_member_of_an_element_of_an_element_is_named_from_the_root() {
    let json = r#"{"pagination": {"total": 1}, "data": [{"id": "p1", "variations":
        [{"id": "v1", "price": "", "name": {"en": "a", "ar": []}}, {"id": []}, {"id": "v3"}]}]}"#;
    let list: Repaired<ProductListing> = repaired(json);
    assert_eq!(
        shown(&list.problems),
        [
            "/data/0/variations/0/price: an empty string is no amount",
            "/data/0/variations/0/name/ar: expected a text or null for each language, found an array",
        ]
    );
    let product = list.value.items().first().unwrap();
    let variations = product.variations.as_ref().unwrap();
    assert_eq!(variations.len(), 2);
    assert_eq!(
        variations.first().unwrap().name.as_ref().unwrap().en(),
        Some("a")
    );
    // Nothing of the second fits, so it stands aside whole.
    let broken = variations.broken().first().unwrap();
    assert_eq!((broken.index(), broken.raw().get()), (1, "{\"id\": []}"));
}

#[test]
fn an_element_of_a_filtered_array_stands_aside_alone() {
    let json = r#"{"id": "p1", "variations": {"0": {"id": "v0", "price": ""}, "3": 5}}"#;
    let product: Repaired<Product> = repaired(json);
    assert_eq!(
        shown(&product.problems),
        ["/variations/0/price: an empty string is no amount"]
    );
    let variations = product.value.variations.unwrap();
    assert_eq!((variations.len(), variations.broken().len()), (1, 1));
    assert_eq!(variations.broken().first().unwrap().raw().get(), "5");
}

#[test]
fn an_object_of_which_nothing_fits_is_an_error() {
    let error =
        decode_repaired::<Product>(br#"{"id": [], "unheard": 1, "price": ""}"#).unwrap_err();
    assert_eq!(error.path(), "id");
    assert!(decode_repaired::<Product>(b"[]").is_err());
    assert!(decode_repaired::<ProductListing>(br#"{"items": "none"}"#).is_err());
    let list: Repaired<ProductListing> = repaired(r#"[{"id": []}, 5, {"id": "p"}]"#);
    assert_eq!(
        (list.value.items().len(), list.value.broken().len()),
        (1, 2)
    );
    assert!(list.problems.is_empty());
}

#[test]
fn a_list_in_an_object_that_is_none_is_left_out_whole() {
    let category: Repaired<Category> = repaired(r#"{"id": "c", "products": {"items": "none"}}"#);
    assert_eq!(
        shown(&category.problems),
        ["/products: items: expected an array, found a string"]
    );
    let category: Repaired<Category> = repaired(r#"{"id": "c", "products": {"message": "no"}}"#);
    assert_eq!(
        category.problems.iter().next().unwrap().pointer(),
        "/products"
    );
    assert!(category.value.products.is_none());
}

#[test]
fn a_doubled_member_leaves_the_last_one() {
    let order: Repaired<Order> = repaired(r#"{"id": 7, "note": "a", "note": "b"}"#);
    assert_eq!(order.value.note.as_deref(), Some("b"));
    assert_eq!(shown(&order.problems), ["/note: duplicate field `note`"]);
}

#[test]
fn a_required_member_is_never_left_out() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Wanted {
        id: u8,
        inner: Inner,
        note: Option<String>,
    }
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Inner {
        key: u8,
        hint: Option<bool>,
    }
    let good = repaired::<Wanted>(r#"{"note": false, "inner": {"hint": 5, "key": 2}, "id": 1}"#);
    assert_eq!(
        good.value,
        Wanted {
            id: 1,
            inner: Inner { key: 2, hint: None },
            note: None
        }
    );
    let mut places: Vec<_> = good.problems.iter().map(Problem::pointer).collect();
    places.sort_unstable();
    assert_eq!(places, ["/inner/hint", "/note"]);
    for (json, path, reason) in [
        (
            r#"{"id": "1", "inner": {"key": 2}, "note": false}"#,
            "id",
            "invalid type: string, expected u8",
        ),
        (
            r#"{"id": 1, "inner": {"key": []}}"#,
            "inner.key",
            "invalid type: sequence, expected u8",
        ),
        (r#"{"id": 1, "inner": {}}"#, "inner", "missing field `key`"),
        (r#"{"id": 1, "note": "x"}"#, "", "missing field `inner`"),
    ] {
        let error = decode_repaired::<Wanted>(json.as_bytes()).unwrap_err();
        assert_eq!((error.path(), error.reason()), (path, reason), "{json}");
        assert_eq!(error, decode::<Wanted>(json.as_bytes()).unwrap_err());
    }
    let grant =
        decode_repaired::<TokenResponse>(br#"{"access_token": [], "token_type": "Bearer"}"#);
    assert_eq!(grant.unwrap_err().path(), "access_token");
    let grant = repaired::<TokenResponse>(r#"{"access_token": "a", "expires_in": "soon"}"#);
    assert_eq!(grant.value.access_token.expose(), "a");
    assert_eq!(grant.problems.len(), 1);
}

#[test]
fn a_strict_decode_sets_elements_aside_as_ever() {
    let list: ProductListing = decode(br#"{"items": [{"id": "p1", "price": ""}]}"#).unwrap();
    assert_eq!((list.items().len(), list.broken().len()), (0, 1));
    let error = decode::<Order>(br#"{"id": 7, "note": 901}"#).unwrap_err();
    assert_eq!(error.path(), "note");
    let order = br#"{"branch": "b", "customer": {"phone": "5", "address": []}, "products": [], "note": 901}"#;
    assert_eq!(decode::<CreateOrder>(order).unwrap_err().path(), "note");
}

#[test]
fn at_most_a_thousand_problems_are_kept_and_all_counted() {
    let element = r#"{"id": "p", "price": ""}"#;
    let json = format!("[{}]", vec![element; 1_500].join(","));
    let mut list: Repaired<ProductListing> = repaired(&json);
    assert_eq!(list.value.items().len(), 1_500);
    assert_eq!((list.problems.len(), list.problems.count()), (1_000, 1_500));
    let last = list.problems.iter().last().unwrap();
    assert_eq!(last.pointer(), "/999/price");
    let more = list.problems.clone();
    list.problems.merge(more);
    assert_eq!((list.problems.len(), list.problems.count()), (1_000, 3_000));
}

#[test]
fn neither_problems_nor_errors_show_a_value() {
    let order: Repaired<Order> = repaired(
        r#"{"id": 7, "note": ["0551234567"], "customer": {"phone": {"a": "0551234567"}}}"#,
    );
    assert_eq!(order.problems.len(), 2);
    assert!(!format!("{:?} {:?}", order.problems, shown(&order.problems)).contains("0551234567"));
}

#[test]
fn deep_nesting_and_odd_json_end() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(decode_repaired::<serde_json::Value>(deep.as_bytes()).is_err());
    let json = format!(r#"{{"id": 7, "note": {deep}}}"#);
    assert_eq!(repaired::<Order>(&json).problems.len(), 1);
    for json in ["", "{", "[1", "{\"id\": 7} {}", "<html>", "nul"] {
        assert!(decode_repaired::<Order>(json.as_bytes()).is_err(), "{json}");
    }
    let error = decode_repaired::<Order>(b"{\"id\": \"\xc7\xe1\"}").unwrap_err();
    assert!(error.is_not_utf8() && error.is_syntax());
    assert_eq!((error.line(), error.column()), (1, 9));
    let cut = decode::<Order>("{\"note\": \"ش".as_bytes().split_last().unwrap().1).unwrap_err();
    assert!(cut.is_truncated() && !cut.is_not_utf8());
}
