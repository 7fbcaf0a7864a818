//! What the journal knows of an order, and giving one up.

use std::time::Duration;

use super::submitted::{Submission, Submitted};
use super::ticket::Ticket;
use crate::business::Business;
use crate::error::{Error, ErrorKind};
use crate::store::{Begun, IntentKey, IntentRecord, IntentState};
use retm_types::server_message;

/// An order in the journal, as far as it is known. Ages run by the journal's clock.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct KnownOrder {
    /// The partner's own id of the order.
    pub reference: String,
    /// How far it is.
    pub state: OrderState,
    /// How long ago it was written into the journal.
    pub age: Duration,
    /// How long ago it was sent last, or was answered in a way that proves nothing; `None` if it never was.
    pub sent_ago: Option<Duration>,
    /// For how long it may still take effect: zero if its settle window is over; `None` unless that is open.
    pub settles_in: Option<Duration>,
}

/// How far an order is.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum OrderState {
    /// It was not sent; `recover` sends it.
    Prepared,
    /// It may have been sent; `recover` looks it up, and sends it again once it is certain that it took no effect.
    Sent,
    /// It was answered with a status of success, and the answer proves nothing; `recover` looks it up and never sends it.
    Answered {
        /// The status of the answer.
        status: u16,
        /// The server's words. May hold a customer's data.
        message: Option<String>,
    },
    /// It took effect.
    Done(Box<Submitted>),
    /// The API refused it: it took no effect.
    Refused {
        /// The status of the refusal.
        status: u16,
        /// The server's words. May hold a customer's data.
        message: Option<String>,
    },
    /// It was not sent, or took no effect, and its caller was told so.
    Withdrawn,
    /// It was given up, and may have taken effect.
    Abandoned,
}

/// What became of the wish to give an order up. See [`Orders::abandon`](crate::resources::Orders::abandon).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Abandonment {
    /// It was certainly not sent, and will not be.
    Withdrawn,
    /// It is no longer tracked, and may have taken effect.
    Abandoned,
    /// Another process holds it, for that long at most if that has ended.
    Held(Duration),
    /// It was over already, or the journal has no such order.
    Over,
}

impl KnownOrder {
    fn new(reference: String, record: IntentRecord) -> Self {
        let settles_in = record.intent.state.is_sending().then(|| {
            let sent_ago = record.sent_ago.unwrap_or(record.age);
            record.settle_window().saturating_sub(sent_ago)
        });
        let state = match record.intent.state {
            IntentState::Prepared => OrderState::Prepared,
            IntentState::Sent { .. } => OrderState::Sent,
            IntentState::Answered { status, body, .. } => OrderState::Answered {
                status,
                message: server_message(&body),
            },
            IntentState::Done { reply, found } => {
                let how = match found {
                    true => Submission::Found,
                    false => Submission::Sent,
                };
                OrderState::Done(Box::new(Submitted::new(&reference, how, reply)))
            }
            IntentState::Refused { status, body } => OrderState::Refused {
                status,
                message: server_message(&body),
            },
            IntentState::Withdrawn => OrderState::Withdrawn,
            IntentState::Abandoned { .. } => OrderState::Abandoned,
        };
        Self {
            reference,
            state,
            age: record.age,
            sent_ago: record.sent_ago,
            settles_in,
        }
    }

    /// Returns `true` if it is not known yet what becomes of the order.
    pub fn is_open(&self) -> bool {
        matches!(
            self.state,
            OrderState::Prepared | OrderState::Sent | OrderState::Answered { .. }
        )
    }
}

/// What the journal has of an order; `None` if it has none.
pub(crate) async fn known(
    business: Business,
    reference: String,
) -> Result<Option<KnownOrder>, Error> {
    let core = business.core();
    let key = IntentKey::new(core.grant_key(business.id()), reference.clone());
    let record = core.journal.read(&key).await;
    let record =
        record.map_err(|error| Error::of_store(error).of_call("create_order", business.id()))?;
    Ok(record.map(|record| KnownOrder::new(reference, record)))
}

/// Gives an open order up.
pub(crate) async fn abandon(business: Business, reference: String) -> Result<Abandonment, Error> {
    let core = business.core();
    let key = IntentKey::new(core.grant_key(business.id()), reference);
    let ticket = Ticket::new(core, key, LEASE);
    let given_up = async {
        let record = match ticket.resume().await? {
            None | Some(Begun::Done(_)) => return Ok(Abandonment::Over),
            Some(Begun::Held(_, left)) => return Ok(Abandonment::Held(left)),
            Some(Begun::Leased(record)) => record,
        };
        let (to, end) = match record.intent.state {
            IntentState::Prepared => (IntentState::Withdrawn, Abandonment::Withdrawn),
            IntentState::Sent { .. } | IntentState::Answered { .. } => {
                let settle_window = record.settle_window();
                (
                    IntentState::Abandoned { settle_window },
                    Abandonment::Abandoned,
                )
            }
            _ => {
                ticket.release().await;
                return Ok(Abandonment::Over);
            }
        };
        let ours = ticket.advance(&to).await?;
        ticket.release().await;
        Ok(match ours {
            true => end,
            false => Abandonment::Held(LEASE),
        })
    };
    let given_up: Result<Abandonment, crate::store::StoreError> = given_up.await;
    given_up.map_err(|error| Error::of_store(error).of_call("create_order", business.id()))
}

/// How long the order is this caller's while it is given up.
const LEASE: Duration = Duration::from_secs(30);

/// Refuses what cannot be anybody's reference.
pub(crate) fn check_reference(reference: &str) -> Result<(), Error> {
    match reference.is_empty() {
        true => Err(Error::new(ErrorKind::InvalidRequest)
            .with_detail("an empty text is no reference of an order")),
        false => Ok(()),
    }
}
