//! What becomes of grants, for whoever watches them.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::SystemTime;

use futures::Stream;
use futures::stream::{self, BoxStream, StreamExt};
use tokio::sync::broadcast::{self, error::RecvError};

use super::GrantType;
use crate::business_id::BusinessId;
use crate::error::Error;
use crate::observe;
use crate::store::StoreError;

/// How many events a slow reader may be behind.
const BACKLOG: usize = 1024;

/// Something that became of the grant of a business.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct GrantEvent {
    /// The business.
    pub business: BusinessId,
    /// What became of its grant.
    pub kind: GrantEventKind,
}

/// What became of a grant. None of it holds a token.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum GrantEventKind {
    /// There is a new token.
    Refreshed {
        /// How it was obtained.
        grant_type: GrantType,
        /// When it expires.
        expires_at: SystemTime,
    },
    /// No new token could be had; it will be tried again. A token that has not expired goes on serving.
    RefreshFailed(Error),
    /// The new token serves, but the store could not be written: a crash now would lose it. Told at the first failure;
    /// writing is tried until it works.
    NotPersisted(StoreError),
    /// The grant is gone: the merchant has to authorize the app again.
    Revoked(Error),
    /// The token is about to expire, or has expired, and could not be renewed: the merchant's calls fail,
    /// or will.
    Stale,
}

impl GrantEventKind {
    /// Its name as a label of the metric `retm_grant_events_total`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Refreshed { .. } => "refreshed",
            Self::RefreshFailed(_) => "refresh_failed",
            Self::NotPersisted(_) => "not_persisted",
            Self::Revoked(_) => "revoked",
            Self::Stale => "stale",
        }
    }
}

/// The events from now on, until the client is dropped; from [`Retm::grant_events`](crate::Retm::grant_events).
/// A reader that is more than 1,024 events behind loses the oldest.
pub struct GrantEvents(BoxStream<'static, GrantEvent>);

impl Stream for GrantEvents {
    type Item = GrantEvent;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<GrantEvent>> {
        self.0.poll_next_unpin(cx)
    }
}

impl std::fmt::Debug for GrantEvents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GrantEvents")
    }
}

/// Tells events to all who watch, and counts them.
#[derive(Debug)]
pub(crate) struct Events(broadcast::Sender<GrantEvent>);

impl Default for Events {
    fn default() -> Self {
        Self(broadcast::Sender::new(BACKLOG))
    }
}

impl Events {
    pub(crate) fn tell(&self, business: &BusinessId, kind: GrantEventKind) {
        observe::grant(business, kind.as_str());
        // Nobody may be watching.
        let business = business.clone();
        let _ = self.0.send(GrantEvent { business, kind });
    }

    /// All events from now on, until that resolves.
    pub(crate) fn watch(&self, closed: impl Future<Output = ()> + Send + 'static) -> GrantEvents {
        let events = stream::unfold(self.0.subscribe(), |mut events| async move {
            loop {
                match events.recv().await {
                    Ok(event) => return Some((event, events)),
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return None,
                }
            }
        });
        GrantEvents(events.take_until(Box::pin(closed)).boxed())
    }
}
