//! When processes that submit orders are killed.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use retm_sandbox::{Fault, FaultKind, Sandbox};
use tokio::sync::watch;

use super::submitter::SENDER;

/// How long the answer to an order keeps its process waiting that is to be killed for it: the kill comes before
/// the answer, or about when the process has it and writes it into the journal.
const WAITS: [Duration; 5] = [
    Duration::from_secs(60),
    Duration::from_millis(1),
    Duration::from_millis(3),
    Duration::from_millis(10),
    Duration::from_millis(30),
];

/// Of those that come to it, the share of orders for which their process is killed.
const SHARE: f64 = 0.25;

/// The kills of a run: each time so many orders more have been reported, by turns as soon as the sandbox has
/// taken some order, and at once.
pub(super) struct Kills {
    every: usize,
    most: usize,
    state: Mutex<State>,
    /// The fault of whose request the process is to be killed.
    armed: watch::Sender<Option<FaultKind>>,
}

#[derive(Default)]
struct State {
    lines: usize,
    planned: usize,
    after_report: usize,
    at_commit: usize,
    in_flight: BTreeSet<usize>,
}

impl Kills {
    /// So many, before so many orders have been reported twice each.
    pub(super) fn new(most: usize, count: usize) -> Self {
        Self {
            // With some to spare: an order whose process is to be killed may not come.
            every: (2 * count / (most + 2)).max(1),
            most,
            state: Mutex::default(),
            armed: watch::Sender::new(None),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn most(&self) -> usize {
        self.most
    }

    /// How many there were after a report, and how many at the commit of an order.
    pub(super) fn done(&self) -> (usize, usize) {
        let state = self.lock();
        (state.after_report, state.at_commit)
    }

    /// Orders that a killed process had begun and not told of.
    pub(super) fn in_flight(&self) -> BTreeSet<usize> {
        self.lock().in_flight.clone()
    }

    /// A process was killed while it had these under way.
    pub(super) fn killed(&self, in_flight: &BTreeSet<usize>) {
        self.lock().in_flight.extend(in_flight);
    }

    /// Counts a report; whether whoever made it is killed for it.
    pub(super) fn reported(&self, sandbox: &Sandbox) -> bool {
        let mut state = self.lock();
        state.lines += 1;
        if !state.lines.is_multiple_of(self.every) {
            return false;
        }
        // No order has come for the last one, or its process was not there any more.
        let missed = self.armed.send_replace(None).is_some();
        if !missed && state.planned == self.most {
            return false;
        }
        state.planned += usize::from(!missed);
        if !missed && state.planned % 2 == 1 {
            let wait = WAITS.get(state.planned / 2 % WAITS.len());
            // One microsecond more or less tells them apart.
            let apart = Duration::from_micros(u64::try_from(state.planned).unwrap_or_default());
            let kind = FaultKind::AnswerLate(wait.copied().unwrap_or_default() + apart);
            let fault = Fault::new(kind.clone()).on("create_order");
            sandbox.add_fault(fault.share(SHARE).times(1));
            self.armed.send_replace(Some(kind));
            return false;
        }
        state.after_report += 1;
        true
    }

    /// Waits until the sandbox has taken an order of that process for which it is to be killed.
    pub(super) async fn committed(&self, sandbox: &Sandbox, process: u32) {
        let mut armed = self.armed.subscribe();
        loop {
            // The sender is alive as long as this is.
            let kind = armed.wait_for(Option::is_some).await.ok();
            let Some(kind) = kind.and_then(|kind| kind.clone()) else {
                return std::future::pending().await;
            };
            let is_armed = || self.armed.borrow().as_ref() == Some(&kind);
            while is_armed() && !has_struck(sandbox, &kind) {
                tokio::task::yield_now().await;
            }
            if is_armed() && sender(sandbox, &kind) == Some(process) {
                return;
            }
            let _ = armed.wait_for(|now| now.as_ref() != Some(&kind)).await;
        }
    }

    /// Whether that kill is still to be done; it is from now on.
    pub(super) fn claim(&self) -> bool {
        let mut state = self.lock();
        let claimed = self.armed.send_replace(None).is_some();
        state.at_commit += usize::from(claimed);
        claimed
    }
}

fn has_struck(sandbox: &Sandbox, kind: &FaultKind) -> bool {
    let faults = sandbox.faults();
    faults
        .iter()
        .any(|(fault, times)| *times > 0 && fault.kind() == kind)
}

/// The process whose order was taken under that fault.
fn sender(sandbox: &Sandbox, kind: &FaultKind) -> Option<u32> {
    let requests = sandbox.requests_for("create_order");
    let struck = requests
        .iter()
        .rev()
        .find(|one| one.fault.as_ref() == Some(kind))?;
    struck.header(SENDER)?.parse().ok()
}
