//! Lists and single resources: good, broken, refused, lost.

use futures::{StreamExt as _, TryStreamExt as _};
use retm::Quota;
use retm_tests::server::{Server, answer, cut_off, json};
use serde_json::json;

use crate::canary::*;
use crate::capture::{debug, failed, good};
use crate::world::{World, acme, page, person, refused};

macro_rules! every_list {
    ($acme:ident: $($resource:ident),+) => {
        $(
            let list = $acme.$resource().list().with_header("x-canary", HEADER);
            debug("List", &list);
            let answer = list.response().await;
            let answer = good("Response", answer);
            assert!(String::from_utf8_lossy(answer.raw_body()).contains(PHONE));
            assert_eq!(answer.headers()["set-cookie"], COOKIE);
            debug("Page", &*answer);
            let _ = answer.into_inner().into_items().into_iter().map(|item| debug("item", &item)).count();
            let all = $acme.$resource().list().collect_all().await;
            good("Collected", all);
        )+
    };
}

pub(crate) async fn play(world: &World) {
    let acme = world.acme();
    every_list!(acme: products, orders, invoices, customers, branches, devices, taxes, charges,
        categories, groups, price_lists, payment_methods, order_types);
    good("product", acme.products().get("01d").response().await);
    good("simple list", acme.products().simple_list().await);
    match acme.menu().get().await {
        Ok(menu) => debug("Menu", &menu),
        Err(error) => drop(failed::<(), _>("menu", Err(error))),
    }

    // Broken elements keep what they were, and show none of it.
    let broken = json!({"items": [
        person(),
        PHONE,
        [ADDRESS],
        {"id": {"phone": PHONE}},
        {"id": [ACCESS], "phone": {"a": PHONE}, "customer": NAME, "email": [EMAIL]},
    ]});
    for _ in 0..3 {
        world.answer(json(200, &broken));
    }
    let listed = good("broken", acme.customers().list().await);
    assert!(!listed.broken().is_empty());
    for element in listed.broken() {
        debug("Broken", element);
    }
    let mut pages = acme.customers().list().pages();
    debug("Pages", &pages);
    while let Some(page) = pages.next().await {
        good("page", page);
    }
    let mut items = acme.customers().list().stream();
    debug("ItemStream", &items);
    while let Some(item) = items.next().await {
        match item {
            Ok(item) => debug("item", &item),
            Err(error) => drop(failed::<(), _>("element", Err(error))),
        }
    }
    let _ = acme
        .customers()
        .list()
        .pages()
        .try_collect::<Vec<_>>()
        .await;

    let repeated = format!("token {ACCESS}");
    for status in [400, 403, 404, 409, 418, 422, 500, 503] {
        // As many as there may be attempts.
        for _ in 0..5 {
            world.answer(refused(status, &repeated));
        }
        let acme = world.acme();
        failed("refused", acme.customers().list().without_retry().await);
        failed("refused", acme.products().get(PHONE).without_retry().await);
        failed("refused", acme.orders().list().branch(PHONE).await);
        while let Err(error) = world.acme().taxes().list().without_retry().await {
            failed::<(), _>("refused", Err(error));
        }
    }
    for text in [
        page(200),
        page(502),
        answer(
            200,
            "application/json",
            format!("{{\"items\": \"{PHONE}\"}}"),
        ),
        answer(
            200,
            "application/json",
            format!("{{\"items\": [{{\"phone\": \"{PHONE}"),
        ),
        answer(200, "application/json", format!("\"{ACCESS}\"")),
        answer(
            200,
            "application/json",
            json!({"error": true, "message": EMAIL}).to_string(),
        ),
        answer(302, "text/html", PHONE),
        cut_off(
            200,
            "{\"items\": [{\"phone\": \"0559173846\", \"name\": \"Canaryna Leakvale\"",
        ),
    ] {
        world.answer(text);
        failed("strange", acme.customers().list().without_retry().await);
    }
    // Headers that cannot be sent, with values that must not be shown.
    for (name, value) in [
        ("x y", HEADER),
        ("authorization", HEADER),
        ("x-note", "canary-request-header-b81d~A/+b\n"),
    ] {
        let request = acme.products().list().with_header(name, value);
        debug("List", &request);
        failed("header", request.await);
    }

    let limited = acme_with_limits(world);
    for _ in 0..2 {
        let mut refusal = refused(429, &repeated);
        refusal
            .headers_mut()
            .insert("retry-after", "7".parse().unwrap());
        world.answer(refusal);
    }
    failed(
        "429",
        limited.orders().list().branch(PHONE).without_retry().await,
    );
    failed(
        "held back",
        limited.orders().list().branch(EMAIL).without_retry().await,
    );

    // Nobody there, with a person in path and query.
    let gone = Server::start(|_| async { json(200, &json!({})) })
        .await
        .unwrap();
    let dead = crate::world::acme(world.client().base_url("http://127.0.0.1:1"));
    drop(gone);
    failed("connect", dead.products().get(PHONE).await);
    let overridden = world.client().path_override("get_product", "/other/{id}");
    let overridden = crate::world::acme(overridden);
    world.answer(refused(404, &repeated));
    failed("override", overridden.products().get(EMAIL).await);
    assert!(overridden.products().get_opt(PHONE).await.is_ok());
}

fn acme_with_limits(world: &World) -> retm::Business {
    acme(
        world
            .client()
            .rate_limit_for("Orders", Quota::per_second(1)),
    )
}
