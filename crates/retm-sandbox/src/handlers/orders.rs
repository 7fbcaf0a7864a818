//! Orders that exist: listing them and changing their state.

use chrono::{NaiveDate, NaiveDateTime};
use serde_json::{Value, json};

use super::settings::known_code;
use super::{Desk, Reply};
use crate::answer::{Answer, JSON};
use crate::refuse::{self, FieldErrors};

const VOID: i64 = 5;
const CANCELLED: i64 = 3;

/// The orders that pass every filter given, the newest first unless the sandbox was told otherwise.
pub(super) fn list(desk: &mut Desk<'_>) -> Result<Answer, Answer> {
    let view = desk.view;
    let filter = Filter::of(desk)?;
    let reference = desk.call.query("partner_reference");
    let reference = reference.filter(|_| !view.ignores_reference);
    let mut passed = desk.business.orders.of(reference);
    passed.retain(|order| {
        view.lag.is_none_or(|lag| order.is_older_than(lag)) && filter.passes(&order.body)
    });
    if !view.oldest_first {
        passed.reverse();
    }
    let element = |index: usize| passed.get(index).map(|order| order.text.as_str());
    let body = desk.page().text(passed.len(), element);
    Ok(Answer::new(200, JSON, body))
}

pub(super) fn cancel(desk: &mut Desk<'_>) -> Reply {
    change(desk, "Order cancelled", |order| {
        order["status"] = json!(VOID);
        order["delivery_status"] = json!(CANCELLED);
    })
}

pub(super) fn set_delivery_status(desk: &mut Desk<'_>) -> Reply {
    known_code(desk, "DeliveryStatus", "status")?;
    let status = desk.call.body["status"].clone();
    change(desk, "Delivery status updated", |order| {
        if status == CANCELLED {
            order["status"] = json!(VOID);
        }
        order["delivery_status"] = status;
    })
}

/// What every write to an order answers.
pub(super) fn reply(order: &Value, message: &str) -> Value {
    json!({
        "id": order["id"],
        "order_id": order["id"],
        "reference": order["reference"],
        "partner_reference": order["partner_reference"],
        "status": order["status"],
        "message": message,
    })
}

/// Changes the order that the body names. What the vendor refuses for a cancelled one is not known: nothing is refused.
fn change(desk: &mut Desk<'_>, message: &str, change: impl FnOnce(&mut Value)) -> Reply {
    let now = desk.clock.local_time();
    let id = desk.call.body["order_id"].as_str().unwrap_or_default();
    let changed = desk.business.orders.change(id, |order| {
        change(order);
        order["updated_at"] = json!(now);
    });
    changed
        .map(|order| reply(order, message))
        .ok_or_else(|| refuse::not_found("Order not found."))
}

/// The query's filters but `partner_reference`, which has an index.
struct Filter<'a> {
    branch: Option<&'a str>,
    status: Option<i64>,
    from: Option<NaiveDateTime>,
    to: Option<NaiveDateTime>,
}

impl<'a> Filter<'a> {
    fn of(desk: &Desk<'a>) -> Result<Self, Answer> {
        let mut errors = FieldErrors::default();
        let mut moment = |name: &str, end_of_day: bool| {
            let text = desk.call.query(name)?;
            let moment = read_moment(text, end_of_day);
            if moment.is_none() {
                errors.add(name, format!("The {name} field must be a valid date."));
            }
            moment
        };
        let filter = Self {
            branch: desk.call.query("branch"),
            status: desk.call.query("status").and_then(|code| code.parse().ok()),
            from: moment("from", false),
            to: moment("to", true),
        };
        errors.into_result()?;
        Ok(filter)
    }

    fn passes(&self, order: &Value) -> bool {
        let created = || read_moment(order["created_at"].as_str().unwrap_or_default(), false);
        self.branch.is_none_or(|id| order["branch_id"] == id)
            && self.status.is_none_or(|code| order["status"] == code)
            && self
                .from
                .is_none_or(|from| created().is_some_and(|at| at >= from))
            && self
                .to
                .is_none_or(|to| created().is_some_and(|at| at <= to))
    }
}

/// A day or a time, in either of the API's spellings.
fn read_moment(text: &str, end_of_day: bool) -> Option<NaiveDateTime> {
    let formats = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"];
    let time = formats
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    time.or_else(|| {
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
        if end_of_day {
            day.and_hms_opt(23, 59, 59)
        } else {
            day.and_hms_opt(0, 0, 0)
        }
    })
}
