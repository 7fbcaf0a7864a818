//! Taking an order.

use serde_json::{Value, json};

use super::orders::reply;
use super::{Desk, Reply};
use crate::answer::Answer;
use crate::data::Money;
use crate::refuse::FieldErrors;
use crate::state::Business;

const PENDING: i64 = 2;
const UNDER_REVIEW: i64 = 1;

/// Checks what the order names against the business's data, keeps it and answers with its id. A second order of the
/// same `partner_reference` is a second order: the API promises nothing else.
pub(super) fn create(desk: &mut Desk<'_>) -> Reply {
    let body = &desk.call.body;
    check(desk.business, body)?;
    let id = desk.new_id("order");
    let number = desk.business.take_order_number();
    let order = build(desk, &id, number);
    let answer = reply(&order, "Order created");
    desk.business.orders.take(order);
    Ok(answer)
}

fn check(business: &Business, body: &Value) -> Result<(), Answer> {
    let mut errors = FieldErrors::default();
    let reference = &business.reference;
    if !holds(&reference.branches, &body["branch"]) {
        errors.selected("branch");
    }
    if !body["ordertype"].is_null() && !holds(&reference.order_types, &body["ordertype"]) {
        errors.selected("ordertype");
    }
    if list(&body["products"]).is_empty() {
        errors.required("products");
    }
    for (n, line) in list(&body["products"]).iter().enumerate() {
        check_line(business, line, n, &mut errors);
    }
    for (n, payment) in list(&body["payments"]).iter().enumerate() {
        if !holds(&reference.payment_methods, &payment["id"]) {
            errors.selected(&format!("payments.{n}.id"));
        }
    }
    for (n, tax) in list(&body["taxes"]).iter().enumerate() {
        if !holds(&reference.taxes, &tax["id"]) {
            errors.selected(&format!("taxes.{n}.id"));
        }
    }
    for field in ["subtotal", "tax", "total"] {
        if !body[field].is_null() && Money::read(&body[field]).is_none() {
            errors.add(field, format!("The {field} field is too large."));
        }
    }
    errors.into_result()
}

fn check_line(business: &Business, line: &Value, n: usize, errors: &mut FieldErrors) {
    let product = line["id"]
        .as_str()
        .and_then(|id| business.data.find_product(id));
    let Some(product) = product.map(|index| business.data.product(index)) else {
        errors.selected(&format!("products.{n}.id"));
        return;
    };
    if !line["variation"].is_null() && !holds(list(&product["variations"]), &line["variation"]) {
        errors.selected(&format!("products.{n}.variation"));
    }
    for (m, modifier) in list(&line["modifiers"]).iter().enumerate() {
        if modifier_item(&product, &modifier["id"]).is_none() {
            errors.selected(&format!("products.{n}.modifiers.{m}.id"));
        }
    }
    if !Money::read(&line["quantity"]).is_some_and(Money::is_positive) {
        let field = format!("products.{n}.quantity");
        errors.add(&field, format!("The {field} field must be greater than 0."));
    }
    if Money::read(&line["total"]).is_none_or(Money::is_negative) {
        let field = format!("products.{n}.total");
        errors.add(&field, format!("The {field} field must be at least 0."));
    }
}

fn build(desk: &Desk<'_>, id: &str, number: u64) -> Value {
    let body = &desk.call.body;
    let reference = &desk.business.reference;
    let now = desk.clock.local_time();
    let lines: Vec<Value> = list(&body["products"])
        .iter()
        .map(|line| build_line(desk.business, line))
        .collect();
    let sum: Money = list(&body["products"])
        .iter()
        .filter_map(|line| Money::read(&line["total"]))
        .sum();
    let total = Money::read(&body["total"]).unwrap_or(sum);
    let tax = Money::read(&body["tax"]).unwrap_or_else(|| total.vat_within());
    let subtotal = Money::read(&body["subtotal"]).unwrap_or(total - tax);
    json!({
        "id": id,
        "reference": number.to_string(),
        "partner_reference": body["partner_reference"],
        "status": PENDING,
        "delivery_status": UNDER_REVIEW,
        "ordertype": body["ordertype"],
        "branch_id": body["branch"],
        "created_at": now,
        "updated_at": now,
        "total_price": total.text(),
        "subtotal_price": subtotal.text(),
        "tax": tax.text(),
        "note": body["note"],
        "customer": customer(desk.business, &body["customer"]),
        "products": lines,
        "payments": amounts(&body["payments"], &reference.payment_methods),
        "taxes": amounts(&body["taxes"], &reference.taxes),
    })
}

