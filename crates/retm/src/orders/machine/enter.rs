//! Entering: the journal is asked for the order and its lease.

use bytes::Bytes;

use super::super::doubt::{self, LeftBehind};
use super::super::submitted::{Submission, Submitted};
use super::super::waiting::Why;
use super::super::written;
use super::{Action, End, LONGEST_HELD, Machine, Now, Origin, Phase, end, give_up, leave};
use crate::error::Error;
use crate::store::{Begun, IntentRecord, IntentState, StoreError, StoreErrorKind};

pub(super) fn record(begun: Begun) -> IntentRecord {
    match begun {
        Begun::Leased(record) | Begun::Held(record, _) | Begun::Done(record) => record,
    }
}

impl Machine {
    pub(super) fn start(&mut self, now: Now) -> Action {
        self.started = now.at;
        self.enter()
    }

    pub(super) fn enter(&mut self) -> Action {
        self.phase = Phase::Entering;
        match self.origin {
            Origin::Submit { .. } if self.sends == 0 => Action::Begin,
            // To begin forgets how another process has ended meanwhile what this one has sent.
            _ => Action::Resume,
        }
    }

    pub(super) fn entered(
        &mut self,
        entered: Result<Option<Begun>, StoreError>,
        now: Now,
    ) -> Action {
        match entered {
            Err(error) => self.not_entered(error),
            Ok(None) if self.is_submit() => {
                self.phase = Phase::Entering;
                Action::Begin
            }
            Ok(None) => leave(Ok(End::Gone)),
            Ok(Some(Begun::Done(record))) => match self.compare(&record) {
                Err(conflict) => give_up(conflict),
                Ok(()) => leave(Ok(self.repeated(&record.intent.state))),
            },
            Ok(Some(Begun::Held(record, left))) => self.held(&record, left, now),
            Ok(Some(Begun::Leased(record))) => {
                self.sent_ago(&record, now);
                match self.compare(&record) {
                    Err(conflict) => end(Err(conflict)),
                    Ok(()) => self.hold(&record, now),
                }
            }
        }
    }

    fn held(&mut self, record: &IntentRecord, left: std::time::Duration, now: Now) -> Action {
        self.sent_ago(record, now);
        if !record.intent.state.is_replaceable()
            && let Err(conflict) = self.compare(record)
        {
            return give_up(conflict);
        }
        let held = doubt::held(self.reference());
        let limit = match self.origin {
            Origin::Journal { wait } if self.passed(now) >= wait => {
                return leave(Ok(End::Held(held, left)));
            }
            Origin::Submit { .. } if self.is_late(now) => return give_up(held),
            Origin::Submit { .. } if self.sends == 0 && !now.has_caller => return give_up(held),
            Origin::Journal { wait } => wait.saturating_sub(self.passed(now)),
            Origin::Submit { .. } => LONGEST_HELD,
        };
        let most = left.min(LONGEST_HELD).min(limit);
        self.pause(most, Why::Held(left), Phase::HeldBack, now)
    }

    /// Goes on with an order whose lease is ours.
    fn hold(&mut self, record: &IntentRecord, now: Now) -> Action {
        // What was sent with a longer window is not to be judged by ours; and whoever submitted it with one knows of a
        // server for which ours is too short.
        self.plan.window = self.plan.window.max(record.settle_window());
        let order = match &self.origin {
            Origin::Submit { order, .. } => Ok(order.clone()),
            Origin::Journal { .. } => written::order(&record.intent.order).map(Box::new),
        };
        match order {
            Ok(order) => self.order = Some((order, record.intent.order.body.clone())),
            Err(error) => return end(Err(error)),
        }
        let state = &record.intent.state;
        match state {
            IntentState::Done { .. } => end(Ok(self.repeated(state))),
            IntentState::Answered { status, body, .. } => {
                let words = self.prover.kept(*status, body);
                self.words.get_or_insert(words);
                self.settle(now)
            }
            IntentState::Sent { .. } if self.words.is_none() => self.settle(now),
            // This machine knows more than the journal.
            IntentState::Sent { .. } => self.reopen(IntentState::Prepared),
            state if self.sends > 0 => self.reopen(state.clone()),
            IntentState::Prepared => {
                self.first = true;
                // They were another order's of this reference.
                self.words = None;
                self.mark(now)
            }
            IntentState::Abandoned { .. } if self.is_submit() => self.settle(now),
            _ => end(Ok(End::Gone)),
        }
    }

