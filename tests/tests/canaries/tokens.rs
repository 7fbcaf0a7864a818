//! Installation, refresh, refusal and loss of a grant.

use std::time::Duration;

use futures::{FutureExt as _, StreamExt as _};
use retm::{Business, ErrorKind, GrantEvents};
use retm_tests::server::{answer, cut_off, json};
use serde_json::json;

use crate::canary::*;
use crate::capture::{debug, failed, good, show};
use crate::world::{World, page, refused};

const HOUR: Duration = Duration::from_secs(3600);

async fn installed(world: &World) -> (Business, GrantEvents) {
    let retm = world.client().build().unwrap();
    let events = retm.grant_events();
    let acme = retm.business("acme").unwrap();
    acme.authorize(CODE).await.unwrap();
    (acme, events)
}

fn watch(events: &mut GrantEvents) {
    while let Some(Some(event)) = events.next().now_or_never() {
        debug("GrantEvent", &event);
        show("name of an event", event.kind.as_str());
    }
}

pub(crate) async fn play(world: &World) {
    let (acme, mut events) = installed(world).await;
    debug("Business", &acme);
    good("TokenStatus", acme.token().await);
    good("products", acme.products().list().await);
    // The second time it is the second refresh token that is sent.
    for _ in 0..2 {
        world.clock.advance(HOUR);
        good("products", acme.products().list().await);
        good("TokenStatus", acme.token().await);
    }
    watch(&mut events);
    debug("GrantEvents", &events);
    acme.forget_grant().await.unwrap();

    for (status, error) in [
        (400, "invalid_grant"),
        (401, "invalid_client"),
        (422, "invalid_request"),
        (503, "down"),
    ] {
        let words = format!("{CODE} and {CLIENT_SECRET}");
        let body = json!({"error": error, "error_description": format!("{words} {PHONE} {EMAIL}"),
            "message": words, "errors": {words.clone(): [words]}});
        world.token_answer(json(status, &body));
        failed("code", world.acme().authorize(CODE).await);
    }
    for refusal in [
        json(
            401,
            &json!({"error": "invalid_grant", "error_description": format!("no {REFRESH} {PHONE}")}),
        ),
        refused(
            401,
            &format!("refresh token {REFRESH}, client {CLIENT_SECRET}"),
        ),
        refused(400, &format!("grant {REFRESH}")),
        refused(500, &format!("oops {REFRESH}")),
        refused(429, &format!("slow {REFRESH}")),
        page(401),
        page(502),
        page(200),
        json(
            200,
            &json!({"access_token": [ACCESS], "refresh_token": REFRESH}),
        ),
        json(200, &json!({"access_token": "", "refresh_token": [ACCESS]})),
        json(
            200,
            &json!({"access_token": format!("{ACCESS}\n"), "refresh_token": REFRESH}),
        ),
        json(200, &json!({"access_token": ACCESS, "expires_in": ACCESS})),
        json(
            200,
            &json!({"access_token": ACCESS, "refresh_token": {"a": REFRESH}}),
        ),
        answer(
            200,
            "application/json",
            format!("{{\"access_token\": \"{ACCESS}"),
        ),
        answer(200, "application/json", format!("\"{ACCESS}\"")),
        cut_off(200, "{\"access_token\": \"canary-access-token-9d2e~A/+b"),
    ] {
        let (acme, mut events) = installed(world).await;
        world.clock.advance(HOUR);
        world.token_answer(refusal);
        match acme.products().list().await {
            // Where what lacks is not needed, the token serves.
            Ok(page) => debug("Page", &page),
            Err(error) => {
                failed::<(), _>("refresh", Err(error));
            }
        }
        watch(&mut events);
        let _ = acme
            .token()
            .await
            .map_err(|error| failed::<(), _>("token", Err(error)));
        watch(&mut events);
    }

    // Taken back by the merchant, and known for it.
    let (acme, mut events) = installed(world).await;
    world.clock.advance(HOUR);
    world.token_answer(json(
        400,
        &json!({"error": "invalid_grant", "message": REFRESH}),
    ));
    let error = failed("revoked", acme.products().list().await);
    assert_eq!(error.kind(), ErrorKind::Revoked);
    assert!(!error.raw_body().is_empty());
    failed("revoked", acme.products().list().await);
    watch(&mut events);

    // Refused by the API, with the token in what it says.
    let (acme, _events) = installed(world).await;
    let repeated = format!("the token {ACCESS}");
    world.answer(refused(401, &repeated));
    good("after 401", acme.products().list().await);
    world.answer(refused(401, &repeated));
    world.answer(refused(401, &format!("the token {SECOND_ACCESS}")));
    let error = failed("401", acme.products().list().await);
    assert!(error.message().unwrap().contains(SECOND_ACCESS));
    let repeated = format!("the token {SECOND_ACCESS}");
    for status in [403, 404, 400] {
        world.answer(refused(status, &repeated));
        failed("refused", acme.products().list().await);
        let calls = world.server.resource_calls();
        let bearer = &calls.last().unwrap().headers["authorization"];
        assert_eq!(bearer, &format!("Bearer {SECOND_ACCESS}"));
    }
}
