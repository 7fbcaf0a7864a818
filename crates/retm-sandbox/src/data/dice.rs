//! Randomness that is a function of a seed.

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// A generator of its own for one element of one kind.
pub(crate) fn dice(seed: u64, kind: &str, index: u64) -> SmallRng {
    let parts = kind.bytes().map(u64::from).chain([index]);
    SmallRng::seed_from_u64(mix(seed, parts))
}

/// Stirs the parts into the seed, one after the other, with the finaliser of SplitMix64.
pub(crate) fn mix(seed: u64, parts: impl IntoIterator<Item = u64>) -> u64 {
    parts.into_iter().fold(seed, |state, part| {
        let mut z = (state ^ part).wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    })
}

/// A credential that says what it is, as those of many vendors do: a scanner finds one that has leaked.
pub(crate) fn credential(seed: u64, kind: &str, index: u64, length: usize) -> String {
    let mut credential = format!("sandbox-{kind}-");
    let rest = length.saturating_sub(credential.len());
    credential.push_str(&text(seed, kind, index, rest));
    credential
}

/// Letters and digits by chance.
fn text(seed: u64, kind: &str, index: u64, length: usize) -> String {
    let mut dice = dice(seed, kind, index);
    (0..length)
        .filter_map(|_| ALPHABET.get(dice.random_range(0..ALPHABET.len())))
        .map(|byte| char::from(*byte))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depends_on_seed_kind_and_index() {
        let first = text(7, "token", 0, 40);
        assert_eq!(first, text(7, "token", 0, 40));
        assert_eq!(first.len(), 40);
        assert_ne!(first, text(8, "token", 0, 40));
        assert_ne!(first, text(7, "code", 0, 40));
        assert_ne!(first, text(7, "token", 1, 40));
    }

    #[test]
    fn a_credential_says_what_it_is() {
        let code = credential(7, "code", 1, 48);
        assert!(code.starts_with("sandbox-code-"), "{code}");
        assert_eq!(code.len(), 48);
        assert_ne!(code, credential(7, "code", 2, 48));
    }
}