    /// An order with another content under the same reference is a mistake of the caller's.
    fn compare(&self, record: &IntentRecord) -> Result<(), Error> {
        match &self.origin {
            Origin::Submit { intent, .. } if record.intent.order.digest != intent.digest => {
                Err(match self.sends {
                    0 => doubt::conflict(self.reference()),
                    _ => doubt::in_doubt(
                        "it was sent, and then another process took it for over and submitted one with another \
                         content under its reference",
                        None::<Error>,
                    ),
                })
            }
            _ => Ok(()),
        }
    }

    fn repeated(&self, state: &IntentState) -> End {
        let body = match state {
            IntentState::Done { reply, .. } => reply.clone(),
            _ => Bytes::new(),
        };
        let mut submitted = Submitted::new(self.reference(), Submission::Repeated, body);
        if submitted.order_id().is_none() {
            submitted.warn("the order took effect, but nothing says its id".to_owned());
        }
        End::Submitted(Box::new(submitted))
    }

    /// Other processes have put an order that this one has sent into that state: it ended for them, or was begun anew.
    /// What became of the sending comes first, also for whoever takes it over.
    fn reopen(&mut self, state: IntentState) -> Action {
        let to = self.unsettled();
        self.write(to, true, Phase::Reopening(state))
    }

    /// The state of an order that was sent, as far as this machine knows.
    pub(super) fn unsettled(&self) -> IntentState {
        let settle_window = self.plan.window;
        match &self.words {
            None => IntentState::Sent { settle_window },
            Some(words) => IntentState::Answered {
                settle_window,
                status: words.status,
                body: words.body.clone(),
            },
        }
    }

    pub(super) fn reopened(
        &mut self,
        state: IntentState,
        wrote: Result<bool, StoreError>,
        now: Now,
    ) -> Action {
        match wrote {
            Ok(true) => {
                self.ended = (!state.is_open()).then_some(state);
                self.settle(now)
            }
            Ok(false) => self.lost(now),
            Err(error) => {
                let why = format!("it was sent, and then the journal failed: {error}");
                end(Err(doubt::in_doubt(why, Some(error))))
            }
        }
    }

    /// The journal failed before this machine had the order.
    fn not_entered(&mut self, error: StoreError) -> Action {
        if !self.is_submit() || self.sends > 0 {
            let why = format!("the journal failed: {error}");
            return give_up(doubt::in_doubt(why, Some(error)));
        }
        // What has failed may still be under way: another write waits for it, a look does not.
        let is_under_way = matches!(
            error.kind(),
            StoreErrorKind::Unavailable | StoreErrorKind::Other
        );
        self.phase = Phase::TakingBack(error);
        match is_under_way {
            true => Action::Begin,
            false => Action::Read,
        }
    }

    /// Takes back an order that was not sent: its caller is told so, and no `recover` may send it.
    pub(super) fn take_back(
        &mut self,
        error: StoreError,
        record: Result<Option<IntentRecord>, StoreError>,
    ) -> Action {
        let Origin::Submit { intent, .. } = &self.origin else {
            return give_up(Error::of_store(error));
        };
        let left_behind = match record {
            Err(_) => return give_up(doubt::store_before_sending(error, LeftBehind::Perhaps)),
            Ok(None) => LeftBehind::Nothing,
            // Another's, with which this caller has nothing to do.
            Ok(Some(record)) if record.intent.order.digest != intent.digest => LeftBehind::Nothing,
            Ok(Some(record)) => match record.intent.state {
                IntentState::Prepared => {
                    let state = IntentState::Withdrawn;
                    return self.write(state, true, Phase::Withdrawing(error));
                }
                IntentState::Sent { .. }
                | IntentState::Answered { .. }
                | IntentState::Done { .. } => LeftBehind::Order,
                _ => LeftBehind::Nothing,
            },
        };
        end(Err(doubt::store_before_sending(error, left_behind)))
    }

    pub(super) fn withdrawn(error: StoreError, wrote: &Result<bool, StoreError>) -> Action {
        let left_behind = match wrote {
            Ok(true) => LeftBehind::Nothing,
            // Another's, or free by now: whoever has it will send it.
            Ok(false) | Err(_) => LeftBehind::Order,
        };
        end(Err(doubt::store_before_sending(error, left_behind)))
    }
}
