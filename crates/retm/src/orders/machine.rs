//! The protocol of one order, as a pure machine: no I/O, no clock, no `async`.
//!
//! [`step`] takes what has happened and says what to do next; `drive.rs` does it. The rules:
//!
//! - The order is in the journal as *sent* before it leaves, and the call's deadline runs from before that write.
//! - No second sending while an earlier one may still take effect: only a look through the whole list that began after
//!   the settle window concludes that there is no such order.
//! - After an answer with a status of success that proves nothing, the order is never sent again, unless its user says so.
//! - A machine that lost its lease after it had sent the order looks it up before anything else.
//!
//! What each phase makes of each event: the actions that may follow. The test `the_table_is_what_step_does` compares it
//! with the code.
//!
//! | phase | event | then |
//! |---|---|---|
//! | Checking | absent | write refused |
//! | Checking | doubt | end: in doubt |
//! | Checking | found | write done |
//! | Checking | lease lost | wait |
//! | Ending | journal failed | end: in doubt |
//! | Ending | lease lost | end: in doubt, wait |
//! | Ending | written | end: in doubt, end: no effect, end: not sent |
//! | Entering | abandoned | end: over before, keep, write answered, write sent |
//! | Entering | abandoned, another order | end: in doubt, end: not sent |
//! | Entering | answered | keep |
//! | Entering | answered, another order | end: in doubt, end: not sent |
//! | Entering | done | end: took effect |
//! | Entering | done, another order | end: in doubt, end: not sent |
//! | Entering | held | end: held, end: in doubt, wait |
//! | Entering | held, another order | end: in doubt, end: not sent, wait |
//! | Entering | journal failed | begin, end: in doubt, read |
//! | Entering | not there | begin, end: over before |
//! | Entering | prepared | write answered, write sent |
//! | Entering | prepared, another order | end: in doubt, end: not sent |
//! | Entering | refused | end: over before, write answered, write sent |
//! | Entering | refused, another order | end: in doubt, end: not sent |
//! | Entering | sent | keep, write answered |
//! | Entering | sent, another order | end: in doubt, end: not sent |
//! | Entering | withdrawn | end: over before, write answered, write sent |
//! | Entering | withdrawn, another order | end: in doubt, end: not sent |
//! | HeldBack | waited | begin, resume |
//! | Keeping | journal failed | end: in doubt, wait |
//! | Keeping | kept | look, look through all |
//! | Keeping | lease lost | end: in doubt, wait |
//! | KeepingOn | journal failed | wait |
//! | KeepingOn | kept | wait |
//! | KeepingOn | lease lost | end: in doubt, wait |
//! | Learned | journal failed | end: took effect |
//! | Learned | lease lost | end: took effect |
//! | Learned | written | end: took effect |
//! | Learning | absent | end: took effect |
//! | Learning | doubt | end: took effect |
//! | Learning | found | write done |
//! | Learning | lease lost | end: took effect |
//! | Looking | absent | end: in doubt, wait, write refused, write sent |
//! | Looking | doubt | end: in doubt, wait |
//! | Looking | found | write done |
//! | Looking | lease lost | end: in doubt, wait |
//! | Marking | journal failed | end: in doubt, write withdrawn |
//! | Marking | lease lost | end: in doubt, wait |
//! | Marking | written | **send** |
//! | New | start | begin, resume |
//! | Noting | journal failed | keep |
//! | Noting | lease lost | wait |
//! | Noting | written | keep |
//! | Pausing | waited | keep |
//! | Posting | 2xx proves nothing | write answered |
//! | Posting | 2xx says failure | write answered |
//! | Posting | 401, 403, not sent | end: in doubt, write prepared, write withdrawn |
//! | Posting | 409 | look through all |
//! | Posting | 429 | end: in doubt, write prepared, write withdrawn |
//! | Posting | 5xx, 3xx, 408, no answer | write sent |
//! | Posting | created | write done |
//! | Posting | created, no id | write done |
//! | Posting | other 4xx | look through all, write refused |
//! | Recording | journal failed | end: took effect |
//! | Recording | lease lost | end: took effect |
//! | Recording | written | end: took effect, look |
//! | Reopening | journal failed | end: in doubt |
//! | Reopening | lease lost | end: in doubt, wait |
//! | Reopening | written | keep |
//! | TakingBack | abandoned | end: not sent |
//! | TakingBack | abandoned, another order | end: not sent |
//! | TakingBack | answered | end: in doubt |
//! | TakingBack | answered, another order | end: not sent |
//! | TakingBack | done | end: in doubt |
//! | TakingBack | done, another order | end: not sent |
//! | TakingBack | held | end: in doubt, end: not sent, write withdrawn |
//! | TakingBack | held, another order | end: not sent |
//! | TakingBack | journal failed | end: in doubt |
//! | TakingBack | not there | end: not sent |
//! | TakingBack | prepared | write withdrawn |
//! | TakingBack | prepared, another order | end: not sent |
//! | TakingBack | refused | end: not sent |
//! | TakingBack | refused, another order | end: not sent |
//! | TakingBack | sent | end: in doubt |
//! | TakingBack | sent, another order | end: not sent |
//! | TakingBack | withdrawn | end: not sent |
//! | TakingBack | withdrawn, another order | end: not sent |
//! | Unanswered | journal failed | keep |
//! | Unanswered | lease lost | wait |
//! | Unanswered | written | keep |
//! | Waiting | waited | keep, write sent |
//! | Withdrawing | journal failed | end: in doubt |
//! | Withdrawing | lease lost | end: in doubt |
//! | Withdrawing | written | end: not sent |
//! | Yielding | journal failed | wait |
//! | Yielding | lease lost | end: in doubt, wait |
//! | Yielding | written | wait |

