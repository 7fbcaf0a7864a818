//! Orders of a person: created, refused, lost, in doubt.

use retm::types::{
    CreateOrder, CreateOrderAddress, CreateOrderCustomer, CreateOrderLine, DecimalNumber,
    LocalizedText,
};
use retm_sandbox::{Fault, FaultKind, LoggedRequest, Sandbox};
use retm_tests::server::{answer, cut_off, json};
use serde_json::json;

use crate::canary::*;
use crate::capture::{debug, failed, good};
use crate::world::{World, everything, page, refused};

/// An order for the person whom everything here is about.
pub(crate) fn order(reference: &str) -> CreateOrder {
    let name = || LocalizedText::new(NAME, NAME_AR);
    let address: CreateOrderAddress = CreateOrderAddress::builder()
        .id("01hm3t9d3w6r8y0a2c5e7g9h1k")
        .name(name())
        .address(ADDRESS)
        .latitude("24.7136")
        .longitude("46.6753")
        .note(Some(EMAIL.into()))
        .try_into()
        .unwrap();
    let customer: CreateOrderCustomer = CreateOrderCustomer::builder()
        .phone(PHONE)
        .name(Some(name().into()))
        .address(Some(address))
        .try_into()
        .unwrap();
    let line: CreateOrderLine = CreateOrderLine::builder()
        .id("01GZK6C7J03PQP7KGRAQ3F197Y")
        .quantity(DecimalNumber::from(1))
        .total(DecimalNumber::from(7))
        .try_into()
        .unwrap();
    let order = CreateOrder::builder()
        .branch("01h1he9gv7jck3xrhg7dz9hzh5")
        .customer(customer)
        .products(vec![line])
        .partner_reference(Some(reference.to_owned()))
        .try_into();
    order.unwrap()
}

pub(crate) async fn play(world: &World) {
    let acme = world.acme();
    debug("CreateOrder", &order("A-1"));
    let request = acme
        .orders()
        .create(order("A-1"))
        .with_header("x-note", HEADER);
    debug("Request", &request);
    let answered = good("Response", request.response().await);
    assert!(String::from_utf8_lossy(answered.raw_body()).contains(PHONE));
    debug("WriteReply", &*answered);

    let repeated = format!("token {ACCESS}");
    for strange in [
        refused(422, &repeated),
        refused(400, &repeated),
        refused(409, &repeated),
        refused(429, &repeated),
        refused(500, &repeated),
        json(422, &json!({"message": PHONE, "errors": [PHONE, EMAIL]})),
        json(422, &json!({"errors": {"customer.phone": [everything()]}})),
        json(
            200,
            &json!({"error": true, "message": format!("{PHONE} {EMAIL} {ACCESS}")}),
        ),
        json(200, &json!([everything()])),
        json(
            201,
            &json!({"id": "01a", "message": everything(), "order": everything()}),
        ),
        answer(201, "application/json", format!("{{\"id\": \"{PHONE}")),
        page(200),
        page(500),
        page(502),
        cut_off(201, "{\"id\": \"01a\", \"phone\": \"0559173846"),
    ] {
        world.answer(strange);
        match world.acme().orders().create(order("A-2")).response().await {
            Ok(answer) => debug("Response", &answer),
            Err(error) => drop(failed::<(), _>("create", Err(error))),
        }
    }
    world.answer(refused(422, &repeated));
    failed("cancel", acme.orders().cancel("01a").reason(ADDRESS).await);
    let cancel = acme.orders().cancel("01a").reason(ADDRESS);
    good("cancel", cancel.await);
    at_the_sandbox().await;
}

/// The same against a RETM with a state, whose tokens nobody knows before.
async fn at_the_sandbox() {
    let sandbox = Sandbox::builder()
        .single_use_codes(true)
        .start()
        .await
        .unwrap();
    let acme = retm_tests::acme(&sandbox).unwrap();
    acme.authorize(sandbox.code("acme")).await.unwrap();
    good("create", acme.orders().create(order("S-1")).await);
    failed(
        "code",
        acme.authorize(sandbox.code("acme").as_str().repeat(2))
            .await,
    );
    let faults = [
        FaultKind::LoseResponse,
        FaultKind::Reset,
        FaultKind::BadGateway,
        FaultKind::RateLimit {
            retry_after: None,
            as_date: true,
        },
    ];
    for (number, kind) in faults.into_iter().enumerate() {
        sandbox.add_fault(Fault::new(kind).on("create_order").times(1));
        let acme = retm_tests::acme(&sandbox).unwrap();
        let order = order(&format!("S-2{number}"));
        failed("fault", acme.orders().create(order).await);
    }
    sandbox.expire_tokens("acme");
    good("orders", acme.orders().list().response().await);
    sandbox.revoke("acme");
    failed("revoked", acme.orders().list().await);

    let requests = sandbox.requests();
    let bodies = requests.iter().map(|request| &request.body);
    let sent: String = bodies.map(|body| String::from_utf8_lossy(body)).collect();
    for canary in [PHONE, NAME, NAME_AR, ADDRESS] {
        assert!(sent.contains(canary), "{canary} was not sent");
    }
    let mut secrets: Vec<String> = vec![sandbox.client_secret().to_owned()];
    secrets.extend(
        requests
            .iter()
            .filter_map(LoggedRequest::bearer)
            .map(str::to_owned),
    );
    for request in sandbox.requests_for("exchange_token") {
        let body = request.json().unwrap();
        let named = ["code", "refresh_token"].map(|name| body[name].as_str().map(str::to_owned));
        secrets.extend(named.into_iter().flatten());
    }
    secrets.sort();
    secrets.dedup();
    assert!(
        secrets.len() > 4,
        "a secret, a code, tokens, a refresh token"
    );
    crate::capture::assert_unsaid(&secrets);
}
