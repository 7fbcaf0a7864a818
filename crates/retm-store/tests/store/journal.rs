//! What `OrderJournal` promises.

use std::time::Duration;

use retm::store::{Begun, Intent, IntentKey, IntentRecord, IntentState, NewIntent, OrderJournal};

use crate::place::{Place, on_every_store};
use crate::samples::{MINUTE, SENT, grant_key, order, order_key};

on_every_store!(
    a_new_intent_is_written_and_leased,
    an_intent_that_is_there_is_left_as_it_is,
    every_state_comes_back_as_it_was_written,
    what_took_effect_is_done_for_everybody,
    a_refused_order_is_replaced_once_its_lease_is_free,
    only_the_owner_changes_it,
    a_lease_ends_by_itself_and_the_record_stays,
    sending_sets_the_time,
    the_windows_of_submitter_and_sender_are_kept,
    resuming_wants_a_record,
    a_lease_is_given_back_by_its_owner_alone,
    pending_are_the_prepared_and_the_sent_oldest_first,
    of_many_at_once_one_begins,
    a_crash_between_any_two_steps_leaves_the_record,
);

fn done(reply: &str) -> IntentState {
    IntentState::Done {
        reply: reply.to_owned().into(),
        found: false,
    }
}

fn rejected() -> IntentState {
    IntentState::Rejected {
        status: Some(422),
        body: "{\"message\":\"no\"}".into(),
    }
}

async fn begin(journal: &dyn OrderJournal, key: &IntentKey, body: &str, owner: &str) -> Begun {
    let intent = order(body);
    journal.begin(key, &intent, owner, MINUTE).await.unwrap()
}

#[track_caller]
fn leased(begun: Begun) -> IntentRecord {
    match begun {
        Begun::Leased(record) => record,
        other => panic!("not leased: {other:?}"),
    }
}

#[track_caller]
fn held(begun: Begun) -> (IntentRecord, Duration) {
    match begun {
        Begun::Held(record, left) => (record, left),
        other => panic!("not held: {other:?}"),
    }
}

async fn a_new_intent_is_written_and_leased(place: Place) {
    let journal = place.handle().await.journal;
    let key = order_key("1");
    assert_eq!(journal.read(&key).await.unwrap(), None);
    let record = leased(begin(&*journal, &key, "one", "a").await);
    let intent = Intent {
        order: order("one"),
        state: IntentState::Prepared,
    };
    assert_eq!((&record.intent, record.sent_ago), (&intent, None));
    assert!(record.age < MINUTE);
    let read = journal.read(&key).await.unwrap().unwrap();
    assert_eq!((read.intent, read.sent_ago), (intent, None));
    // Whoever has the lease may ask again.
    let _ = leased(begin(&*journal, &key, "one", "a").await);
}

async fn an_intent_that_is_there_is_left_as_it_is(place: Place) {
    let journal = place.handle().await.journal;
    let key = order_key("1");
    let _ = leased(begin(&*journal, &key, "one", "a").await);
    let (record, left) = held(begin(&*journal, &key, "another", "b").await);
    assert_eq!(record.intent.order, order("one"));
    assert!(!left.is_zero() && left <= MINUTE, "{left:?}");
    journal.release(&key, "a").await.unwrap();
    let record = leased(begin(&*journal, &key, "another", "b").await);
    assert_eq!(record.intent.order, order("one"));
}

async fn every_state_comes_back_as_it_was_written(place: Place) {
    let journal = place.handle().await.journal;
    let key = order_key("1");
    let states = [
        SENT,
        IntentState::Prepared,
        rejected(),
        IntentState::Rejected {
            status: None,
            body: Default::default(),
        },
        done("{\"id\":1}"),
        IntentState::Done {
            reply: Default::default(),
            found: true,
        },
    ];
    let _ = leased(begin(&*journal, &key, "ein Tisch für zwei", "a").await);
    for state in states {
        assert!(journal.advance(&key, "a", &state, MINUTE).await.unwrap());
        let read = journal.read(&key).await.unwrap().unwrap();
        assert_eq!(read.intent.order, order("ein Tisch für zwei"));
        assert!(read.intent.state == state, "{:?}", read.intent.state);
    }
}

