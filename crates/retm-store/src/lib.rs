#![doc = include_str!("../README.md")]

#[cfg(not(any(feature = "sqlite", feature = "postgres")))]
compile_error!("retm-store keeps nothing without a database: turn on `sqlite` or `postgres`");

mod failure;
mod journal;
mod key;
#[cfg(feature = "keyring")]
mod keyring;
mod lease;
mod migrate;
mod plain;
#[cfg(feature = "postgres")]
mod postgres;
mod rekey;
mod seal;
mod session;
#[cfg(feature = "sqlite")]
mod sqlite;
mod statements;
mod store;
mod tokens;

pub use key::StoreKey;
pub use rekey::{Progress, Rekeyed};
pub use store::Store;
