//! What is wrong with the file, the row, the key, the disk or the clock, and what is said about it.

use std::fs;
use std::time::Duration;

use insta::assert_snapshot;
use retm::store::{Begun, Lease, OrderJournal, StoreErrorKind, Swapped, TokenStore};
use retm_store::{Store, StoreKey};

use crate::place::{Place, key, tamper, told};
use crate::samples::{MINUTE, SENT, grant, grant_key, order, order_key};

async fn opened(place: &Place) -> Result<Store, retm::store::StoreError> {
    Store::open(&place.url(), key()).await
}

#[tokio::test]
async fn a_file_of_a_newer_version() {
    let place = Place::sqlite();
    drop(place.store().await);
    let newer = "INSERT INTO retm_migrations (version, description, success, checksum, execution_time) \
                 VALUES (99, 'of the future', TRUE, x'00', 0)";
    tamper(&place, newer).await;
    assert_snapshot!(told(&place, opened(&place).await), @"Newer: the store was written by a newer version of retm-store; update this program, or use another store");
}

#[tokio::test]
async fn a_row_of_a_newer_version() {
    let place = Place::sqlite();
    let store = place.store().await;
    let key = grant_key("acme");
    let _ = store.swap(&key, 0, Some(&grant("token"))).await.unwrap();
    tamper(&place, "UPDATE retm_grants SET sealed = x'0200'").await;
    assert_snapshot!(told(&place, TokenStore::read(&store, &key).await), @"Newer: the store FOLDER/retm.db holds the grant of acme at https://api.example by app-7 as a newer version of retm-store wrote it; update this program");
}

#[tokio::test]
async fn a_wrong_key() {
    let place = Place::sqlite();
    drop(place.store().await);
    let other = StoreKey::from_bytes([43; 32]);
    let opened = Store::open(&place.url(), other).await;
    assert_snapshot!(told(&place, opened), @"WrongKey: the store FOLDER/retm.db is encrypted with another key; give the key that it was made or last re-encrypted with");
}

#[tokio::test]
async fn a_corrupted_grant_fails_alone_and_can_be_forgotten() {
    let place = Place::sqlite();
    let store = place.store().await;
    for business in ["broken", "sound"] {
        let key = grant_key(business);
        let _ = store.swap(&key, 0, Some(&grant(business))).await.unwrap();
    }
    flip_in_the_file(&place, "broken").await;
    let store = place.store().await;
    let key = grant_key("broken");
    assert_snapshot!(told(&place, TokenStore::read(&store, &key).await), @"Corrupted: the store FOLDER/retm.db holds the grant of broken at https://api.example by app-7 in a form that cannot be read: its row is damaged; restore it from a backup, or forget it");

    let grants = store.grants().await.unwrap();
    let [(broken, error), (sound, read)] = &grants[..] else {
        panic!("{} grants", grants.len());
    };
    assert_eq!((broken, sound), (&key, &grant_key("sound")));
    let error = error.as_ref().unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Corrupted);
    assert_eq!(read.as_ref().unwrap().grant, Some(grant("sound")));

    let lease = store.lease(&key, "a", MINUTE).await.unwrap();
    assert_eq!(lease, Lease::Taken);
    store.forget(&key).await.unwrap();
    let read = TokenStore::read(&store, &key).await.unwrap();
    assert_eq!((read.version, read.grant), (2, None));
    let swapped = store.swap(&key, 2, Some(&grant("new"))).await.unwrap();
    assert_eq!(swapped, Swapped::Written(3));
}

