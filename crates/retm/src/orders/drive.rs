//! Drives one order to its end: begin → send → look up → send again.

use std::sync::{Arc, Weak};
use std::time::Duration;

use bytes::Bytes;
use retm_types::CreateOrder;
use tracing::Instrument;

use super::doubt::{self, LeftBehind};
use super::plan::Plan;
use super::submitted::{Submission, Submitted};
use super::ticket::Ticket;
use super::written;
use crate::business::Business;
use crate::error::{Error, ErrorKind, Outcome};
use crate::observe;
use crate::options::CallOptions;
use crate::random::share;
use crate::store::{Begun, IntentRecord, IntentState, NewIntent, StoreError, StoreErrorKind};

/// The shortest and the longest wait between two look-ups.
const WAITS: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(15));

/// The longest wait between two looks at the journal's record of an order that another is sending.
const LONGEST_HELD: Duration = Duration::from_secs(2);

/// What an order comes from.
pub(super) enum Origin {
    /// A caller who is told what becomes of it, and owns what is to happen then.
    Submit(Box<CreateOrder>, NewIntent),
    /// The journal: whoever submitted it was told nothing, or that it is in doubt.
    Journal,
}

/// What becomes of an order that this task does not end itself.
pub(super) enum End {
    Submitted(Box<Submitted>),
    /// Somebody else is sending it, for so long at most unless he goes on with it.
    Held(Error, Duration),
    /// It is over already, and whoever sent it was told so.
    Gone,
}

/// The way of one order.
pub(super) struct Drive {
    pub(super) business: Business,
    pub(super) ticket: Ticket,
    pub(super) plan: Plan,
    pub(super) options: CallOptions,
    pub(super) origin: Origin,
    progress: Progress,
}

/// How far this task is.
#[derive(Default)]
struct Progress {
    /// How often it has sent the order.
    sends: u32,
    /// How long ago anybody sent it last, at most, and when that was so by this task's clock.
    seen: Option<(Duration, Duration)>,
    started: Duration,
    /// How long it has waited, by its own word: a clock that stands still ends it, too.
    waited: Duration,
    wait: Duration,
    caller: Weak<()>,
}

/// What follows from a step.
pub(super) enum Step {
    /// The order is over for this task.
    End(Result<End, Error>),
    /// The lease is another's: somebody took over.
    Lost,
}

impl Drive {
    pub(super) fn new(
        business: Business,
        ticket: Ticket,
        plan: Plan,
        options: CallOptions,
        origin: Origin,
    ) -> Self {
        let progress = Progress {
            started: business.core().timers.clock.monotonic(),
            ..Progress::default()
        };
        Self {
            business,
            ticket,
            plan,
            options,
            origin,
            progress,
        }
    }

    /// Runs in a task of its own: a caller who goes away neither cuts a request off nor leaves the
    /// order half done. Begins nothing more once its patience is over.
    pub(super) async fn run(mut self) -> Result<End, Error> {
        let caller = Arc::new(());
        self.progress.caller = Arc::downgrade(&caller);
        let business = self.business.id().clone();
        let task = tokio::spawn(async move { self.drive().await }.in_current_span());
        let end = task.await.unwrap_or_else(|error| {
            Err(doubt::in_doubt(
                "the task that sends it was ended",
                Some(error),
            ))
        });
        drop(caller);
        end.map_err(|error| error.of_call("create_order", &business))
    }

    async fn drive(&mut self) -> Result<End, Error> {
        let mut was_late = false;
        loop {
            match self.enter().await {
                Err(error) => return Err(self.not_entered(error).await),
                Ok(None) => return Ok(End::Gone),
                Ok(Some(Begun::Done(record))) => {
                    self.compare(&record)?;
                    return Ok(self.repeated(&record.intent.state));
                }
                Ok(Some(Begun::Held(record, left))) => {
                    self.sent_ago(&record);
                    if !matches!(record.intent.state, IntentState::Rejected { .. }) {
                        self.compare(&record)?;
                    }
                    let held = doubt::held(self.ticket.reference());
                    match self.origin {
                        Origin::Journal => return Ok(End::Held(held, left)),
                        Origin::Submit(..) if self.is_late() || self.is_abandoned() => {
                            return Err(held);
                        }
                        Origin::Submit(..) => self.wait(left.min(LONGEST_HELD)).await,
                    }
                }
                Ok(Some(Begun::Leased(record))) => {
                    self.sent_ago(&record);
                    let step = match self.compare(&record) {
                        Ok(()) => self.hold(&record).await,
                        Err(conflict) => Step::End(Err(conflict)),
                    };
                    match step {
                        Step::End(end) => {
                            self.ticket.release().await;
                            return end;
                        }
                        // What it has sent it enters once more: nobody may take that for not sent.
                        Step::Lost if self.is_late() && (was_late || self.sends() == 0) => {
                            return Err(doubt::held(self.ticket.reference()));
                        }
                        Step::Lost => {
                            was_late = self.is_late();
                            self.wait(LONGEST_HELD).await;
                        }
                    }
                }
            }
        }
    }