fn build_line(business: &Business, line: &Value) -> Value {
    let index = line["id"]
        .as_str()
        .and_then(|id| business.data.find_product(id));
    let product = index
        .map(|index| business.data.product(index))
        .unwrap_or_default();
    let variation = list(&product["variations"])
        .iter()
        .find(|variation| variation["id"] == line["variation"]);
    let read = |value: &Value| Money::read(value).unwrap_or_default();
    let price = read(&variation.unwrap_or(&product)["price"]);
    let total = read(&line["total"]);
    let sku = match variation {
        Some(variation) => variation["sku"].clone(),
        None => json!(index.and_then(|index| business.data.sku(index))),
    };
    let modifiers: Vec<Value> = list(&line["modifiers"])
        .iter()
        .map(|modifier| {
            let item = modifier_item(&product, &modifier["id"]);
            let item_price = item.map(|item| read(&item["extra_price"]));
            json!({
                "id": modifier["id"],
                "name": item.map(|item| &item["name"]),
                "quantity": Money::read(&modifier["quantity"]).unwrap_or(Money::ONE).text(),
                "price": Money::read(&modifier["price"]).or(item_price).unwrap_or_default().text(),
            })
        })
        .collect();
    json!({
        "id": line["id"],
        "sku": sku,
        "name": product["name"],
        "quantity": read(&line["quantity"]).text(),
        "price": price.text(),
        "total": total.text(),
        "unit_price": (price - price.vat_within()).text(),
        "discount_amount": read(&line["discount"]).text(),
        "tax": total.vat_within().text(),
        "note": line["note"],
        "category": {"id": product["category"]["id"], "name": product["category"]["title"]},
        "variation": {
            "id": variation.map(|variation| &variation["id"]),
            "name": variation.map(|variation| &variation["name"]),
        },
        "modifiers": modifiers,
    })
}

/// The customer of the order: somebody the merchant knows by this phone, or somebody new.
fn customer(business: &Business, given: &Value) -> Value {
    // Looking further would make every order cost what the whole list costs.
    let known = (0..business.data.counts().customers.min(100))
        .map(|index| business.data.customer(index))
        .find(|customer| customer["phone"] == given["phone"])
        .unwrap_or_default();
    let name = if given["name"].is_null() {
        &known["name"]
    } else {
        &given["name"]
    };
    json!({"id": known["id"], "name": name, "phone": given["phone"], "email": known["email"]})
}

/// Amounts with the name of what they are for.
fn amounts(given: &Value, named: &[Value]) -> Vec<Value> {
    list(given)
        .iter()
        .map(|entry| {
            let name = named.iter().find(|known| known["id"] == entry["id"]);
            json!({
                "id": entry["id"],
                "name": name.map(|known| &known["name"]),
                "amount": Money::read(&entry["amount"]).unwrap_or_default().text(),
            })
        })
        .collect()
}

fn modifier_item<'a>(product: &'a Value, id: &Value) -> Option<&'a Value> {
    list(&product["modifiers"])
        .iter()
        .flat_map(|group| list(&group["items"]))
        .find(|item| item["id"] == *id)
}

fn holds(known: &[Value], id: &Value) -> bool {
    known.iter().any(|element| element["id"] == *id)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
