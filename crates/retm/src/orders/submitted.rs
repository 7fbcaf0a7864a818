//! An order that took effect.

use std::fmt;

use bytes::Bytes;
use retm_types::{OrderId, WriteReply};

/// How it is known that an order took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Submission {
    /// This call sent it, and the API answered.
    Sent,
    /// No answer came, or came through, or the API said that there is such an order already; it was found in
    /// the list of orders.
    Found,
    /// It had taken effect by another call: nothing was sent by this one.
    Repeated,
}

/// An order that took effect, once.
///
/// `Debug` shows the ids and the status only.
#[derive(Clone)]
pub struct Submitted {
    reference: String,
    how: Submission,
    body: Bytes,
    reply: WriteReply,
    warnings: Vec<String>,
}

impl Submitted {
    pub(super) fn new(reference: &str, how: Submission, body: Bytes) -> Self {
        Self {
            reference: reference.to_owned(),
            how,
            reply: WriteReply::from_bytes(&body),
            body,
            warnings: Vec::new(),
        }
    }

    pub(super) fn warn(&mut self, warning: String) {
        self.warnings.push(warning);
    }

    pub(super) fn warn_first(&mut self, mut warnings: Vec<String>) {
        warnings.append(&mut self.warnings);
        self.warnings = warnings;
    }

    /// The partner's own id of the order.
    pub fn reference(&self) -> &str {
        &self.reference
    }

    /// How it is known that it took effect.
    pub fn how(&self) -> Submission {
        self.how
    }

    /// The order's id, where the API told it.
    pub fn order_id(&self) -> Option<OrderId> {
        let id = || self.reply.id().map(OrderId::from);
        self.reply.order_id().cloned().or_else(id)
    }

    /// The API's answer; of an order that was [found](Submission::Found) the order as the list shows it.
    pub fn reply(&self) -> &WriteReply {
        &self.reply
    }

    /// The same as it came. May hold a customer's data.
    pub fn raw_body(&self) -> &[u8] {
        &self.body
    }

    /// What is not as it should be although the order took effect: sums that do not agree, a journal
    /// that could not be written. Without anybody's data.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

impl fmt::Debug for Submitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Submitted")
            .field("reference", &self.reference)
            .field("how", &self.how)
            .field("reply", &self.reply)
            .field("warnings", &self.warnings)
            .finish_non_exhaustive()
    }
}
