//! Open orders of several businesses: named by a command, resumed by `orders recover`, and held by other processes.

use std::sync::Arc;
use std::time::Duration;

use insta::assert_snapshot;
use retm::BusinessId;
use retm::store::{GrantKey, IntentKey, IntentState, OrderJournal};
use retm_cli::Exit;
use retm_sandbox::Sandbox;
use tokio::sync::Notify;

use crate::timer::Timer;
use crate::world::{LEASES_END, Left, World, prepared, tamper, timeless, waits};

const LEASE: Duration = Duration::from_secs(90);

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
async fn a_command_that_reads_sends_no_order() {
    let world = three_places().await;
    let ran = world.run("taxes list").await;
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
    assert!(ran.out.starts_with('['), "{}", ran.out);
    assert_snapshot!(ran.err, @"4 orders are open in the store: `retm orders recover --wait --all-businesses` finds out what became of them");
    assert!(world.sandbox.requests_for("create_order").is_empty());
    assert!(world.sandbox.requests_for("list_orders").is_empty());
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

/// Until it has been looked for more often than before it would be sent again.
async fn looked_for(sandbox: Sandbox) {
    let count = |operation| sandbox.requests_for(operation).len();
    while count("list_orders") < 3 && count("create_order") == 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn recover_with_a_short_window_does_not_shorten_that_of_the_sending() {
    let world = sent_with_a_long_window().await;
    let interrupt = looked_for(world.sandbox.clone());
    let line = "orders recover --settle 1";
    let ran = world
        .run_in(line, &[], |io| io.with_interrupt(interrupt))
        .await;
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Interrupted, ""));
    let (waited, said) = waits(&ran.err);
    assert_eq!(
        waited[0],
        "order A-1: no answer proves it; it is looked up until it can no longer take effect"
    );
    assert_snapshot!(said, @"error: interrupted; still open: A-1 of acme; `retm orders recover --wait` goes on");
    let (_, seconds) = ran.err.lines().next().unwrap().rsplit_once(" (").unwrap();
    let seconds: u64 = seconds.split(' ').next().unwrap().parse().unwrap();
    // The rest of 300 seconds, of which 140 are over, not the one of this command.
    assert!((150..300).contains(&seconds), "{seconds}");
    assert!(world.sandbox.requests_for("create_order").is_empty());
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
    assert_snapshot!(next.err, @"1 order is open in the store: `retm orders recover --wait` finds out what became of it");
    assert_eq!(world.count("A-1"), 0);
}

#[tokio::test]
async fn a_held_order_is_waited_for_and_taken_over() {
    let world = held().await;
    world.left(prepared("globex", "B-1")).await;
    let url = world.url();
    let ends = Timer::new(move |_| {
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
    let timer = Timer::new(move |_| {
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

#[tokio::test]
async fn what_others_have_ended_meanwhile_is_listed_all_the_same() {
    let world = World::new().await;
    let references = ["A-1", "A-2", "A-3", "A-4"];
    for reference in references {
        let order = Left {
            held: Some(LEASE),
            ..prepared("acme", reference)
        };
        world.left(order).await;
    }
    let store = world.store().await;
    let acme = world.key_of("acme");
    let ends = Timer::new(move |_| {
        let (store, acme) = (store.clone(), acme.clone());
        let done = |found| IntentState::Done {
            reply: r#"{"order_id": "o-7"}"#.into(),
            found,
        };
        let refused = IntentState::Refused {
            status: 422,
            body: r#"{"message": "no"}"#.into(),
        };
        let ends = [done(false), done(true), refused, IntentState::Withdrawn];
        async move {
            for (reference, end) in references.into_iter().zip(ends) {
                let key = IntentKey::new(acme.clone(), reference);
                assert!(store.advance(&key, "dead", &end, LEASE).await.unwrap());
                OrderJournal::release(&store, &key, "dead").await.unwrap();
            }
        }
    });
    let line = "orders recover --wait --output csv";
    let ran = world.run_in(line, &[], |io| io.with_sleep(ends)).await;
    assert_eq!(ran.exit, Exit::Failed, "{}", ran.err);
    assert_snapshot!(timeless(&format!("{}{}", ran.err, ran.out)));
    assert!(world.sandbox.requests_for("create_order").is_empty());
}

/// What was named by an argument has to be named again.
#[tokio::test]
async fn the_advice_names_the_business_of_the_command() {
    let world = World::new().await;
    let held = Left {
        held: Some(LEASE),
        ..prepared("globex", "B-1")
    };
    world.left(held).await;
    let ran = world.run("taxes list --business globex").await;
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
    let advice = "`retm orders recover --wait --business globex`";
    assert!(ran.err.contains(advice), "{}", ran.err);
    let ran = world.run("taxes list").await;
    let advice = "`retm orders recover --wait --all-businesses`";
    assert!(ran.err.contains(advice), "{}", ran.err);
}
