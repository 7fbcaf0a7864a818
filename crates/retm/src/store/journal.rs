//! The journal of orders.

use std::time::Duration;

use futures::future::BoxFuture;

use super::{GrantKey, IntentKey, IntentRecord, IntentState, NewIntent, StoreError};

/// What a journal answers to whoever wants to send an order.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub enum Begun {
    /// The lease is the caller's. The record is new, or was left by somebody whose lease has ended.
    Leased(IntentRecord),
    /// Somebody else is sending it, for so long at most.
    Held(IntentRecord, Duration),
    /// It took effect before: nothing is to be sent.
    Done(IntentRecord),
}

/// Remembers orders before they are sent, so that a crash neither loses nor doubles one.
///
/// One record a reference, one owner at a time: every change asks for the owner's lease. Leases and
/// ages run by the journal's own time. No call waits for another process.
///
/// A call that never ends holds up whoever needs it: implementers end theirs after a time of their own,
/// with [`Unavailable`](super::StoreErrorKind::Unavailable). What has failed so may still be under way: a
/// further write of the same record waits until it has landed or come to nothing.
pub trait OrderJournal: Send + Sync + 'static {
    /// Writes the intent under its key, unless there is one, and asks for its lease. A record in
    /// [`IntentState::Rejected`] whose lease is free is replaced by the new intent; any other record
    /// is left as it is (the caller compares the digests, and heeds the window that is there).
    fn begin<'a>(
        &'a self,
        key: &'a IntentKey,
        intent: &'a NewIntent,
        owner: &'a str,
        lease: Duration,
    ) -> BoxFuture<'a, Result<Begun, StoreError>>;

    /// Asks for the lease of an intent that is there already; `None` where there is none.
    fn resume<'a>(
        &'a self,
        key: &'a IntentKey,
        owner: &'a str,
        lease: Duration,
    ) -> BoxFuture<'a, Result<Option<Begun>, StoreError>>;

    /// What is stored of an order.
    fn read<'a>(
        &'a self,
        key: &'a IntentKey,
    ) -> BoxFuture<'a, Result<Option<IntentRecord>, StoreError>>;

    /// Puts the order into another state and its lease at that time from now; `false`, and nothing
    /// is changed, where the lease is not the owner's any more. [`IntentState::Sent`] sets the time
    /// that [`IntentRecord::sent_ago`] counts from, and is kept with its window, which may be rounded up.
    fn advance<'a>(
        &'a self,
        key: &'a IntentKey,
        owner: &'a str,
        state: &'a IntentState,
        lease: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Puts the owner's lease at that time from now; `false` where it is not the owner's any more.
    fn renew<'a>(
        &'a self,
        key: &'a IntentKey,
        owner: &'a str,
        lease: Duration,
    ) -> BoxFuture<'a, Result<bool, StoreError>>;

    /// Gives the lease back; nothing where it is another's by now.
    fn release<'a>(
        &'a self,
        key: &'a IntentKey,
        owner: &'a str,
    ) -> BoxFuture<'a, Result<(), StoreError>>;

    /// The orders of a grant, or of all grants, that are [`IntentState::Prepared`] or
    /// [`IntentState::Sent`], the oldest first.
    fn pending<'a>(
        &'a self,
        grant: Option<&'a GrantKey>,
    ) -> BoxFuture<'a, Result<Vec<IntentKey>, StoreError>>;
}