/// Flips a bit of what is sealed in a row, in the bytes of the file.
async fn flip_in_the_file(place: &Place, business: &str) {
    tamper(place, "PRAGMA wal_checkpoint(TRUNCATE)").await;
    let mut bytes = fs::read(place.file()).unwrap();
    // The row is the key's columns, the version, then what is sealed.
    let row = [b"app-7", business.as_bytes()].concat();
    let mut at = bytes
        .windows(row.len())
        .enumerate()
        .filter(|(_, window)| *window == row);
    // The index of the primary key holds the columns too, without the rest.
    let places: Vec<usize> = at.by_ref().map(|(at, _)| at).collect();
    assert!(!places.is_empty(), "the row is not in the file");
    for at in places {
        if let Some(byte) = bytes.get_mut(at + row.len() + 40) {
            *byte ^= 1;
        }
    }
    fs::write(place.file(), bytes).unwrap();
}

#[tokio::test]
async fn a_corrupted_order_fails_alone() {
    let place = Place::sqlite();
    let store = place.store().await;
    for reference in ["broken", "sound"] {
        let key = order_key(reference);
        let _ = store
            .begin(&key, &order("body"), "a", Duration::ZERO)
            .await
            .unwrap();
    }
    let flip = "UPDATE retm_orders SET body = substr(body, 1, 40) || x'00' || substr(body, 42) \
                WHERE reference = 'broken'";
    tamper(&place, flip).await;
    let key = order_key("broken");
    assert_snapshot!(told(&place, OrderJournal::read(&store, &key).await), @"Corrupted: the store FOLDER/retm.db holds the order broken of acme at https://api.example by app-7 in a form that cannot be read: its row is damaged; restore it from a backup, or forget it");
    for begun in [
        store
            .begin(&key, &order("body"), "b", MINUTE)
            .await
            .map(Some),
        store.resume(&key, "b", MINUTE).await,
    ] {
        assert_eq!(begun.unwrap_err().kind(), StoreErrorKind::Corrupted);
    }
    let sound = store
        .resume(&order_key("sound"), "b", MINUTE)
        .await
        .unwrap();
    assert!(matches!(sound, Some(Begun::Leased(_))));
    assert_eq!(store.pending(None).await.unwrap().len(), 2);
}

#[tokio::test]
async fn rows_that_were_swapped_are_noticed() {
    let place = Place::sqlite();
    let store = place.store().await;
    for business in ["one", "two"] {
        let key = grant_key(business);
        let _ = store.swap(&key, 0, Some(&grant(business))).await.unwrap();
    }
    let swap =
        "UPDATE retm_grants SET sealed = (SELECT sealed FROM retm_grants WHERE business = 'two')";
    tamper(&place, swap).await;
    let read = async |business| TokenStore::read(&store, &grant_key(business)).await;
    assert_eq!(
        read("one").await.unwrap_err().kind(),
        StoreErrorKind::Corrupted
    );
    assert_eq!(read("two").await.unwrap().grant, Some(grant("two")));
}

#[tokio::test]
async fn a_row_with_values_of_other_types_fails_alone() {
    let place = Place::sqlite();
    let store = place.store().await;
    for business in ["broken", "sound"] {
        let key = grant_key(business);
        let _ = store.swap(&key, 0, Some(&grant(business))).await.unwrap();
    }
    tamper(
        &place,
        "UPDATE retm_grants SET version = 'x' WHERE business = 'broken'",
    )
    .await;
    let grants = store.grants().await.unwrap();
    let sound: Vec<bool> = grants.iter().map(|(_, one)| one.is_ok()).collect();
    assert_eq!(sound, [false, true]);
}

