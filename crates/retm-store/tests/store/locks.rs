//! SQLite's locks on a file that a process has open, as Linux lists them.

use std::os::unix::fs::MetadataExt;

use retm_store::{Store, StoreKey};

use crate::place::Place;

/// How many locks there are on the store's file.
fn locks(place: &Place) -> usize {
    let inode = std::fs::metadata(place.file()).unwrap().ino();
    let locks = std::fs::read_to_string("/proc/locks").unwrap();
    let of_file = format!(":{inode} ");
    locks.lines().filter(|line| line.contains(&of_file)).count()
}

/// Without them another process takes itself for the last one to close the file, and removes the log that this one goes
/// on writing to.
#[tokio::test]
async fn a_second_handle_leaves_the_first_its_locks() {
    let place = Place::sqlite();
    let first = place.store().await;
    let held = locks(&place);
    assert!(held > 0);
    let second = place.store().await;
    assert!(locks(&place) >= held);
    let wrong_key = StoreKey::from_bytes([1; 32]);
    Store::open(&place.url(), wrong_key).await.unwrap_err();
    assert!(locks(&place) >= held);
    drop((first, second));
}
