//! The store of one process.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::future::{BoxFuture, ready};

use super::{
    Begun, GrantKey, GrantRow, Intent, IntentKey, IntentRecord, IntentState, Lease, NewIntent,
    OrderJournal, StoreError, StoredGrant, Swapped, TokenStore, Versioned,
};
use crate::time::{Clock, SystemTimer};

/// Keeps grants and orders in memory, for one process: the default. Clones share what they hold. A
/// crash loses all of it; `retm-store` keeps it in a file or on a server.
#[derive(Clone)]
pub struct MemoryStore {
    clock: Arc<dyn Clock>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    grants: BTreeMap<GrantKey, GrantSlot>,
    orders: BTreeMap<IntentKey, OrderSlot>,
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

impl OrderSlot {
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
        let state = Arc::default();
        Self { clock, state }
    }

    /// Does that with the state, at once.
    fn at_once<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut State, Duration) -> T,
    ) -> BoxFuture<'static, Result<T, StoreError>> {
        let now = self.clock.monotonic();
        let mut state: MutexGuard<'_, State> =
            self.state.lock().unwrap_or_else(PoisonError::into_inner);
        Box::pin(ready(Ok(f(&mut state, now))))
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
            state.written += 1;
            let written = state.written;
            let new = || OrderSlot {
                intent: Intent {
                    order: intent.clone(),
                    state: IntentState::Prepared,
                },
                written,
                written_at: now,
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
            if *to == IntentState::Sent {
                slot.sent_at = Some(now);
            }
            slot.intent.state = to.clone();
            slot.lease = Held::new(owner, now.saturating_add(lease));
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
                    matches!(slot.intent.state, IntentState::Prepared | IntentState::Sent)
                })
                .map(|(key, slot)| (slot.written, key.clone()))
                .collect();
            pending.sort();
            pending.into_iter().map(|(_, key)| key).collect()
        })
    }
}
