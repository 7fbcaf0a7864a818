//! Orders and their delivery.

use retm_types::{
    BranchId, CancelOrder, CreateOrder, DeliveryStatus, InvoiceStatus, Order, OrderId,
    UpdateDeliveryStatus, WriteReply,
};

use serde::Serialize;

use super::{paged, write};
use crate::business::Business;
use crate::list::{List, send};
use crate::request::Request;

/// Orders of a business.
#[derive(Clone, Debug)]
pub struct Orders(pub(super) Business);

/// Which orders to list. All filters are assumed: compare what comes back.
#[derive(Clone, Debug, Default, Serialize)]
pub struct OrderFilter {
    branch: Option<BranchId>,
    status: Option<InvoiceStatus>,
    partner_reference: Option<String>,
    from: Option<String>,
    to: Option<String>,
}

impl OrderFilter {
    /// Sets the time of the earliest order and returns the one that was set.
    pub(crate) fn set_from(&mut self, from: Option<String>) -> Option<String> {
        std::mem::replace(&mut self.from, from)
    }
}

impl Orders {
    /// Lists the orders (`list_orders`; exists: documented, path, filters and body assumed).
    ///
    /// ```no_run
    /// # async fn example(acme: retm::Business) -> Result<(), retm::Error> {
    /// use retm::types::InvoiceStatus;
    ///
    /// let page = acme.orders().list().status(InvoiceStatus::Pending).per_page(50).await?;
    /// println!("{} pending orders, {} broken", page.items().len(), page.broken().len());
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> List<Order, OrderFilter> {
        List::new(
            &self.0,
            "list_orders",
            OrderFilter::default(),
            |call, filter, paging| {
                let operation = move |client: retm_client::Client| async move {
                    let mut operation = paged!(client.list_orders(), paging);
                    if let Some(branch) = filter.branch {
                        operation = operation.branch(branch);
                    }
                    if let Some(status) = filter.status {
                        operation = operation.status(status);
                    }
                    if let Some(reference) = filter.partner_reference {
                        operation = operation.partner_reference(reference);
                    }
                    if let Some(from) = filter.from {
                        operation = operation.from(from);
                    }
                    if let Some(to) = filter.to {
                        operation = operation.to(to);
                    }
                    operation.send().await
                };
                Box::pin(send(call, operation, |listing| listing))
            },
        )
    }

    /// Creates an order (`create_order`, documented; reply assumed). Never fails for the shape of
    /// the reply. Sent at most once: after a failure of the network, look before sending it again.
    ///
    /// ```no_run
    /// # async fn example(acme: retm::Business) -> Result<(), Box<dyn std::error::Error>> {
    /// use retm::types::{CreateOrder, CreateOrderCustomer, CreateOrderLine, Decimal, DecimalNumber};
    ///
    /// let customer = CreateOrderCustomer::builder().phone("0550000000");
    /// let line = CreateOrderLine::builder()
    ///     .id("01GZK6C7J03PQP7KGRAQ3F197Y")
    ///     .quantity("2".parse::<DecimalNumber>()?)
    ///     .total("22.000".parse::<DecimalNumber>()?);
    /// let order = CreateOrder::builder()
    ///     .branch("01h1he9gv7jck3xrhg7dz9hzh5")
    ///     .customer(customer)
    ///     .products(vec![line.try_into()?])
    ///     .partner_reference("A-1001".to_owned());
    /// let reply = acme.orders().create(order.try_into()?).await?;
    /// println!("{:?}", reply.id());
    /// # Ok(())
    /// # }
    /// ```
    pub fn create(&self, order: CreateOrder) -> Request<CreateOrder, WriteReply> {
        write!(&self.0, create_order, order)
    }

    /// Cancels an order (`cancel_order`; exists: documented, the rest assumed).
    pub fn cancel(&self, order: impl Into<OrderId>) -> Request<Cancellation, WriteReply> {
        let cancellation = Cancellation {
            order: order.into(),
            reason: None,
        };
        Request::write(
            &self.0,
            "cancel_order",
            cancellation,
            |client, Cancellation { order, reason }| {
                let body = CancelOrder::builder().order_id(order).reason(reason);
                Box::pin(async move { client.cancel_order().body(body).send().await })
            },
        )
    }

    /// Sets how far the delivery of an order is (`update_delivery_status`; exists: documented, the
    /// rest assumed).
    pub fn set_delivery_status(
        &self,
        order: impl Into<OrderId>,
        status: DeliveryStatus,
    ) -> Request<DeliveryUpdate, WriteReply> {
        let update = DeliveryUpdate {
            order: order.into(),
            status,
            note: None,
        };
        Request::write(
            &self.0,
            "update_delivery_status",
            update,
            |client, update| {
                let DeliveryUpdate {
                    order,
                    status,
                    note,
                } = update;
                let body = UpdateDeliveryStatus::builder()
                    .order_id(order)
                    .status(status)
                    .note(note);
                Box::pin(async move { client.update_delivery_status().body(body).send().await })
            },
        )
    }
}

/// What [`Orders::cancel`] sends.
#[derive(Clone, Debug)]
pub struct Cancellation {
    order: OrderId,
    reason: Option<String>,
}

impl Request<Cancellation, WriteReply> {
    /// Says why the order is cancelled.
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.args.reason = Some(reason.into());
        self
    }
}

/// What [`Orders::set_delivery_status`] sends.
#[derive(Clone, Debug)]
pub struct DeliveryUpdate {
    order: OrderId,
    status: DeliveryStatus,
    note: Option<String>,
}

impl Request<DeliveryUpdate, WriteReply> {
    /// Adds a remark.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.args.note = Some(note.into());
        self
    }
}

impl List<Order, OrderFilter> {
    /// Only orders of a branch.
    pub fn branch(mut self, branch: impl Into<BranchId>) -> Self {
        self.filter.branch = Some(branch.into());
        self
    }

    /// Only orders with that status.
    pub fn status(mut self, status: InvoiceStatus) -> Self {
        self.filter.status = Some(status);
        self
    }

    /// Only orders with the partner's own id.
    pub fn partner_reference(mut self, reference: impl Into<String>) -> Self {
        self.filter.partner_reference = Some(reference.into());
        self
    }

    /// Only orders from this time on, in the merchant's local time, such as `2025-12-17 19:26:35`.
    pub fn from(mut self, from: impl ToString) -> Self {
        self.filter.from = Some(from.to_string());
        self
    }

    /// Only orders up to this time, in the merchant's local time.
    pub fn to(mut self, to: impl ToString) -> Self {
        self.filter.to = Some(to.to_string());
        self
    }
}
