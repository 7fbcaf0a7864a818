//! What follows from the answer to an order.

use std::time::Duration;

use bytes::Bytes;

use super::super::answer::{Answer, Reply, Words};
use super::super::lookup::Look;
use super::super::submitted::Submission;
use super::super::waiting::Why;
use super::{Action, Machine, Now, Phase, Scope, end, stays};
use crate::error::Error;
use crate::store::IntentState;

/// How long to wait if the server says "not now" and not for how long.
const BUSY: Duration = Duration::from_secs(5);

impl Machine {
    pub(super) fn answered(&mut self, reply: Reply, now: Now) -> Action {
        match self.prover.classify(reply) {
            Answer::Created { body } => self.done(Submission::Sent, body),
            Answer::Doubtful(words) => self.unproven(words, now),
            Answer::Conflict(error) => self.rejected(error, true, now),
            Answer::Rejected(error) => self.rejected(error, false, now),
            Answer::Busy(error) => self.busy(error, now),
            Answer::NotSent(error) => self.not_sent(error),
            Answer::Unknown(error) => self.unanswered(error, now),
        }
    }

    /// A status of success that proves nothing: from here on nothing sends the order again.
    fn unproven(&mut self, words: Words, now: Now) -> Action {
        self.sending_ended(now);
        self.words = Some(words);
        let state = self.unsettled();
        self.write(state, true, Phase::Noting)
    }

    /// No answer. The window of this sending begins now: it may have waited for its turn or for a token.
    fn unanswered(&mut self, error: Error, now: Now) -> Action {
        self.sending_ended(now);
        let asked = error.retry_after().unwrap_or_default();
        self.not_before = self
            .passed(now)
            .saturating_add(asked)
            .min(self.plan.patience);
        self.cause = Some(error);
        let state = self.unsettled();
        self.write(state, false, Phase::Unanswered)
    }

    /// The API refused the order, so nothing of this sending took effect.
    fn rejected(&mut self, error: Error, conflict: bool, now: Now) -> Action {
        if self.first && !conflict {
            return self.refuse(error);
        }
        // It may be refused because an earlier sending took effect after all: if this is the first one that the journal
        // knows of, at any time, by a journal that was lost.
        let (age, note) = match self.first {
            true => (Duration::MAX, "it was refused as a conflict"),
            false => (self.age(now), "it was refused when it was sent again"),
        };
        let until = self
            .first
            .then(|| self.started.saturating_add(self.plan.patience));
        self.phase = Phase::Checking { error, note };
        Action::Look(Scope {
            whole: true,
            age,
            until,
        })
    }

    pub(super) fn checked(
        &mut self,
        error: Error,
        note: &'static str,
        look: Look,
        now: Now,
    ) -> Action {
        match look {
            Look::Absent => self.refuse(error),
            Look::Found(body) => self.done(Submission::Found, body),
            Look::Lost => self.lost(now),
            Look::Doubt(doubt) => {
                let doubt = doubt.looked_for(self.reference());
                end(Err(doubt.with_note(note)))
            }
        }
    }

    fn refuse(&mut self, error: Error) -> Action {
        let state = IntentState::Refused {
            status: error.status().map_or(0, |status| status.as_u16()),
            body: Bytes::copy_from_slice(error.raw_body()),
        };
        self.finish(error, state, "the API refused it")
    }

    /// Nothing was sent, or nothing was done for a reason that is the caller's.
    fn not_sent(&mut self, error: Error) -> Action {
        self.sends = self.sends.saturating_sub(1);
        if self.is_submit() {
            return self.finish(error, IntentState::Withdrawn, "it was not sent");
        }
        // No caller is there to send it again: it stays for the next `recover`.
        match self.first {
            true => self.finish(stays(error), IntentState::Prepared, "it was not sent"),
            false => end(Err(stays(error))),
        }
    }

    /// The server asks to wait, and has done nothing: within its patience this machine does.
    fn busy(&mut self, error: Error, now: Now) -> Action {
        let wait = error
            .retry_after()
            .unwrap_or(BUSY)
            .max(Duration::from_millis(100));
        let until = self.passed(now).saturating_add(wait);
        if until >= self.plan.patience {
            return self.not_sent(error);
        }
        self.sends = self.sends.saturating_sub(1);
        self.cause = Some(error);
        let state = match self.first {
            true => IntentState::Prepared,
            // An earlier sending may still take effect: it is looked up again.
            false => self.unsettled(),
        };
        self.write(state, false, Phase::Yielding { until })
    }

    pub(super) fn wait_until(&mut self, until: Duration, now: Now) -> Action {
        let left = until.saturating_sub(self.passed(now));
        self.phase = Phase::Waiting { until };
        self.wait_for(left, Why::RateLimited(left))
    }

    pub(super) fn waited_until(&mut self, until: Duration, now: Now) -> Action {
        if self.passed(now) < until {
            self.phase = Phase::KeepingOn { until };
            return Action::Keep;
        }
        match self.first {
            true => self.mark(now),
            false => self.settle(now),
        }
    }
}
