//! ULIDs of seeded and of created elements.

use rand::RngExt;
use ulid::Ulid;

use super::dice;

/// 2023-06-01T00:00:00Z, when the seeded merchants opened; one element of a kind a minute from there.
const OPENED: u64 = 1_685_577_600_000;
const STEP: u64 = 60_000;

/// The id of the seeded element of this kind and index. Its time carries the index, so it can be found again without
/// a map.
pub(super) fn seeded_id(seed: u64, kind: &str, index: usize) -> String {
    let index = index as u64;
    let time = OPENED.saturating_add(index.saturating_mul(STEP));
    id(seed, kind, index, time)
}

/// The index of the seeded element with this id.
pub(super) fn seeded_index(seed: u64, kind: &str, id: &str) -> Option<usize> {
    let since = Ulid::from_string(id)
        .ok()?
        .timestamp_ms()
        .checked_sub(OPENED)?;
    let index = usize::try_from(since / STEP).ok()?;
    (since % STEP == 0 && seeded_id(seed, kind, index) == id).then_some(index)
}

/// The id of something created at this time, in milliseconds since 1970.
pub(crate) fn created_id(seed: u64, kind: &str, number: u64, time: u64) -> String {
    id(seed, kind, number, time)
}

fn id(seed: u64, kind: &str, number: u64, time: u64) -> String {
    let random: u128 = dice(seed, kind, number).random();
    // A ULID has 48 bits of time.
    Ulid::from_parts(time & 0xffff_ffff_ffff, random)
        .to_string()
        .to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_leads_back_to_its_index() {
        for index in [0, 1, 99, 100_000] {
            let id = seeded_id(7, "product", index);
            assert_eq!(id.len(), 26);
            assert_eq!(id, id.to_lowercase());
            assert_eq!(seeded_index(7, "product", &id), Some(index));
            assert_eq!(seeded_index(8, "product", &id), None);
            assert_eq!(seeded_index(7, "customer", &id), None);
        }
    }

    #[test]
    fn foreign_ids_lead_nowhere() {
        for id in [
            "",
            "x",
            "01GZK6C7J03PQP7KGRAQ3F197Y",
            "مرحبا",
            "zzzzzzzzzzzzzzzzzzzzzzzzzz",
        ] {
            assert_eq!(seeded_index(7, "product", id), None);
        }
    }
}
