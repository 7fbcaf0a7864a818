//! An order that took effect.

use std::fmt;

use bytes::Bytes;
use retm_types::{OrderId, WriteReply};

use crate::store::StoreError;

/// How it is known that an order took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Submission {
    /// This call sent it, and the API answered.
    Sent,
    /// No answer came, or none that proves it, or the API said that there is such an order already; it was
    /// found in the list of orders.
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
    journal_failure: Option<StoreError>,
}

impl Submitted {
    pub(super) fn new(reference: &str, how: Submission, body: Bytes) -> Self {
        Self {
            reference: reference.to_owned(),
            how,
            reply: WriteReply::from_bytes(&body),
            body,
            warnings: Vec::new(),
            journal_failure: None,
        }
    }

    /// The order as the list shows it, in place of a reply without an id.
    pub(super) fn shown(&mut self, body: Bytes) {
        self.reply = WriteReply::from_bytes(&body);
        self.body = body;
    }

    /// The journal could not write that the order took effect.
    pub(super) fn unrecorded(&mut self, error: &StoreError) {
        self.warn(format!(
            "the order took effect, but the journal could not record it: {error}; `recover()` will find it"
        ));
        self.journal_failure = Some(error.clone());
    }

    pub(super) fn journal_failure(&self) -> Option<&StoreError> {
        self.journal_failure.as_ref()
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

    /// The order's id. `None` if neither the answer nor the list of orders says it; a [warning](Self::warnings) says so.
    pub fn order_id(&self) -> Option<OrderId> {
        self.reply.created_id().cloned()
    }

    /// The API's answer; the order as the list shows it if it was [found](Submission::Found) or the answer has no id.
    pub fn reply(&self) -> &WriteReply {
        &self.reply
    }

    /// The same as it came. May hold a customer's data.
    pub fn raw_body(&self) -> &[u8] {
        &self.body
    }

    /// What is not as it should be although the order took effect: sums that do not agree, a journal
    /// that could not be written, no id. Without personal data.
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
