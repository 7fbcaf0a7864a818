//! An order as the journal keeps it.

use std::time::Duration;

use bytes::Bytes;
use retm_types::{CreateOrder, DecimalNumber};
use sha2::{Digest, Sha256};

use crate::error::{Error, ErrorKind};
use crate::store::NewIntent;

/// The reference that an order is found again by.
pub(super) fn reference(order: &CreateOrder) -> Result<&str, Error> {
    let refuse = |why: &str| Err(Error::new(ErrorKind::InvalidRequest).with_detail(why));
    match order.partner_reference.as_deref() {
        None | Some("") => refuse(
            "the order needs a `partner_reference`: without it nobody can tell whether it took effect",
        ),
        // Servers of this kind trim what they are sent, and what was trimmed is not found again.
        Some(reference) if reference.trim() != reference => {
            refuse("`partner_reference` starts or ends with white space")
        }
        Some(reference) => Ok(reference),
    }
}

/// The order with the digest that tells it from another one of the same reference.
///
/// The digest is of the JSON as it is sent, members in the order of the schema, numbers without
/// trailing zeros: `7.0` and `7.00` are the same order. An absent and an empty list are two.
pub(super) fn intent(order: &CreateOrder, settle_window: Duration) -> Result<NewIntent, Error> {
    let json = |order: &CreateOrder| {
        serde_json::to_vec(order)
            .map_err(|error| Error::new(ErrorKind::InvalidRequest).with_source(error))
    };
    let body = Bytes::from(json(order)?);
    let mut plain = order.clone();
    amounts(&mut plain).for_each(|amount| *amount = amount.value().normalize().into());
    let digest = Sha256::digest(json(&plain)?).into();
    Ok(NewIntent {
        digest,
        body,
        settle_window,
    })
}

/// The order that a journal has kept.
pub(super) fn order(intent: &NewIntent) -> Result<CreateOrder, Error> {
    serde_json::from_slice(&intent.body).map_err(|error| {
        // The error's own text may quote a customer's data.
        Error::new(ErrorKind::InDoubt).with_detail(format!(
            "the order in the journal cannot be read (line {}, column {}); was it written by another version?",
            error.line(),
            error.column()
        ))
    })
}

fn amounts(order: &mut CreateOrder) -> impl Iterator<Item = &mut DecimalNumber> {
    let CreateOrder {
        products,
        discount,
        payments,
        taxes,
        subtotal,
        tax,
        total,
        ..
    } = order;
    let lines = products.iter_mut().flat_map(|line| {
        let modifiers = line.modifiers.iter_mut().flatten();
        let modifiers =
            modifiers.flat_map(|modifier| modifier.quantity.iter_mut().chain(&mut modifier.price));
        [&mut line.quantity, &mut line.total]
            .into_iter()
            .chain(&mut line.discount)
            .chain(modifiers)
    });
    let discounts = discount.iter_mut().flatten();
    let discounts =
        discounts.flat_map(|one| std::iter::once(&mut one.value).chain(&mut one.amount));
    let payments = payments.iter_mut().flatten().map(|one| &mut one.amount);
    let taxes = taxes.iter_mut().flatten().map(|one| &mut one.amount);
    let sums = subtotal.iter_mut().chain(tax).chain(total);
    lines
        .chain(discounts)
        .chain(payments)
        .chain(taxes)
        .chain(sums)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const WINDOW: Duration = Duration::from_secs(1);

    fn order_of(change: impl FnOnce(&mut Value)) -> CreateOrder {
        let mut order = json!({
            "branch": "b",
            "customer": {"phone": "0551234567"},
            "products": [{"id": "p", "quantity": 1, "total": 7, "modifiers": [{"id": "m", "price": 1}]}],
            "discount": [{"type": 1, "value": 2}],
            "partner_reference": "A-1",
            "total": 5,
        });
        change(&mut order);
        serde_json::from_value(order).unwrap()
    }

    fn digest(change: impl FnOnce(&mut Value)) -> [u8; 32] {
        intent(&order_of(change), WINDOW).unwrap().digest
    }

    #[test]
    fn the_spelling_of_a_number_makes_no_other_order() {
        let plain = digest(|_| {});
        let spelled = digest(|order| {
            order["total"] = "5.000".into();
            order["products"][0]["quantity"] = "1.0".into();
            order["products"][0]["modifiers"][0]["price"] = "1.00".into();
            order["discount"][0]["value"] = "2.0".into();
        });
        assert_eq!(plain, spelled);
        assert_ne!(plain, digest(|order| order["total"] = 6.into()));
        assert_ne!(
            plain,
            digest(|order| order["customer"]["phone"] = "1".into())
        );
    }

    #[test]
    fn what_is_kept_is_sent_again_as_it_was() {
        let first = order_of(|order| order["total"] = "5.000".into());
        let kept = intent(&first, WINDOW).unwrap();
        let again = order(&kept).unwrap();
        assert_eq!(intent(&again, WINDOW).unwrap(), kept);
        assert!(String::from_utf8_lossy(&kept.body).contains("\"total\":5.000"));
    }

    #[test]
    fn a_reference_that_cannot_be_found_again_is_refused() {
        for bad in [
            json!(null),
            json!(""),
            json!(" A-1"),
            json!("A-1\n"),
            json!("  "),
        ] {
            let order = order_of(|order| order["partner_reference"] = bad.clone());
            assert!(reference(&order).unwrap_err().is_config(), "{bad}");
        }
        assert_eq!(reference(&order_of(|_| {})).unwrap(), "A-1");
    }

    #[test]
    fn an_order_that_cannot_be_read_shows_nothing_of_itself() {
        let body = Bytes::from_static(br#"{"branch": 7, "customer": "0551234567"}"#);
        let error = order(&NewIntent {
            digest: [0; 32],
            body,
            settle_window: WINDOW,
        })
        .unwrap_err();
        assert!(error.is_in_doubt());
        assert!(!format!("{error:?}").contains("0551234567"), "{error:?}");
    }
}