mod answer;
mod enter;
mod event;
#[cfg(test)]
mod history;
mod record;
mod settle;
#[cfg(test)]
mod table;

use std::time::Duration;

use bytes::Bytes;
use retm_types::CreateOrder;

use super::answer::{Prover, Words};
use super::doubt;
use super::plan::Plan;
use super::submitted::{Submission, Submitted};
use super::waiting::Why;
use crate::error::{Error, Outcome};
use crate::store::{IntentRecord, IntentState, NewIntent, StoreError};

pub(super) use event::{Action, End, Event, Now, Scope};

/// The shortest and the longest wait between two look-ups.
const WAITS: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(15));

/// The longest wait between two looks at the journal's record of an order that another process is sending.
const LONGEST_HELD: Duration = Duration::from_secs(2);

/// What an order comes from.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// A caller who waits for the result.
    Submit {
        order: Box<CreateOrder>,
        intent: NewIntent,
        /// Sends it again after an answer that proves nothing, once it is certain that it is not there.
        again: bool,
    },
    /// The journal. Waits that long at most for an order that another process holds.
    Journal { wait: Duration },
}

/// Where the order is: what the machine waits for.
#[derive(Clone, Debug)]
enum Phase {
    New,
    Entering,
    /// Another process holds the order, or has taken it over.
    HeldBack,
    /// The journal failed before anything was sent: what does it hold?
    TakingBack(StoreError),
    /// The same, and the order is being withdrawn.
    Withdrawing(StoreError),
    /// The order is written as sent, before it is.
    Marking,
    Posting,
    /// No answer came: the window is written once more, from now.
    Unanswered,
    /// An answer that proves nothing is being written.
    Noting,
    /// What other processes made of an order that this one has sent is overwritten until it is known.
    Reopening(IntentState),
    Keeping,
    /// `left`: of the settle window.
    Looking {
        left: Duration,
    },
    Pausing,
    /// Refused with a status of an error: is it there all the same?
    Checking {
        error: Error,
        note: &'static str,
    },
    /// The server asked to wait; until then by the machine's own time.
    Yielding {
        until: Duration,
    },
    Waiting {
        until: Duration,
    },
    KeepingOn {
        until: Duration,
    },
    /// That it took effect is being written.
    Recording {
        how: Submission,
        body: Bytes,
    },
    /// The reply told no id.
    Learning(Box<Submitted>),
    Learned(Box<Submitted>),
    /// A final state is being written; `unwritten`: what is so if that fails.
    Ending {
        error: Error,
        unwritten: &'static str,
    },
    Over,
}