#[tokio::test]
async fn a_full_disk() {
    let place = Place::sqlite();
    let url = format!("{}?max_page_count=24", place.url());
    let store = Store::open(&url, key()).await.unwrap();
    let body = "x".repeat(2000);
    let mut kept = Vec::new();
    let error = loop {
        let key = order_key(&kept.len().to_string());
        match store.begin(&key, &order(&body), "a", Duration::ZERO).await {
            Ok(_) => kept.push(key),
            Err(error) => break Err::<(), _>(error),
        }
        assert!(kept.len() < 1000, "it is never full");
    };
    assert_snapshot!(told(&place, error), @"NotWritable: the store FOLDER/retm.db is full; free space on its disk. What was stored before is still there");
    // What was stored before is there, and can be read while it is full.
    assert!(!kept.is_empty());
    assert_eq!(store.pending(None).await.unwrap(), kept);
    let record = OrderJournal::read(&store, &kept[0]).await.unwrap().unwrap();
    assert_eq!(record.intent.order, order(&body));
    // With space again, it goes on.
    let store = place.store().await;
    let _ = store
        .begin(&order_key("more"), &order(&body), "a", MINUTE)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_file_that_is_no_database() {
    let place = Place::sqlite();
    fs::write(place.file(), "Dear diary, ".repeat(1000)).unwrap();
    assert_snapshot!(told(&place, opened(&place).await), @"Config: the store FOLDER/retm.db is no SQLite database; name another file, or move this one away");
    let left = fs::read_to_string(place.file()).unwrap();
    assert!(
        left.starts_with("Dear diary"),
        "somebody's file was overwritten"
    );
}

#[tokio::test]
async fn a_folder_that_is_missing() {
    let place = Place::sqlite();
    let url = format!(
        "sqlite:{}/missing/retm.db",
        place.file().parent().unwrap().display()
    );
    assert_snapshot!(told(&place, Store::open(&url, key()).await), @"Config: the folder FOLDER/missing of the store does not exist; create it");
}

#[tokio::test]
async fn a_file_that_is_a_folder() {
    let place = Place::sqlite();
    fs::create_dir(place.file()).unwrap();
    assert_snapshot!(told(&place, opened(&place).await), @"Config: the store FOLDER/retm.db is a folder; name a file");
}

#[tokio::test]
async fn addresses_that_cannot_be_used() {
    let place = Place::memory();
    let mut text = String::new();
    for url in [
        "",
        "retm.db",
        "mysql://me:hunter2@host/db",
        "memory:",
        "sqlite:",
        "sqlite:retm.db?mode=rw",
        #[cfg(feature = "postgres")]
        "postgres://me:hunter/2@host/db",
    ] {
        let error = told(&place, Store::open(url, key()).await);
        assert!(!error.contains("hunter"), "{error}");
        text = format!("{text}{error}\n");
    }
    #[cfg(feature = "postgres")]
    assert_snapshot!(text, @r"
    Config: the address of the store is not one of `sqlite:FILE` or `postgres://USER:PASSWORD@HOST:PORT/DATABASE`
    Config: the address of the store is not one of `sqlite:FILE` or `postgres://USER:PASSWORD@HOST:PORT/DATABASE`
    Config: the address of the store is not one of `sqlite:FILE` or `postgres://USER:PASSWORD@HOST:PORT/DATABASE`
    Config: `memory:` keeps nothing; for that, retm::store::MemoryStore needs no key
    Config: the address of the store names no file; write `sqlite:FILE`
    Config: the address of the store has an option that is not known; `max_page_count` is
    Config: the address of the store cannot be read; write `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, with special characters of the password percent-encoded
    ");
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let place = Place::sqlite();
    let names = ["", "-wal", "-shm"].map(|suffix| format!("{}{suffix}", place.file().display()));
    let store = place.store().await;
    let _ = store
        .swap(&grant_key("acme"), 0, Some(&grant("token")))
        .await
        .unwrap();
    let modes = || {
        names
            .clone()
            .map(|name| fs::metadata(name).unwrap().permissions().mode() & 0o777)
    };
    assert_eq!(modes(), [0o600; 3]);
    // What somebody has opened to others is theirs no more.
    for name in &names {
        fs::set_permissions(name, fs::Permissions::from_mode(0o644)).unwrap();
    }
    let again = place.store().await;
    assert_eq!(modes(), [0o600; 3]);
    drop((store, again));
}

#[tokio::test]
async fn nothing_shown_of_a_store_is_secret() {
    let place = Place::sqlite();
    let store = place.store().await;
    let shown = format!("{store:?} {:?}", key());
    let folder = place.file().parent().unwrap().display().to_string();
    assert_snapshot!(shown.replace(&folder, "FOLDER"), @r#"Store("the store FOLDER/retm.db") [redacted]"#);
}

/// An hour in the future, as rows look after the clock has jumped back by that.
const AHEAD: &str = "(SELECT CAST(unixepoch() AS INTEGER) * 1000000 + 3600000000)";

#[tokio::test]
async fn a_clock_that_jumps_back_makes_no_lease_eternal() {
    let place = Place::sqlite();
    let store = place.store().await;
    let key = grant_key("acme");
    let short = Duration::from_millis(50);
    assert_eq!(
        store.lease(&key, "gone", short).await.unwrap(),
        Lease::Taken
    );
    tamper(
        &place,
        &format!("UPDATE retm_grants SET lease_from = {AHEAD}, lease_until = {AHEAD} + 50000"),
    )
    .await;
    let mut told = Vec::new();
    loop {
        let lease = store.lease(&key, "next", MINUTE).await.unwrap();
        let line = match lease {
            Lease::Held(left) => format!("Held for {short:?} at most: {}", left <= short),
            lease => format!("{lease:?}"),
        };
        let over = line == "Taken";
        told.push(line);
        if over {
            break;
        }
    }
    told.dedup();
    assert_snapshot!(told.join("\n"), @r"
    Held for 50ms at most: true
    Taken
    ");
}

#[tokio::test]
async fn a_clock_that_jumps_back_makes_no_age_negative_and_stops_no_order() {
    let place = Place::sqlite();
    let store = place.store().await;
    let key = order_key("1");
    let short = Duration::from_millis(50);
    let _ = store
        .begin(&key, &order("body"), "gone", MINUTE)
        .await
        .unwrap();
    assert!(store.advance(&key, "gone", &SENT, short).await.unwrap());
    tamper(
        &place,
        &format!(
            "UPDATE retm_orders SET written_at = {AHEAD}, sent_at = {AHEAD}, \
             lease_from = {AHEAD}, lease_until = {AHEAD} + 50000"
        ),
    )
    .await;
    let record = OrderJournal::read(&store, &key).await.unwrap().unwrap();
    let mut told = vec![format!(
        "{:?}, {:?} old, sent {:?} ago",
        record.intent.state, record.age, record.sent_ago
    )];
    loop {
        match store.resume(&key, "next", MINUTE).await.unwrap().unwrap() {
            Begun::Held(_, left) => {
                told.push(format!("held for {short:?} at most: {}", left <= short));
            }
            Begun::Leased(record) => {
                told.push(format!("leased, {:?}", record.intent.state));
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    told.dedup();
    assert_snapshot!(told.join("\n"), @r"
    Sent { settle_window: 300s }, 0ns old, sent Some(0ns) ago
    held for 50ms at most: true
    leased, Sent { settle_window: 300s }
    ");
    // From the first look on, time passes for it again.
    let ago = async || {
        let record = OrderJournal::read(&store, &key).await.unwrap().unwrap();
        record.sent_ago.unwrap()
    };
    while ago().await < short {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_clock_that_jumps_forward_ends_leases_and_loses_nothing() {
    let place = Place::sqlite();
    let store = place.store().await;
    let key = order_key("1");
    let _ = store
        .begin(&key, &order("body"), "gone", MINUTE)
        .await
        .unwrap();
    let back = "written_at = written_at - 86400000000, lease_from = lease_from - 86400000000, \
                lease_until = lease_until - 86400000000";
    tamper(&place, &format!("UPDATE retm_orders SET {back}")).await;
    let begun = store.resume(&key, "next", MINUTE).await.unwrap();
    let Some(Begun::Leased(record)) = begun else {
        panic!("{begun:?}");
    };
    let days = record.age.as_secs() / 86_400;
    let told = format!("leased, {:?}, {days} d old", record.intent.state);
    assert_snapshot!(told, @"leased, Prepared, 1 d old");
    assert_eq!(record.intent.order, order("body"));
}
