//! What `TokenStore` promises.

use std::time::{Duration, UNIX_EPOCH};

use retm::store::{GrantKey, StoredGrant, Swapped, Versioned};
use retm::{BusinessId, GrantType};

use crate::place::{Place, on_every_store};
use crate::samples::{grant, grant_key};

on_every_store!(
    nothing_is_stored_at_first,
    a_grant_comes_back_as_it_was_written,
    another_version_is_lost_and_changes_nothing,
    a_version_never_goes_back,
    forgetting_asks_for_no_version,
    keys_do_not_mix,
    all_grants_are_listed_by_their_key,
    of_many_swaps_at_once_one_wins,
    what_one_handle_writes_another_reads,
    a_handle_that_goes_loses_nothing,
);

async fn nothing_is_stored_at_first(place: Place) {
    let tokens = place.handle().await.tokens;
    let read = tokens.read(&grant_key("acme")).await.unwrap();
    assert_eq!(read, Versioned::default());
    assert!(tokens.grants().await.unwrap().is_empty());
}

async fn a_grant_comes_back_as_it_was_written(place: Place) {
    let tokens = place.handle().await.tokens;
    let key = grant_key("acme");
    let revoked = StoredGrant {
        token: None,
        refresh_token: None,
        by_code: false,
        revoked_at: Some(UNIX_EPOCH + Duration::new(1_800_000_000, 1)),
    };
    let mut written = vec![revoked, StoredGrant::default()];
    for grant_type in [
        GrantType::ClientCredentials,
        GrantType::AuthorizationCode,
        GrantType::RefreshToken,
    ] {
        let mut one = grant("tökén \"with\" \\ everything");
        if let Some(token) = &mut one.token {
            token.grant_type = grant_type;
        }
        written.push(one);
    }
    for (version, grant) in (0..).zip(&written) {
        let swapped = tokens.swap(&key, version, Some(grant)).await.unwrap();
        assert_eq!(swapped, Swapped::Written(version + 1));
        let read = tokens.read(&key).await.unwrap();
        assert_eq!(
            (read.version, read.grant.as_ref()),
            (version + 1, Some(grant))
        );
    }
}

async fn another_version_is_lost_and_changes_nothing(place: Place) {
    let tokens = place.handle().await.tokens;
    let key = grant_key("acme");
    let swap = async |expected, token| tokens.swap(&key, expected, Some(&grant(token))).await;
    assert_eq!(swap(1, "early").await.unwrap(), Swapped::Lost);
    assert_eq!(swap(0, "one").await.unwrap(), Swapped::Written(1));
    for expected in [0, 2, u64::MAX] {
        assert_eq!(swap(expected, "two").await.unwrap(), Swapped::Lost);
    }
    let read = tokens.read(&key).await.unwrap();
    assert_eq!((read.version, read.grant), (1, Some(grant("one"))));
}

async fn a_version_never_goes_back(place: Place) {
    let tokens = place.handle().await.tokens;
    let key = grant_key("acme");
    let _ = tokens.swap(&key, 0, Some(&grant("one"))).await.unwrap();
    assert_eq!(
        tokens.swap(&key, 1, None).await.unwrap(),
        Swapped::Written(2)
    );
    let read = tokens.read(&key).await.unwrap();
    assert_eq!((read.version, read.grant), (2, None));
    let swapped = tokens.swap(&key, 0, Some(&grant("two"))).await.unwrap();
    assert_eq!(swapped, Swapped::Lost);
}

async fn forgetting_asks_for_no_version(place: Place) {
    let tokens = place.handle().await.tokens;
    let key = grant_key("acme");
    let _ = tokens.swap(&key, 0, Some(&grant("one"))).await.unwrap();
    tokens.forget(&key).await.unwrap();
    tokens.forget(&key).await.unwrap();
    let read = tokens.read(&key).await.unwrap();
    assert_eq!((read.version, read.grant), (3, None));
    // Nor that anything is there: whoever was about to write the first grant loses.
    let unknown = grant_key("unknown");
    tokens.forget(&unknown).await.unwrap();
    let swapped = tokens.swap(&unknown, 0, Some(&grant("one"))).await.unwrap();
    assert_eq!(swapped, Swapped::Lost);
}

