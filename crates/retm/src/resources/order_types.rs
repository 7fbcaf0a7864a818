//! Kinds of orders.

use retm_types::{CreateOrderType, OrderType, WriteReply};

use super::{list, write};
use crate::business::Business;
use crate::list::List;
use crate::request::Request;

/// Kinds of orders, such as delivery.
#[derive(Clone, Debug)]
pub struct OrderTypes(pub(super) Business);

impl OrderTypes {
    /// Lists the order types (`list_order_types`; exists: documented, the rest assumed).
    pub fn list(&self) -> List<OrderType> {
        list!(&self.0, list_order_types)
    }

    /// Creates an order type (`create_order_type`; exists: documented, body and reply assumed).
    pub fn create(&self, order_type: CreateOrderType) -> Request<CreateOrderType, WriteReply> {
        write!(&self.0, create_order_type, order_type)
    }
}
