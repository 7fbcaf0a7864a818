//! An order that is to be sent exactly once.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;

/// An order before it is sent for the first time.
#[derive(Clone, PartialEq)]
pub struct NewIntent {
    /// SHA-256 of the body in its canonical form: tells a repeated order from another one under the
    /// same reference.
    pub digest: [u8; 32],
    /// The body as it is sent, to send it again after a crash. Holds a customer's data.
    pub body: Bytes,
    /// How long the order may still take effect after it was sent, as its submitter says: whoever
    /// sends it after a crash has that to go by.
    pub settle_window: Duration,
}

/// How far the sending of an order is.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum IntentState {
    /// It was certainly not sent since the intent was written: it may be sent at once.
    Prepared,
    /// It may have been sent; nobody knows what became of it.
    Sent {
        /// How long it may still take effect after that, by the word of whoever sent it last: while it is
        /// being sent, the settle window and the deadline of the call; from then on the window.
        settle_window: Duration,
    },
    /// It took effect; the body of the reply, or of the order as it was found.
    Done {
        /// The answer's body.
        reply: Bytes,
        /// Whether the order was found by looking it up, not by its reply.
        found: bool,
    },
    /// Nothing took effect, and whoever sent it was told so: the API refused it, or it could not be
    /// sent. The next order with the reference starts anew.
    Rejected {
        /// The status of the refusal; `None` where it was not sent.
        status: Option<u16>,
        /// The body of the refusal.
        body: Bytes,
    },
}

/// An order under its reference.
#[derive(Clone, Debug, PartialEq)]
pub struct Intent {
    /// The order.
    pub order: NewIntent,
    /// How far it is.
    pub state: IntentState,
}

/// What a journal holds of an order.
#[derive(Clone, Debug, PartialEq)]
pub struct IntentRecord {
    /// The order and how far it is.
    pub intent: Intent,
    /// How long ago it was put into [`IntentState::Sent`] last, by the journal's clock; `None` where
    /// it never was.
    pub sent_ago: Option<Duration>,
    /// How long ago it was written first, by the journal's clock.
    pub age: Duration,
}

impl IntentRecord {
    /// How long the order may still take effect after it was sent last, by the longest word of those
    /// who submitted or sent it: nobody who goes on with it may conclude anything sooner.
    pub fn settle_window(&self) -> Duration {
        let asked = self.intent.order.settle_window;
        match self.intent.state {
            IntentState::Sent { settle_window } => settle_window.max(asked),
            _ => asked,
        }
    }
}

impl fmt::Debug for NewIntent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewIntent")
            .field("body_length", &self.body.len())
            .field("settle_window", &self.settle_window)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for IntentState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prepared => f.write_str("Prepared"),
            Self::Sent { settle_window } => f
                .debug_struct("Sent")
                .field("settle_window", settle_window)
                .finish(),
            Self::Done { found, .. } => f
                .debug_struct("Done")
                .field("found", found)
                .finish_non_exhaustive(),
            Self::Rejected { status, .. } => f
                .debug_struct("Rejected")
                .field("status", status)
                .finish_non_exhaustive(),
        }
    }
}
