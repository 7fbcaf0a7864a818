//! Finding an order by its reference, trusting no filter.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use retm_types::{DecodeError, Order, OrderId, WriteReply};

use super::known::check_reference;
use super::lookup::{Look, Search};
use crate::business::Business;
use crate::error::{Error, ErrorKind};

/// An order that was [found](crate::resources::Orders::find) in the list. `Debug` shows the reference and the id only.
#[derive(Clone)]
pub struct FoundOrder {
    reference: String,
    body: Bytes,
}

impl FoundOrder {
    /// The partner's own id of the order.
    pub fn reference(&self) -> &str {
        &self.reference
    }

    /// The order's id, if the list says it.
    pub fn order_id(&self) -> Option<OrderId> {
        WriteReply::from_bytes(&self.body).created_id().cloned()
    }

    /// The order as the list shows it. May hold a customer's data.
    pub fn raw_body(&self) -> &[u8] {
        &self.body
    }

    /// The same, decoded.
    ///
    /// # Errors
    ///
    /// A member that does not fit the spec.
    pub fn order(&self) -> Result<Order, DecodeError> {
        retm_types::decode(&self.body)
    }
}

impl fmt::Debug for FoundOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FoundOrder")
            .field("reference", &self.reference)
            .field("order_id", &self.order_id())
            .finish_non_exhaustive()
    }
}

/// Looks through the whole list of orders; `None` only if it is certain that there is none.
pub(crate) async fn find(
    business: Business,
    reference: String,
) -> Result<Option<FoundOrder>, Error> {
    check_reference(&reference).map_err(|error| error.of_call("list_orders", business.id()))?;
    let search = Search {
        business: &business,
        reference: &reference,
        ticket: None,
        deadline: business.core().timeouts.overall,
        until: None,
        age: Duration::MAX,
    };
    let doubt = match search.whole().await {
        Look::Found(body) => return Ok(Some(FoundOrder { reference, body })),
        Look::Absent => return Ok(None),
        Look::Doubt(doubt) => doubt.looked_for(&reference),
        Look::Lost => Error::new(ErrorKind::InDoubt),
    };
    Err(doubt.of_call("list_orders", business.id()))
}
