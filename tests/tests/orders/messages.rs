//! What the errors say, and what they keep to themselves.

use std::error::Error as _;

use retm::Error;
use retm_sandbox::FaultKind;
use retm_tests::Gate;
use serde_json::json;

use crate::doubt;
use crate::steps::{At, Steps, What};
use crate::world::{PHONE, World, order, order_with};

/// The texts of an error and of its causes.
fn texts(error: &Error) -> Vec<String> {
    let mut texts = vec![error.to_string(), format!("{error:?}")];
    let mut cause = error.source();
    while let Some(source) = cause {
        texts.extend([source.to_string(), format!("{source:?}")]);
        cause = source.source();
    }
    texts
}

#[track_caller]
fn keeps_to_itself(texts: &[String]) {
    for text in texts {
        assert!(!text.contains(PHONE) && !text.contains("Sara"), "{text}");
    }
}

#[tokio::test]
async fn a_list_without_references() {
    let error = doubt::no_references().await;
    keeps_to_itself(&texts(&error));
    insta::assert_snapshot!(error, @r#"create_order for acme: what became of the order is not known: it was looked for in the list of orders by its reference "A-1", but the list shows no references; when it was sent, the server failed. Submit the same order again or call `orders().recover()` later: neither sends it again before it is known."#);
}

#[tokio::test]
async fn a_look_up_that_fails() {
    let error = doubt::failing_look_up().await;
    keeps_to_itself(&texts(&error));
    insta::assert_snapshot!(error, @r#"create_order for acme: what became of the order is not known: it was looked for in the list of orders by its reference "A-1", but the orders could not be listed; see the cause; when it was sent, the server failed. Submit the same order again or call `orders().recover()` later: neither sends it again before it is known."#);
    let cause = error.source().unwrap().to_string();
    assert!(
        cause.starts_with("list_orders for acme: the server failed"),
        "{cause}"
    );
}

#[tokio::test]
async fn a_conflict() {
    let world = World::new().await;
    world.orders().submit(order("A-1")).await.unwrap();
    let other = order_with("A-1", |order| order["note"] = json!(PHONE));
    let error = world.orders().submit(other).await.unwrap_err();
    keeps_to_itself(&texts(&error));
    insta::assert_snapshot!(error, @r#"create_order for acme: the reference is another order's: an order with another content was submitted as "A-1". Give each order a `partner_reference` of its own; nothing was sent."#);
}

#[tokio::test]
async fn no_reference() {
    let world = World::new().await;
    let without = order_with("", |order| order["partner_reference"] = json!(null));
    let error = world.orders().submit(without).await.unwrap_err();
    insta::assert_snapshot!(error, @"create_order for acme: bad request: the order needs a `partner_reference`: without it nobody can tell whether it took effect. Correct the argument; nothing was sent.");
    let trimmed = world.orders().submit(order(" A-1")).await.unwrap_err();
    insta::assert_snapshot!(trimmed, @"create_order for acme: bad request: `partner_reference` starts or ends with white space. Correct the argument; nothing was sent.");
}

#[tokio::test]
async fn a_journal_that_is_away() {
    let world = World::new().await;
    let failing = |step| {
        world.through(Steps::new(
            world.store.clone(),
            step,
            At::Before,
            What::Fail,
        ))
    };
    let begin = failing(0).submit(order("A-1")).await.unwrap_err();
    insta::assert_snapshot!(begin, @"create_order for acme: the store failed: the journal is away (nothing was sent; if the order was taken down all the same, `recover()` will send it). Submit the same order again or call `orders().recover()` later: neither sends it again before it is known.");
    let advance = failing(1).submit(order("A-2")).await.unwrap_err();
    insta::assert_snapshot!(advance, @"create_order for acme: the store failed: the journal is away (nothing was sent by this call, but the order stands in the journal and `recover()` will go on with it). Submit the same order again or call `orders().recover()` later: neither sends it again before it is known.");
    world.fault(FaultKind::LoseResponse);
    let after = failing(2).submit(order("A-3")).await.unwrap_err();
    keeps_to_itself(&texts(&after));
    insta::assert_snapshot!(after, @r#"create_order for acme: what became of the order is not known: it was looked for in the list of orders by its reference "A-3", but the journal failed: the journal is away; when it was sent, the connection failed. Submit the same order again or call `orders().recover()` later: neither sends it again before it is known."#);
    let pending = failing(0).recover().await.unwrap_err();
    insta::assert_snapshot!(pending, @"create_order for acme: the store failed: the journal is away. See the cause; what is in memory goes on.");
}

#[tokio::test]
async fn a_refusal_that_the_journal_does_not_know_of() {
    let world = World::new().await;
    let failing = Steps::new(world.store.clone(), 2, At::Before, What::Fail);
    let wrong = order_with("A-1", |order| order["branch"] = json!("none"));
    let error = world.through(failing).submit(wrong).await.unwrap_err();
    insta::assert_snapshot!(error, @"create_order for acme: what became of the order is not known: the API refused it, but the journal could not take that down (the journal is away), so `recover()` may send it. Submit the same order again or call `orders().recover()` later: neither sends it again before it is known.");
}

#[tokio::test]
async fn nothing_public_shows_the_customer() {
    let world = World::new().await;
    let submit = world.orders().submit(order("A-1"));
    let mut shown = vec![format!("{submit:?}")];
    world.fault(FaultKind::LoseResponse);
    let found = submit.await.unwrap();
    assert!(String::from_utf8_lossy(found.raw_body()).contains(PHONE));
    shown.push(format!("{found:?}"));
    let dying = Steps::new(
        world.store.clone(),
        0,
        At::After,
        What::Stop(Gate::default()),
    );
    let task = tokio::spawn(
        world
            .through(dying.clone())
            .submit(order("A-2"))
            .into_future(),
    );
    retm_tests::until(|| dying.is_reached()).await;
    task.abort();
    world.clock.advance(std::time::Duration::from_secs(120));
    let recover = world.orders().recover();
    shown.push(format!("{recover:?}"));
    let recovery = recover.await.unwrap();
    assert_eq!(recovery.orders.len(), 1);
    shown.push(format!("{recovery:?}"));
    keeps_to_itself(&shown);
}
