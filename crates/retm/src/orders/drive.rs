//! Does what the machine of an order asks for: the journal, the network, the waits. It decides nothing.

use std::sync::{Arc, Weak};

use bytes::Bytes;
use retm_types::{CreateOrder, Problems};
use tracing::Instrument;

use super::answer::{Prover, Reply};
use super::doubt;
use super::lookup::{Look, Search};
use super::machine::{Action, End, Event, Machine, Now, Origin, Scope, step};
use super::plan::Plan;
use super::ticket::Ticket;
use super::waiting::OnWait;
use crate::business::Business;
use crate::error::{Captured, Error};
use crate::observe;
use crate::options::CallOptions;
use crate::random::share;
use crate::store::{IntentKey, NewIntent, StoreError};
use crate::transport::built;

/// One order on its way.
pub(super) struct Drive {
    business: Business,
    ticket: Ticket,
    plan: Plan,
    options: CallOptions,
    /// What is written if the journal has no such order; only a submit has it.
    intent: Option<NewIntent>,
    machine: Machine,
    on_wait: OnWait,
}

impl Drive {
    pub(super) fn new(
        business: Business,
        key: IntentKey,
        plan: Plan,
        options: CallOptions,
        origin: Origin,
    ) -> Self {
        let core = business.core();
        let prover = Prover {
            reference: key.reference().to_owned(),
            custom: core.orders.order_proof,
        };
        let intent = match &origin {
            Origin::Submit { intent, .. } => Some(intent.clone()),
            Origin::Journal { .. } => None,
        };
        Self {
            ticket: Ticket::new(core, key, plan.lease),
            business,
            plan,
            options,
            intent,
            machine: Machine::new(origin, plan, prover),
            on_wait: OnWait::default(),
        }
    }

    pub(super) fn on_wait(mut self, on_wait: OnWait) -> Self {
        self.on_wait = on_wait;
        self
    }

    /// Runs in a task of its own: a caller who goes away neither cuts a request off nor leaves the order half done.
    pub(super) async fn run(mut self) -> Result<End, Error> {
        let caller = Arc::new(());
        let is_there = Arc::downgrade(&caller);
        let business = self.business.id().clone();
        let task = tokio::spawn(async move { self.drive(is_there).await }.in_current_span());
        let end = task.await.unwrap_or_else(|error| {
            let why = "the task that sends it was ended";
            Err(doubt::in_doubt(why, Some(error)))
        });
        drop(caller);
        end.map_err(|error| error.of_call("create_order", &business))
    }

    async fn drive(&mut self, caller: Weak<()>) -> Result<End, Error> {
        let mut event = Event::Start;
        loop {
            let timers = &self.business.core().timers;
            let now = Now {
                at: timers.clock.monotonic(),
                chance: share(&*timers.random),
                has_caller: caller.strong_count() > 0,
            };
            event = match step(&mut self.machine, event, now) {
                Action::Begin => Event::Entered(self.begin().await),
                Action::Resume => Event::Entered(self.ticket.resume().await),
                Action::Read => Event::Read(self.ticket.read().await),
                Action::Keep => Event::Kept(self.ticket.keep().await),
                Action::Write { state, insist } => Event::Wrote(match insist {
                    true => self.ticket.insist(&state).await,
                    false => self.ticket.advance(&state).await,
                }),
                Action::Post { order, body, since } => {
                    Event::Answered(Box::new(self.post(*order, body, since).await))
                }
                Action::Look(scope) => Event::Looked(self.look(scope).await),
                Action::Wait(wait, why) => {
                    self.on_wait.tell(self.ticket.reference(), why);
                    let sleep = timers.sleep.clone();
                    sleep.sleep(wait).await;
                    Event::Waited
                }
                Action::End { result, release } => {
                    if release {
                        self.ticket.release().await;
                    }
                    if let Ok(End::Submitted(submitted)) = &*result
                        && let Some(error) = submitted.journal_failure()
                    {
                        observe::not_recorded(self.business.id(), error);
                    }
                    return *result;
                }
            };
        }
    }

    async fn begin(&self) -> Result<Option<crate::store::Begun>, StoreError> {
        match &self.intent {
            Some(intent) => self.ticket.begin(intent).await.map(Some),
            None => self.ticket.resume().await,
        }
    }

    /// Sends the bytes that the journal has.
    async fn post(&self, order: CreateOrder, body: Bytes, since: std::time::Duration) -> Reply {
        let client = self.business.client();
        let mut request = built(client.create_order().body(order).request());
        if let Ok(request) = &mut request {
            *request.request.body_mut() = Some(body.into());
        }
        let call = self.business.call(&self.options).since(since);
        let answer = call.answer(request, as_it_came).await;
        answer
            .map(crate::response::Response::into_inner)
            .map_err(|error| error.of_call("create_order", self.business.id()))
    }

    async fn look(&self, scope: Scope) -> Look {
        let search = Search {
            business: &self.business,
            reference: self.ticket.reference(),
            ticket: Some(&self.ticket),
            // Two requests of a look-up fit into the lease.
            deadline: self.plan.deadline.min(self.plan.lease / 3),
            until: scope.until,
            age: scope.age,
        };
        match scope.whole {
            true => search.whole().await,
            false => search.quick().await,
        }
    }
}

/// An answer with a status of success, undecoded.
fn as_it_came(captured: &Captured, _: &mut Problems) -> Result<Captured, Error> {
    match captured.status.is_success() {
        true => Ok(captured.clone()),
        false => Err(captured.error()),
    }
}
