//! What each webhook brings.

use std::fmt;

use retm_types::{BranchId, Invoice, Order, ProductIds, WebhookCustomer, WebhookEnvelope};

/// An invoice was made or refunded (`InvoiceWebhook`).
///
/// Its first eight members are documented; the rest is assumed to be that of `list_invoices`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct InvoiceEvent {
    /// Event, time, reference and business.
    pub envelope: WebhookEnvelope,
    /// The invoice. Lines, taxes and payments that do not decode are kept as broken elements of their list.
    pub invoice: Invoice,
}

/// A delivery order was created or changed (`OrderWebhook`, assumed).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct OrderEvent {
    /// Event, time, reference and business.
    pub envelope: WebhookEnvelope,
    /// The order with its delivery status.
    pub order: Order,
}

/// The menu has changed: fetch it again (`MenuWebhook`, assumed).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MenuEvent {
    /// Event, time, reference and business.
    pub envelope: WebhookEnvelope,
    /// The branch whose menu changed; none when it is every branch's.
    pub branch_id: Option<BranchId>,
    /// The products that changed; empty where they are not named.
    pub products: ProductIds,
}

/// A customer was created, changed or deleted (`CustomerWebhook`).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CustomerEvent {
    /// Event, time, reference and business.
    pub envelope: WebhookEnvelope,
    /// The customer. Name, telephone number and e-mail address never show in `Debug`.
    pub customer: WebhookCustomer,
}

/// A delivery whose event this version does not know.
#[derive(Clone, PartialEq)]
pub struct RawEvent {
    envelope: WebhookEnvelope,
    body: Vec<u8>,
}

impl RawEvent {
    pub(super) fn new(envelope: WebhookEnvelope, body: &[u8]) -> Self {
        Self {
            envelope,
            body: body.to_vec(),
        }
    }

    /// Event, time, reference and business, as far as they are there. Where the envelope has another shape too, only
    /// the event.
    pub fn envelope(&self) -> &WebhookEnvelope {
        &self.envelope
    }

    /// The body as it was received. It may hold a customer's data: do not log it.
    pub fn as_bytes(&self) -> &[u8] {
        &self.body
    }

    /// The body as it was received, by value. It may hold a customer's data: do not log it.
    pub fn into_bytes(self) -> Vec<u8> {
        self.body
    }
}

impl AsRef<[u8]> for RawEvent {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

impl fmt::Debug for RawEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawEvent")
            .field("envelope", &self.envelope)
            .field("body", &format_args!("[{} bytes]", self.body.len()))
            .finish()
    }
}
