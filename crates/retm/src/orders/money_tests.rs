//! Baskets that agree, and baskets that do not.

use proptest::prelude::*;
use retm_types::rust_decimal::{Decimal as Amount, RoundingStrategy};
use retm_types::{CreateOrder, DecimalNumber};
use serde_json::{Value, json};

use super::*;

fn order(members: Value) -> CreateOrder {
    let mut order = json!({
        "branch": "b",
        "customer": {"phone": "0551234567"},
        "products": [],
    });
    for (name, value) in members.as_object().unwrap() {
        order[name] = value.clone();
    }
    serde_json::from_value(order).unwrap()
}

fn lines(totals: &[&str]) -> Value {
    totals
        .iter()
        .map(|total| json!({"id": "p", "quantity": 1, "total": total}))
        .collect()
}

fn found(members: Value) -> String {
    mismatches(&order(members)).join("\n")
}

#[test]
fn the_examples_of_the_spec_agree() {
    assert_eq!(
        found(json!({
            "products": lines(&["19", "30"]), "subtotal": "42.609", "tax": "6.391", "total": "49",
            "taxes": [{"id": "t", "amount": "6.391"}],
        })),
        ""
    );
    assert_eq!(
        found(json!({
            "products": lines(&["38"]), "subtotal": "33.043", "tax": "4.461", "total": "34.2",
            "discount": [{"type": 2, "value": 10, "amount": "3.304"}],
        })),
        ""
    );
}

#[test]
fn what_does_not_agree_is_named() {
    let all = found(json!({
        "products": lines(&["19.00", "30.00"]), "subtotal": "42.61", "tax": "6.39", "total": "49.05",
        "taxes": [{"id": "t", "amount": "6.00"}],
    }));
    insta::assert_snapshot!(all, @r"
    total 49.05 is not subtotal 42.61 − discounts 0 + tax 6.39 = 49.00
    the totals of the lines come to 49.00, not to total 49.05
    the taxes come to 6.00, not to tax 6.39
    ");
}

#[test]
fn what_is_left_out_is_not_made_up() {
    for members in [
        json!({}),
        json!({"total": 9}),
        json!({"subtotal": 9, "total": 10}),
        json!({"subtotal": 9, "tax": 2}),
        json!({"tax": 2, "total": 9}),
        json!({"tax": 2, "taxes": []}),
        json!({"taxes": [{"id": "t", "amount": 7}]}),
        json!({"subtotal": 9, "tax": 1, "total": 9, "discount": [{"type": 2, "value": 10}]}),
        json!({"products": lines(&["9"]), "total": 8, "discount": [{"type": 2, "value": 10}]}),
        json!({"products": lines(&["9"]), "total": 8, "discount": [{"type": 1, "value": 1}]}),
    ] {
        assert_eq!(found(members.clone()), "", "{members}");
    }
    // An amount is money, whatever else is left out.
    let discount = json!([{"type": 1, "value": 1}]);
    let wrong = json!({"subtotal": 9, "tax": 1, "total": 10, "discount": discount});
    assert_ne!(found(wrong), "");
}

#[test]
fn whole_numbers_are_not_taken_for_rounded_ones() {
    let members = json!({"products": lines(&["19", "30"]), "total": 50});
    assert_ne!(found(members), "");
}

#[test]
fn amounts_that_hardly_fit_do_no_harm() {
    let huge = "79228162514264337593543950335";
    let fine = "7.9228162514264337593543950335";
    for (a, b) in [(huge, huge), (huge, fine), (fine, fine), (fine, huge)] {
        let discount = json!([{"type": 1, "value": huge}]);
        found(json!({
            "products": lines(&[a, a, b]), "subtotal": b, "tax": a, "total": b, "discount": discount,
            "taxes": [{"id": "t", "amount": a}, {"id": "u", "amount": b}],
        }));
    }
}

/// A basket whose 15 % VAT, contained in the prices, is rounded line by line.
fn basket(totals: &[i64], decimals: u32) -> CreateOrder {
    let half_up = RoundingStrategy::MidpointAwayFromZero;
    let amounts: Vec<Amount> = totals
        .iter()
        .map(|total| Amount::new(*total, decimals))
        .collect();
    let net =
        |gross: &Amount| (gross / Amount::new(115, 2)).round_dp_with_strategy(decimals, half_up);
    let total: Amount = amounts.iter().sum();
    let subtotal: Amount = amounts.iter().map(net).sum();
    let tax = total - subtotal;
    // The tax as the merchant's settings have it: rounded on the whole.
    let whole = total - net(&total);
    let texts: Vec<String> = amounts.iter().map(Amount::to_string).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    order(json!({
        "products": lines(&texts),
        "subtotal": subtotal.to_string(), "tax": tax.to_string(), "total": total.to_string(),
        "taxes": [{"id": "vat", "amount": whole.to_string()}],
    }))
}

proptest! {
    #[test]
    fn a_basket_rounded_line_by_line_passes_and_one_unit_on_its_total_does_not(
        totals in proptest::collection::vec(1_i64..100_000, 1..30),
        decimals in 2_u32..=3,
        up in any::<bool>(),
    ) {
        let mut order = basket(&totals, decimals);
        prop_assert_eq!(mismatches(&order), Vec::<String>::new());
        let unit = Amount::new(if up { 1 } else { -1 }, decimals);
        let total = order.total.unwrap().value() + unit;
        order.total = Some(DecimalNumber::new(total));
        prop_assert!(!mismatches(&order).is_empty());
    }

    #[test]
    fn a_line_that_is_off_by_more_than_rounding_does_not_pass(
        totals in proptest::collection::vec(1_i64..100_000, 1..30),
        at in any::<proptest::sample::Index>(),
    ) {
        let mut order = basket(&totals, 2);
        let more = Amount::new(i64::try_from(totals.len()).unwrap(), 2);
        let line = &mut order.products[at.index(totals.len())];
        line.total = DecimalNumber::new(line.total.value() + more);
        prop_assert!(!mismatches(&order).is_empty());
    }
}
