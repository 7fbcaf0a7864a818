//! The operations that know the business's data. One that has no handler here answers with its example.

mod create_order;
mod lists;
mod orders;
mod settings;

use std::time::Duration;

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::call::Call;
use crate::clock::SandboxClock;
use crate::page::{Page, PageLimits};
use crate::spec::Spec;
use crate::state::Business;

/// A body for status 200, or a refusal.
pub(crate) type Reply = Result<Value, Answer>;

/// What a handler works with.
#[derive(Debug)]
pub(crate) struct Desk<'a> {
    pub(crate) spec: &'static Spec,
    pub(crate) call: &'a Call,
    pub(crate) business: &'a mut Business,
    pub(crate) clock: &'a SandboxClock,
    pub(crate) limits: PageLimits,
    pub(crate) view: ListView,
}

/// How `list_orders` shows the orders.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ListView {
    pub(crate) oldest_first: bool,
    /// The filter `partner_reference` is not looked at.
    pub(crate) ignores_reference: bool,
    /// Orders younger than this are not shown.
    pub(crate) lag: Option<Duration>,
}

impl Desk<'_> {
    fn page(&self) -> Page {
        Page::of(self.call, self.limits)
    }

    fn new_id(&mut self, kind: &str) -> String {
        let time = self.clock.unix_millis();
        self.business.new_id(kind, time)
    }
}

/// The answer of the operation's handler; `None` when it has none.
pub(crate) fn handle(desk: &mut Desk<'_>) -> Option<Result<Answer, Answer>> {
    if desk.call.operation.id() == "list_orders" {
        return Some(orders::list(desk));
    }
    let reply = reply(desk)?;
    Some(reply.map(|body| Answer::json(200, &body)))
}

fn reply(desk: &mut Desk<'_>) -> Option<Reply> {
    Some(match desk.call.operation.id() {
        "create_order" => create_order::create(desk),
        "cancel_order" => orders::cancel(desk),
        "update_delivery_status" => orders::set_delivery_status(desk),
        "list_invoices" => lists::invoices(desk),
        "list_categories" => lists::categories(desk),
        "get_category" => lists::category(desk),
        "list_groups" => lists::groups(desk),
        "get_group" => lists::group(desk),
        "list_products" => lists::products(desk),
        "get_product" => lists::product(desk),
        "list_simple_products" => lists::simple_products(desk),
        "get_menu" => lists::menu(desk),
        "list_customers" => lists::customers(desk),
        "list_branches" => settings::list(desk, |reference| &reference.branches),
        "list_devices" => settings::list(desk, |reference| &reference.devices),
        "list_order_types" => settings::list(desk, |reference| &reference.order_types),
        "list_price_lists" => settings::list(desk, |reference| &reference.price_lists),
        "list_payment_methods" => settings::list(desk, |reference| &reference.payment_methods),
        "list_taxes" => settings::list(desk, |reference| &reference.taxes),
        "list_charges" => settings::charges(desk),
        "create_order_type" => settings::create_order_type(desk),
        "create_payment_method" => settings::create_payment_method(desk),
        "create_charge" => settings::create_charge(desk),
        "create_tax" => settings::create_tax(desk),
        _ => return None,
    })
}

fn created(id: &str) -> Value {
    json!({"id": id, "message": "Created"})
}
