//! A copy of a list is kept in step.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::StreamExt;
use retm::types::{LocalTime, Order};
use retm::{Business, Error, ErrorKind, Sweep, SweepCheckpoint};
use retm_sandbox::Sandbox;
use retm_tests::server::{Server, json as answer};
use serde_json::{Value, json};

static_assertions::assert_impl_all!(Sweep<Order>: futures::Stream, Send, Unpin);

/// Which page is sent for one that is asked for.
type Sends = fn(u64) -> u64;

/// A server with orders that the test changes, two on a page.
struct Shop {
    orders: Arc<Mutex<Vec<Value>>>,
    sends: Arc<Mutex<Sends>>,
    server: Server,
    acme: Business,
}

impl Shop {
    /// Its list heeds `from` or does not.
    async fn open(heeds_from: bool) -> Self {
        let orders = Arc::<Mutex<Vec<Value>>>::default();
        let shared = orders.clone();
        let sends = Arc::new(Mutex::new((|page| page) as Sends));
        let sent = sends.clone();
        let server = Server::start(move |call| {
            let mut orders = shared.lock().unwrap().clone();
            if let (true, Some(from)) = (heeds_from, call.query("from")) {
                orders.retain(|order| order["created_at"].as_str().is_none_or(|at| *at >= *from));
            }
            let first = usize::try_from(sent.lock().unwrap()(call.page()) - 1).unwrap() * 2;
            let pages = orders.len().div_ceil(2);
            let page: Vec<Value> = orders.into_iter().skip(first).take(2).collect();
            let fails = page.iter().any(|order| order == "fails");
            let body = json!({"items": page, "pagination": {"total_pages": pages}});
            async move { answer(if fails { 403 } else { 200 }, &body) }
        });
        let server = server.await.unwrap();
        let acme = server.client().build().unwrap().business("acme").unwrap();
        Self {
            orders,
            sends,
            server,
            acme,
        }
    }

    fn put(&self, order: Value) {
        self.orders.lock().unwrap().push(order);
    }

    fn set(&self, at: usize, order: Value) {
        self.orders.lock().unwrap()[at] = order;
    }

    /// Sweeps to the end; what came, and the checkpoint as it is stored.
    async fn sweep(&self, checkpoint: &SweepCheckpoint) -> (Vec<String>, SweepCheckpoint) {
        let list = self.acme.orders().list();
        run(list.sweep(checkpoint.clone()).unwrap()).await
    }

    /// `from` of the requests so far.
    fn from(&self) -> Vec<Option<String>> {
        let calls = self.server.resource_calls();
        calls.iter().map(|call| call.query("from")).collect()
    }
}

async fn run(mut sweep: Sweep<Order>) -> (Vec<String>, SweepCheckpoint) {
    let mut came = Vec::new();
    while let Some(order) = sweep.next().await {
        came.push(name(order));
    }
    let json = serde_json::to_string(&sweep.checkpoint()).unwrap();
    (came, serde_json::from_str(&json).unwrap())
}

fn name(order: Result<Order, Error>) -> String {
    match order {
        Ok(order) => order.id.unwrap().to_string(),
        Err(error) => format!("{:?}", error.kind()),
    }
}

fn order(id: &str, time: &str) -> Value {
    json!({"id": id, "status": 1, "created_at": format!("2025-12-17 {time}")})
}

fn time(checkpoint: &SweepCheckpoint) -> Option<String> {
    checkpoint.newest().as_ref().map(LocalTime::to_string)
}

const NOTHING: [&str; 0] = [];

#[tokio::test]
async fn only_what_is_new_or_changed_comes() {
    for heeds_from in [true, false] {
        let shop = Shop::open(heeds_from).await;
        for (id, time) in [("a", "09:00:00"), ("b", "10:00:00"), ("c", "10:04:00")] {
            shop.put(order(id, time));
        }
        let (came, checkpoint) = shop.sweep(&SweepCheckpoint::new()).await;
        assert_eq!(came, ["a", "b", "c"]);
        assert_eq!(time(&checkpoint).as_deref(), Some("2025-12-17 10:04:00"));
        let (came, checkpoint) = shop.sweep(&checkpoint).await;
        assert_eq!(came, NOTHING, "{heeds_from}");

        // One committed late, one new, one changed, and one changed and back.
        shop.put(order("late", "10:00:30"));
        shop.put(order("new", "10:06:00"));
        let mut changed = order("b", "10:00:00");
        changed["status"] = 5.into();
        shop.set(1, changed);
        let (came, checkpoint) = shop.sweep(&checkpoint).await;
        assert_eq!(came, ["b", "late", "new"], "{heeds_from}");
        // `b` leaves the window with this checkpoint.
        let (came, checkpoint) = shop.sweep(&checkpoint).await;
        assert_eq!(came, NOTHING, "{heeds_from}");
        let mut changed = order("new", "10:06:00");
        changed["status"] = 5.into();
        shop.set(4, changed);
        let (came, checkpoint) = shop.sweep(&checkpoint).await;
        assert_eq!(came, ["new"]);
        shop.set(4, order("new", "10:06:00"));
        let (came, _) = shop.sweep(&checkpoint).await;
        assert_eq!(came, ["new"], "what changed back has changed");

        let mut from = shop.from();
        from.dedup();
        let at = |time: &str| Some(format!("2025-12-17 {time}"));
        assert_eq!(from, [None, at("09:59:00"), at("10:01:00")], "{heeds_from}");
    }
}

