//! Webhooks that carry an `event`.

mod envelope;
mod parse;
mod payload;
#[cfg(test)]
mod tests;

use retm_types::{LocalTime, WebhookEnvelope};

pub(crate) use envelope::either;
pub use payload::{CustomerEvent, InvoiceEvent, MenuEvent, OrderEvent, RawEvent};

/// A webhook that names its `event`: invoices, delivery orders, the menu, customers.
///
/// Loyalty requests, the install callback and error notices carry no event. They come in on routes of their own and
/// have types of their own: [`CheckReward`](crate::CheckReward), [`RedeemReward`](crate::RedeemReward),
/// [`InstallCallback`](crate::InstallCallback) and [`ErrorNotice`](crate::ErrorNotice).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum WebhookEvent {
    /// `order.created`: an invoice was made (the vendor names invoices' events after orders).
    #[doc(alias = "order.created")]
    InvoiceCreated(Box<InvoiceEvent>),
    /// `order.refunded`: an invoice was refunded.
    #[doc(alias = "order.refunded")]
    InvoiceRefunded(Box<InvoiceEvent>),
    /// `order.delivery.created` (assumed): a delivery order was created.
    #[doc(alias = "order.delivery.created")]
    DeliveryCreated(Box<OrderEvent>),
    /// `order.delivery.updated` (assumed): a delivery order has changed.
    #[doc(alias = "order.delivery.updated")]
    DeliveryUpdated(Box<OrderEvent>),
    /// `menu.updated` (assumed): fetch the menu again.
    #[doc(alias = "menu.updated")]
    MenuUpdated(Box<MenuEvent>),
    /// `customer.created`: a customer was created.
    #[doc(alias = "customer.created")]
    CustomerCreated(Box<CustomerEvent>),
    /// `customer.updated`: a customer has changed.
    #[doc(alias = "customer.updated")]
    CustomerUpdated(Box<CustomerEvent>),
    /// `customer.deleted`: a customer was deleted.
    #[doc(alias = "customer.deleted")]
    CustomerDeleted(Box<CustomerEvent>),
    /// An event that this version does not know. Answer 2xx all the same, or RETM delivers it again.
    Unknown {
        /// The event's name.
        event: String,
        /// The delivery as it was received.
        raw: RawEvent,
    },
}

impl WebhookEvent {
    /// The names of the events that have a variant of their own.
    pub const NAMES: [&str; 8] = [
        "order.created",
        "order.refunded",
        "order.delivery.created",
        "order.delivery.updated",
        "menu.updated",
        "customer.created",
        "customer.updated",
        "customer.deleted",
    ];

    /// The event's name on the wire, such as `order.created`.
    pub fn name(&self) -> &str {
        match self {
            Self::InvoiceCreated(_) => "order.created",
            Self::InvoiceRefunded(_) => "order.refunded",
            Self::DeliveryCreated(_) => "order.delivery.created",
            Self::DeliveryUpdated(_) => "order.delivery.updated",
            Self::MenuUpdated(_) => "menu.updated",
            Self::CustomerCreated(_) => "customer.created",
            Self::CustomerUpdated(_) => "customer.updated",
            Self::CustomerDeleted(_) => "customer.deleted",
            Self::Unknown { event, .. } => event,
        }
    }

    /// Event, time, reference and business.
    pub fn envelope(&self) -> &WebhookEnvelope {
        match self {
            Self::InvoiceCreated(event) | Self::InvoiceRefunded(event) => &event.envelope,
            Self::DeliveryCreated(event) | Self::DeliveryUpdated(event) => &event.envelope,
            Self::MenuUpdated(event) => &event.envelope,
            Self::CustomerCreated(event)
            | Self::CustomerUpdated(event)
            | Self::CustomerDeleted(event) => &event.envelope,
            Self::Unknown { raw, .. } => raw.envelope(),
        }
    }

    /// The delivery's `reference`, a UUID; none when it is missing or empty.
    ///
    /// RETM documents no key for telling repeated deliveries; this is the best candidate (assumed).
    pub fn reference(&self) -> Option<&str> {
        present(self.envelope().reference.as_deref())
    }

    /// When it happened, in the merchant's local time (assumed); none when it is missing or stands for no time.
    pub fn timestamp(&self) -> Option<&LocalTime> {
        self.envelope()
            .timestamp
            .as_ref()
            .filter(|time| !time.is_unset())
    }

    /// The business as the envelope names it, taken to be its id; none when it is missing or empty.
    ///
    /// Tell the business by the route and the Bearer token instead: this member may be empty.
    pub fn business_reference(&self) -> Option<&str> {
        present(self.envelope().business_reference.as_deref())
    }

    /// The body of an [`Unknown`](Self::Unknown) event; the others do not keep a copy of what the caller still has.
    pub fn raw(&self) -> Option<&[u8]> {
        match self {
            Self::Unknown { raw, .. } => Some(raw.as_bytes()),
            _ => None,
        }
    }
}

fn present(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}