    async fn enter(&self) -> Result<Option<Begun>, StoreError> {
        let intent = match &self.origin {
            Origin::Journal => return self.ticket.resume().await,
            Origin::Submit(_, intent) => intent,
        };
        // To begin forgets how somebody has ended meanwhile what this task has sent.
        if self.sends() > 0
            && let Some(begun) = self.ticket.resume().await?
        {
            return Ok(Some(begun));
        }
        self.ticket.begin(intent).await.map(Some)
    }

    /// Goes on with an order whose lease is ours.
    async fn hold(&mut self, record: &IntentRecord) -> Step {
        // What was sent with a longer window is not to be judged by ours; and who submitted it with one
        // knows of a server for which ours is too short.
        self.plan.window = self.plan.window.max(record.settle_window());
        let order = match &self.origin {
            Origin::Submit(order, _) => Ok((**order).clone()),
            Origin::Journal => written::order(&record.intent.order),
        };
        let order = match order {
            Ok(order) => order,
            Err(error) => return Step::End(Err(error)),
        };
        match &record.intent.state {
            IntentState::Sent { .. } => match self.settle(None).await {
                None => self.send(&order, false).await,
                Some(step) => step,
            },
            IntentState::Done { .. } => Step::End(Ok(self.repeated(&record.intent.state))),
            state if self.sends() > 0 => self.overtaken(&order, state).await,
            IntentState::Prepared => self.send(&order, true).await,
            IntentState::Rejected { .. } => Step::End(Ok(End::Gone)),
        }
    }

