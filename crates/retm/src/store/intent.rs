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
///
/// | state | what is certain | open |
/// |---|---|---|
/// | prepared | it was not sent | yes |
/// | sent | it may have been sent, and no answer is known | yes |
/// | answered | it was answered, and the answer proves nothing | yes |
/// | done | it took effect | |
/// | refused | it took no effect: the API refused it | |
/// | withdrawn | it was not sent, or took no effect; its caller was told so | |
/// | abandoned | nothing: its user gave it up, and it may have taken effect | |
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum IntentState {
    /// It was certainly not sent since the intent was written: it may be sent at once.
    Prepared,
    /// It may have been sent, and no answer is known.
    Sent {
        /// How long it may still take effect after that, as its latest sender says: while it is being sent, the settle
        /// window and the deadline of the call; from then on the window.
        settle_window: Duration,
    },
    /// The API answered with a status of success, and the answer does not prove that the order took effect. It is
    /// looked up, and never sent again unless its user says so.
    Answered {
        /// How long it may still appear in the list of orders.
        settle_window: Duration,
        /// The status of the answer.
        status: u16,
        /// The beginning of the answer's body. May hold a customer's data.
        body: Bytes,
    },
    /// It took effect; the body of the reply, or of the order as it was found.
    Done {
        /// The answer's body.
        reply: Bytes,
        /// Returns `true` if the body is the order as the list shows it, not the reply.
        found: bool,
    },
    /// The API refused it, so it took no effect. The next order with the reference starts anew.
    Refused {
        /// The status of the refusal; one of success where the body says that it failed.
        status: u16,
        /// The body of the refusal.
        body: Bytes,
    },
    /// It was certainly not sent, or took no effect, and its caller was told so. The next order with the reference
    /// starts anew.
    Withdrawn,
    /// Its user gave it up while it was not known whether it took effect. It is no longer tracked; whoever submits the
    /// same order again looks it up before it is sent.
    Abandoned {
        /// How long it may still take effect after it was sent last.
        settle_window: Duration,
    },
}

impl IntentState {
    /// Returns `true` if it is not known yet what becomes of the order: `recover` goes on with it.
    pub fn is_open(&self) -> bool {
        matches!(
            self,
            Self::Prepared | Self::Sent { .. } | Self::Answered { .. }
        )
    }

    /// Returns `true` if the next order with the reference takes its place: this one certainly took no effect.
    pub fn is_replaceable(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Withdrawn)
    }

    /// How long the order may still take effect after it was sent last, where the state says so.
    pub fn settle_window(&self) -> Option<Duration> {
        match self {
            Self::Sent { settle_window }
            | Self::Answered { settle_window, .. }
            | Self::Abandoned { settle_window } => Some(*settle_window),
            _ => None,
        }
    }

    /// Returns `true` if the journal counts [`IntentRecord::sent_ago`] from the moment it is put into this state.
    pub fn is_sending(&self) -> bool {
        matches!(self, Self::Sent { .. } | Self::Answered { .. })
    }
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
    /// How long ago it was put into [`IntentState::Sent`] or [`IntentState::Answered`] last, by the journal's clock;
    /// `None` if it never was.
    pub sent_ago: Option<Duration>,
    /// How long ago it was written first, by the journal's clock.
    pub age: Duration,
}

impl IntentRecord {
    /// How long the order may still take effect after it was sent last, by the longest word of those
    /// who submitted or sent it: nobody who goes on with it may conclude anything sooner.
    pub fn settle_window(&self) -> Duration {
        let asked = self.intent.order.settle_window;
        self.intent
            .state
            .settle_window()
            .unwrap_or_default()
            .max(asked)
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
            Self::Answered {
                settle_window,
                status,
                ..
            } => f
                .debug_struct("Answered")
                .field("settle_window", settle_window)
                .field("status", status)
                .finish_non_exhaustive(),
            Self::Refused { status, .. } => f
                .debug_struct("Refused")
                .field("status", status)
                .finish_non_exhaustive(),
            Self::Withdrawn => f.write_str("Withdrawn"),
            Self::Abandoned { settle_window } => f
                .debug_struct("Abandoned")
                .field("settle_window", settle_window)
                .finish(),
        }
    }
}