#[tokio::test]
async fn the_checkpoint_holds_the_window_alone() {
    let shop = Shop::open(false).await;
    for minute in 0..60 {
        shop.put(order(&format!("o{minute}"), &format!("10:{minute:02}:00")));
    }
    let (came, checkpoint) = shop.sweep(&SweepCheckpoint::new()).await;
    assert_eq!(came.len(), 60);
    let stored = serde_json::to_value(&checkpoint).unwrap();
    assert_eq!(
        stored["seen"].as_array().unwrap().len(),
        6,
        "10:54 to 10:59"
    );
    let (came, again) = shop.sweep(&checkpoint).await;
    assert_eq!((came.len(), again), (0, checkpoint));
}

#[tokio::test]
async fn the_overlap_is_the_callers_choice() {
    let shop = Shop::open(true).await;
    shop.put(order("a", "10:00:00"));
    let sweep = |checkpoint| {
        let list = shop.acme.orders().list().from("2025-01-01 00:00:00");
        run(list
            .sweep_with(checkpoint, Duration::from_millis(3_599_500))
            .unwrap())
    };
    let (came, checkpoint) = sweep(SweepCheckpoint::new()).await;
    assert_eq!(came, ["a"]);
    shop.put(order("late", "09:00:00"));
    assert_eq!(sweep(checkpoint).await.0, ["late"]);
    let from = [
        Some("2025-01-01 00:00:00".to_owned()),
        Some("2025-12-17 09:00:00".to_owned()),
    ];
    assert_eq!(
        shop.from(),
        from,
        "the list's own `from` is for the first sweep"
    );
}

#[tokio::test]
async fn an_error_leaves_the_time_and_keeps_what_was_given_out() {
    let shop = Shop::open(true).await;
    for (id, time) in [("a", "10:30:00"), ("b", "10:20:00")] {
        shop.put(order(id, time));
    }
    shop.put("fails".into());
    let (came, checkpoint) = shop.sweep(&SweepCheckpoint::new()).await;
    assert_eq!(came, ["a", "b", "Forbidden"]);
    assert_eq!(time(&checkpoint), None);
    shop.set(2, order("c", "10:10:00"));
    let (came, checkpoint) = shop.sweep(&checkpoint).await;
    assert_eq!(
        came,
        ["c"],
        "the older one is not lost, the others do not come twice"
    );
    assert_eq!(time(&checkpoint).as_deref(), Some("2025-12-17 10:30:00"));
}

#[tokio::test]
async fn a_sweep_left_early_can_be_taken_up() {
    let shop = Shop::open(true).await;
    for (id, time) in [("a", "10:30:00"), ("b", "10:20:00"), ("c", "10:10:00")] {
        shop.put(order(id, time));
    }
    let mut sweep = shop
        .acme
        .orders()
        .list()
        .sweep(SweepCheckpoint::new())
        .unwrap();
    assert_eq!(name(sweep.next().await.unwrap()), "a");
    let (came, _) = shop.sweep(&sweep.checkpoint()).await;
    assert_eq!(came, ["b", "c"]);
}

#[tokio::test]
async fn a_broken_element_comes_once_and_holds_nothing_back() {
    let shop = Shop::open(true).await;
    shop.put(order("a", "10:00:00"));
    shop.put(json!({"id": ["?"]}));
    let (came, checkpoint) = shop.sweep(&SweepCheckpoint::new()).await;
    assert_eq!(came, ["a", "BrokenElement"]);
    assert_eq!(time(&checkpoint).as_deref(), Some("2025-12-17 10:00:00"));
    let (came, checkpoint) = shop.sweep(&checkpoint).await;
    assert_eq!(came, NOTHING);
    shop.set(1, json!({"id": ["!"]}));
    let (came, checkpoint) = shop.sweep(&checkpoint).await;
    assert_eq!(came, ["BrokenElement"]);
    shop.set(1, order("b", "09:59:00"));
    let (came, _) = shop.sweep(&checkpoint).await;
    assert_eq!(came, ["b"], "mended");
}

