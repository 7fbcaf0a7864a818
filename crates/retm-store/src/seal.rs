//! Encryption at rest: XChaCha20-Poly1305, each value bound to its place.

use chacha20poly1305::aead::{Aead as _, Generate as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::StoreKey;

/// The form of what [`Cipher::seal`] writes: this byte, the nonce, the cipher text with its tag.
const FORMAT: u8 = 1;

const NONCE: usize = 24;

/// Where a sealed value stands. A value that is moved to another row or column cannot be opened.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) table: &'static str,
    pub(crate) column: &'static str,
    /// The columns of the row's key.
    pub(crate) key: &'a [&'a str],
}

impl Place<'_> {
    /// Each part with its length, so that no two places give the same bytes.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![FORMAT];
        let parts = [self.table, self.column].into_iter();
        for part in parts.chain(self.key.iter().copied()) {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        bytes
    }
}

/// Why a sealed value cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// A newer version wrote it.
    Newer,
    /// Another key, another place, or changed bytes.
    Broken,
}

/// Why nothing could be sealed: the system has no randomness, or the value is gigabytes long.
#[derive(Debug)]
pub(crate) struct Unsealable;

/// Seals and opens with one key.
pub(crate) struct Cipher(XChaCha20Poly1305);

impl Cipher {
    pub(crate) fn new(key: &StoreKey) -> Self {
        Self(XChaCha20Poly1305::new(key.bytes().into()))
    }

    pub(crate) fn seal(&self, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>, Unsealable> {
        let nonce = XNonce::try_generate().map_err(|_| Unsealable)?;
        let payload = Payload {
            msg: plain,
            aad: &place.bytes(),
        };
        let text = self.0.encrypt(&nonce, payload).map_err(|_| Unsealable)?;
        Ok([&[FORMAT], nonce.as_slice(), &text].concat())
    }

    pub(crate) fn open(
        &self,
        place: Place<'_>,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
        let Some((&format, rest)) = sealed.split_first() else {
            return Err(Unreadable::Broken);
        };
        if format > FORMAT {
            return Err(Unreadable::Newer);
        }
        let Some((nonce, text)) = rest.split_first_chunk::<NONCE>() else {
            return Err(Unreadable::Broken);
        };
        let payload = Payload {
            msg: text,
            aad: &place.bytes(),
        };
        let opened = self.0.decrypt(&XNonce::from(*nonce), payload);
        opened.map(Zeroizing::new).map_err(|_| Unreadable::Broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place<'a>(column: &'static str, key: &'a [&'a str]) -> Place<'a> {
        Place {
            table: "table",
            column,
            key,
        }
    }

    #[test]
    fn a_value_opens_in_its_place_alone() {
        let cipher = Cipher::new(&StoreKey::from_bytes([7; 32]));
        let sealed = cipher.seal(place("body", &["a", "bc"]), b"plain").unwrap();
        let open = |column, key: &[&str]| cipher.open(place(column, key), &sealed);
        assert_eq!(**open("body", &["a", "bc"]).unwrap(), *b"plain");
        assert_eq!(open("body", &["ab", "c"]), Err(Unreadable::Broken));
        assert_eq!(open("outcome", &["a", "bc"]), Err(Unreadable::Broken));
        let other = Cipher::new(&StoreKey::from_bytes([8; 32]));
        let opened = other.open(place("body", &["a", "bc"]), &sealed);
        assert_eq!(opened, Err(Unreadable::Broken));
    }

    #[test]
    fn no_nonce_comes_twice_and_no_flipped_bit_passes() {
        let cipher = Cipher::new(&StoreKey::from_bytes([7; 32]));
        let sealed = cipher.seal(place("body", &[]), b"plain").unwrap();
        assert_ne!(sealed, cipher.seal(place("body", &[]), b"plain").unwrap());
        for at in 0..sealed.len() {
            let mut broken = sealed.clone();
            broken[at] ^= 0x80;
            assert!(cipher.open(place("body", &[]), &broken).is_err(), "{at}");
            assert!(cipher.open(place("body", &[]), &sealed[..at]).is_err());
        }
    }

    #[test]
    fn a_newer_form_is_told_apart() {
        let cipher = Cipher::new(&StoreKey::from_bytes([7; 32]));
        let opened = cipher.open(place("body", &[]), &[FORMAT + 1, 0]);
        assert_eq!(opened, Err(Unreadable::Newer));
    }
}
