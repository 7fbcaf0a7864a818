//! Finding out what became of an order that was sent: it is looked up until it can no longer take effect.

use std::time::Duration;

use super::super::doubt::{self, Doubt};
use super::super::lookup::Look;
use super::super::plan::MOST_SENDS;
use super::super::submitted::Submission;
use super::super::waiting::Why;
use super::{Action, Machine, Now, Origin, Phase, Scope, end, give_up};
use crate::error::Error;
use crate::store::{IntentRecord, IntentState, StoreError};

/// How often an order is looked up after the settle window if no look-up concludes anything.
const LATE_LOOKS: u32 = 3;

/// How often in a row the journal may fail while an order is looked up.
const MOST_STORE_FAILURES: u32 = 4;

impl Machine {
    /// Looks the order up until the settle window has passed.
    pub(super) fn settle(&mut self, now: Now) -> Action {
        (self.late_looks, self.failures) = (0, 0);
        let wait = self.not_before.saturating_sub(self.passed(now));
        if wait.is_zero() {
            return self.keep();
        }
        self.phase = Phase::Pausing;
        self.wait_for(wait, Why::RateLimited(wait))
    }

    pub(super) fn keep(&mut self) -> Action {
        self.phase = Phase::Keeping;
        Action::Keep
    }

    pub(super) fn kept(
        &mut self,
        kept: Result<Option<IntentRecord>, StoreError>,
        now: Now,
    ) -> Action {
        let record = match kept {
            Ok(Some(record)) => record,
            Ok(None) => return self.lost(now),
            Err(error) => {
                self.failures += 1;
                return self.look_later(self.plan.lease, Doubt::of_store(error), now);
            }
        };
        self.failures = 0;
        let sent_ago = self.sent_ago(&record, now);
        let left = self.plan.window.saturating_sub(sent_ago);
        let wait = self.not_before.saturating_sub(self.passed(now));
        if !wait.is_zero() {
            self.phase = Phase::Pausing;
            return self.wait_for(wait, Why::RateLimited(wait));
        }
        // A server that says that it failed has answered: nothing of this sending comes later.
        let whole = left.is_zero() || self.is_refused();
        self.phase = Phase::Looking { left };
        Action::Look(Scope {
            whole,
            age: self.age(now),
            until: None,
        })
    }

    fn is_refused(&self) -> bool {
        self.words.as_ref().is_some_and(|words| words.is_refusal)
    }

    pub(super) fn looked(&mut self, left: Duration, look: Look, now: Now) -> Action {
        let doubt = match look {
            Look::Found(body) => return self.done(Submission::Found, body),
            Look::Lost => return self.lost(now),
            Look::Absent if left.is_zero() || self.is_refused() => return self.absent(now),
            Look::Absent => Doubt::unsettled(left),
            Look::Doubt(doubt) => doubt,
        };
        self.late_looks += u32::from(left.is_zero());
        if self.is_refused() {
            return self.doubtful(doubt);
        }
        self.look_later(left, doubt, now)
    }

    fn look_later(&mut self, left: Duration, doubt: Doubt, now: Now) -> Action {
        if self.late_looks >= LATE_LOOKS
            || self.failures >= MOST_STORE_FAILURES
            || self.is_late(now)
        {
            return self.doubtful(doubt);
        }
        let patience = self.plan.patience.saturating_sub(self.passed(now));
        let (most, why) = match left.is_zero() {
            true => (self.plan.lease, Why::LookUp(patience)),
            false => (left, Why::Settling(left.min(patience))),
        };
        self.pause(most, why, Phase::Pausing, now)
    }

    /// What became of it is not known, and stays open.
    fn doubtful(&self, doubt: Doubt) -> Action {
        let error = doubt.looked_for(self.reference());
        end(Err(match (&self.words, &self.cause) {
            (Some(words), _) => error.answered(&words.error),
            (None, Some(cause)) => error.after(cause),
            (None, None) => error,
        }))
    }

    /// It is certain that the sendings so far took no effect, as far as the list of orders can show it.
    fn absent(&mut self, now: Now) -> Action {
        if let Some(words) = &self.words {
            if words.is_refusal {
                let (error, status, body) = (words.error.clone(), words.status, words.body.clone());
                let state = IntentState::Refused { status, body };
                return self.finish(error, state, "the API refused it");
            }
            let again = matches!(self.origin, Origin::Submit { again: true, .. });
            if !again || self.sends > 0 {
                return self.doubtful(Doubt::unproven());
            }
            self.words = None;
        }
        if let Some(state) = self.ended.take() {
            let error = doubt::ended_by_another(self.reference());
            return self.finish(error, state, "it did not take effect");
        }
        if self.sends > 0 && (self.sends >= MOST_SENDS || self.is_late(now)) {
            let why = format!(
                "it was sent {} times, and each time no answer came and the order was not in the list after the \
                 settle window",
                self.sends
            );
            return end(Err(doubt::in_doubt(why, self.cause.clone())));
        }
        self.first = false;
        self.mark(now)
    }

    /// Writes a state that ends the order, and then tells its caller.
    pub(super) fn finish(
        &mut self,
        error: Error,
        state: IntentState,
        unwritten: &'static str,
    ) -> Action {
        self.write(state, true, Phase::Ending { error, unwritten })
    }

    /// Writes that the order may have been sent, and then sends it.
    pub(super) fn mark(&mut self, now: Now) -> Action {
        // The call's deadline runs from here. A process that is held up between the journal and the network finds it
        // over and sends nothing, long before another may take over.
        self.since = now.at;
        // Until it is known when it was sent, the window begins as late as it may have been.
        let settle_window = self.plan.window.saturating_add(self.plan.deadline);
        self.write(IntentState::Sent { settle_window }, false, Phase::Marking)
    }

    pub(super) fn marked(&mut self, wrote: Result<bool, StoreError>, now: Now) -> Action {
        match wrote {
            Ok(true) => {}
            Ok(false) => return self.lost(now),
            // The lease was ours, and nothing was sent under it.
            Err(error) if self.first && self.is_submit() => {
                return self.write(IntentState::Withdrawn, true, Phase::Withdrawing(error));
            }
            Err(error) => {
                let why = format!("the journal failed before it was sent again: {error}");
                return end(Err(doubt::in_doubt(why, Some(error))));
            }
        }
        let Some((order, body)) = self.order.clone() else {
            return give_up(doubt::in_doubt("it was never entered", None::<Error>));
        };
        self.sends += 1;
        self.sending_ended(now);
        self.phase = Phase::Posting;
        Action::Post {
            order,
            body,
            since: self.since,
        }
    }
}
