//! How long the store of one process remembers orders.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures::FutureExt;

use super::*;
use crate::business_id::BusinessId;
use crate::time::Clock;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const LEASE: Duration = Duration::from_secs(30);

#[derive(Clone, Default)]
struct Turned(Arc<Mutex<Duration>>);

impl Turned {
    fn by(&self, time: Duration) {
        *self.0.lock().unwrap() += time;
    }
}

impl Clock for Turned {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        *self.0.lock().unwrap()
    }
}

/// A store, its time, and what is done with one order.
struct World {
    store: MemoryStore,
    time: Turned,
}

impl World {
    fn new() -> Self {
        let time = Turned::default();
        Self {
            store: MemoryStore::with_clock(time.clone()),
            time,
        }
    }

    fn begin(&self, reference: &str) {
        let intent = NewIntent {
            digest: [7; 32],
            body: Bytes::from_static(b"{}"),
            settle_window: LEASE,
        };
        let begun = at_once(self.store.begin(&key(reference), &intent, "a", LEASE));
        assert!(matches!(begun, Begun::Leased(_)), "{reference}");
    }

    fn advance(&self, reference: &str, state: &IntentState) {
        let advanced = at_once(self.store.advance(&key(reference), "a", state, LEASE));
        assert!(advanced, "{reference}");
    }

    fn release(&self, reference: &str) {
        at_once(OrderJournal::release(&self.store, &key(reference), "a"));
    }

    /// An order that has come to that end.
    fn ended(&self, reference: &str, state: &IntentState) {
        self.begin(reference);
        self.advance(reference, state);
        self.release(reference);
    }

    fn knows(&self, reference: &str) -> bool {
        at_once(OrderJournal::read(&self.store, &key(reference))).is_some()
    }
}

fn at_once<T>(call: impl Future<Output = Result<T, StoreError>>) -> T {
    call.now_or_never().unwrap().unwrap()
}

fn key(reference: &str) -> IntentKey {
    let business = BusinessId::new("acme").unwrap();
    IntentKey::new(
        GrantKey::new("https://acme.retm.sa", "app", business),
        reference,
    )
}

fn done() -> IntentState {
    IntentState::Done {
        reply: Bytes::from_static(b"{}"),
        found: false,
    }
}

fn refused() -> IntentState {
    IntentState::Rejected {
        status: Some(422),
        body: Bytes::new(),
    }
}

#[test]
fn orders_that_are_over_are_pruned_and_open_ones_stay() {
    let world = World::new();
    world.ended("done", &done());
    world.ended("refused", &refused());
    world.begin("prepared");
    world.begin("sent");
    world.advance(
        "sent",
        &IntentState::Sent {
            settle_window: LEASE,
        },
    );
    world.time.by(DAY);
    world.ended("young", &done());
    assert_eq!(world.store.prune(DAY + LEASE), 0);
    assert_eq!(world.store.prune(DAY), 2);
    assert_eq!(world.store.prune(DAY), 0);
    for (reference, there) in [
        ("done", false),
        ("refused", false),
        ("prepared", true),
        ("sent", true),
        ("young", true),
    ] {
        assert_eq!(world.knows(reference), there, "{reference}");
    }
}

#[test]
fn an_order_that_is_still_somebodys_is_not_pruned() {
    let world = World::new();
    world.begin("leased");
    world.advance("leased", &done());
    world.ended("free", &done());
    assert_eq!(world.store.prune(Duration::ZERO), 1);
    assert!(world.knows("leased"));
    world.time.by(LEASE);
    assert_eq!(world.store.prune(Duration::ZERO), 1);
}

#[test]
fn an_order_that_begins_anew_is_as_old_as_its_last_end() {
    let world = World::new();
    world.ended("A-1", &refused());
    world.time.by(DAY);
    world.begin("A-1");
    assert_eq!(world.store.prune(DAY), 0);
    world.advance("A-1", &done());
    world.release("A-1");
    world.time.by(DAY / 2);
    assert_eq!(world.store.prune(DAY), 0);
    assert!(world.knows("A-1"));
    assert_eq!(world.store.prune(DAY / 2), 1);
}

#[test]
fn what_is_over_is_forgotten_by_itself_after_ninety_days() {
    let world = World::new();
    world.ended("first", &done());
    world.begin("open");
    world.time.by(DAY * 90 - Duration::from_secs(1));
    world.ended("second", &done());
    assert!(world.knows("first"));
    world.time.by(Duration::from_secs(1));
    world.begin("third");
    assert!(!world.knows("first"));
    assert!(world.knows("second") && world.knows("open"));
}

#[test]
fn a_process_that_submits_without_end_does_not_grow_without_end() {
    let World { store, time } = World::new();
    let store = store.retention(DAY);
    let world = World { store, time };
    for number in 0..20_000 {
        // Half of them begin anew, as after a refusal.
        world.ended(&format!("A-{}", number / 2), &refused());
        world.time.by(DAY / 100);
    }
    // Nothing else is left: the last ones are the oldest by now.
    let known = (0..10_000)
        .filter(|number| world.knows(&format!("A-{number}")))
        .count();
    assert!((50..=51).contains(&known), "{known}");
    assert_eq!(world.store.remembered(), 100);
}