async fn what_took_effect_is_done_for_everybody(place: Place) {
    let journal = place.handle().await.journal;
    let key = order_key("1");
    let _ = leased(begin(&*journal, &key, "one", "a").await);
    assert!(
        journal
            .advance(&key, "a", &done("ok"), MINUTE)
            .await
            .unwrap()
    );
    for owner in ["a", "b"] {
        let begun = begin(&*journal, &key, "another", owner).await;
        assert!(matches!(&begun, Begun::Done(record) if record.intent.state == done("ok")));
        let resumed = journal.resume(&key, owner, MINUTE).await.unwrap();
        assert!(matches!(resumed, Some(Begun::Done(_))));
    }
}

async fn a_refused_order_is_replaced_once_its_lease_is_free(place: Place) {
    let journal = place.handle().await.journal;
    let key = order_key("1");
    let _ = leased(begin(&*journal, &key, "one", "a").await);
    for state in [SENT, rejected()] {
        assert!(journal.advance(&key, "a", &state, MINUTE).await.unwrap());
    }
    let (record, _) = held(begin(&*journal, &key, "two", "b").await);
    assert!(record.intent.state == rejected() && record.sent_ago.is_some());
    journal.release(&key, "a").await.unwrap();
    let record = leased(begin(&*journal, &key, "two", "b").await);
    assert_eq!(record.intent.order, order("two"));
    assert!(record.intent.state == IntentState::Prepared && record.sent_ago.is_none());
    let read = journal.read(&key).await.unwrap().unwrap();
    assert_eq!((read.intent, read.sent_ago), (record.intent, None));
}

async fn only_the_owner_changes_it(place: Place) {
    let journal = place.handle().await.journal;
    let key = order_key("1");
    let advance = async |owner| {
        let sent = SENT;
        journal.advance(&key, owner, &sent, MINUTE).await.unwrap()
    };
    assert!(!advance("a").await && !journal.renew(&key, "a", MINUTE).await.unwrap());
    let _ = leased(begin(&*journal, &key, "one", "a").await);
    assert!(!advance("b").await && !journal.renew(&key, "b", MINUTE).await.unwrap());
    let read = journal.read(&key).await.unwrap().unwrap();
    assert!(read.intent.state == IntentState::Prepared);
    assert!(advance("a").await);
    // Given back, it is nobody's.
    journal.release(&key, "a").await.unwrap();
    assert!(!advance("a").await && !journal.renew(&key, "a", MINUTE).await.unwrap());
}

async fn a_lease_ends_by_itself_and_the_record_stays(place: Place) {
    let journal = place.handle().await.journal;
    let key = order_key("1");
    let _ = leased(begin(&*journal, &key, "one", "a").await);
    let short = Duration::from_millis(30);
    let sent = SENT;
    assert!(journal.advance(&key, "a", &sent, short).await.unwrap());
    let record = loop {
        match journal.resume(&key, "b", MINUTE).await.unwrap().unwrap() {
            Begun::Held(_, left) => assert!(left <= short, "{left:?}"),
            begun => break leased(begun),
        }
        tokio::task::yield_now().await;
    };
    assert!(record.intent.state == sent);
    assert!(!journal.renew(&key, "a", MINUTE).await.unwrap());
    assert!(
        !journal
            .advance(&key, "a", &done("late"), MINUTE)
            .await
            .unwrap()
    );
    // Renewed, it runs longer.
    assert!(journal.renew(&key, "b", MINUTE * 60).await.unwrap());
    let (_, left) = held(begin(&*journal, &key, "one", "a").await);
    assert!(left > MINUTE, "{left:?}");
}