/// The way of one order.
#[derive(Clone, Debug)]
pub(super) struct Machine {
    origin: Origin,
    plan: Plan,
    prover: Prover,
    phase: Phase,
    /// What is sent: the bytes that the journal has.
    order: Option<(Box<CreateOrder>, Bytes)>,
    /// How many sendings of this machine may have taken effect.
    sends: u32,
    /// It was certainly never sent before the sending under way.
    first: bool,
    /// How long ago it was sent last, at most, and when that was so by this machine's clock.
    seen: Option<(Duration, Duration)>,
    /// How old the record was, and when.
    age: (Duration, Duration),
    started: Duration,
    /// When the sending under way began.
    since: Duration,
    /// How long it has waited, as it counts itself: a clock that stands still ends it, too.
    waited: Duration,
    wait: Duration,
    was_late: bool,
    /// Why the last sending had no answer.
    cause: Option<Error>,
    /// What answered with a status of success and proved nothing.
    words: Option<Words>,
    /// The end that other processes gave an order that this one had sent.
    ended: Option<IntentState>,
    /// No look before that, by the machine's own time.
    not_before: Duration,
    late_looks: u32,
    failures: u32,
}

/// Takes what has happened, and says what to do next.
pub(super) fn step(machine: &mut Machine, event: Event, now: Now) -> Action {
    let phase = std::mem::replace(&mut machine.phase, Phase::Over);
    match (phase, event) {
        (Phase::New, Event::Start) => machine.start(now),
        (Phase::Entering, Event::Entered(entered)) => machine.entered(entered, now),
        (Phase::HeldBack, Event::Waited) => machine.enter(),
        (Phase::TakingBack(error), Event::Entered(entered)) => {
            let record = entered.map(|begun| begun.map(enter::record));
            machine.take_back(error, record)
        }
        (Phase::TakingBack(error), Event::Read(record)) => machine.take_back(error, record),
        (Phase::Withdrawing(error), Event::Wrote(wrote)) => Machine::withdrawn(error, &wrote),
        (Phase::Marking, Event::Wrote(wrote)) => machine.marked(wrote, now),
        (Phase::Posting, Event::Answered(reply)) => machine.answered(*reply, now),
        (Phase::Unanswered | Phase::Noting, Event::Wrote(wrote)) => match wrote {
            Ok(false) => machine.lost(now),
            // What the journal holds of it from before ends no sooner.
            Ok(true) | Err(_) => machine.settle(now),
        },
        (Phase::Reopening(state), Event::Wrote(wrote)) => machine.reopened(state, wrote, now),
        (Phase::Keeping, Event::Kept(kept)) => machine.kept(kept, now),
        (Phase::Looking { left }, Event::Looked(look)) => machine.looked(left, look, now),
        (Phase::Pausing, Event::Waited) => machine.keep(),
        (Phase::Checking { error, note }, Event::Looked(look)) => {
            machine.checked(error, note, look, now)
        }
        (Phase::Yielding { until }, Event::Wrote(wrote)) => match wrote {
            Ok(false) => machine.lost(now),
            Ok(true) | Err(_) => machine.wait_until(until, now),
        },
        (Phase::Waiting { until }, Event::Waited) => machine.waited_until(until, now),
        (Phase::KeepingOn { until }, Event::Kept(kept)) => match kept {
            Ok(None) => machine.lost(now),
            Ok(Some(_)) | Err(_) => machine.wait_until(until, now),
        },
        (Phase::Recording { how, body }, Event::Wrote(wrote)) => {
            machine.recorded(how, body, wrote, now)
        }
        (Phase::Learning(submitted), Event::Looked(look)) => machine.learned(submitted, look),
        (Phase::Learned(submitted), Event::Wrote(_)) => end(Ok(End::Submitted(submitted))),
        (Phase::Ending { error, unwritten }, Event::Wrote(wrote)) => match wrote {
            Ok(true) => end(Err(error)),
            Ok(false) => machine.lost(now),
            Err(failed) => end(Err(doubt::unwritten(unwritten, failed))),
        },
        // Nobody knows what that means for the order.
        _ => end(Err(doubt::in_doubt(
            "its protocol came out of step; please report this",
            None::<Error>,
        ))),
    }
}

