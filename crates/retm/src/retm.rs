//! The client.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;

use crate::auth::GrantEvents;
use crate::builder::Builder;
use crate::business::Business;
use crate::business_id::BusinessId;
use crate::core::{Alive, Core};
use crate::error::Error;

/// A client for any number of businesses. Clones share connections and tokens.
///
/// ```no_run
/// # async fn example() -> Result<(), retm::Error> {
/// use retm::Retm;
///
/// let retm = Retm::builder().credentials_from_env()?.app_name("my-app/1.0").build()?;
/// for order in retm.business("acme")?.orders().list().await? {
///     println!("{:?}", order.id);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Retm(Arc<Alive>);

impl Retm {
    /// Starts building a client.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn new(core: Core) -> Self {
        Self(Arc::new(Alive(Arc::new(core))))
    }

    /// The handle of one business. Sends nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) unless the id is one DNS label.
    pub fn business(&self, id: &str) -> Result<Business, Error> {
        Ok(Business::new(&self.0, BusinessId::new(id)?))
    }

    /// What becomes of the grants of all businesses from now on: refreshed, refresh failed, not persisted,
    /// revoked, stale. Ends when the client is dropped.
    ///
    /// ```no_run
    /// # async fn example(retm: retm::Retm) {
    /// use futures::StreamExt;
    /// use retm::GrantEventKind;
    ///
    /// let mut events = retm.grant_events();
    /// while let Some(event) = events.next().await {
    ///     if let GrantEventKind::Revoked(_) = event.kind {
    ///         println!("{} has to install the app again", event.business);
    ///     }
    /// }
    /// # }
    /// ```
    pub fn grant_events(&self) -> GrantEvents {
        let core = &self.0.0;
        core.events.watch(core.closed())
    }

    /// Waits until no refresh token or code is being spent and every token that came is stored, for that
    /// long at most; whether it is so.
    ///
    /// A token is renewed in a task of its own, and the answer is used before it is stored. A runtime that
    /// ends, as at the end of `main`, ends those tasks: a single-use refresh token that the server has
    /// spent by then is lost, and for the grant of a code the merchant has to authorize again. So call this
    /// before a process ends that keeps its grants in a store, when its calls are over; 20 seconds are enough
    /// unless the store fails. The client can be used on.
    pub fn flush(&self, longest: Duration) -> BoxFuture<'static, bool> {
        let mut exchanges = self.0.0.exchanges.subscribe();
        Box::pin(async move {
            let over = exchanges.wait_for(|count| *count == 0);
            // The sender is gone only when there is no task any more.
            tokio::time::timeout(longest, over).await.is_ok()
        })
    }
}
