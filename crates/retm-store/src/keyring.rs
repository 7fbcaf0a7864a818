//! A key from the operating system's keyring.

use keyring_core::{Entry, Error};
use retm::store::{StoreError, StoreErrorKind};
use zeroize::Zeroizing;

use crate::StoreKey;
use crate::key::config;

/// How keyring's stores for tests introduce themselves: they forget, or keep secrets in the clear.
const FOR_TESTS: [&str; 2] = ["Mock store", "Sample store"];

impl StoreKey {
    /// Reads a key, kept in base64 as a password, from the operating system's keyring: the keychain
    /// of macOS, the credential manager of Windows, the secret service of a Linux desktop.
    ///
    /// It blocks while the keyring asks its user. keyring's stores for tests are refused.
    ///
    /// # Errors
    ///
    /// [`StoreErrorKind::Config`] where there is no keyring, no such entry, or no key in it.
    pub fn from_keyring(service: &str, user: &str) -> Result<Self, StoreError> {
        // The first use makes the system's keyring the default; it stays what somebody made it later.
        let status = keyring::Entry::store_status();
        let Some(store) = keyring_core::get_default_store() else {
            return Err(failed(
                status.as_ref().err().unwrap_or(&Error::NoDefaultStore),
            ));
        };
        if for_tests(&store.vendor()) {
            return Err(config(
                "the keyring is keyring's store for tests, which protects nothing; use the \
                 system's keyring or RETM_STORE_KEY_FILE"
                    .to_owned(),
            ));
        }
        let entry = Entry::new_in_store(&store, service, user).map_err(|error| failed(&error))?;
        let text = entry.get_password().map_err(|error| failed(&error))?;
        Self::from_base64(&Zeroizing::new(text))
    }
}

fn for_tests(vendor: &str) -> bool {
    FOR_TESTS.iter().any(|one| vendor.starts_with(one))
}

/// Only what kind of failure it is: some of keyring's errors carry what they found.
fn failed(error: &Error) -> StoreError {
    let what = match error {
        Error::NoEntry => "has no such entry; keep the key there first",
        Error::NoDefaultStore => "is not there; use RETM_STORE_KEY_FILE",
        Error::NoStorageAccess(_) => "is locked or may not be used; unlock it",
        Error::BadEncoding(_) => "holds no text under that name; keep the key in base64",
        _ => "failed; use RETM_STORE_KEY_FILE",
    };
    StoreError::new(
        StoreErrorKind::Config,
        format!("the operating system's keyring {what}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyring_for_tests_is_refused() {
        // The first use sets the system's store, so the mock comes after it.
        let _ = keyring::Entry::store_status();
        keyring_core::set_default_store(keyring_core::mock::Store::new().unwrap());
        let entry = Entry::new("retm", "store").unwrap();
        let key = StoreKey::generate().unwrap();
        entry.set_password(&key.to_base64()).unwrap();
        let error = StoreKey::from_keyring("retm", "store").unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Config);
        insta::assert_snapshot!(error, @"the keyring is keyring's store for tests, which protects nothing; use the system's keyring or RETM_STORE_KEY_FILE");
    }
}
