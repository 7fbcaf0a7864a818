//! Sending an order that is ours, and finding out what became of it.

use std::time::Duration;

use retm_types::CreateOrder;

use super::doubt::{self, Doubt};
use super::drive::{Drive, Origin, Step, is_about_the_order, not_sent};
use super::lookup::{Look, Search};
use super::plan::MOST_SENDS;
use super::submitted::Submission;
use crate::error::{Error, Outcome};
use crate::store::{IntentRecord, IntentState};
use crate::transport::{built, reply};

/// How often an order is looked up after the settle window, where no look-up concludes anything.
const LATE_LOOKS: u32 = 3;

/// How often in a row the journal may fail while an order is looked for.
const MOST_STORE_FAILURES: u32 = 4;

impl Drive {
    /// Sends the order until it is known what became of it. `first`: it was certainly never sent.
    pub(super) async fn send(&mut self, order: &CreateOrder, mut first: bool) -> Step {
        let mut unanswered = None;
        while self.sends() == 0 || (self.sends() < MOST_SENDS && !self.is_late()) {
            match self.send_once(order, first).await {
                Ok(step) => return step,
                Err(error) => match self.settle(Some(error.clone())).await {
                    Some(step) => return step,
                    None => unanswered = Some(error),
                },
            }
            first = false;
        }
        let why = format!(
            "it was sent {} times, and each time no answer came and the order was not in the list \
             after the settle window",
            self.sends()
        );
        Step::End(Err(doubt::in_doubt(why, unanswered)))
    }

    /// Sends it; an error where nobody knows what became of it.
    async fn send_once(&mut self, order: &CreateOrder, first: bool) -> Result<Step, Error> {
        // The call's deadline runs from here. A process that is held up between the journal and the
        // network finds it over and sends nothing, long before anybody else may take over.
        let (business, options) = (self.business.clone(), self.options.clone());
        let call = business.call(&options);
        // Until it is known when it was sent, the window begins as late as it may have been.
        let settle_window = self.plan.window.saturating_add(self.plan.deadline);
        match self
            .ticket
            .advance(&IntentState::Sent { settle_window })
            .await
        {
            Ok(true) => {}
            Ok(false) => return Ok(Step::Lost),
            Err(error) => {
                return Ok(match (&self.origin, first) {
                    (Origin::Submit(..), true) => {
                        let left_behind = self.withdraw_sent().await;
                        Step::End(Err(doubt::store_before_sending(error, left_behind)))
                    }
                    _ => Step::End(Err(doubt::in_doubt(
                        format!("the journal failed before it was sent again: {error}"),
                        Some(error),
                    ))),
                });
            }
        }
        self.sent();
        let request = built(
            business
                .client()
                .create_order()
                .body(order.clone())
                .request(),
        );
        match call.answer(request, reply).await {
            Ok(response) => {
                let body = bytes::Bytes::copy_from_slice(response.raw_body());
                Ok(self.done(Submission::Sent, body).await)
            }
            Err(error) => {
                let error = error.of_call("create_order", self.business.id());
                match error.outcome() {
                    Outcome::Unknown => self.unanswered(error).await,
                    _ => Ok(self.refused(error, first).await),
                }
            }
        }
    }

    /// Nobody knows what became of this sending. Its window begins now: it may have waited for its turn
    /// or for a token.
    async fn unanswered(&mut self, error: Error) -> Result<Step, Error> {
        self.sending_ended();
        let settle_window = self.plan.window;
        let state = IntentState::Sent { settle_window };
        match self.ticket.advance(&state).await {
            Ok(false) => Ok(Step::Lost),
            // What the journal holds of it from before ends no sooner.
            Ok(true) | Err(_) => Err(error),
        }
    }

    /// Nothing of this sending took effect.
    async fn refused(&self, error: Error, first: bool) -> Step {
        let about_the_order = is_about_the_order(&error);
        let conflict = error.status() == Some(http::StatusCode::CONFLICT);
        if about_the_order && (!first || conflict) {
            // It may be refused because an earlier sending took effect after all: where this is the first one
            // that the journal knows of, at any time, by a journal that was lost.
            let (age, refused) = match first {
                true => (Some(Duration::MAX), "it was refused as a conflict"),
                false => (None, "it was refused when it was sent again"),
            };
            match self.look(true, age).await {
                Look::Absent => {}
                Look::Found(body) => return self.done(Submission::Found, body).await,
                Look::Lost => return Step::Lost,
                Look::Doubt(doubt) => {
                    let mut error = doubt.looked_for(self.ticket.reference());
                    error = error.with_note(refused);
                    return Step::End(Err(error));
                }
            }
        }
        let state = match (&self.origin, about_the_order) {
            (_, true) => IntentState::Rejected {
                status: error.status().map(|status| status.as_u16()),
                body: bytes::Bytes::copy_from_slice(error.raw_body()),
            },
            (Origin::Submit(..), false) => not_sent(),
            // Nobody who could send it again is told: it stays for the next `recover`.
            (Origin::Journal, false) => {
                if first && matches!(self.ticket.write(&IntentState::Prepared).await, Ok(false)) {
                    return Step::Lost;
                }
                let error = error.with_note("it stays in the journal");
                return Step::End(Err(error.with_outcome(Outcome::Unknown)));
            }
        };
        match self.ticket.write(&state).await {
            Ok(true) => Step::End(Err(error)),
            Ok(false) => Step::Lost,
            Err(failed) if about_the_order => self.unwritten("the API refused it", failed),
            Err(failed) => self.unwritten("it was not sent", failed),
        }
    }

