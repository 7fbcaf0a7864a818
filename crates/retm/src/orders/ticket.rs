//! One task's hold on the journal's record of an order.

use std::sync::Arc;
use std::time::Duration;

use crate::core::Core;
use crate::store::{
    Begun, IntentKey, IntentRecord, IntentState, NewIntent, OrderJournal, StoreError,
};
use crate::time::Timers;

/// How often the end of an order is written where the journal fails.
const WRITES: u32 = 4;

/// How long to wait before the second of them; twice as long before each further one.
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// The record of one order, with an owner of its own: two tasks of one process are two owners.
pub(super) struct Ticket {
    journal: Arc<dyn OrderJournal>,
    timers: Timers,
    key: IntentKey,
    owner: String,
    lease: Duration,
}

impl Ticket {
    pub(super) fn new(core: &Core, key: IntentKey, lease: Duration) -> Self {
        let owner = format!("{:x}-{:016x}", std::process::id(), fastrand::u64(..));
        Self {
            journal: core.journal.clone(),
            timers: core.timers.clone(),
            key,
            owner,
            lease,
        }
    }

    pub(super) fn reference(&self) -> &str {
        self.key.reference()
    }

    pub(super) async fn begin(&self, intent: &NewIntent) -> Result<Begun, StoreError> {
        let begun = self
            .journal
            .begin(&self.key, intent, &self.owner, self.lease);
        begun.await
    }

    pub(super) async fn resume(&self) -> Result<Option<Begun>, StoreError> {
        let resumed = self.journal.resume(&self.key, &self.owner, self.lease);
        resumed.await
    }

    pub(super) async fn read(&self) -> Result<Option<IntentRecord>, StoreError> {
        self.journal.read(&self.key).await
    }

    /// Keeps the lease; `false` where it is not ours any more.
    pub(super) async fn renew(&self) -> Result<bool, StoreError> {
        let renewed = self.journal.renew(&self.key, &self.owner, self.lease);
        renewed.await
    }

    /// Puts the order into that state; `false` where the lease is not ours any more.
    pub(super) async fn advance(&self, state: &IntentState) -> Result<bool, StoreError> {
        let advanced = self
            .journal
            .advance(&self.key, &self.owner, state, self.lease);
        advanced.await
    }

    /// The same for what has happened already: tried again where the journal fails.
    pub(super) async fn write(&self, state: &IntentState) -> Result<bool, StoreError> {
        let mut wait = FIRST_WAIT;
        for _ in 1..WRITES {
            if let Ok(ours) = self.advance(state).await {
                return Ok(ours);
            }
            self.timers.sleep.sleep(wait).await;
            wait = wait.saturating_mul(2);
        }
        self.advance(state).await
    }

    /// Gives the lease back. Where that fails it ends by itself.
    pub(super) async fn release(&self) {
        let _ = self.journal.release(&self.key, &self.owner).await;
    }
}