async fn keys_do_not_mix(place: Place) {
    let tokens = place.handle().await.tokens;
    let business = || BusinessId::new("acme").unwrap();
    let keys = [
        grant_key("acme"),
        grant_key("other"),
        GrantKey::new("https://api.example", "app-8", business()),
        GrantKey::new("https://staging.example", "app-7", business()),
    ];
    for (number, key) in keys.iter().enumerate() {
        let grant = grant(&number.to_string());
        let swapped = tokens.swap(key, 0, Some(&grant)).await.unwrap();
        assert_eq!(swapped, Swapped::Written(1));
    }
    for (number, key) in keys.iter().enumerate() {
        let read = tokens.read(key).await.unwrap();
        assert_eq!(read.grant, Some(grant(&number.to_string())));
    }
}

async fn all_grants_are_listed_by_their_key(place: Place) {
    let tokens = place.handle().await.tokens;
    for business in ["c", "a", "gone", "b"] {
        let key = grant_key(business);
        let _ = tokens.swap(&key, 0, Some(&grant(business))).await.unwrap();
    }
    tokens.forget(&grant_key("gone")).await.unwrap();
    let grants = tokens.grants().await.unwrap();
    let listed: Vec<_> = grants
        .into_iter()
        .map(|(key, versioned)| (key, versioned.unwrap().grant.unwrap()))
        .collect();
    let expected = ["a", "b", "c"].map(|one| (grant_key(one), grant(one)));
    assert_eq!(listed, expected);
}

async fn of_many_swaps_at_once_one_wins(place: Place) {
    let handles = [place.handle().await, place.handle().await];
    let key = grant_key("acme");
    for round in 0..5 {
        let tasks: Vec<_> = (0..12)
            .map(|number| {
                let tokens = handles[number % 2].tokens.clone();
                let key = key.clone();
                tokio::spawn(async move {
                    let grant = grant(&format!("{round}-{number}"));
                    tokens.swap(&key, round, Some(&grant)).await.unwrap()
                })
            })
            .collect();
        let mut winner = None;
        for (number, task) in tasks.into_iter().enumerate() {
            match task.await.unwrap() {
                Swapped::Lost => {}
                Swapped::Written(version) => {
                    assert_eq!(version, round + 1);
                    assert_eq!(winner.replace(number), None, "two have won");
                }
            }
        }
        let read = handles[0].tokens.read(&key).await.unwrap();
        let expected = grant(&format!("{round}-{}", winner.expect("nobody has won")));
        assert_eq!((read.version, read.grant), (round + 1, Some(expected)));
    }
}

async fn what_one_handle_writes_another_reads(place: Place) {
    let (one, other) = (place.handle().await, place.handle().await);
    let key = grant_key("acme");
    let _ = one.tokens.swap(&key, 0, Some(&grant("one"))).await.unwrap();
    let read = other.tokens.read(&key).await.unwrap();
    assert_eq!(read.grant, Some(grant("one")));
}

async fn a_handle_that_goes_loses_nothing(place: Place) {
    let key = grant_key("acme");
    let one = place.handle().await;
    let _ = one.tokens.swap(&key, 0, Some(&grant("one"))).await.unwrap();
    // Calls that nobody waits for any more, as when a task is cancelled.
    for _ in 0..8 {
        let two = grant("two");
        let swap = one.tokens.swap(&key, 1, Some(&two));
        let _ = tokio::time::timeout(Duration::ZERO, swap).await;
    }
    drop(one);
    let tokens = place.handle().await.tokens;
    let read = tokens.read(&key).await.unwrap();
    let expected = [(1, Some(grant("one"))), (2, Some(grant("two")))];
    assert!(expected.contains(&(read.version, read.grant)));
}
