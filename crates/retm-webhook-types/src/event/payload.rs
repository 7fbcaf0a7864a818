//! What each webhook brings.

use std::fmt;

use retm_types::{
    BranchId, Invoice, MenuEntity, Order, Problems, ProductIds, WebhookCustomer, WebhookEnvelope,
};

/// An invoice was made or refunded (`InvoiceWebhook`).
///
/// Its first eight members are documented; the rest is assumed to be that of `list_invoices`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct InvoiceEvent {
    /// Event, time, reference and business.
    pub envelope: WebhookEnvelope,
    /// The invoice. Lines, taxes and payments of which no member fits are kept as broken elements of their list.
    pub invoice: Invoice,
    /// The members that did not fit and are absent.
    pub problems: Problems,
    pub(super) raw: Body,
}

/// A delivery order was created or changed (`OrderWebhook`, assumed).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct OrderEvent {
    /// Event, time, reference and business.
    pub envelope: WebhookEnvelope,
    /// The order with its delivery status.
    pub order: Order,
    /// The members that did not fit and are absent.
    pub problems: Problems,
    pub(super) raw: Body,
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
    /// The part of the menu that changed; none where it is not named.
    pub entity: Option<MenuEntity>,
    /// The members that did not fit and are absent.
    pub problems: Problems,
    pub(super) raw: Body,
}

/// A customer was created, changed or deleted (`CustomerWebhook`).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CustomerEvent {
    /// Event, time, reference and business.
    pub envelope: WebhookEnvelope,
    /// The customer. Name, telephone number and e-mail address never show in `Debug`.
    pub customer: WebhookCustomer,
    /// The members that did not fit and are absent.
    pub problems: Problems,
    pub(super) raw: Body,
}

macro_rules! raw {
    ($($event:ident)*) => {
        $(
            impl $event {
                /// The body as it was received, with members that the spec does not have. It may hold a customer's data: do not
                /// log it.
                pub fn raw(&self) -> &[u8] {
                    &self.raw.0
                }
            }
        )*
    };
}

raw! { InvoiceEvent OrderEvent MenuEvent CustomerEvent }

/// The body of a delivery; `Debug` shows its length alone.
#[derive(Clone, PartialEq)]
pub(super) struct Body(Box<[u8]>);

impl Body {
    pub(super) fn new(body: &[u8]) -> Self {
        Self(body.into())
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} bytes]", self.0.len())
    }
}

/// A delivery whose event this version does not know.
#[derive(Clone, PartialEq)]
pub struct RawEvent {
    envelope: WebhookEnvelope,
    problems: Problems,
    body: Vec<u8>,
}

impl RawEvent {
    pub(super) fn new(envelope: WebhookEnvelope, problems: Problems, body: &[u8]) -> Self {
        Self {
            envelope,
            problems,
            body: body.to_vec(),
        }
    }

    /// Event, time, reference and business, as far as they are there and fit.
    pub fn envelope(&self) -> &WebhookEnvelope {
        &self.envelope
    }

    /// The members of the envelope that did not fit and are absent.
    pub fn problems(&self) -> &Problems {
        &self.problems
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
            .field("problems", &self.problems)
            .field("body", &format_args!("[{} bytes]", self.body.len()))
            .finish()
    }
}
