//! Open orders of several businesses: before a command, by `orders recover`, and while others hold them.

use std::sync::Arc;
use std::time::Duration;

use insta::assert_snapshot;
use retm::BusinessId;
use retm::store::{GrantKey, IntentKey, IntentState, OrderJournal};
use retm_cli::Exit;
use retm_sandbox::Sandbox;
use tokio::sync::Notify;

use crate::timer::Timer;
use crate::world::{LEASES_END, Left, World, prepared, tamper, timeless};

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
        move |_| over.clone().notified_owned()
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
    // One for all of them, one for a business that was not asked for.
    assert_eq!(timer.asked(), [30, 10].map(Duration::from_secs));
    let last = ran.err.lines().last().unwrap();
    assert_snapshot!(last, @"still open: B-1 of globex; the command goes on. They may be held for up to about a minute and a half, which `retm orders recover --wait --all-businesses` waits for");
    let held = world.run("orders recover --business globex").await;
    assert_eq!(held.exit, Exit::Failed);
    assert!(held.out.contains(r#""state": "held""#), "{}", held.out);
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

/// Until it has been looked for more often than before it would be sent again.
async fn looked_for(sandbox: Sandbox) {
    let count = |operation| sandbox.requests_for(operation).len();
    while count("list_orders") < 3 && count("create_order") == 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_command_sends_nothing_again_within_the_window_that_an_order_was_sent_with() {
    let world = sent_with_a_long_window().await;
    let sandbox = world.sandbox.clone();
    let timer = Timer::new(move |_| looked_for(sandbox.clone()));
    let ran = world
        .run_in("taxes list", &[], |io| io.with_sleep(timer))
        .await;
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
    assert_snapshot!(ran.err, @r"
    recovering 1 open order of acme first
    still open: A-1 of acme; the command goes on. They may be held for up to about a minute and a half, which `retm orders recover --wait` waits for
    ");
    assert!(world.sandbox.requests_for("create_order").is_empty());
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
        let refused = |status| IntentState::Rejected {
            status,
            body: r#"{"message": "no"}"#.into(),
        };
        let ends = [done(false), done(true), refused(Some(422)), refused(None)];
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

#[tokio::test]
async fn ctrl_c_during_the_command_names_what_is_still_open() {
    let world = World::new().await;
    let sent = Left {
        sent: true,
        ..prepared("globex", "B-1")
    };
    world.left(sent).await;
    world.fault("delay=1h:on=cancel_order");
    let interrupt = Arc::new(Notify::new());
    let interrupted = interrupt.clone().notified_owned();
    let timer = Timer::new(|_| std::future::ready(()));
    let (ran, ()) = futures::join!(
        world.run_in("orders cancel o-1", &[], |io| {
            io.with_interrupt(interrupted).with_sleep(timer)
        }),
        async {
            while world.sandbox.requests_for("cancel_order").is_empty() {
                tokio::task::yield_now().await;
            }
            interrupt.notify_one();
        }
    );
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Interrupted, ""));
    let last = ran.err.lines().last().unwrap();
    assert_snapshot!(last, @"error: interrupted; whether the call took effect is unknown; still open: B-1 of globex; `retm orders recover --wait --all-businesses` goes on");
}

#[tokio::test]
async fn many_orders_are_counted() {
    let world = World::new().await;
    for number in 10..40 {
        world.left(prepared("acme", &format!("A-{number}"))).await;
    }
    for number in 10..40 {
        let reference = format!("H-{number}");
        let held = Left {
            held: Some(LEASE),
            ..prepared("acme", &reference)
        };
        world.left(held).await;
    }
    let ran = world.run("taxes list").await;
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
    let told = |start: &str| {
        ran.err
            .lines()
            .filter(|line| line.starts_with(start))
            .count()
    };
    assert_eq!(told("order A-"), 10, "{}", ran.err);
    assert_eq!(told("not named here: 20 sent"), 1, "{}", ran.err);
    assert_eq!(
        told("held by other processes: H-10 of acme, "),
        1,
        "{}",
        ran.err
    );
    assert!(ran.err.contains("H-19 of acme and 20 more"), "{}", ran.err);
    assert_eq!(ran.err.lines().count(), 13, "{}", ran.err);
    assert_eq!(world.sandbox.requests_for("create_order").len(), 30);
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
