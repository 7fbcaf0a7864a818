//! `retm orders submit` and `recover`.

use insta::assert_snapshot;
use retm_cli::Exit;
use serde_json::Value;

use crate::world::{World, waits};

fn id(out: &str) -> String {
    let order: Value = serde_json::from_str(out).unwrap();
    order["order_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_lost_response_is_one_order_and_a_second_submit_the_same() {
    let world = World::new().await;
    world.fault("lose-response:on=create_order,times=1");
    let line = world.submit("A-1", "x");
    let first = world.run(&line).await.ok();
    assert!(first.contains(r#""state": "found""#), "{first}");
    let second = world.run(&line).await.ok();
    assert!(second.contains(r#""state": "repeated""#), "{second}");
    assert_eq!(id(&first), id(&second));
    assert_eq!(world.count("A-1"), 1);
    assert_eq!(world.sandbox.requests_for("create_order").len(), 1);
}

#[tokio::test]
async fn another_order_under_the_reference_is_refused() {
    let world = World::new().await;
    world.run(&world.submit("A-1", "x")).await.ok();
    let ran = world.run(&world.submit("A-1", "y")).await;
    assert_snapshot!(world.error(ran, 2));
    assert_eq!(world.count("A-1"), 1);
}

#[tokio::test]
async fn sums_that_do_not_agree_are_refused_told_or_let_through() {
    let world = World::new().await;
    let submit = |reference: &str| {
        let file = world.order(reference, "x");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replace("\"total\":49", "\"total\":48")).unwrap();
        format!("orders submit --file {}", file.display())
    };
    let refused = world
        .run(&format!("{} --money-check refuse", submit("A-1")))
        .await;
    assert_snapshot!(world.error(refused, 2));
    assert_eq!(world.count("A-1"), 0);
    let warned = world.run(&submit("A-2")).await;
    assert_eq!(warned.exit, Exit::Ok);
    assert!(warned.err.starts_with("warning: "), "{}", warned.err);
    let off = world
        .run(&format!("{} --money-check off", submit("A-3")))
        .await;
    assert_eq!((off.exit, off.err.as_str()), (Exit::Ok, ""));
}

#[tokio::test]
async fn what_is_not_known_stays_open_until_it_is_recovered() {
    let world = World::new().await;
    world.fault("lose-response:on=create_order,times=1");
    world.fault("bad-gateway:on=list_orders");
    let line = format!("{} --settle 1", world.submit("A-1", "x"));
    let ran = world.run(&line).await;
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Failed, ""));
    let (waited, said) = waits(&ran.err);
    assert_eq!(
        waited,
        [
            "order A-1: no answer proves it; it is looked up until it can no longer take effect",
            "order A-1: the list of orders could not be read to its end; it is looked up again"
        ]
    );
    assert_snapshot!(world.same(&said));
    let ran = world.run("orders recover --settle 1 --output ndjson").await;
    assert_eq!(ran.exit, Exit::Failed);
    let (waited, said) = waits(&ran.err);
    assert!(!waited.is_empty());
    assert_snapshot!(world.same(&format!("{}{said}", ran.out)));
    world.sandbox.clear_faults();
    let ran = world.run("orders recover --output ndjson").await;
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
    assert!(ran.out.contains(r#""state":"found""#), "{}", ran.out);
    assert_eq!(world.run("orders recover").await.ok(), "[]\n");
    assert_eq!(world.count("A-1"), 1);
}

#[tokio::test]
async fn an_order_without_a_reference_or_with_a_misspelt_member_is_not_sent() {
    let world = World::new().await;
    let file = world.order("A-1", "x");
    let text = std::fs::read_to_string(&file).unwrap();
    let line = format!("orders submit --file {}", file.display());
    std::fs::write(&file, text.replace("\"partner_reference\":\"A-1\",", "")).unwrap();
    assert_snapshot!(world.error(world.run(&line).await, 2));
    std::fs::write(&file, text.replace("\"subtotal\"", "\"subtotl\"")).unwrap();
    assert_snapshot!(world.error(world.run(&line).await, 2));
    assert!(world.sandbox.requests_for("create_order").is_empty());
}

#[tokio::test]
async fn a_member_that_the_spec_lacks_is_submitted_when_asked_for() {
    let world = World::new().await;
    let file = world.order("A-1", "x");
    let text = std::fs::read_to_string(&file).unwrap();
    let mut order: Value = serde_json::from_str(&text).unwrap();
    order["colour"] = "red".into();
    order["products"][0]["shade"] = 7.into();
    std::fs::write(&file, order.to_string()).unwrap();
    let line = format!("orders submit --file {}", file.display());
    let refused = world.run(&line).await;
    assert_eq!(refused.exit, Exit::Usage, "{}", refused.err);
    assert!(world.sandbox.requests_for("create_order").is_empty());
    let line = format!("{line} --allow-extra");
    let first = world.run(&line).await.ok();
    assert!(first.contains(r#""state": "sent""#), "{first}");
    let again = world.run(&line).await.ok();
    assert!(again.contains(r#""state": "repeated""#), "{again}");
    let mut sent = world.sandbox.requests_for("create_order");
    assert_eq!(sent.len(), 1);
    let sent: Value = serde_json::from_slice(&sent.remove(0).body).unwrap();
    assert_eq!(sent["colour"], "red");
    assert_eq!(sent["products"][0]["shade"], 7);
    // A further member with another value is another order.
    order["colour"] = "blue".into();
    std::fs::write(&file, order.to_string()).unwrap();
    let other = world.run(&line).await;
    assert_eq!(other.exit, Exit::Usage, "{}", other.err);
    assert_eq!(world.count("A-1"), 1);
}

#[tokio::test]
async fn without_a_store_it_says_what_is_missing() {
    let world = World::new().await;
    let ran = world
        .run_with(&world.submit("A-1", "x"), &[("RETM_STORE", "")])
        .await;
    assert_eq!(ran.exit, Exit::Ok);
    assert_snapshot!(ran.err);
}

#[tokio::test]
async fn an_interrupted_submit_names_its_order_and_holds_no_other_command_up() {
    let world = World::new().await;
    world.fault("commit-late=1h:on=create_order");
    let line = world.submit("A-1", "x");
    let sandbox = &world.sandbox;
    let (struck, interrupt) = tokio::sync::oneshot::channel::<()>();
    let interrupt = async move {
        let _ = interrupt.await;
    };
    let run = world.run_in(&line, &[], |io| io.with_interrupt(interrupt));
    let (ran, ()) = futures::join!(run, async {
        while sandbox.faults().iter().all(|(_, strikes)| *strikes == 0) {
            tokio::task::yield_now().await;
        }
        let _ = struck.send(());
    });
    assert_eq!(ran.exit, Exit::Interrupted);
    assert_snapshot!(ran.err);
    let next = world.run("taxes list").await;
    assert_eq!(next.exit, Exit::Ok, "{}", next.err);
    assert!(next.out.starts_with('['), "{}", next.out);
    assert_snapshot!(next.err, @"1 order is open in the store: `retm orders recover --wait` finds out what became of it");
    let recovered = world.run("orders recover --output csv").await;
    assert_eq!(recovered.exit, Exit::Failed);
    assert!(
        recovered.err.starts_with("error: 1 order is still open"),
        "{}",
        recovered.err
    );
}
