//! The store of one process.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::{BoxFuture, ready};

use super::{
    Begun, GrantKey, GrantRow, Intent, IntentKey, IntentRecord, IntentState, Lease, NewIntent,
    OrderJournal, StoreError, StoredGrant, Swapped, TokenStore, Versioned,
};
use crate::time::{Clock, SystemTimer};

/// How long an order that is over is remembered.
const RETENTION: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// Keeps grants and orders in memory, for one process: the default. Clones share what they hold. A
/// crash loses all of it; `retm-store` keeps it in a file or on a server.
///
/// An order that took effect or was refused is forgotten after 90 days, or what
/// [`retention`](Self::retention) says: submitted again after that, it is sent again.
#[derive(Clone)]
pub struct MemoryStore {
    clock: Arc<dyn Clock>,
    retention: Duration,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    grants: BTreeMap<GrantKey, GrantSlot>,
    orders: BTreeMap<IntentKey, OrderSlot>,
    /// The orders that were over, and since when, the first one first; one that has begun anew since then is
    /// among them for its former time.
    over: VecDeque<(Duration, IntentKey)>,
    /// Counts the orders, to tell their age from one another.
    written: u64,
}

#[derive(Default)]
struct GrantSlot {
    stored: Versioned,
    lease: Option<Held>,
}

struct OrderSlot {
    intent: Intent,
    written: u64,
    written_at: Duration,
    changed_at: Duration,
    sent_at: Option<Duration>,
    lease: Option<Held>,
}

struct Held {
    owner: String,
    until: Duration,
}

impl Held {
    fn new(owner: &str, until: Duration) -> Option<Self> {
        let owner = owner.to_owned();
        Some(Self { owner, until })
    }
}

/// How long another than the owner holds a lease; `None` where it is the owner's or free.
fn held(lease: Option<&Held>, owner: &str, now: Duration) -> Option<Duration> {
    lease
        .filter(|lease| lease.owner != owner)
        .map(|lease| lease.until.saturating_sub(now))
        .filter(|left| !left.is_zero())
}

/// Whether the owner's lease still runs.
fn owns(lease: Option<&Held>, owner: &str, now: Duration) -> bool {
    lease.is_some_and(|lease| lease.owner == owner && now < lease.until)
}

impl State {
    /// Forgets orders that have been over for that long, unless they are still somebody's; how many. Its work is
    /// that of the orders it forgets.
    fn prune(&mut self, older_than: Duration, now: Duration) -> u64 {
        let (mut pruned, mut leased) = (0, Vec::new());
        let is_due = |(at, _): &mut (Duration, IntentKey)| now.saturating_sub(*at) >= older_than;
        while let Some((at, key)) = self.over.pop_front_if(is_due) {
            let slot = self.orders.get(&key);
            match slot.filter(|slot| slot.changed_at == at && slot.is_over()) {
                None => {}
                Some(slot) if slot.is_leased(now) => leased.push((at, key)),
                Some(_) => {
                    self.orders.remove(&key);
                    pruned += 1;
                }
            }
        }
        for entry in leased.into_iter().rev() {
            self.over.push_front(entry);
        }
        pruned
    }
}

impl OrderSlot {
    fn is_over(&self) -> bool {
        matches!(
            self.intent.state,
            IntentState::Done { .. } | IntentState::Rejected { .. }
        )
    }

    fn is_leased(&self, now: Duration) -> bool {
        self.lease.as_ref().is_some_and(|lease| now < lease.until)
    }

    fn record(&self, now: Duration) -> IntentRecord {
        IntentRecord {
            intent: self.intent.clone(),
            sent_ago: self.sent_at.map(|at| now.saturating_sub(at)),
            age: now.saturating_sub(self.written_at),
        }
    }

