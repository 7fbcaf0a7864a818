//! From the environment to the store and its keys.

use retm_store::{Store, StoreKey};

use super::Context;
use crate::failure::Failure;

/// The variable that names the store.
const STORE: &str = "RETM_STORE";

/// Names the entry of the system's keyring that holds the key, as `SERVICE/USER`.
const KEYRING: &str = "RETM_STORE_KEYRING";

/// The variables of one key.
#[derive(Clone, Copy)]
pub(crate) struct KeyVars {
    text: &'static str,
    file: &'static str,
}

/// The key that a store has.
pub(crate) const KEY: KeyVars = KeyVars {
    text: StoreKey::VARIABLE,
    file: StoreKey::FILE_VARIABLE,
};

/// The key that it is to have.
pub(crate) const NEW_KEY: KeyVars = KeyVars {
    text: "RETM_STORE_NEW_KEY",
    file: "RETM_STORE_NEW_KEY_FILE",
};

impl Context {
    /// Opens the store where one is asked for; `memory:` is none.
    pub(crate) async fn open_store(&mut self) -> Result<Option<Store>, Failure> {
        if self.store.is_none()
            && let Some(url) = self.store_url()?
        {
            check_scheme(&url)?;
            let key = self.store_key(KEY)?;
            self.store = Some(Store::open(&url, key).await?);
        }
        Ok(self.store.clone())
    }

    /// The store, for a command that is about it.
    pub(crate) async fn require_store(&mut self) -> Result<Store, Failure> {
        self.open_store().await?.ok_or_else(|| {
            Failure::usage(
                "which store? Set RETM_STORE to sqlite:FILE or postgres://USER:PASSWORD@HOST/DATABASE; memory keeps nothing between runs",
            )
        })
    }

    fn store_url(&self) -> Result<Option<String>, Failure> {
        let url = match &self.global.store {
            Some(url) if has_password(url) => {
                return Err(Failure::usage(
                    "--store holds a password, and arguments show in the list of processes: set RETM_STORE instead, and change that password",
                ));
            }
            Some(url) => Some(url.clone()),
            None => self.var(STORE)?,
        };
        Ok(url.filter(|url| url != "memory:"))
    }

    /// The key in one of two variables.
    pub(crate) fn store_key(&self, vars: KeyVars) -> Result<StoreKey, Failure> {
        let KeyVars { text, file } = vars;
        match (self.var(text)?, self.var(file)?) {
            (Some(_), Some(_)) => Err(Failure::usage(format!(
                "both {text} and {file} are set; set one"
            ))),
            (Some(key), None) => StoreKey::from_base64(&key)
                .map_err(|error| Failure::usage(format!("{text}: {error}"))),
            (None, Some(path)) => StoreKey::from_file(&path)
                .map_err(|error| Failure::usage(format!("{file}: {error}"))),
            (None, None) => self.other_key(vars),
        }
    }

    fn other_key(&self, vars: KeyVars) -> Result<StoreKey, Failure> {
        let entry = match vars.text == KEY.text {
            true => self.var(KEYRING)?,
            false => None,
        };
        match entry.as_deref().map(|entry| entry.split_once('/')) {
            Some(Some((service, user))) => in_keyring(service, user),
            Some(None) => Err(Failure::usage(format!(
                "{KEYRING} names an entry of the keyring as SERVICE/USER"
            ))),
            None => Err(missing(vars)),
        }
    }
}

#[cfg(feature = "keyring")]
fn in_keyring(service: &str, user: &str) -> Result<StoreKey, Failure> {
    StoreKey::from_keyring(service, user)
        .map_err(|error| Failure::usage(format!("{KEYRING}: {error}")))
}

#[cfg(not(feature = "keyring"))]
fn in_keyring(_: &str, _: &str) -> Result<StoreKey, Failure> {
    Err(Failure::usage(format!(
        "{KEYRING} is set, but this retm was built without the feature `keyring`; set {}",
        StoreKey::FILE_VARIABLE
    )))
}

fn missing(KeyVars { text, file }: KeyVars) -> Failure {
    Failure::usage(format!(
        "a store is encrypted and wants a key: set {text}, or {file} to the file that holds it; `retm store key --file FILE` makes one"
    ))
}

/// The library's own message names no `memory:`, which is no address there.
fn check_scheme(url: &str) -> Result<(), Failure> {
    match url.split_once(':') {
        Some(("sqlite" | "postgres" | "postgresql", _)) => Ok(()),
        _ => Err(Failure::usage(
            "the address of the store is not one of `sqlite:FILE`, `postgres://USER:PASSWORD@HOST:PORT/DATABASE` and `memory:`",
        )),
    }
}

/// Whether an address carries a password, as its user's or as a parameter. Rather too often than too seldom.
fn has_password(url: &str) -> bool {
    let scheme = url.split(':').next().unwrap_or_default();
    if !scheme.to_ascii_lowercase().starts_with("postgres") {
        return false;
    }
    let (_, rest) = url.split_once("//").unwrap_or(("", url));
    let user = rest.rsplit_once('@').map(|(user, _)| user);
    user.is_some_and(|user| user.contains(':')) || rest.to_ascii_lowercase().contains("password=")
}

#[cfg(test)]
mod tests {
    use super::has_password;

    #[test]
    fn passwords_are_seen_wherever_they_stand() {
        for url in [
            "postgres://user:pass@host/db",
            "postgresql://user:p@ss/word@host",
            "POSTGRES://user:@host",
            "postgres://host/db?sslmode=require&password=x",
        ] {
            assert!(has_password(url), "{url}");
        }
        for url in [
            "postgres://user@host:5432/db",
            "postgres://host:5432/db",
            "sqlite:a:b@c",
            "memory:",
        ] {
            assert!(!has_password(url), "{url}");
        }
    }
}
