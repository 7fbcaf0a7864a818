//! From a delivery's bytes to its event.

use retm_types::{
    BranchId, Invoice, MenuEntity, Order, Problems, ProductIds, Repaired, WebhookCustomer,
    WebhookEnvelope,
};
use serde::Deserialize;

use super::payload::{Body, CustomerEvent, InvoiceEvent, MenuEvent, OrderEvent, RawEvent};
use super::{WebhookEvent, envelope};
use crate::error::ParseError;
use crate::json;

impl WebhookEvent {
    /// Reads a delivery from the bytes of its body.
    ///
    /// Both spellings of the business are taken, even at once. An event that has no variant is
    /// [`Unknown`](Self::Unknown) and never an error. A member that does not fit does not fail the event: it is absent,
    /// and [`problems`](Self::problems) names it. An element of a list of which no member fits is kept beside the good
    /// ones (`Items::broken`).
    ///
    /// ```
    /// use retm_webhook_types::WebhookEvent;
    ///
    /// let body = br#"{"event": "customer.deleted", "reference": "f70a1df4", "customer": {"id": 1234}}"#;
    /// let event = WebhookEvent::parse(body)?;
    /// assert_eq!(event.name(), "customer.deleted");
    /// assert_eq!(event.reference(), Some("f70a1df4"));
    /// # Ok::<(), retm_webhook_types::ParseError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A body that is empty, cut off, not JSON or not an object; one without `event` (loyalty requests, install
    /// callbacks and error notices have parsers of their own); a known event of whose invoice, order or customer no
    /// member fits.
    pub fn parse(body: &[u8]) -> Result<Self, ParseError> {
        let (name, envelope, problems) = envelope::read(body)?;
        let head = Head { envelope, problems };
        Ok(match name.as_str() {
            "order.created" => Self::InvoiceCreated(invoice(head, body)?),
            "order.refunded" => Self::InvoiceRefunded(invoice(head, body)?),
            "order.delivery.created" => Self::DeliveryCreated(order(head, body)?),
            "order.delivery.updated" => Self::DeliveryUpdated(order(head, body)?),
            "menu.updated" => Self::MenuUpdated(menu(head, body)?),
            "customer.created" => Self::CustomerCreated(customer(head, body)?),
            "customer.updated" => Self::CustomerUpdated(customer(head, body)?),
            "customer.deleted" => Self::CustomerDeleted(customer(head, body)?),
            _ => Self::Unknown {
                event: name,
                raw: RawEvent::new(head.envelope, head.problems, body),
            },
        })
    }
}

/// What was read of every event.
struct Head {
    envelope: WebhookEnvelope,
    problems: Problems,
}

impl Head {
    /// Takes over the problems of the rest.
    fn with<T>(mut self, rest: Repaired<T>) -> (WebhookEnvelope, Problems, T) {
        self.problems.merge(rest.problems);
        (self.envelope, self.problems, rest.value)
    }
}

impl TryFrom<&[u8]> for WebhookEvent {
    type Error = ParseError;

    fn try_from(body: &[u8]) -> Result<Self, ParseError> {
        Self::parse(body)
    }
}

/// The invoice stands beside the envelope, at the same level: the same bytes are read a second time.
fn invoice(head: Head, body: &[u8]) -> Result<Box<InvoiceEvent>, ParseError> {
    const SCHEMA: &str = "InvoiceWebhook";
    let invoice = json::decode_repaired::<Invoice>(SCHEMA, body)?;
    if !invoice.problems.is_empty() {
        let mut content = invoice.value.clone();
        // These are the envelope's.
        (content.event, content.event_type) = (None, None);
        if content == Invoice::default() {
            let reason = "no member of the invoice fits";
            return Err(ParseError::member(SCHEMA, "", reason, body));
        }
    }
    let (envelope, problems, invoice) = head.with(invoice);
    Ok(Box::new(InvoiceEvent {
        envelope,
        invoice,
        problems,
        raw: Body::new(body),
    }))
}

fn order(head: Head, body: &[u8]) -> Result<Box<OrderEvent>, ParseError> {
    #[derive(Deserialize)]
    struct Wire {
        order: Option<Order>,
    }
    const SCHEMA: &str = "OrderWebhook";
    let (envelope, problems, wire) = head.with(json::decode_repaired::<Wire>(SCHEMA, body)?);
    Ok(Box::new(OrderEvent {
        envelope,
        order: present(SCHEMA, "order", wire.order, &problems, body)?,
        problems,
        raw: Body::new(body),
    }))
}

fn menu(head: Head, body: &[u8]) -> Result<Box<MenuEvent>, ParseError> {
    #[derive(Deserialize)]
    struct Wire {
        /// That the menu has changed is all that an event need say.
        #[serde(rename = "event")]
        _event: Option<String>,
        branch_id: Option<BranchId>,
        products: Option<ProductIds>,
        entity: Option<MenuEntity>,
    }
    let wire = json::decode_repaired::<Wire>("MenuWebhook", body)?;
    let (envelope, problems, wire) = head.with(wire);
    Ok(Box::new(MenuEvent {
        envelope,
        branch_id: wire.branch_id,
        products: wire.products.unwrap_or_default(),
        entity: wire.entity,
        problems,
        raw: Body::new(body),
    }))
}

fn customer(head: Head, body: &[u8]) -> Result<Box<CustomerEvent>, ParseError> {
    #[derive(Deserialize)]
    struct Wire {
        customer: Option<WebhookCustomer>,
    }
    const SCHEMA: &str = "CustomerWebhook";
    let (envelope, problems, wire) = head.with(json::decode_repaired::<Wire>(SCHEMA, body)?);
    Ok(Box::new(CustomerEvent {
        envelope,
        customer: present(SCHEMA, "customer", wire.customer, &problems, body)?,
        problems,
        raw: Body::new(body),
    }))
}

/// What the event is about: there, and not without all of its members.
fn present<T: Default + PartialEq>(
    schema: &'static str,
    name: &'static str,
    value: Option<T>,
    problems: &Problems,
    body: &[u8],
) -> Result<T, ParseError> {
    let Some(value) = value else {
        return Err(ParseError::missing(schema, name, body));
    };
    let mut inside = problems
        .iter()
        .filter_map(|problem| problem.pointer().strip_prefix('/')?.strip_prefix(name))
        .filter(|rest| rest.starts_with('/'));
    match inside.next() {
        Some(_) if value == T::default() => Err(ParseError::member(
            schema,
            name,
            "no member of the object fits",
            body,
        )),
        _ => Ok(value),
    }
}