impl Machine {
    pub(super) fn new(origin: Origin, plan: Plan, prover: Prover) -> Self {
        Self {
            origin,
            plan,
            prover,
            phase: Phase::New,
            order: None,
            sends: 0,
            first: false,
            seen: None,
            age: (Duration::ZERO, Duration::ZERO),
            started: Duration::ZERO,
            since: Duration::ZERO,
            waited: Duration::ZERO,
            wait: Duration::ZERO,
            was_late: false,
            cause: None,
            words: None,
            ended: None,
            not_before: Duration::ZERO,
            late_looks: 0,
            failures: 0,
        }
    }

    fn reference(&self) -> &str {
        &self.prover.reference
    }

    fn is_submit(&self) -> bool {
        matches!(self.origin, Origin::Submit { .. })
    }

    /// For how long this machine has been at it: its own time.
    fn passed(&self, now: Now) -> Duration {
        now.at.saturating_sub(self.started).max(self.waited)
    }

    fn is_late(&self, now: Now) -> bool {
        self.passed(now) >= self.plan.patience
    }

    /// How long ago it was sent last, as the journal says; but not longer than what this machine has seen of it allows,
    /// counted on by its own clock: the journal's may be put forward.
    fn sent_ago(&mut self, record: &IntentRecord, now: Now) -> Duration {
        let told = match record.intent.state {
            IntentState::Sent { .. }
            | IntentState::Answered { .. }
            | IntentState::Abandoned { .. } => record.sent_ago.unwrap_or(record.age),
            // Whoever sends it does so after this.
            _ => Duration::ZERO,
        };
        let ago = match self.seen {
            Some((before, at)) => told.min(before.saturating_add(now.at.saturating_sub(at))),
            None => told,
        };
        self.seen = Some((ago, now.at));
        self.age = (record.age, now.at);
        ago
    }

    /// How old the order is.
    fn age(&self, now: Now) -> Duration {
        let (age, at) = self.age;
        let age = age.saturating_add(now.at.saturating_sub(at));
        // What this machine has sent may be older than a record that was begun anew.
        age.max(self.passed(now))
    }

    /// Nothing more of what it has sent leaves this process.
    fn sending_ended(&mut self, now: Now) {
        self.seen = Some((Duration::ZERO, now.at));
    }

    fn write(&mut self, state: IntentState, insist: bool, phase: Phase) -> Action {
        self.phase = phase;
        Action::Write { state, insist }
    }

    /// Waits a while, longer each time and never longer than that or than the lease bears.
    fn pause(&mut self, most: Duration, why: Why, phase: Phase, now: Now) -> Action {
        self.phase = phase;
        let (least, longest) = WAITS;
        let planned = self.wait.clamp(least, longest);
        self.wait = planned.saturating_mul(2);
        // Half of it is chance.
        let wait = planned.mul_f64(0.5 + now.chance / 2.0);
        self.wait_for(wait.min(most), why)
    }

    fn wait_for(&mut self, wait: Duration, why: Why) -> Action {
        let wait = wait.min(self.plan.lease / 4);
        let counted = wait.max(Duration::from_millis(1));
        self.waited = self.waited.saturating_add(counted);
        Action::Wait(wait, why)
    }

    /// The lease is another's: it is entered once more, since nobody may take what was sent for not sent.
    fn lost(&mut self, now: Now) -> Action {
        if self.is_late(now) && (self.was_late || self.sends == 0) {
            return give_up(doubt::held(self.reference()));
        }
        self.was_late = self.is_late(now);
        self.pause(LONGEST_HELD, Why::Held(LONGEST_HELD), Phase::HeldBack, now)
    }
}

/// Ends with the lease given back.
fn end(result: Result<End, Error>) -> Action {
    Action::End {
        result: Box::new(result),
        release: true,
    }
}

/// Ends without a lease.
fn leave(result: Result<End, Error>) -> Action {
    Action::End {
        result: Box::new(result),
        release: false,
    }
}

fn give_up(error: Error) -> Action {
    leave(Err(error))
}

/// It stays in the journal, so its caller may not take it for over.
fn stays(error: Error) -> Error {
    error
        .with_note("it stays in the journal")
        .with_outcome(Outcome::Unknown)
}
