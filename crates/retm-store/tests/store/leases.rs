//! Leases of grants.

use std::time::Duration;

use retm::store::Lease;

use crate::place::{Place, on_every_store};
use crate::samples::{MINUTE, grant, grant_key};

on_every_store!(
    a_lease_is_one_owners_at_a_time,
    whoever_has_it_may_ask_again,
    it_ends_by_itself,
    anothers_is_not_given_back,
    of_many_at_once_one_gets_it,
    it_belongs_to_one_grant_and_hinders_no_write,
);

async fn a_lease_is_one_owners_at_a_time(place: Place) {
    let (one, other) = (place.handle().await.tokens, place.handle().await.tokens);
    let key = grant_key("acme");
    assert_eq!(one.lease(&key, "one", MINUTE).await.unwrap(), Lease::Taken);
    let Lease::Held(left) = other.lease(&key, "other", MINUTE).await.unwrap() else {
        panic!("two have the lease");
    };
    assert!(!left.is_zero() && left <= MINUTE, "{left:?}");
    one.release(&key, "one").await.unwrap();
    let lease = other.lease(&key, "other", MINUTE).await.unwrap();
    assert_eq!(lease, Lease::Taken);
}

async fn whoever_has_it_may_ask_again(place: Place) {
    let tokens = place.handle().await.tokens;
    let key = grant_key("acme");
    for duration in [MINUTE, MINUTE * 60] {
        let lease = tokens.lease(&key, "one", duration).await.unwrap();
        assert_eq!(lease, Lease::Taken);
    }
    let Lease::Held(left) = tokens.lease(&key, "other", MINUTE).await.unwrap() else {
        panic!("two have the lease");
    };
    assert!(left > MINUTE && left <= MINUTE * 60, "{left:?}");
}

async fn it_ends_by_itself(place: Place) {
    let tokens = place.handle().await.tokens;
    let key = grant_key("acme");
    let short = Duration::from_millis(30);
    assert_eq!(
        tokens.lease(&key, "gone", short).await.unwrap(),
        Lease::Taken
    );
    while let Lease::Held(left) = tokens.lease(&key, "next", MINUTE).await.unwrap() {
        assert!(left <= short, "{left:?}");
        tokio::task::yield_now().await;
    }
    // It is the next one's now, and not the first one's any more.
    let late = tokens.lease(&key, "gone", short).await.unwrap();
    assert!(matches!(late, Lease::Held(_)));
}

async fn anothers_is_not_given_back(place: Place) {
    let tokens = place.handle().await.tokens;
    let key = grant_key("acme");
    tokens.release(&key, "nobody").await.unwrap();
    assert_eq!(
        tokens.lease(&key, "one", MINUTE).await.unwrap(),
        Lease::Taken
    );
    tokens.release(&key, "other").await.unwrap();
    let lease = tokens.lease(&key, "other", MINUTE).await.unwrap();
    assert!(matches!(lease, Lease::Held(_)));
}

async fn of_many_at_once_one_gets_it(place: Place) {
    let handles = [place.handle().await, place.handle().await];
    let tasks: Vec<_> = (0..16)
        .map(|number| {
            let tokens = handles[number % 2].tokens.clone();
            tokio::spawn(async move {
                let owner = format!("owner-{number}");
                tokens
                    .lease(&grant_key("acme"), &owner, MINUTE)
                    .await
                    .unwrap()
            })
        })
        .collect();
    let mut taken = 0;
    for task in tasks {
        taken += usize::from(task.await.unwrap() == Lease::Taken);
    }
    assert_eq!(taken, 1);
}

async fn it_belongs_to_one_grant_and_hinders_no_write(place: Place) {
    let tokens = place.handle().await.tokens;
    let (key, other) = (grant_key("acme"), grant_key("other"));
    assert_eq!(
        tokens.lease(&key, "one", MINUTE).await.unwrap(),
        Lease::Taken
    );
    assert_eq!(
        tokens.lease(&other, "two", MINUTE).await.unwrap(),
        Lease::Taken
    );
    let read = tokens.read(&key).await.unwrap();
    assert_eq!((read.version, read.grant), (0, None));
    let _ = tokens.swap(&key, 0, Some(&grant("one"))).await.unwrap();
    tokens.forget(&key).await.unwrap();
    let lease = tokens.lease(&key, "two", MINUTE).await.unwrap();
    assert!(matches!(lease, Lease::Held(_)), "a write ended the lease");
}
