//! Open orders of several businesses: before a command, by `orders recover`, and while others hold them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use insta::assert_snapshot;
use retm::BusinessId;
use retm::store::GrantKey;
use retm_cli::Exit;
use tokio::sync::Notify;

use crate::world::{LEASES_END, Left, World, tamper, timeless};

const LEASE: Duration = Duration::from_secs(90);

/// A timer whose waits are over when something has happened.
#[derive(Clone)]
struct Timer {
    asked: Arc<Mutex<Vec<Duration>>>,
    happens: Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>,
}

impl Timer {
    fn new<F>(happens: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self {
            asked: Arc::default(),
            happens: Arc::new(move || happens().boxed()),
        }
    }

    fn asked(&self) -> Vec<Duration> {
        self.asked.lock().unwrap().clone()
    }
}

impl retm::Sleep for Timer {
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.asked.lock().unwrap().push(duration);
        (self.happens)()
    }
}

fn prepared<'a>(business: &'a str, reference: &'a str) -> Left<'a> {
    Left {
        business,
        reference,
        sent: false,
        held: None,
    }
}

/// One order each of two businesses, and two of another environment.
async fn three_places() -> World {
    let world = World::new().await;
    world.left(prepared("acme", "A-1")).await;
    world.left(prepared("globex", "B-1")).await;
    for reference in ["C-1", "C-2"] {
        let acme = BusinessId::new("acme").unwrap();
        let elsewhere = GrantKey::new("https://stg.retm.sa", "app-7", acme);
        world.left_at(elsewhere, prepared("acme", reference)).await;
    }
    world
}

/// The lines in their order, but for those that come as it happens.
fn sorted(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    let ids = |line: &&str| match line.split_once("its id is ") {
        Some((start, _)) => format!("{start}its id is ID"),
        None => (*line).to_owned(),
    };
    lines.iter().map(ids).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_command_recovers_every_business_that_it_can_reach() {
    let world = three_places().await;
    let ran = world.run("taxes list").await;
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
    assert!(ran.out.starts_with('['), "{}", ran.out);
    assert_snapshot!(sorted(&ran.err));
    assert_eq!(world.count_of("acme", "A-1"), 1);
    assert_eq!(world.count_of("globex", "B-1"), 1);
    let again = world.run("taxes list").await;
    assert_eq!(again.err.lines().count(), 1, "{}", again.err);
    assert!(again.err.starts_with("2 open orders are"), "{}", again.err);
    assert_eq!(world.sandbox.requests_for("create_order").len(), 2);
}

#[tokio::test]
async fn recover_without_a_business_is_for_all_of_them() {
    let world = three_places().await;
    let nobody = [("RETM_BUSINESS", ""), ("RETM_CODE", "a-code")];
    let ran = world.run_with("orders recover --output csv", &nobody).await;
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
    assert_snapshot!(ran.err);
    let rows = sorted(&ran.out);
    let rows: Vec<_> = rows.lines().map(|row| row.split(',').take(3)).collect();
    let rows: Vec<String> = rows
        .into_iter()
        .map(|row| row.collect::<Vec<_>>().join(","))
        .collect();
    assert_eq!(
        rows,
        [
            "acme,A-1,sent",
            "business,partner_reference,state",
            "globex,B-1,sent"
        ]
    );
    assert_eq!(world.count_of("globex", "B-1"), 1);
}

#[tokio::test]
async fn recover_of_a_business_leaves_the_others_alone() {
    let world = three_places().await;
    let ran = world
        .run("orders recover --business globex --output ndjson")
        .await;
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Ok, ""));
    assert!(ran.out.contains(r#""business":"globex""#), "{}", ran.out);
    assert_eq!(ran.out.lines().count(), 1);
    assert_eq!(world.count_of("acme", "A-1"), 0);
    assert_eq!(world.count_of("globex", "B-1"), 1);
}

#[tokio::test]
async fn a_command_waits_for_open_orders_no_longer_than_its_limit() {
    let world = World::new().await;
    world.left(prepared("acme", "A-1")).await;
    // The sandbox never had it, so it is looked for until its settle window has passed.
    let sent = Left {
        sent: true,
        ..prepared("globex", "B-1")
    };
    world.left(sent).await;
    let over = Arc::new(Notify::new());
    let timer = Timer::new({
        let over = over.clone();
        move || over.clone().notified_owned()
    });
    let sandbox = &world.sandbox;
    let given = timer.clone();
    let (ran, ()) = futures::join!(
        world.run_in("taxes list", &[], |io| io.with_sleep(given)),
        async {
            while world.count("A-1") == 0 || sandbox.requests_for("list_orders").is_empty() {
                tokio::task::yield_now().await;
            }
            over.notify_one();
        }
    );
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
    assert!(ran.out.starts_with('['), "{}", ran.out);
    assert_eq!(timer.asked(), [Duration::from_secs(30)]);
    let last = ran.err.lines().last().unwrap();
    assert!(last.starts_with("still open after 30s: "), "{}", ran.err);
    assert!(last.contains("B-1 of globex"), "{}", ran.err);
    assert_eq!(sandbox.requests_for("create_order").len(), 1);
}

/// An order whose process was killed: its lease and the default window are over, and the window that it was
/// sent with is not. Its request may still be on the way.
async fn sent_with_a_long_window() -> World {
    let world = World::new().await;
    world.fault("commit-late=150s:on=create_order,times=1");
    let submit = world.submit("A-1", "x");
    world.killed(&format!("{submit} --settle 300")).await;
    world.tamper(LEASES_END).await;
    let later = "UPDATE retm_orders SET sent_at = sent_at - 140000000";
    world.tamper(later).await;
    world.sandbox.clear_requests();
    world
}

/// Something that happens once it has been looked for more often than before it would be sent again.
fn looked_for(world: &World) -> impl Fn() -> BoxFuture<'static, ()> + Send + Sync + 'static {
    let sandbox = world.sandbox.clone();
    move || {
        let sandbox = sandbox.clone();
        async move {
            let count = |operation| sandbox.requests_for(operation).len();
            while count("list_orders") < 3 && count("create_order") == 0 {
                tokio::task::yield_now().await;
            }
        }
        .boxed()
    }
}

#[tokio::test]
async fn a_command_sends_nothing_again_within_the_window_that_an_order_was_sent_with() {
    let world = sent_with_a_long_window().await;
    let timer = Timer::new(looked_for(&world));
    let ran = world
        .run_in("taxes list", &[], |io| io.with_sleep(timer))
        .await;
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
    assert_snapshot!(ran.err, @r"
    recovering 1 open order of acme first
    still open after 30s: A-1 of acme; the command goes on, and `retm orders recover` goes on with them
    ");
    assert!(world.sandbox.requests_for("create_order").is_empty());
}

#[tokio::test]
async fn recover_with_a_short_window_does_not_shorten_that_of_the_sending() {
    let world = sent_with_a_long_window().await;
    let interrupt = looked_for(&world)();
    let line = "orders recover --settle 1";
    let ran = world
        .run_in(line, &[], |io| io.with_interrupt(interrupt))
        .await;
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Interrupted, ""));
    assert_snapshot!(ran.err, @"error: interrupted; still open: A-1 of acme; `retm orders recover --wait` goes on");
    assert!(world.sandbox.requests_for("create_order").is_empty());
}

