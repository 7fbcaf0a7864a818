//! `retm orders abandon`: what it lets go of, and what it leaves alone.

use std::time::Duration;

use insta::assert_snapshot;
use retm_cli::Exit;

use crate::world::{LEASES_END, Left, World, prepared, timeless};

const LEASE: Duration = Duration::from_secs(90);

async fn world() -> World {
    let world = World::new().await;
    world.left(prepared("globex", "B-1")).await;
    let sent = Left {
        sent: true,
        ..prepared("globex", "B-2")
    };
    world.left(sent).await;
    world
}

/// No secret is needed.
const NO_SECRET: (&str, &str) = ("RETM_CLIENT_SECRET", "");

#[tokio::test]
async fn what_is_abandoned_is_open_no_more() {
    let world = world().await;
    let line = "orders abandon B-1 B-2 --business globex --yes --output csv";
    let ran = world.run_with(line, &[NO_SECRET]).await;
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
    assert_snapshot!(format!("{}{}", ran.out, ran.err));
    assert!(world.sandbox.requests().is_empty());
    assert_eq!(
        world.run("orders recover --business globex").await.ok(),
        "[]\n"
    );
    let again = world.run_with(line, &[NO_SECRET]).await;
    assert_snapshot!(world.error(again, 4));
    // The reference is free again.
    let submit = format!("{} --business globex", world.submit("B-1", "x"));
    world.run(&submit).await.ok();
    assert_eq!(world.count_of("globex", "B-1"), 1);
}

#[tokio::test]
async fn what_another_process_holds_is_left_alone() {
    let world = world().await;
    let held = Left {
        held: Some(LEASE),
        ..prepared("globex", "B-3")
    };
    world.left(held).await;
    let line = "orders abandon B-1 B-2 B-3 --business globex --yes --output ndjson";
    let ran = world.run_with(line, &[NO_SECRET]).await;
    assert_eq!(ran.exit, Exit::Failed);
    assert_snapshot!(timeless(&format!("{}{}", ran.out, ran.err)));
    world.tamper(LEASES_END).await;
    let ran = world
        .run("orders recover --business globex --settle 1 --output csv")
        .await;
    assert!(ran.out.contains("\nglobex,B-3,sent,"), "{}", ran.out);
    assert!(!ran.out.contains("B-1"), "{}", ran.out);
}

#[tokio::test]
async fn it_asks_first_and_touches_none_where_one_is_not_there() {
    let world = world().await;
    let unasked = world.run("orders abandon B-1 --business globex").await;
    assert_snapshot!(world.error(unasked, 2));
    // Those of another business are another's.
    let other = world.run("orders abandon B-1 --yes").await;
    assert_snapshot!(world.error(other, 4));
    let half = "orders abandon B-1 B-9 --business globex --yes";
    assert_snapshot!(world.error(world.run(half).await, 4));
    let ran = world
        .run("orders recover --business globex --settle 1 --output csv")
        .await;
    assert_eq!(ran.out.lines().count(), 3, "{}", ran.out);
}
