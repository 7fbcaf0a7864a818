//! A value in the cell of a table.

use retm_types::{
    DeliveryStatus, DiscountType, InvoiceStatus, PaymentMethodType, ProductType, RewardType,
    TaxType,
};

use crate::failure::plain;
use crate::json::Json;
use crate::schema::{Member, Place};

/// More elements than this are counted, not named.
const NAMED: usize = 5;

/// The member of a value that a path leads to, with what the spec says of it.
pub(super) fn reach<'a>(value: &'a Json, place: &Place, path: &str) -> Option<(&'a Json, Place)> {
    path.split('/')
        .try_fold((value, place.clone()), |(value, place), key| {
            let inside = match place.member(key) {
                Member::Known(inside) => inside,
                _ => Place::default(),
            };
            Some((value.get(key)?, inside))
        })
}

/// A value as people want to see it: one language of a text, the name of a code, the names of nested things.
pub(super) fn cell(value: &Json, place: &Place) -> String {
    match value {
        Json::Null => String::new(),
        Json::Bool(flag) => yes_or_no(*flag),
        Json::Number(number) => code(number, place).unwrap_or_else(|| number.clone()),
        Json::Text(text) => plain(text).into_owned(),
        Json::Array(elements) => named(elements, &place.element()),
        Json::Object(_) => match elements_of_listing(value, place) {
            Some(elements) => named(elements, &element_of_listing(place)),
            None => label(value).unwrap_or_else(|| plain(&value.compact()).into_owned()),
        },
    }
}

fn named(elements: &[Json], place: &Place) -> String {
    let mut names: Vec<String> = elements
        .iter()
        .take(NAMED)
        .map(|element| cell(element, place))
        .collect();
    if elements.len() > NAMED {
        names.push(format!("… ({})", elements.len()));
    }
    names.join(", ")
}

/// One text for an object: itself where it is a text by language, else its name, else its id.
fn label(object: &Json) -> Option<String> {
    let text = ["en", "ar"]
        .iter()
        .filter_map(|language| object.get(language));
    let name = ["name", "title", "id", "uuid"]
        .iter()
        .filter_map(|key| object.get(key));
    text.chain(name).find_map(|value| match value {
        Json::Text(text) if !text.trim().is_empty() => Some(plain(text).into_owned()),
        Json::Number(number) => Some(number.clone()),
        Json::Object(_) => label(value),
        _ => None,
    })
}

fn elements_of_listing<'a>(value: &'a Json, place: &Place) -> Option<&'a [Json]> {
    let listing = place.names().iter().any(|name| name.ends_with("Listing"));
    let elements = value.get("items").or_else(|| value.get("data"))?;
    (listing && matches!(elements, Json::Array(_))).then(|| elements.elements())
}

fn element_of_listing(place: &Place) -> Place {
    match place.member("items") {
        Member::Known(items) => items.element(),
        _ => Place::default(),
    }
}

fn yes_or_no(flag: bool) -> String {
    if flag { "yes" } else { "no" }.to_owned()
}

fn code(number: &str, place: &Place) -> Option<String> {
    let code: i64 = number.parse().ok()?;
    place.names().iter().find_map(|name| {
        Some(match *name {
            "Flag" => yes_or_no(code != 0),
            "InvoiceStatus" => InvoiceStatus::from_code(code).to_string(),
            "DeliveryStatus" => DeliveryStatus::from_code(code).to_string(),
            "ProductType" => ProductType::from_code(code).to_string(),
            "PaymentMethodType" => PaymentMethodType::from_code(code).to_string(),
            "TaxType" => TaxType::from_code(code).to_string(),
            "DiscountType" => DiscountType::from_code(code).to_string(),
            "RewardType" => RewardType::from_code(code).to_string(),
            _ => return None,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(schema: &str, path: &str, json: &str) -> String {
        let json = Json::parse(json.as_bytes()).unwrap();
        let (value, place) = reach(&json, &Place::of(schema).unwrap(), path).unwrap();
        cell(value, &place)
    }

    #[test]
    fn values_are_shown_for_people() {
        assert_eq!(shown("Invoice", "status", r#"{"status": 4}"#), "refunded");
        assert_eq!(
            shown("Invoice", "status", r#"{"status": 99}"#),
            "unknown(99)"
        );
        assert_eq!(shown("Invoice", "invoice_id", r#"{"invoice_id": 4}"#), "4");
        assert_eq!(
            shown("Product", "over_stock", r#"{"over_stock": 1}"#),
            "yes"
        );
        assert_eq!(
            shown("Product", "name", r#"{"name": {"en": "", "ar": "برجر"}}"#),
            "برجر"
        );
        assert_eq!(shown("Product", "name", r#"{"name": []}"#), "");
        assert_eq!(
            shown(
                "Product",
                "category/title",
                r#"{"category": {"title": {"en": "Burgers"}}}"#
            ),
            "Burgers"
        );
        let modifiers =
            r#"{"modifiers": [{"name": {"en": "Size"}, "items": []}, {"name": "Sauce"}]}"#;
        assert_eq!(shown("Product", "modifiers", modifiers), "Size, Sauce");
        let products = r#"{"products": {"items": [1,2,3,4,5,6], "pagination": {"total": 90}}}"#;
        assert_eq!(
            shown("Category", "products", products),
            "1, 2, 3, 4, 5, … (6)"
        );
    }

    #[test]
    fn a_name_does_not_steer_the_terminal() {
        assert_eq!(
            shown("Tax", "name", r#"{"name": "a\u001b[31mb\nc"}"#),
            "a\\u{1b}[31mb\\nc"
        );
    }
}
