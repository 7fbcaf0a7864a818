//! Creating orders and what becomes of them.

use std::time::Duration;

use retm_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::api::{Api, example};

const LIST: &str = "/api/v2/orders/list";
const CREATE: &str = "/api/v2/orders/create";

async fn create(api: &Api, reference: &str) -> Value {
    let mut order = example("create_order");
    order["partner_reference"] = json!(reference);
    let got = api.post(CREATE, &order).await;
    assert_eq!(got.status, 200, "{got:?}");
    got.json()
}

#[tokio::test]
async fn an_order_is_taken_and_leads_the_list() {
    let sandbox = Sandbox::start().await.unwrap();
    let api = Api::new(&sandbox, "acme").await;
    let before = api.ok(LIST).await["pagination"]["total"].as_u64().unwrap();
    let reply = create(&api, "P-1").await;
    assert_eq!(reply["order_id"], reply["id"]);
    assert_eq!(
        (&reply["partner_reference"], &reply["status"]),
        (&json!("P-1"), &json!(2))
    );
    let list = api.ok(LIST).await;
    assert_eq!(list["pagination"]["total"], before + 1);
    let order = &list["items"][0];
    let sent = example("create_order");
    assert_eq!(
        (&order["id"], &order["reference"]),
        (&reply["id"], &reply["reference"])
    );
    assert_eq!(
        (&order["status"], &order["delivery_status"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(order["total_price"], "49.000");
    assert_eq!(order["subtotal_price"], "42.609");
    assert_eq!(order["tax"], "6.391");
    assert_eq!(order["created_at"], sandbox.clock().local_time());
    assert_eq!(order["branch_id"], sent["branch"]);
    assert_eq!(order["customer"]["phone"], sent["customer"]["phone"]);
    assert_eq!(sandbox.orders("acme"), std::slice::from_ref(order));
    assert!(sandbox.orders("globex").is_empty());
    // The spec's example of an order list shows the same order.
    assert_eq!(order["products"], example("orders")["items"][0]["products"]);
    assert_eq!(order["payments"], example("orders")["items"][0]["payments"]);
    assert_eq!(order["taxes"], example("orders")["items"][0]["taxes"]);
}

#[tokio::test]
async fn the_spec_example_with_a_discount_is_taken() {
    let sandbox = Sandbox::start().await.unwrap();
    let api = Api::new(&sandbox, "acme").await;
    let got = api.post(CREATE, &example("create_order_discount")).await;
    assert_eq!(got.status, 200, "{got:?}");
}

#[tokio::test]
async fn amounts_that_are_left_out_are_added_up() {
    let sandbox = Sandbox::start().await.unwrap();
    let api = Api::new(&sandbox, "acme").await;
    let sent = example("create_order");
    let order = json!({
        "branch": sent["branch"],
        "customer": {"phone": "0559999999"},
        "products": [{"id": sent["products"][0]["id"], "quantity": 3, "total": 75}]
    });
    assert_eq!(api.post(CREATE, &order).await.status, 200);
    let order = &sandbox.orders("acme")[0];
    let amounts = ["total_price", "subtotal_price", "tax"].map(|name| &order[name]);
    assert_eq!(amounts, ["75.000", "65.217", "9.783"]);
}

#[tokio::test]
async fn an_order_is_refused_field_by_field() {
    let sandbox = Sandbox::start().await.unwrap();
    let api = Api::new(&sandbox, "acme").await;
    let got = api
        .post(CREATE, &json!({"products": [{"id": "x", "quantity": "2"}]}))
        .await;
    assert_eq!(got.status, 422);
    let body = got.json();
    assert!(body["message"].is_string());
    let fields: Vec<&String> = body["errors"].as_object().unwrap().keys().collect();
    assert_eq!(fields.len(), 4, "{body}");
    for field in [
        "branch",
        "customer",
        "products.0.quantity",
        "products.0.total",
    ] {
        assert!(body["errors"][field][0].is_string(), "{body}");
    }
    let mut order = example("create_order");
    order["branch"] = json!("nowhere");
    order["ordertype"] = json!("nohow");
    order["payments"][0]["id"] = json!("nothing");
    order["products"][0]["id"] = json!("nobody");
    order["products"][1]["variation"] = json!("none");
    order["products"][1]["modifiers"][0]["id"] = json!("none");
    order["products"][1]["quantity"] = json!(0);
    let body = api.post(CREATE, &order).await.json();
    let mut fields: Vec<&str> = body["errors"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "branch",
            "ordertype",
            "payments.0.id",
            "products.0.id",
            "products.1.modifiers.0.id",
            "products.1.quantity",
            "products.1.variation",
        ]
    );
    order["products"] = json!([]);
    let body = api.post(CREATE, &order).await.json();
    assert_eq!(
        body["errors"]["products"],
        json!(["The products field is required."])
    );
    assert!(sandbox.orders("acme").is_empty());
}

#[tokio::test]
async fn filters_narrow_the_list() {
    let sandbox = Sandbox::builder()
        .orders(0)
        .token_lifetime(Duration::from_secs(200_000))
        .start()
        .await
        .unwrap();
    let api = Api::new(&sandbox, "acme").await;
    create(&api, "P-1").await;
    sandbox.clock().advance(Duration::from_secs(86_400));
    let second = create(&api, "P-2").await;
    let cancel = json!({"order_id": second["id"]});
    assert_eq!(api.post("/api/v2/orders/cancel", &cancel).await.status, 200);
    let references = async |query: &str| {
        let list = api.ok(&format!("{LIST}?{query}")).await;
        let items = list["items"].as_array().unwrap();
        items
            .iter()
            .map(|order| order["partner_reference"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(references("").await, ["P-2", "P-1"]);
    assert_eq!(references("partner_reference=P-1").await, ["P-1"]);
    assert_eq!(references("partner_reference=P-3").await, [""; 0]);
    assert_eq!(references("status=5").await, ["P-2"]);
    assert_eq!(references("status=2&partner_reference=P-2").await, [""; 0]);
    assert_eq!(references("to=2026-01-01").await, ["P-1"]);
    assert_eq!(references("from=2026-01-02T00:00:00").await, ["P-2"]);
    assert_eq!(
        references("from=2026-01-01&to=2026-01-02%2023:00:00").await,
        ["P-2", "P-1"]
    );
    assert_eq!(references("branch=nowhere").await, [""; 0]);
    let branch = example("create_order")["branch"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        references(&format!("branch={branch}")).await,
        ["P-2", "P-1"]
    );
    let odd = api.get(&format!("{LIST}?from=yesterday")).await;
    assert_eq!(odd.status, 422);
    assert_eq!(
        odd.json()["errors"],
        json!({"from": ["The from field must be a valid date."]})
    );
}

#[tokio::test]
async fn an_order_goes_its_way() {
    let sandbox = Sandbox::start().await.unwrap();
    let api = Api::new(&sandbox, "acme").await;
    let id = create(&api, "P-1").await["id"].clone();
    sandbox.clock().advance(Duration::from_secs(60));
    let update = "/api/v2/orders/delivery-status";
    let got = api
        .post(
            update,
            &json!({"order_id": id, "status": 6, "note": "on its way"}),
        )
        .await;
    assert_eq!((got.status, &got.json()["order_id"]), (200, &id));
    let order = sandbox.orders("acme").remove(0);
    assert_eq!(
        (&order["status"], &order["delivery_status"]),
        (&json!(2), &json!(6))
    );
    assert_ne!(order["updated_at"], order["created_at"]);
    let odd = api
        .post(update, &json!({"order_id": id, "status": 70}))
        .await;
    assert_eq!(odd.status, 422);
    assert_eq!(
        odd.json()["errors"],
        json!({"status": ["The selected status is invalid."]})
    );
    let cancel = "/api/v2/orders/cancel";
    let body = json!({"order_id": id, "reason": "called off"});
    assert_eq!(api.post(cancel, &body).await.json()["status"], 5);
    let order = sandbox.orders("acme").remove(0);
    assert_eq!(
        (&order["status"], &order["delivery_status"]),
        (&json!(5), &json!(3))
    );
    assert_eq!(api.post(cancel, &body).await.status, 200);
    let unknown = json!({"order_id": "none", "status": 2});
    for path in [cancel, update] {
        let got = api.post(path, &unknown).await;
        assert_eq!(
            (got.status, got.json()),
            (404, json!({"message": "Order not found."}))
        );
    }
}

#[tokio::test]
async fn businesses_keep_their_own_orders() {
    let sandbox = Sandbox::start().await.unwrap();
    let acme = Api::new(&sandbox, "acme").await;
    let globex = Api::new(&sandbox, "globex").await;
    let id = create(&acme, "P-1").await["id"].clone();
    let got = globex
        .post("/api/v2/orders/cancel", &json!({"order_id": id}))
        .await;
    assert_eq!(got.status, 404);
    assert_eq!(
        (sandbox.orders("acme").len(), sandbox.orders("globex").len()),
        (1, 0)
    );
}

#[tokio::test]
async fn settings_that_are_created_show_in_their_lists() {
    let sandbox = Sandbox::start().await.unwrap();
    let api = Api::new(&sandbox, "acme").await;
    for (resource, stem) in [
        ("payments", "create_payment_method"),
        ("order-types", "create_order_type"),
        ("taxes", "create_tax"),
    ] {
        let got = api
            .post(&format!("/api/v2/{resource}/create"), &example(stem))
            .await;
        assert_eq!(got.status, 200, "{got:?}");
        let list = api.ok(&format!("/api/v2/{resource}/list")).await;
        let last = list["items"].as_array().unwrap().last().unwrap();
        assert_eq!(
            (&last["id"], &last["name"]),
            (&got.json()["id"], &example(stem)["name"])
        );
    }
    let got = api
        .post("/api/v2/charges/create", &example("create_charge"))
        .await;
    let charges = api.ok("/api/v2/charges/list").await;
    let last = charges.as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["uuid"], &last["value"]),
        (&got.json()["id"], &json!("20.00"))
    );
    assert_eq!(last["tax"], example("charges")[0]["tax"]);
    let odd = json!({"name": {"en": "x"}, "value": 1, "tax_id": "none"});
    let got = api.post("/api/v2/charges/create", &odd).await;
    assert_eq!(
        got.json()["errors"],
        json!({"tax_id": ["The selected tax_id is invalid."]})
    );
    let odd = json!({"name": {"en": "x"}, "type": 99, "auto_open_drawer": 0, "ecr_enabled": 0});
    let got = api.post("/api/v2/payments/create", &odd).await;
    assert_eq!(
        got.json()["errors"],
        json!({"type": ["The selected type is invalid."]})
    );
}