#[tokio::test]
async fn times_that_tell_nothing_move_nothing() {
    let shop = Shop::open(true).await;
    let mut ahead = order("ahead", "10:00:00");
    ahead["created_at"] = "2999-01-01 00:00:00".into();
    let unset = json!({"id": "unset", "created_at": "0001-01-01T00:00:00"});
    // An old order that was changed after the newest was created.
    let mut touched = order("touched", "08:00:00");
    touched["updated_at"] = "2025-12-17 12:00:00".into();
    for order in [ahead, unset, touched, order("a", "10:00:00")] {
        shop.put(order);
    }
    let (came, checkpoint) = shop.sweep(&SweepCheckpoint::new()).await;
    assert_eq!(came, ["ahead", "unset", "touched", "a"]);
    assert_eq!(time(&checkpoint).as_deref(), Some("2025-12-17 10:00:00"));
    let (came, _) = shop.sweep(&checkpoint).await;
    assert_eq!(came, NOTHING);
}

#[tokio::test]
async fn a_checkpoint_of_another_list_is_refused() {
    let shop = Shop::open(true).await;
    let (_, checkpoint) = shop.sweep(&SweepCheckpoint::new()).await;
    let list = shop.acme.orders().list().branch("b1");
    let error = list.sweep(checkpoint.clone()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    let invoices = shop.acme.invoices().list().sweep(checkpoint).unwrap_err();
    insta::assert_snapshot!(format!("{error}\n{invoices}"));
}

#[tokio::test]
async fn a_cancelled_order_comes_again_from_the_sandbox() {
    let sandbox = Sandbox::builder().orders(25).start().await.unwrap();
    let orders = retm_tests::acme(&sandbox).unwrap().orders();
    let list = orders.list().per_page(10);
    let (came, checkpoint) = run(list.clone().sweep(SweepCheckpoint::new()).unwrap()).await;
    assert_eq!(came.len(), 25);
    let (again, checkpoint) = run(list.clone().sweep(checkpoint).unwrap()).await;
    assert_eq!(again, NOTHING);

    let all = list.clone().collect_all().await.unwrap().items;
    let newest = all
        .iter()
        .max_by_key(|order| order.created_at.as_ref().unwrap().parsed());
    let id = newest.unwrap().id.clone().unwrap();
    orders.cancel(id.clone()).await.unwrap();
    sandbox.clear_requests();
    let (came, _) = run(list.sweep(checkpoint).unwrap()).await;
    assert_eq!(came, [id.to_string()]);
    assert_eq!(
        sandbox.requests_for("list_orders").len(),
        1,
        "the window alone was read"
    );
}

#[tokio::test]
async fn invoices_are_swept_without_a_filter() {
    let sandbox = Sandbox::builder().invoices(25).start().await.unwrap();
    let list = retm_tests::acme(&sandbox)
        .unwrap()
        .invoices()
        .list()
        .per_page(10);
    let mut sweep = list.clone().sweep(SweepCheckpoint::new()).unwrap();
    assert_eq!(sweep.by_ref().count().await, 25);
    let again = list.sweep(sweep.checkpoint()).unwrap();
    assert_eq!(again.count().await, 0);
}

#[tokio::test]
async fn the_time_does_not_move_over_pages_that_did_not_come() {
    // A page that comes again, and one that comes empty.
    for sends in [|_| 1, |page| if page == 2 { 9 } else { page }] {
        let shop = Shop::open(true).await;
        for (id, time) in [
            ("d", "12:00:00"),
            ("c", "11:00:00"),
            ("b", "10:00:00"),
            ("a", "09:00:00"),
            ("z", "08:00:00"),
        ] {
            shop.put(order(id, time));
        }
        *shop.sends.lock().unwrap() = sends;
        let (came, checkpoint) = shop.sweep(&SweepCheckpoint::new()).await;
        assert_eq!(came, ["d", "c"]);
        assert_eq!(time(&checkpoint), None);
        *shop.sends.lock().unwrap() = |page| page;
        let (came, checkpoint) = shop.sweep(&checkpoint).await;
        assert_eq!(came, ["b", "a", "z"]);
        assert_eq!(time(&checkpoint).as_deref(), Some("2025-12-17 12:00:00"));
    }
}
