//! Orders and their delivery.

use retm_types::{
    BranchId, CancelOrder, CreateOrder, DeliveryStatus, InvoiceStatus, Order, OrderId,
    UpdateDeliveryStatus, WriteReply,
};

use serde::Serialize;

use super::{paged, write};
use crate::business::Business;
use crate::list::List;
use crate::orders::{Recover, Submit};
use crate::request::Request;
use crate::transport::{built, decode};

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
            |client, filter, paging| {
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
                built(operation.request())
            },
            decode,
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

    /// Submits an order so that it takes effect once, whatever fails (`create_order`, documented; that
    /// the list of orders shows `partner_reference` is assumed).
    ///
    /// The order needs a `partner_reference` of its own. It is written into the journal, sent, and where
    /// no answer comes looked for in the list of orders until the settle window has passed (twice the
    /// time-out by default: a request without an answer may still take effect); only when it is
    /// certain that it did not is it sent again. So a call may take minutes where the network fails. The
    /// same order under the same reference gives the first one; two processes at once send it once.
    ///
    /// A crash is survived where the journal outlives the process: give the builder a
    /// [`store`](crate::Builder::store), such as one of `retm-store` in a file or on PostgreSQL, and call
    /// [`recover`](Self::recover) when the process starts. By default the journal is in memory. Once
    /// polled, the order goes on to its end in a task of its own, even if the future is dropped.
    ///
    /// The window stays the order's: a later call, also of another process, waits for the longest that
    /// the order was submitted or sent with; where that is longer than the call's own patience (three
    /// times its time-out and window) the order is left in doubt.
    ///
    /// What no client can rule out is an order that takes effect after the settle window, or one whose
    /// list never shows it: that one is sent a second time. Give servers that are slow a longer window.
    /// Nor is an order known any more that the journal has dropped.
    ///
    /// Leases and windows run by the journal's clock: a database's, which may jump. A call that has seen
    /// the order before its clock is put forward counts the window on by its own process's monotonic
    /// clock. A call that first looks after that cannot tell the leap from time that has passed: where it
    /// is at least what was left of the settle window (and, while the process that sent the order runs,
    /// of its lease), the order may be sent again while the first request can still take effect. A clock
    /// that is put back makes it take longer; put back by more than a day while an order has been open for
    /// more than a day, it also hides how far back the list is to be searched.
    ///
    /// ```no_run
    /// # async fn example(store: retm::store::MemoryStore, order: retm::types::CreateOrder) -> Result<(), retm::Error> {
    /// use retm::{MoneyCheck, Outcome, Retm};
    ///
    /// // In production a store that outlives the process, such as
    /// // `retm_store::Store::open("sqlite:orders.db", key).await?`.
    /// let retm = Retm::builder().credentials_from_env()?.store(store).build()?;
    /// let orders = retm.business("acme")?.orders();
    /// orders.recover().await?;
    ///
    /// match orders.submit(order).money_check(MoneyCheck::Refuse).await {
    ///     Ok(submitted) => println!("{:?}, {:?}", submitted.how(), submitted.order_id()),
    ///     Err(error) => match error.outcome() {
    ///         // It did not take effect: correct the order, or submit it again later.
    ///         Outcome::NotSent | Outcome::Rejected => println!("{error}"),
    ///         // Submit the same order again, or recover, until it is known.
    ///         _ => println!("{error}"),
    ///     },
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) without a usable reference,
    /// [`MoneyMismatch`](crate::ErrorKind::MoneyMismatch),
    /// [`ReferenceConflict`](crate::ErrorKind::ReferenceConflict) and
    /// [`Store`](crate::ErrorKind::Store): nothing was sent.
    /// [`InDoubt`](crate::ErrorKind::InDoubt) where it cannot be found out what became of the order, and
    /// a [`Timeout`](crate::ErrorKind::Timeout) where somebody else is still sending it: the
    /// [`outcome`](crate::Error::outcome) is [`Unknown`](crate::Outcome::Unknown). Otherwise those of
    /// [`create`](Self::create).
    pub fn submit(&self, order: CreateOrder) -> Submit {
        Submit::new(&self.0, order)
    }

    /// Goes on with the orders of this business that the journal holds as not over: those that a crash
    /// has left, and those in doubt (`create_order`, `list_orders`). Call it when a process starts, and
    /// after a [`submit`](Self::submit) that was in doubt.
    ///
    /// Orders that were written down and never sent are sent: nobody was told that they were not. An
    /// order of which a caller was told that it was not sent, or refused, is over and is not among them.
    ///
    /// Each order is given the longest settle window that it was submitted or sent with, and no shorter
    /// one than this call's. It counts from the sending, so long after a crash nothing is waited for. A
    /// database's clock that was put forward between the sending and this call's first look at the order,
    /// by as much as was left of the window or more, is taken for time that has passed, and the order
    /// may be sent again too soon: see [`submit`](Self::submit).
    ///
    /// ```no_run
    /// # async fn example(acme: retm::Business) -> Result<(), retm::Error> {
    /// let recovery = acme.orders().recover().await?;
    /// for order in &recovery.orders {
    ///     match &order.result {
    ///         Ok(submitted) => println!("{}: {:?}", order.reference, submitted.how()),
    ///         Err(error) => println!("{}: {error}", order.reference),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`](crate::ErrorKind::Store) where the journal cannot be read. What becomes of
    /// one order stands in [`Recovered::result`](crate::Recovered::result).
    pub fn recover(&self) -> Recover {
        Recover::new(&self.0)
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
                built(client.cancel_order().body(body).request())
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
                built(client.update_delivery_status().body(body).request())
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