async fn sending_sets_the_time(place: Place) {
    let journal = place.handle().await.journal;
    let key = order_key("1");
    let _ = leased(begin(&*journal, &key, "one", "a").await);
    let advance = async |state| journal.advance(&key, "a", &state, MINUTE).await.unwrap();
    let read = async || journal.read(&key).await.unwrap().unwrap();
    assert_eq!(read().await.sent_ago, None);
    assert!(advance(SENT).await);
    // Time passes, by the journal's clock.
    let first = loop {
        match read().await.sent_ago.unwrap() {
            ago if ago >= Duration::from_millis(20) => break ago,
            _ => tokio::task::yield_now().await,
        }
    };
    assert!(read().await.age >= first);
    assert!(advance(IntentState::Prepared).await);
    assert!(
        read().await.sent_ago.unwrap() >= first,
        "only sending sets it"
    );
    while read().await.age < first * 3 {
        tokio::task::yield_now().await;
    }
    assert!(advance(SENT).await);
    let record = read().await;
    assert!(record.sent_ago.unwrap() < record.age - first, "{record:?}");
}

async fn the_windows_of_submitter_and_sender_are_kept(place: Place) {
    let journal = place.handle().await.journal;
    let key = order_key("1");
    let with = |settle_window| NewIntent {
        settle_window,
        ..order("one")
    };
    let sent = |settle_window| IntentState::Sent { settle_window };
    let other = place.handle().await.journal;
    let read = async || other.read(&key).await.unwrap().unwrap();
    let advance = async |state| {
        let advanced = journal.advance(&key, "a", &state, MINUTE).await;
        assert!(advanced.unwrap());
    };
    // (submitted, sent, what counts)
    for (asked, told, longest) in [
        (MINUTE, MINUTE * 5, MINUTE * 5),
        (MINUTE * 60, MINUTE, MINUTE * 60),
        (Duration::ZERO, Duration::ZERO, Duration::ZERO),
    ] {
        let begun = journal.begin(&key, &with(asked), "a", MINUTE).await;
        assert_eq!(leased(begun.unwrap()).settle_window(), asked);
        let again = other.begin(&key, &with(MINUTE * 9), "b", MINUTE).await;
        assert_eq!(held(again.unwrap()).0.intent.order, with(asked));
        advance(sent(told)).await;
        let record = read().await;
        assert_eq!(record.intent.order, with(asked));
        assert!(record.intent.state == sent(told), "{record:?}");
        assert_eq!(record.settle_window(), longest);
        let resumed = journal.resume(&key, "a", MINUTE).await.unwrap().unwrap();
        assert_eq!(leased(resumed).settle_window(), longest);
        // Sent again it has the window of the last time.
        advance(sent(told + MINUTE)).await;
        assert!(read().await.intent.state == sent(told + MINUTE));
        // The next round begins anew.
        advance(rejected()).await;
        assert_eq!(read().await.settle_window(), asked);
    }
    // What cannot be counted exactly is never shorter.
    for window in [Duration::from_nanos(1), Duration::MAX] {
        let begun = journal.begin(&key, &with(window), "a", MINUTE).await;
        let _ = leased(begun.unwrap());
        advance(sent(window)).await;
        let century = MINUTE * 60 * 24 * 365 * 100;
        assert!(read().await.settle_window() >= window.min(century));
        advance(rejected()).await;
    }
}

async fn resuming_wants_a_record(place: Place) {
    let journal = place.handle().await.journal;
    let key = order_key("1");
    assert_eq!(journal.resume(&key, "a", MINUTE).await.unwrap(), None);
    assert_eq!(journal.read(&key).await.unwrap(), None);
    let _ = leased(begin(&*journal, &key, "one", "a").await);
    let resumed = journal.resume(&key, "b", MINUTE).await.unwrap().unwrap();
    let _ = held(resumed);
    let resumed = journal.resume(&key, "a", MINUTE).await.unwrap().unwrap();
    assert_eq!(leased(resumed).intent.order, order("one"));
}