    /// Others have put an order that this task has sent into that state: it ended for them, or was begun
    /// anew. What became of the sending comes first.
    pub(super) async fn overtaken(&mut self, order: &CreateOrder, state: &IntentState) -> Step {
        let settle_window = self.plan.window;
        // Whoever goes on with it, or submits it again, is to look first as well.
        match self
            .ticket
            .write(&IntentState::Sent { settle_window })
            .await
        {
            Ok(true) => {}
            Ok(false) => return Step::Lost,
            Err(error) => {
                let why = format!("it was sent, and then the journal failed: {error}");
                return Step::End(Err(doubt::in_doubt(why, Some(error))));
            }
        }
        if let Some(step) = self.settle(None).await {
            return step;
        }
        if !matches!(state, IntentState::Rejected { .. }) {
            return self.send(order, false).await;
        }
        match self.ticket.write(state).await {
            Ok(true) => Step::End(Err(doubt::ended_by_another(self.ticket.reference()))),
            Ok(false) => Step::Lost,
            Err(failed) => self.unwritten("it did not take effect", failed),
        }
    }

    /// Looks the order up until the settle window has passed. `None` where it is certain that it did
    /// not take effect, and the order is still ours.
    pub(super) async fn settle(&mut self, unanswered: Option<Error>) -> Option<Step> {
        let mut late_looks = 0;
        let mut failures = 0;
        let mut doubt;
        loop {
            let left = match self.keep().await {
                Ok(Some(record)) => {
                    failures = 0;
                    let left = self.plan.window.saturating_sub(self.sent_ago(&record));
                    // What this task has sent may be older than a record that was begun anew.
                    let age = record.age.max(self.passed());
                    match self.look(left.is_zero(), Some(age)).await {
                        Look::Found(body) => return Some(self.done(Submission::Found, body).await),
                        Look::Lost => return Some(Step::Lost),
                        Look::Absent if left.is_zero() => return None,
                        Look::Absent => doubt = Doubt::unsettled(left),
                        Look::Doubt(found) => doubt = found,
                    }
                    late_looks += u32::from(left.is_zero());
                    left
                }
                Ok(None) => return Some(Step::Lost),
                Err(error) => {
                    doubt = Doubt::of_store(error);
                    failures += 1;
                    self.plan.lease
                }
            };
            if late_looks >= LATE_LOOKS || failures >= MOST_STORE_FAILURES || self.is_late() {
                let error = doubt.looked_for(self.ticket.reference());
                return Some(Step::End(Err(match &unanswered {
                    Some(cause) => error.after(cause),
                    None => error,
                })));
            }
            let most = if left.is_zero() {
                self.plan.lease
            } else {
                left
            };
            self.wait(most).await;
        }
    }

    /// Keeps the lease and reads what the journal has; `None` where the order is not ours any more.
    async fn keep(&self) -> Result<Option<IntentRecord>, crate::store::StoreError> {
        if !self.ticket.renew().await? {
            return Ok(None);
        }
        self.ticket.read().await
    }

    /// Looks it up; its age is the journal's where none is given.
    async fn look(&self, whole: bool, age: Option<Duration>) -> Look {
        let age = match age {
            Some(age) => age,
            None => match self.ticket.read().await {
                Ok(Some(record)) => record.age,
                Ok(None) => return Look::Lost,
                Err(error) => return Look::Doubt(Doubt::of_store(error)),
            },
        };
        let search = Search {
            business: &self.business,
            ticket: &self.ticket,
            // Two requests of a look-up fit into the lease.
            deadline: self.plan.deadline.min(self.plan.lease / 3),
            // Other orders are looked for among those of their own time.
            until: (age == Duration::MAX).then(|| self.is_over_at()),
            age,
        };
        match whole {
            true => search.whole().await,
            false => search.quick().await,
        }
    }
}
