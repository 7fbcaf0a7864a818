//! The store of grants.

use std::time::{Duration, SystemTime};

use futures::future::BoxFuture;
use retm_types::Secret;

use super::{GrantKey, StoreError};
use crate::auth::GrantType;

/// A grant as a store keeps it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StoredGrant {
    /// The access token, where there is one that was not refused.
    pub token: Option<StoredToken>,
    /// What the token is renewed with, where the server gave such a thing.
    pub refresh_token: Option<Secret>,
    /// Whether the merchant authorized the app with a code; without, the app's credentials serve.
    pub by_code: bool,
    /// When it was found that the merchant has taken the grant back.
    pub revoked_at: Option<SystemTime>,
}

impl StoredGrant {
    /// Whether a token can be had without the merchant.
    pub(crate) fn is_renewable(&self) -> bool {
        self.refresh_token.is_some() || !self.by_code
    }
}

/// An access token as a store keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredToken {
    /// The token.
    pub access_token: Secret,
    /// How it was obtained.
    pub grant_type: GrantType,
    /// When it was obtained, by the clock of whoever obtained it.
    pub issued_at: SystemTime,
    /// When it expires, by the clock of whoever obtained it.
    pub expires_at: SystemTime,
}

/// What a store holds of a grant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Versioned {
    /// Counts the writes of this grant; 0 where nothing was ever written. Never goes back, not even
    /// when the grant is forgotten.
    pub version: u64,
    /// The grant; `None` where there is none or it was forgotten.
    pub grant: Option<StoredGrant>,
}

/// What became of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Swapped {
    /// Written, under this version.
    Written(u64),
    /// Another write came first; this one changed nothing.
    Lost,
}

/// What became of asking for a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Lease {
    /// The lease is the caller's, for the time asked for.
    Taken,
    /// It is another's, for so long at most.
    Held(Duration),
}

/// One grant of all that a store holds.
pub type GrantRow = (GrantKey, Result<Versioned, StoreError>);

/// Keeps grants for the processes that share them.
///
/// A refresh token may be single-use, so of all processes one may refresh: whoever has the lease
/// reads, refreshes and swaps; the others read again. Leases run by the store's own time. No call
/// waits for another process.
///
/// A call that never ends holds up whoever needs it: implementers end theirs after a time of their own,
/// with [`Unavailable`](super::StoreErrorKind::Unavailable).
pub trait TokenStore: Send + Sync + 'static {
    /// What is stored of a grant.
    fn read<'a>(&'a self, key: &'a GrantKey) -> BoxFuture<'a, Result<Versioned, StoreError>>;

    /// Writes a grant if the stored version is still `expected`; `None` forgets it and keeps the
    /// version counting.
    fn swap<'a>(
        &'a self,
        key: &'a GrantKey,
        expected: u64,
        grant: Option<&'a StoredGrant>,
    ) -> BoxFuture<'a, Result<Swapped, StoreError>>;

    /// Asks for the right to refresh the grant for that time. Whoever has it may ask again.
    fn lease<'a>(
        &'a self,
        key: &'a GrantKey,
        owner: &'a str,
        duration: Duration,
    ) -> BoxFuture<'a, Result<Lease, StoreError>>;

    /// Gives the lease back; nothing where it is another's by now.
    fn release<'a>(
        &'a self,
        key: &'a GrantKey,
        owner: &'a str,
    ) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Forgets a grant whatever its version, even one that cannot be read; the version counts on.
    fn forget<'a>(&'a self, key: &'a GrantKey) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Every grant that was not forgotten, by its key. One that cannot be read stands among the others
    /// with its error.
    fn grants(&self) -> BoxFuture<'_, Result<Vec<GrantRow>, StoreError>>;
}
