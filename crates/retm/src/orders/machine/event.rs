//! What a machine is told, and what it asks for.

use std::time::Duration;

use bytes::Bytes;
use retm_types::CreateOrder;

use super::super::answer::Reply;
use super::super::lookup::Look;
use super::super::submitted::Submitted;
use super::super::waiting::Why;
use crate::error::Error;
use crate::store::{Begun, IntentRecord, IntentState, StoreError};

/// The moment of a step.
#[derive(Clone, Copy, Debug)]
pub(in crate::orders) struct Now {
    /// The time by the process's monotonic clock.
    pub(in crate::orders) at: Duration,
    /// From 0 to 1: spreads waits, so that two processes do not come back together.
    pub(in crate::orders) chance: f64,
    /// Whether anybody still waits for the result.
    pub(in crate::orders) has_caller: bool,
}

/// What has happened.
#[derive(Clone, Debug)]
pub(in crate::orders) enum Event {
    Start,
    /// The journal was asked for the order and its lease; `None`: it has no such order.
    Entered(Result<Option<Begun>, StoreError>),
    /// The journal's record was read.
    Read(Result<Option<IntentRecord>, StoreError>),
    /// The lease was renewed and the record read; `None`: the lease is another's.
    Kept(Result<Option<IntentRecord>, StoreError>),
    /// A state was written; `false`: the lease is another's.
    Wrote(Result<bool, StoreError>),
    Answered(Box<Reply>),
    Looked(Look),
    Waited,
}

/// What is to be done next; each is answered by one event.
#[derive(Clone, Debug)]
pub(in crate::orders) enum Action {
    /// Writes the intent unless there is one, and asks for the lease.
    Begin,
    /// Asks for the lease of an order that is there.
    Resume,
    Read,
    Keep,
    /// Writes a state; `insist`: again and again while the journal fails.
    Write {
        state: IntentState,
        insist: bool,
    },
    /// Sends the order: these bytes, within the deadline of a call that began at that time.
    Post {
        order: Box<CreateOrder>,
        body: Bytes,
        since: Duration,
    },
    Look(Scope),
    Wait(Duration, Why),
    /// It is over for this machine; `release`: the lease is given back first.
    End {
        result: Box<Result<End, Error>>,
        release: bool,
    },
}

/// How far to look for an order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::orders) struct Scope {
    /// Until it is certain whether it is there; else only where it is likely to be.
    pub(in crate::orders) whole: bool,
    /// How old the order is at most.
    pub(in crate::orders) age: Duration,
    /// When to give up, by the monotonic clock.
    pub(in crate::orders) until: Option<Duration>,
}

/// What becomes of an order without an error.
#[derive(Clone, Debug)]
pub(in crate::orders) enum End {
    Submitted(Box<Submitted>),
    /// Another process is sending it, and holds it for that long at most unless it renews its lease.
    Held(Error, Duration),
    /// It is over already, and its caller was told so.
    Gone,
}
