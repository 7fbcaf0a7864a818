//! What outlives a process: the grants, and the orders that may have been sent.
//!
//! The traits stand here, where they are used; `retm-store` implements them on SQLite and PostgreSQL.

mod error;
mod intent;
mod journal;
mod key;
mod memory;
#[cfg(test)]
mod memory_tests;
mod tokens;

pub use error::{StoreError, StoreErrorKind};
pub use intent::{Intent, IntentRecord, IntentState, NewIntent};
pub use journal::{Begun, OrderJournal};
pub use key::{GrantKey, IntentKey};
pub use memory::MemoryStore;
pub use tokens::{GrantRow, Lease, StoredGrant, StoredToken, Swapped, TokenStore, Versioned};
