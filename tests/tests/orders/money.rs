//! Sums that do not agree, before anything is written or sent.

use retm::types::CreateOrder;
use retm::{ErrorKind, MoneyCheck, Outcome};
use serde_json::json;

use crate::world::{World, order_with, orders};

fn wrong() -> CreateOrder {
    order_with("A-1", |order| {
        order["subtotal"] = json!(6.09);
        order["tax"] = json!(0.91);
        order["total"] = json!(7.01);
    })
}

#[tokio::test]
async fn an_order_is_sent_with_a_warning_by_default() {
    let world = World::new().await;
    let submitted = world.orders().submit(wrong()).await.unwrap();
    insta::assert_snapshot!(submitted.warnings().join("\n"), @r"
    total 7.01 is not subtotal 6.09 − discounts 0 + tax 0.91 = 7.00
    the totals of the lines come to 7, not to total 7.01
    ");
    assert_eq!(world.count(), 1);
}

#[tokio::test]
async fn an_order_can_be_refused_before_anything_is_written() {
    let world = World::new().await;
    let refusing = orders(world.client().money_check(MoneyCheck::Refuse));
    let error = refusing.submit(wrong()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::MoneyMismatch);
    assert!(error.is_config() && error.is_money_mismatch());
    assert_eq!(error.outcome(), Outcome::NotSent);
    insta::assert_snapshot!(error, @"create_order for acme: the sums of the order do not agree: total 7.01 is not subtotal 6.09 − discounts 0 + tax 0.91 = 7.00; the totals of the lines come to 7, not to total 7.01. Correct the sums, or turn the check off with `MoneyCheck::Off`; nothing was sent.");
    assert!(refusing.recover().await.unwrap().orders.is_empty());
    assert!(world.sandbox.requests().is_empty());
    // One call may have it otherwise.
    let submitted = refusing.submit(wrong()).money_check(MoneyCheck::Off);
    assert!(submitted.await.unwrap().warnings().is_empty());
}
