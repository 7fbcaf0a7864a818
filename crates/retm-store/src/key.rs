//! The key that a store is encrypted with.

use std::env;
use std::fmt;
use std::path::Path;

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use chacha20poly1305::aead::Generate as _;
use retm::store::{StoreError, StoreErrorKind};
use zeroize::{Zeroize as _, Zeroizing};

/// How long a key is, in bytes.
const LENGTH: usize = 32;

/// What to do where there is no usable key.
const MEND: &str = "32 random bytes in base64 are wanted, such as `openssl rand -base64 32` makes";

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// The key that a store is encrypted with: 32 random bytes.
///
/// `Debug` shows nothing of it, and the memory is wiped when it is dropped.
#[derive(Clone)]
pub struct StoreKey(Zeroizing<[u8; LENGTH]>);

impl StoreKey {
    /// The variable that holds the key in base64.
    pub const VARIABLE: &'static str = "RETM_STORE_KEY";

    /// The variable that names a file which holds the key in base64.
    pub const FILE_VARIABLE: &'static str = "RETM_STORE_KEY_FILE";

    /// A new key, from the operating system's source of randomness.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Other`] where the system has no randomness to give.
    pub fn generate() -> Result<Self, StoreError> {
        let bytes = <[u8; LENGTH]>::try_generate().map_err(|error| {
            let message = "the operating system gives no random bytes for a key";
            StoreError::new(StoreErrorKind::Other, message).with_source(error)
        })?;
        Ok(Self::from_bytes(bytes))
    }

    /// The key of those bytes. Copies the caller keeps are the caller's to wipe.
    pub fn from_bytes(bytes: [u8; LENGTH]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads a key in base64, with either alphabet, with or without padding.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Config`] where it is not base64 of 32 bytes.
    pub fn from_base64(text: &str) -> Result<Self, StoreError> {
        Self::parse(text, "the key")
    }

    fn parse(text: &str, what: &str) -> Result<Self, StoreError> {
        let text = text.trim();
        let alphabet = if text.contains(['-', '_']) {
            &URL_SAFE
        } else {
            &STANDARD
        };
        let decoded = GeneralPurpose::new(alphabet, LENIENT).decode(text);
        // The decoder's own error would quote a byte of the key.
        let Ok(decoded) = decoded else {
            return Err(config(format!("{what} is not base64; {MEND}")));
        };
        let mut decoded = Zeroizing::new(decoded);
        let mut key = Zeroizing::new([0; LENGTH]);
        if decoded.len() != LENGTH {
            let length = decoded.len();
            return Err(config(format!("{what} has {length} bytes; {MEND}")));
        }
        key.copy_from_slice(&decoded);
        decoded.zeroize();
        Ok(Self(key))
    }

    /// Reads a key in base64 from a file.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Config`] where the file cannot be read or holds no key.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path).map_err(|error| {
            let message = format!("cannot read the key file {}: {error}", path.display());
            config(message)
        })?;
        Self::parse(
            &Zeroizing::new(text),
            &format!("the key in {}", path.display()),
        )
    }

    /// Reads the key of `RETM_STORE_KEY`, or of the file that `RETM_STORE_KEY_FILE` names.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Config`] where both are set or none, or where there is no key in it.
    pub fn from_env() -> Result<Self, StoreError> {
        let given = |name| env::var_os(name).filter(|value| !value.is_empty());
        match (given(Self::VARIABLE), given(Self::FILE_VARIABLE)) {
            (Some(_), Some(_)) => Err(config(format!(
                "both {} and {} are set; set one",
                Self::VARIABLE,
                Self::FILE_VARIABLE
            ))),
            (Some(text), None) => match text.into_string() {
                Ok(text) => Self::parse(&Zeroizing::new(text), Self::VARIABLE),
                Err(_) => Err(config(format!("{} is not base64; {MEND}", Self::VARIABLE))),
            },
            (None, Some(path)) => Self::from_file(Path::new(&path)),
            (None, None) => Err(config(format!(
                "a store is encrypted and wants a key: set {}, or {} to the file that holds it; {MEND}",
                Self::VARIABLE,
                Self::FILE_VARIABLE
            ))),
        }
    }

    /// The key in base64, to be kept somewhere safe. Not for logs.
    pub fn to_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(base64::engine::general_purpose::STANDARD.encode(*self.0))
    }

    pub(crate) fn bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }
}

impl fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

pub(crate) fn config(message: String) -> StoreError {
    StoreError::new(StoreErrorKind::Config, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_in_every_spelling_of_base64() {
        let key = StoreKey::from_bytes([0xfb; LENGTH]);
        let standard = key.to_base64();
        let url = standard.replace('+', "-").replace('/', "_");
        for text in [
            standard.as_str(),
            &format!(" {}\n", *standard),
            standard.trim_end_matches('='),
            &url,
        ] {
            assert_eq!(StoreKey::from_base64(text).unwrap().bytes(), key.bytes());
        }
        assert_eq!(format!("{key:?}"), "[redacted]");
    }

    #[test]
    fn keys_made_are_not_the_same() {
        let (one, other) = (StoreKey::generate().unwrap(), StoreKey::generate().unwrap());
        assert_ne!(one.bytes(), other.bytes());
    }

    #[test]
    fn what_is_no_key_is_told_without_quoting_it() {
        let short = StoreKey::from_base64("c2VjcmV0").unwrap_err().to_string();
        let wrong = StoreKey::from_base64("se cret!").unwrap_err().to_string();
        insta::assert_snapshot!(format!("{short}\n{wrong}"), @r"
    the key has 6 bytes; 32 random bytes in base64 are wanted, such as `openssl rand -base64 32` makes
    the key is not base64; 32 random bytes in base64 are wanted, such as `openssl rand -base64 32` makes
    ");
    }

    #[test]
    fn a_missing_key_file_is_named() {
        let error = StoreKey::from_file("no/such/key").unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Config);
        assert!(error.to_string().contains("no/such/key"), "{error}");
    }
}