#[tokio::test]
async fn ctrl_c_while_orders_are_recovered_first_names_them() {
    let world = World::new().await;
    let sent = Left {
        sent: true,
        ..prepared("globex", "B-1")
    };
    world.left(sent).await;
    let interrupt = Arc::new(Notify::new());
    let interrupted = interrupt.clone().notified_owned();
    let (ran, ()) = futures::join!(
        world.run_in("taxes list", &[], |io| io.with_interrupt(interrupted)),
        async {
            while world.sandbox.requests_for("list_orders").is_empty() {
                tokio::task::yield_now().await;
            }
            interrupt.notify_one();
        }
    );
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Interrupted, ""));
    assert_snapshot!(ran.err);
}

/// A world in which a process that has ended holds an order.
async fn held() -> World {
    let world = World::new().await;
    let order = Left {
        held: Some(LEASE),
        ..prepared("acme", "A-1")
    };
    world.left(order).await;
    world
}

#[tokio::test]
async fn a_held_order_is_told_with_the_time_that_is_left() {
    let world = held().await;
    let ran = world.run("orders recover --output ndjson").await;
    assert_eq!(ran.exit, Exit::Failed);
    assert_snapshot!(timeless(&format!("{}{}", ran.out, ran.err)));
    let next = world.run("taxes list").await;
    assert_eq!(next.exit, Exit::Ok);
    assert_snapshot!(timeless(&next.err));
    assert_eq!(world.count("A-1"), 0);
}

#[tokio::test]
async fn a_held_order_is_waited_for_and_taken_over() {
    let world = held().await;
    world.left(prepared("globex", "B-1")).await;
    let url = world.url();
    let ends = Timer::new(move || {
        let url = url.clone();
        async move { tamper(&url, LEASES_END).await }
    });
    let given = ends.clone();
    let line = "orders recover --wait --output csv";
    let nobody = [("RETM_BUSINESS", "")];
    let ran = world.run_in(line, &nobody, |io| io.with_sleep(given)).await;
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
    assert_snapshot!(timeless(&ran.err));
    // What is not held does not wait, and each order is told once.
    let rows: Vec<&str> = ran.out.lines().collect();
    assert_eq!(rows.len(), 3, "{}", ran.out);
    assert!(rows[1].starts_with("globex,B-1,sent,"), "{}", ran.out);
    assert!(rows[2].starts_with("acme,A-1,sent,"), "{}", ran.out);
    assert_eq!(ends.asked(), [Duration::from_secs(10)]);
    assert_eq!(world.count("A-1"), 1);
}

#[tokio::test]
async fn ctrl_c_while_a_held_order_is_waited_for_names_it() {
    let world = held().await;
    let interrupt = Arc::new(Notify::new());
    let interrupted = interrupt.clone().notified_owned();
    let timer = Timer::new(move || {
        interrupt.notify_one();
        std::future::pending()
    });
    let ran = world
        .run_in("orders recover --wait", &[], |io| {
            io.with_interrupt(interrupted).with_sleep(timer)
        })
        .await;
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Interrupted, ""));
    let last = ran.err.lines().last().unwrap();
    assert_snapshot!(last, @"error: interrupted; still open: A-1 of acme; `retm orders recover --wait` goes on");
    assert_eq!(world.count("A-1"), 0);
}
