//! A sandbox, a journal and a time that only turns when the client waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use retm::resources::Orders;
use retm::store::{MemoryStore, OrderJournal};
use retm::types::CreateOrder;
use retm::{Builder, Sleep};
use retm_sandbox::{Fault, FaultKind, Sandbox};
use retm_tests::ManualClock;
use serde_json::{Value, json};

/// The phone of the customer of every order here.
pub(crate) const PHONE: &str = retm_tests::watch::PHONE;

/// Turns the clock instead of waiting.
#[derive(Clone)]
pub(crate) struct Turning {
    clock: ManualClock,
    waits: Arc<AtomicU32>,
    hook: Arc<dyn Fn(u32) -> BoxFuture<'static, ()> + Send + Sync>,
}

impl Turning {
    pub(crate) fn new(clock: &ManualClock) -> Self {
        Self {
            clock: clock.clone(),
            waits: Arc::default(),
            hook: Arc::new(|_| Box::pin(async {})),
        }
    }

    /// Does that at each wait, which is given its number from 1.
    pub(crate) fn each<F: Future<Output = ()> + Send + 'static>(
        mut self,
        hook: impl Fn(u32) -> F + Send + Sync + 'static,
    ) -> Self {
        self.hook = Arc::new(move |n| Box::pin(hook(n)));
        self
    }
}

impl Sleep for Turning {
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let n = self.waits.fetch_add(1, Ordering::Relaxed) + 1;
        let (clock, hooked) = (self.clock.clone(), (self.hook)(n));
        Box::pin(async move {
            hooked.await;
            clock.advance(duration);
            tokio::task::yield_now().await;
        })
    }
}

pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) clock: ManualClock,
    pub(crate) store: MemoryStore,
    /// One for all clients: to set one up takes longer than what most tests do with it.
    http: reqwest::Client,
    window: Option<Duration>,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::of(Sandbox::start().await.unwrap())
    }

    pub(crate) fn of(sandbox: Sandbox) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self::with(sandbox, http)
    }

    fn with(sandbox: Sandbox, http: reqwest::Client) -> Self {
        retm_tests::watch::begin();
        let clock = ManualClock::default();
        Self {
            store: MemoryStore::with_clock(clock.clone()),
            clock,
            sandbox,
            http,
            window: None,
        }
    }

    /// With a settle window of few look-ups, where every step of them is a case.
    pub(crate) fn window(mut self, window: Duration) -> Self {
        self.window = Some(window);
        self
    }

    /// Another sandbox and journal.
    pub(crate) async fn next(self) -> Self {
        let next = Self::with(Sandbox::start().await.unwrap(), self.http);
        Self {
            window: self.window,
            ..next
        }
    }

    /// How many orders of the journal are not over.
    pub(crate) fn pending(&self) -> usize {
        let pending = self.store.pending(None).now_or_never();
        pending.unwrap().unwrap().len()
    }

    /// A client of its own, as another process would have.
    pub(crate) fn client(&self) -> Builder {
        let mut client = retm_tests::client(&self.sandbox);
        if let Some(window) = self.window {
            client = client.settle_window(window);
        }
        client
            .http_client(self.http.clone())
            .clock(self.clock.clone())
            .sleep(Turning::new(&self.clock))
            .order_journal(self.store.clone())
    }

    /// The orders of `acme` through a client with another journal.
    pub(crate) fn through(&self, journal: impl OrderJournal) -> Orders {
        orders(self.client().order_journal(journal))
    }

    pub(crate) fn orders(&self) -> Orders {
        orders(self.client())
    }

    pub(crate) fn fault(&self, kind: FaultKind) {
        self.sandbox
            .add_fault(Fault::new(kind).on("create_order").times(1));
    }

    /// How many orders took effect.
    pub(crate) fn count(&self) -> usize {
        self.sandbox.orders("acme").len()
    }

    /// How often an order was sent.
    pub(crate) fn sends(&self) -> usize {
        self.sandbox.requests_for("create_order").len()
    }

    /// Looks of the client at the list.
    pub(crate) fn looks(&self) -> usize {
        self.sandbox.requests_for("list_orders").len()
    }
}

pub(crate) fn orders(builder: Builder) -> Orders {
    builder.build().unwrap().business("acme").unwrap().orders()
}

/// An order of that reference.
pub(crate) fn order(reference: &str) -> CreateOrder {
    order_with(reference, |_| {})
}

pub(crate) fn order_with(reference: &str, change: impl FnOnce(&mut Value)) -> CreateOrder {
    let mut order = json!({
        "branch": "01h1he9gv7jck3xrhg7dz9hzh5",
        "customer": {"phone": PHONE, "name": {"en": "Sara", "ar": "سارة"}},
        "products": [{"id": "01GZK6C7J03PQP7KGRAQ3F197Y", "quantity": 1, "total": 7}],
        "partner_reference": reference,
    });
    change(&mut order);
    serde_json::from_value(order).unwrap()
}
