//! An order that took effect: it is recorded, and its id is learned.

use bytes::Bytes;

use super::super::lookup::Look;
use super::super::submitted::{Submission, Submitted};
use super::{Action, End, Machine, Now, Phase, Scope, end};
use crate::store::{IntentState, StoreError};

impl Machine {
    /// It took effect. That stays true if the journal cannot write it.
    pub(super) fn done(&mut self, how: Submission, body: Bytes) -> Action {
        let state = IntentState::Done {
            reply: body.clone(),
            found: how == Submission::Found,
        };
        self.write(state, true, Phase::Recording { how, body })
    }

    pub(super) fn recorded(
        &mut self,
        how: Submission,
        body: Bytes,
        wrote: Result<bool, StoreError>,
        now: Now,
    ) -> Action {
        let mut submitted = Box::new(Submitted::new(self.reference(), how, body));
        let is_ours = matches!(wrote, Ok(true));
        match wrote {
            Ok(true) => {}
            Ok(false) => submitted.warn(
                "the order took effect, but the journal could not record it: its lease has expired, so another \
                 process may have it; whoever resumes it will find it"
                    .to_owned(),
            ),
            Err(error) => submitted.unrecorded(&error),
        }
        if submitted.order_id().is_some() {
            return end(Ok(End::Submitted(submitted)));
        }
        if how == Submission::Found || !is_ours {
            submitted.warn("the order took effect, but nothing says its id".to_owned());
            return end(Ok(End::Submitted(submitted)));
        }
        self.phase = Phase::Learning(submitted);
        Action::Look(Scope {
            whole: false,
            age: self.age(now),
            until: None,
        })
    }

    /// An order of which the reply told no id was looked up once.
    pub(super) fn learned(&mut self, mut submitted: Box<Submitted>, look: Look) -> Action {
        match look {
            Look::Found(body) => {
                submitted.shown(body.clone());
                let state = IntentState::Done {
                    reply: body,
                    found: true,
                };
                if submitted.order_id().is_none() {
                    submitted.warn("the order took effect, but nothing says its id".to_owned());
                }
                self.write(state, false, Phase::Learned(submitted))
            }
            _ => {
                submitted.warn(
                    "the order took effect, but the answer does not say its id, and the list of orders does not show \
                     it yet"
                        .to_owned(),
                );
                end(Ok(End::Submitted(submitted)))
            }
        }
    }
}
