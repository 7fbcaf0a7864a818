//! From a delivery's bytes to its event.

use retm_types::{BranchId, Invoice, Order, ProductIds, WebhookCustomer, WebhookEnvelope};
use serde::Deserialize;

use super::payload::{CustomerEvent, InvoiceEvent, MenuEvent, OrderEvent, RawEvent};
use super::{WebhookEvent, envelope};
use crate::error::ParseError;
use crate::json;

impl WebhookEvent {
    /// Reads a delivery from the bytes of its body.
    ///
    /// Both spellings of the business are taken, even at once. An event that has no variant is
    /// [`Unknown`](Self::Unknown) and never an error. One broken element of a list does not fail the event: it is
    /// kept beside the good ones (`Items::broken`).
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
    /// callbacks and error notices have parsers of their own); a member of a known event that does not decode.
    pub fn parse(body: &[u8]) -> Result<Self, ParseError> {
        let (name, envelope) = envelope::read(body, |name| Self::NAMES.contains(&name))?;
        Ok(match name.as_str() {
            "order.created" => Self::InvoiceCreated(invoice(envelope, body)?),
            "order.refunded" => Self::InvoiceRefunded(invoice(envelope, body)?),
            "order.delivery.created" => Self::DeliveryCreated(order(envelope, body)?),
            "order.delivery.updated" => Self::DeliveryUpdated(order(envelope, body)?),
            "menu.updated" => Self::MenuUpdated(menu(envelope, body)?),
            "customer.created" => Self::CustomerCreated(customer(envelope, body)?),
            "customer.updated" => Self::CustomerUpdated(customer(envelope, body)?),
            "customer.deleted" => Self::CustomerDeleted(customer(envelope, body)?),
            _ => Self::Unknown {
                event: name,
                raw: RawEvent::new(envelope, body),
            },
        })
    }
}

impl TryFrom<&[u8]> for WebhookEvent {
    type Error = ParseError;

    fn try_from(body: &[u8]) -> Result<Self, ParseError> {
        Self::parse(body)
    }
}

/// The invoice stands beside the envelope, at the same level: the same bytes are read a second time.
fn invoice(envelope: WebhookEnvelope, body: &[u8]) -> Result<Box<InvoiceEvent>, ParseError> {
    let invoice: Invoice = json::decode("InvoiceWebhook", body)?;
    Ok(Box::new(InvoiceEvent { envelope, invoice }))
}

fn order(envelope: WebhookEnvelope, body: &[u8]) -> Result<Box<OrderEvent>, ParseError> {
    #[derive(Deserialize)]
    struct Wire {
        order: Option<Order>,
    }
    const SCHEMA: &str = "OrderWebhook";
    match json::decode(SCHEMA, body)? {
        Wire { order: Some(order) } => Ok(Box::new(OrderEvent { envelope, order })),
        Wire { order: None } => Err(ParseError::missing(SCHEMA, "order", body)),
    }
}

fn menu(envelope: WebhookEnvelope, body: &[u8]) -> Result<Box<MenuEvent>, ParseError> {
    #[derive(Deserialize)]
    struct Wire {
        branch_id: Option<BranchId>,
        products: Option<ProductIds>,
    }
    let wire: Wire = json::decode("MenuWebhook", body)?;
    Ok(Box::new(MenuEvent {
        envelope,
        branch_id: wire.branch_id,
        products: wire.products.unwrap_or_default(),
    }))
}

fn customer(envelope: WebhookEnvelope, body: &[u8]) -> Result<Box<CustomerEvent>, ParseError> {
    #[derive(Deserialize)]
    struct Wire {
        customer: Option<WebhookCustomer>,
    }
    const SCHEMA: &str = "CustomerWebhook";
    match json::decode(SCHEMA, body)? {
        Wire {
            customer: Some(customer),
        } => Ok(Box::new(CustomerEvent { envelope, customer })),
        Wire { customer: None } => Err(ParseError::missing(SCHEMA, "customer", body)),
    }
}