async fn a_lease_is_given_back_by_its_owner_alone(place: Place) {
    let journal = place.handle().await.journal;
    let key = order_key("1");
    journal.release(&key, "nobody").await.unwrap();
    let _ = leased(begin(&*journal, &key, "one", "a").await);
    journal.release(&key, "b").await.unwrap();
    let _ = held(begin(&*journal, &key, "one", "b").await);
}

async fn pending_are_the_prepared_and_the_sent_oldest_first(place: Place) {
    let journal = place.handle().await.journal;
    let other = IntentKey::new(grant_key("other"), "9");
    let keys: Vec<IntentKey> = ["5", "3", "4", "1", "2"].map(order_key).into();
    for key in keys.iter().chain([&other]) {
        let _ = leased(begin(&*journal, key, "one", "a").await);
    }
    let states = [(1, SENT), (2, done("ok")), (3, rejected())];
    for (at, state) in states {
        assert!(
            journal
                .advance(&keys[at], "a", &state, MINUTE)
                .await
                .unwrap()
        );
    }
    let pending = async |grant: Option<&_>| journal.pending(grant).await.unwrap();
    let mine = [keys[0].clone(), keys[1].clone(), keys[4].clone()];
    assert_eq!(pending(Some(&grant_key("acme"))).await, mine);
    assert_eq!(
        pending(Some(&grant_key("other"))).await.as_slice(),
        std::slice::from_ref(&other)
    );
    assert_eq!(pending(Some(&grant_key("none"))).await, []);
    let all = [&mine[..], std::slice::from_ref(&other)].concat();
    assert_eq!(pending(None).await, all);
    // A refused order that begins anew is the youngest.
    journal.release(&keys[3], "a").await.unwrap();
    let _ = leased(begin(&*journal, &keys[3], "two", "b").await);
    assert_eq!(pending(None).await, [&all[..], &[keys[3].clone()]].concat());
}

async fn of_many_at_once_one_begins(place: Place) {
    let handles = [place.handle().await, place.handle().await];
    for round in 0..3 {
        let key = order_key(&round.to_string());
        let tasks: Vec<_> = (0..10)
            .map(|number| {
                let journal = handles[number % 2].journal.clone();
                let key = key.clone();
                tokio::spawn(async move {
                    let body = format!("order {number}");
                    let begun = begin(&*journal, &key, &body, &format!("owner-{number}")).await;
                    (number, begun)
                })
            })
            .collect();
        let mut winner = None;
        let mut seen = Vec::new();
        for task in tasks {
            match task.await.unwrap() {
                (number, Begun::Leased(record)) => {
                    assert_eq!(winner.replace(number), None, "two have begun");
                    seen.push(record);
                }
                (_, begun) => seen.push(held(begun).0),
            }
        }
        let expected = order(&format!("order {}", winner.expect("nobody has begun")));
        assert!(seen.iter().all(|record| record.intent.order == expected));
    }
}

async fn a_crash_between_any_two_steps_leaves_the_record(place: Place) {
    let key = order_key("1");
    let _ = leased(begin(&*place.handle().await.journal, &key, "one", "a").await);
    let next = place.handle().await.journal;
    let pending = next.pending(None).await.unwrap();
    assert_eq!(pending.as_slice(), std::slice::from_ref(&key));
    let sent = SENT;
    assert!(
        next.advance(&key, "a", &sent, Duration::ZERO)
            .await
            .unwrap()
    );
    drop(next);
    let last = place.handle().await.journal;
    let record = leased(last.resume(&key, "b", MINUTE).await.unwrap().unwrap());
    assert!(record.intent.state == sent && record.sent_ago.is_some());
    assert_eq!(record.intent.order, order("one"));
}
