//! Orders that are refused, and orders of which nobody knows what became.

use retm::types::CreateOrder;
use retm::{Error, ErrorKind};
use retm_sandbox::{Answer, Sandbox};
use retm_tests::acme;
use serde_json::{Value, json};

use crate::check::{assert_message, check};

fn order(change: impl FnOnce(&mut Value)) -> CreateOrder {
    let mut order = json!({
        "branch": "01h1he9gv7jck3xrhg7dz9hzh5",
        "customer": {"phone": retm_tests::watch::PHONE, "name": {"en": "Sara", "ar": "سارة"}},
        "products": [{"id": "01GZK6C7J03PQP7KGRAQ3F197Y", "quantity": 1, "total": 7}],
    });
    change(&mut order);
    serde_json::from_value(order).unwrap()
}

pub(crate) async fn refused_order() -> Error {
    let sandbox = Sandbox::start().await.unwrap();
    let order = order(|order| {
        order["branch"] = json!("no-such-branch");
        order["products"][0]["id"] = json!("no-such-product");
        order["payments"] = json!([{"id": "0551234567", "amount": 7}]);
    });
    let error = acme(&sandbox).unwrap().orders().create(order).await;
    assert!(sandbox.orders("acme").is_empty());
    assert_eq!(sandbox.requests_for("create_order").len(), 1);
    error.unwrap_err()
}

#[tokio::test]
async fn an_order_with_bad_fields() {
    let error = refused_order().await;
    assert!(error.is_validation());
    let fields: Vec<_> = error.field_errors().collect();
    assert_eq!(
        fields,
        [
            ("branch", "The selected branch is invalid."),
            ("products.0.id", "The selected products.0.id is invalid."),
            ("payments.0.id", "The selected payments.0.id is invalid."),
        ]
    );
    assert_message!(error, @r#"create_order for acme: the API refused the request: "The selected branch is invalid. (and 2 more errors)"; fields: branch, products.0.id, payments.0.id (status 422, request sandbox-00000002). Correct the fields named; `field_errors()` has the reason for each."#);
    let raw = error.raw_body().to_vec();
    check(&error, &raw);
    let body: Value = serde_json::from_slice(&raw).unwrap();
    assert_eq!(
        body["errors"]["branch"],
        json!(["The selected branch is invalid."])
    );
}

#[tokio::test]
async fn a_refusal_that_repeats_the_customer() {
    let sandbox = Sandbox::start().await.unwrap();
    let body = json!({
        "message": "The phone 0551234567 of sara@example.com is taken.",
        "errors": {"customer.phone\n": ["0551234567 is taken."], "0551234567": ["?"]},
    });
    sandbox.override_next("create_order", Answer::json(422, &body));
    let error = acme(&sandbox).unwrap().orders().create(order(|_| {})).await;
    let error = error.unwrap_err();
    assert_message!(error, @r#"create_order for acme: the API refused the request: "The phone [masked] of [masked] is taken."; fields: customer.phone\n, [masked] (status 422, request sandbox-00000002). Correct the fields named; `field_errors()` has the reason for each."#);
    check(&error, body.to_string().as_bytes());
    assert_eq!(error.message(), body["message"].as_str());
}

/// What creating an order ends with when the sandbox answers so once.
async fn creating(answer: Answer) -> Result<retm::types::WriteReply, Error> {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.override_next("create_order", answer);
    let reply = acme(&sandbox).unwrap().orders().create(order(|_| {})).await;
    assert_eq!(sandbox.requests_for("create_order").len(), 1);
    reply
}

#[tokio::test]
async fn an_order_lost_at_a_gateway_is_not_sent_again() {
    let error = creating(Answer::new(504, "text/html", "<html>hush</html>")).await;
    let error = error.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Server, 1));
    assert_message!(error, @"create_order for acme: the server failed: the body is HTML, not JSON; a gateway answered in the API's place (status 504, request sandbox-00000002). Whether it took effect is unknown: look before sending it again.");
    check(&error, b"<html>hush</html>");
}

#[tokio::test]
async fn an_order_is_never_failed_for_the_shape_of_the_reply() {
    for (answer, id) in [
        (Answer::new(200, "", ""), None),
        (Answer::new(204, "", ""), None),
        (Answer::new(200, "text/html", "<html>OK</html>"), None),
        (Answer::new(200, "application/json", "{\"id\":"), None),
        (Answer::json(200, &json!([1])), None),
        (Answer::json(201, &json!({"id": 7})), Some("7")),
        (Answer::json(202, &json!({"data": {"id": "8"}})), Some("8")),
    ] {
        let shown = format!("{answer:?}");
        let reply = creating(answer).await;
        assert_eq!(reply.unwrap().id(), id, "{shown}");
    }
}

#[tokio::test]
async fn a_read_answered_201_is_read() {
    let sandbox = Sandbox::start().await.unwrap();
    let body = json!({"id": "1"});
    sandbox.override_next("get_product", Answer::json(201, &body));
    let product = acme(&sandbox).unwrap().products().get("1").await.unwrap();
    assert_eq!(product.id, Some("1".into()));
}