    fn begun(&mut self, owner: &str, lease: Duration, now: Duration) -> Begun {
        let record = self.record(now);
        if matches!(self.intent.state, IntentState::Done { .. }) {
            return Begun::Done(record);
        }
        match held(self.lease.as_ref(), owner, now) {
            Some(left) => Begun::Held(record, left),
            None => {
                self.lease = Held::new(owner, now.saturating_add(lease));
                Begun::Leased(record)
            }
        }
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::with_clock(SystemTimer::default())
    }
}

impl MemoryStore {
    /// A store whose leases and ages run by that clock.
    pub fn with_clock(clock: impl Clock) -> Self {
        Self::by(Arc::new(clock))
    }

    pub(crate) fn by(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            retention: RETENTION,
            state: Arc::default(),
        }
    }

    /// For how long an order that took effect or was refused is remembered by this handle and the clones made of
    /// it, in place of 90 days. Longer than any caller might repeat an order.
    #[must_use]
    pub fn retention(mut self, retention: Duration) -> Self {
        self.retention = retention;
        self
    }

    /// Deletes orders that took effect or were refused longer ago than that; how many.
    ///
    /// A reference is recognised for so long: an order that is submitted again after its record is
    /// gone is sent again. Keep records for longer than any caller might repeat an order.
    pub fn prune(&self, older_than: Duration) -> u64 {
        let now = self.clock.monotonic();
        self.lock().prune(older_than, now)
    }

    /// How many ends of orders are kept.
    #[cfg(test)]
    pub(super) fn remembered(&self) -> usize {
        self.lock().over.len()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does that with the state, at once.
    fn at_once<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut State, Duration) -> T,
    ) -> BoxFuture<'static, Result<T, StoreError>> {
        let now = self.clock.monotonic();
        Box::pin(ready(Ok(f(&mut self.lock(), now))))
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}

impl TokenStore for MemoryStore {
    fn read<'a>(&'a self, key: &'a GrantKey) -> BoxFuture<'a, Result<Versioned, StoreError>> {
        self.at_once(|state, _| {
            let slot = state.grants.get(key);
            slot.map(|slot| slot.stored.clone()).unwrap_or_default()
        })
    }

    fn swap<'a>(
        &'a self,
        key: &'a GrantKey,
        expected: u64,
        grant: Option<&'a StoredGrant>,
    ) -> BoxFuture<'a, Result<Swapped, StoreError>> {
        self.at_once(|state, _| {
            let stored = &mut state.grants.entry(key.clone()).or_default().stored;
            if stored.version != expected {
                return Swapped::Lost;
            }
            stored.version += 1;
            stored.grant = grant.cloned();
            Swapped::Written(stored.version)
        })
    }

    fn lease<'a>(
        &'a self,
        key: &'a GrantKey,
        owner: &'a str,
        duration: Duration,
    ) -> BoxFuture<'a, Result<Lease, StoreError>> {
        self.at_once(|state, now| {
            let slot = state.grants.entry(key.clone()).or_default();
            match held(slot.lease.as_ref(), owner, now) {
                Some(left) => Lease::Held(left),
                None => {
                    slot.lease = Held::new(owner, now.saturating_add(duration));
                    Lease::Taken
                }
            }
        })
    }

    fn release<'a>(
        &'a self,
        key: &'a GrantKey,
        owner: &'a str,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.at_once(|state, _| {
            if let Some(slot) = state.grants.get_mut(key) {
                slot.lease.take_if(|lease| lease.owner == owner);
            }
        })
    }

    fn forget<'a>(&'a self, key: &'a GrantKey) -> BoxFuture<'a, Result<(), StoreError>> {
        self.at_once(|state, _| {
            let stored = &mut state.grants.entry(key.clone()).or_default().stored;
            stored.version += 1;
            stored.grant = None;
        })
    }

    fn grants(&self) -> BoxFuture<'_, Result<Vec<GrantRow>, StoreError>> {
        self.at_once(|state, _| {
            let there = state
                .grants
                .iter()
                .filter(|(_, slot)| slot.stored.grant.is_some());
            there
                .map(|(key, slot)| (key.clone(), Ok(slot.stored.clone())))
                .collect()
        })
    }
}