    /// An order with another content under the same reference is a mistake of the caller's.
    fn compare(&self, record: &IntentRecord) -> Result<(), Error> {
        match &self.origin {
            Origin::Submit(_, intent) if record.intent.order.digest != intent.digest => {
                Err(match self.sends() {
                    0 => doubt::conflict(self.ticket.reference()),
                    _ => doubt::in_doubt(
                        "it was sent, and then another took it for over and submitted one with another \
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
        let how = Submission::Repeated;
        End::Submitted(Box::new(Submitted::new(self.ticket.reference(), how, body)))
    }

    /// The journal failed before this task had the order.
    async fn not_entered(&self, error: StoreError) -> Error {
        match &self.origin {
            Origin::Submit(_, intent) if self.sends() == 0 => {
                let left_behind = self.withdraw(intent, &error).await;
                doubt::store_before_sending(error, left_behind)
            }
            _ => doubt::in_doubt(format!("the journal failed: {error}"), Some(error)),
        }
    }

    /// Takes back an order that was not sent: its caller is told so, and no `recover` may send it.
    async fn withdraw(&self, intent: &NewIntent, error: &StoreError) -> LeftBehind {
        let record = match error.kind() {
            // What has failed may still be under way: another write waits for it, a look does not.
            StoreErrorKind::Unavailable | StoreErrorKind::Other => {
                self.ticket.begin(intent).await.map(|begun| match begun {
                    Begun::Leased(record) | Begun::Held(record, _) | Begun::Done(record) => {
                        Some(record)
                    }
                })
            }
            _ => self.ticket.read().await,
        };
        let left_behind = match record {
            Err(_) => return LeftBehind::Perhaps,
            Ok(None) => LeftBehind::Nothing,
            // Another's, with which this caller has nothing to do.
            Ok(Some(record)) if record.intent.order.digest != intent.digest => LeftBehind::Nothing,
            Ok(Some(record)) => match record.intent.state {
                IntentState::Prepared => match self.ticket.write(&not_sent()).await {
                    Ok(true) => LeftBehind::Nothing,
                    // Another's, or anybody's by now: whoever has it will send it.
                    Ok(false) | Err(_) => LeftBehind::Order,
                },
                IntentState::Rejected { .. } => LeftBehind::Nothing,
                _ => LeftBehind::Order,
            },
        };
        self.ticket.release().await;
        left_behind
    }

    /// The same where the journal may have put the order into [`IntentState::Sent`]: the lease was
    /// ours, and nothing was sent under it.
    pub(super) async fn withdraw_sent(&self) -> LeftBehind {
        match self.ticket.write(&not_sent()).await {
            Ok(true) => LeftBehind::Nothing,
            Ok(false) | Err(_) => LeftBehind::Order,
        }
    }

    /// The order took effect. That stays true where the journal does not take it down.
    pub(super) async fn done(&self, how: Submission, body: Bytes) -> Step {
        let state = IntentState::Done {
            reply: body.clone(),
            found: how == Submission::Found,
        };
        let mut submitted = Submitted::new(self.ticket.reference(), how, body);
        let why = match self.ticket.write(&state).await {
            Ok(true) => None,
            Ok(false) => Some(
                "its lease is over, so it may be another's; whoever goes on with it will find it"
                    .to_owned(),
            ),
            Err(error) => {
                observe::not_taken_down(self.business.id(), &error);
                Some(format!("{error}; `recover()` will find it"))
            }
        };
        if let Some(why) = why {
            submitted.warn(format!(
                "the order took effect, but the journal could not take it down: {why}"
            ));
        }
        Step::End(Ok(End::Submitted(Box::new(submitted))))
    }

    /// Waits a while, longer each time and never longer than that or than the lease bears.
    pub(super) async fn wait(&mut self, most: Duration) {
        let timers = &self.business.core().timers;
        let (least, longest) = WAITS;
        let planned = self.progress.wait.clamp(least, longest);
        self.progress.wait = planned.saturating_mul(2);
        // Half of it is chance, so that two who wait do not come back together.
        let wait = planned.mul_f64(0.5 + share(&*timers.random) / 2.0);
        let wait = wait.min(self.plan.lease / 4).min(most);
        let sleep = timers.sleep.clone();
        sleep.sleep(wait).await;
        let counted = wait.max(Duration::from_millis(1));
        self.progress.waited = self.progress.waited.saturating_add(counted);
    }

    pub(super) fn is_late(&self) -> bool {
        self.passed() >= self.plan.patience
    }

    /// When its patience is over, by the monotonic clock.
    pub(super) fn is_over_at(&self) -> Duration {
        self.progress.started.saturating_add(self.plan.patience)
    }

    /// For how long this task has been at it.
    pub(super) fn passed(&self) -> Duration {
        let now = self.business.core().timers.clock.monotonic();
        let passed = now.saturating_sub(self.progress.started);
        passed.max(self.progress.waited)
    }

    /// Whether nobody waits for the order; only before it is sent does that end it.
    fn is_abandoned(&self) -> bool {
        self.progress.sends == 0 && self.progress.caller.strong_count() == 0
    }

    /// This task is about to send it.
    pub(super) fn sent(&mut self) {
        self.progress.sends += 1;
        self.sending_ended();
    }

    /// Nothing more of what it has sent leaves this process.
    pub(super) fn sending_ended(&mut self) {
        let now = self.business.core().timers.clock.monotonic();
        self.progress.seen = Some((Duration::ZERO, now));
    }

    /// How long ago it was sent last, by the journal; but not longer than what this task has seen of it
    /// allows, counted on by its own clock: the journal's may be put forward.
    pub(super) fn sent_ago(&mut self, record: &IntentRecord) -> Duration {
        let now = self.business.core().timers.clock.monotonic();
        let told = match record.intent.state {
            IntentState::Sent { .. } => record.sent_ago.unwrap_or(record.age),
            // Whoever sends it does so after this.
            _ => Duration::ZERO,
        };
        let ago = match self.progress.seen {
            Some((before, at)) => told.min(before.saturating_add(now.saturating_sub(at))),
            None => told,
        };
        self.progress.seen = Some((ago, now));
        ago
    }

    pub(super) fn sends(&self) -> u32 {
        self.progress.sends
    }

    /// What the journal does not yet hold cannot be said to be over.
    pub(super) fn unwritten(&self, what: &str, error: StoreError) -> Step {
        let why = format!(
            "{what}, but the journal could not take that down ({error}), so `recover()` may send it"
        );
        Step::End(Err(doubt::in_doubt(why, Some(error))))
    }
}

/// The state of an order that its caller was told was not sent.
pub(super) fn not_sent() -> IntentState {
    IntentState::Rejected {
        status: None,
        body: Bytes::new(),
    }
}

/// Whether a refusal is about the order, not about the caller or the moment: the API's own words, and not
/// those of the token endpoint after the order was refused for its token.
pub(super) fn is_about_the_order(error: &Error) -> bool {
    error.outcome() == Outcome::Rejected
        && error.status().is_some()
        && error.operation() != Some("exchange_token")
        && !matches!(
            error.kind(),
            ErrorKind::RateLimited | ErrorKind::Unauthorized | ErrorKind::Forbidden
        )
}
