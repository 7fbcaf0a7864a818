//! The client.

use std::sync::Arc;

use crate::builder::Builder;
use crate::business::Business;
use crate::business_id::BusinessId;
use crate::core::Core;
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
pub struct Retm(Arc<Core>);

impl Retm {
    /// Starts building a client.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn new(core: Core) -> Self {
        Self(Arc::new(core))
    }

    /// The handle of one business. Sends nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) unless the id is one DNS label.
    pub fn business(&self, id: &str) -> Result<Business, Error> {
        Ok(Business::new(self.0.clone(), BusinessId::new(id)?))
    }
}