impl OrderJournal for MemoryStore {
    fn begin<'a>(
        &'a self,
        key: &'a IntentKey,
        intent: &'a NewIntent,
        owner: &'a str,
        lease: Duration,
    ) -> BoxFuture<'a, Result<Begun, StoreError>> {
        self.at_once(|state, now| {
            state.prune(self.retention, now);
            state.written += 1;
            let written = state.written;
            let new = || OrderSlot {
                intent: Intent {
                    order: intent.clone(),
                    state: IntentState::Prepared,
                },
                written,
                written_at: now,
                changed_at: now,
                sent_at: None,
                lease: None,
            };
            let slot = state.orders.entry(key.clone()).or_insert_with(new);
            let over = matches!(slot.intent.state, IntentState::Rejected { .. });
            if over && held(slot.lease.as_ref(), owner, now).is_none() {
                *slot = new();
            }
            slot.begun(owner, lease, now)
        })
    }

    fn resume<'a>(
        &'a self,
        key: &'a IntentKey,
        owner: &'a str,
        lease: Duration,
    ) -> BoxFuture<'a, Result<Option<Begun>, StoreError>> {
        self.at_once(|state, now| {
            let slot = state.orders.get_mut(key);
            slot.map(|slot| slot.begun(owner, lease, now))
        })
    }

    fn read<'a>(
        &'a self,
        key: &'a IntentKey,
    ) -> BoxFuture<'a, Result<Option<IntentRecord>, StoreError>> {
        self.at_once(|state, now| state.orders.get(key).map(|slot| slot.record(now)))
    }

    fn advance<'a>(
        &'a self,
        key: &'a IntentKey,
        owner: &'a str,
        to: &'a IntentState,
        lease: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.at_once(|state, now| {
            let Some(slot) = state.orders.get_mut(key) else {
                return false;
            };
            if !owns(slot.lease.as_ref(), owner, now) {
                return false;
            }
            if matches!(to, IntentState::Sent { .. }) {
                slot.sent_at = Some(now);
            }
            slot.intent.state = to.clone();
            slot.changed_at = now;
            slot.lease = Held::new(owner, now.saturating_add(lease));
            if slot.is_over() {
                state.over.push_back((now, key.clone()));
            }
            true
        })
    }

    fn renew<'a>(
        &'a self,
        key: &'a IntentKey,
        owner: &'a str,
        lease: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        self.at_once(|state, now| {
            let slot = state.orders.get_mut(key);
            match slot.filter(|slot| owns(slot.lease.as_ref(), owner, now)) {
                Some(slot) => {
                    slot.lease = Held::new(owner, now.saturating_add(lease));
                    true
                }
                None => false,
            }
        })
    }

    fn release<'a>(
        &'a self,
        key: &'a IntentKey,
        owner: &'a str,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        self.at_once(|state, _| {
            if let Some(slot) = state.orders.get_mut(key) {
                slot.lease.take_if(|lease| lease.owner == owner);
            }
        })
    }

    fn pending<'a>(
        &'a self,
        grant: Option<&'a GrantKey>,
    ) -> BoxFuture<'a, Result<Vec<IntentKey>, StoreError>> {
        self.at_once(|state, _| {
            let mut pending: Vec<(u64, IntentKey)> = state
                .orders
                .iter()
                .filter(|(key, _)| grant.is_none_or(|grant| key.grant() == grant))
                .filter(|(_, slot)| {
                    matches!(
                        slot.intent.state,
                        IntentState::Prepared | IntentState::Sent { .. }
                    )
                })
                .map(|(key, slot)| (slot.written, key.clone()))
                .collect();
            pending.sort();
            pending.into_iter().map(|(_, key)| key).collect()
        })
    }
}
