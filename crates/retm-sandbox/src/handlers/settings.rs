//! The merchant's settings: short lists, and what the API adds to them.

use serde_json::{Value, json};

use super::{Desk, Reply, created};
use crate::data::{Money, Reference};
use crate::refuse;

/// A list of the merchant's settings.
pub(super) fn list(desk: &mut Desk<'_>, of: fn(&Reference) -> &Vec<Value>) -> Reply {
    let list = of(&desk.business.reference);
    let element = |index: usize| list.get(index).cloned().unwrap_or_default();
    Ok(desk.page().envelope(list.len(), element))
}

/// The vendor answers with a bare array and knows no pages here.
pub(super) fn charges(desk: &mut Desk<'_>) -> Reply {
    Ok(Value::Array(desk.business.reference.charges.clone()))
}

pub(super) fn create_order_type(desk: &mut Desk<'_>) -> Reply {
    let id = desk.new_id("order_type");
    let order_type = json!({"id": id, "name": desk.call.body["name"]});
    desk.business.reference.order_types.push(order_type);
    Ok(created(&id))
}

pub(super) fn create_payment_method(desk: &mut Desk<'_>) -> Reply {
    let body = &desk.call.body;
    known_code(desk, "PaymentMethodType", "type")?;
    let id = desk.new_id("payment_method");
    desk.business.reference.payment_methods.push(json!({
        "id": id,
        "name": body["name"],
        "type": body["type"],
        "auto_open_drawer": body["auto_open_drawer"],
        "ecr_enabled": body["ecr_enabled"],
        "zatca_payment_code": body["zatca_payment_code"],
    }));
    Ok(created(&id))
}

pub(super) fn create_charge(desk: &mut Desk<'_>) -> Reply {
    let body = &desk.call.body;
    let value = amount(&body["value"])?;
    let tax = match &body["tax_id"] {
        Value::Null => Value::Null,
        id => tax_of_charge(&desk.business.reference, id)
            .ok_or_else(|| refuse::invalid("tax_id", "The selected tax_id is invalid."))?,
    };
    let id = desk.new_id("charge");
    desk.business.reference.charges.push(json!({
        "uuid": id,
        "name": body["name"],
        "value": value.decimals(2),
        "tax": tax,
    }));
    Ok(created(&id))
}

pub(super) fn create_tax(desk: &mut Desk<'_>) -> Reply {
    let body = &desk.call.body;
    let value = amount(&body["value"])?;
    let id = desk.new_id("tax");
    desk.business.reference.taxes.push(json!({
        "id": id,
        "name": body["name"],
        "value": value.text(),
        "type": body["type"],
        "from_final_total": 0,
    }));
    Ok(created(&id))
}

/// Refuses a code that the spec does not name.
pub(super) fn known_code(desk: &Desk<'_>, schema: &str, field: &str) -> Result<(), crate::Answer> {
    let codes = desk.spec.codes(schema);
    let known = desk.call.body[field]
        .as_i64()
        .is_some_and(|code| codes.is_empty() || codes.contains(&code));
    if known {
        Ok(())
    } else {
        Err(refuse::invalid(
            field,
            format!("The selected {field} is invalid."),
        ))
    }
}

fn amount(value: &Value) -> Result<Money, crate::Answer> {
    Money::read(value)
        .filter(|amount| !amount.is_negative())
        .ok_or_else(|| refuse::invalid("value", "The value field must be at least 0."))
}

/// A tax in a charge's words; the samples' charges bring one that is not in the list of taxes.
fn tax_of_charge(reference: &Reference, id: &Value) -> Option<Value> {
    let listed = reference.taxes.iter().find(|tax| tax["id"] == *id);
    if let Some(tax) = listed {
        return Some(json!({
            "uuid": tax["id"], "name": tax["name"], "type": tax["type"], "value": tax["value"],
        }));
    }
    let mut charged = reference.charges.iter().map(|charge| &charge["tax"]);
    charged.find(|tax| tax["uuid"] == *id).cloned()
}
