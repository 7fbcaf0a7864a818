//! Watching orders: what becomes of them at the merchant's.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use retm_types::{DeliveryStatus, InvoiceStatus, Order};

use crate::business::Business;
use crate::error::Error;

/// The status of an order and of its delivery, as the list shows them. A code that the spec does not have is kept.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct OrderStatuses {
    /// The order's status.
    pub status: Option<InvoiceStatus>,
    /// The status of its delivery.
    pub delivery_status: Option<DeliveryStatus>,
}

/// An order whose status or delivery status is another than before.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OrderChange {
    /// The partner's own id of the order.
    pub reference: String,
    /// What they were; `None` when the order is seen for the first time.
    pub before: Option<OrderStatuses>,
    /// What they are.
    pub now: OrderStatuses,
    /// The order as the list shows it.
    pub order: Order,
}

struct Watched {
    business: Business,
    references: BTreeSet<String>,
    seen: BTreeMap<String, OrderStatuses>,
    interval: Duration,
    is_first: bool,
    ready: VecDeque<Result<OrderChange, Error>>,
}

/// Changes of the orders of these references, for ever.
pub(crate) fn watch(
    business: Business,
    references: BTreeSet<String>,
    interval: Duration,
) -> BoxStream<'static, Result<OrderChange, Error>> {
    let watched = Watched {
        business,
        references,
        seen: BTreeMap::new(),
        interval,
        is_first: true,
        ready: VecDeque::new(),
    };
    stream::unfold(watched, |mut watched| async move {
        loop {
            if let Some(item) = watched.ready.pop_front() {
                return Some((item, watched));
            }
            if !std::mem::take(&mut watched.is_first) {
                let sleep = watched.business.core().timers.sleep.clone();
                sleep.sleep(watched.interval).await;
            }
            watched.look().await;
        }
    })
    .boxed()
}

impl Watched {
    /// Reads the list until every order was seen.
    async fn look(&mut self) {
        let mut missing = self.references.clone();
        let mut pages = self.business.orders().list().pages();
        while !missing.is_empty() {
            match pages.try_next().await {
                Ok(Some(page)) => {
                    let (orders, ..) = page.into_parts();
                    for order in orders {
                        let reference = order.partner_reference.as_deref();
                        if let Some(reference) = reference.and_then(|one| missing.take(one)) {
                            self.see(reference, order);
                        }
                    }
                }
                Ok(None) => return,
                Err(error) => {
                    self.ready.push_back(Err(error));
                    return;
                }
            }
        }
    }

    fn see(&mut self, reference: String, order: Order) {
        let now = OrderStatuses {
            status: order.status,
            delivery_status: order.delivery_status,
        };
        let before = self.seen.insert(reference.clone(), now.clone());
        if before.as_ref() != Some(&now) {
            self.ready.push_back(Ok(OrderChange {
                reference,
                before,
                now,
                order,
            }));
        }
    }
}
