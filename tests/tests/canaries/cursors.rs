//! What remembers how far a list was read.

use futures::StreamExt as _;
use retm::SweepCheckpoint;
use retm_tests::server::json;
use serde_json::json;

use crate::canary::*;
use crate::capture::{debug, failed, good, show};
use crate::world::{World, page, person, refused};

pub(crate) async fn play(world: &World) {
    let acme = world.acme();
    let list = acme.orders().list().partner_reference(EMAIL).branch(PHONE);
    let token = list.clone().pages().resume_token().unwrap();
    debug("ResumeToken", &token);
    show("ResumeToken", token.to_string());
    debug("List", &list.clone().resume(&token).unwrap());
    failed("resumed", acme.orders().list().resume(&token));
    let mut pages = list.pages();
    while let Some(page) = pages.next().await {
        good("page", page);
    }
    debug("Pages", &pages);

    let first = SweepCheckpoint::new();
    let mut sweep = acme.orders().list().sweep(first).unwrap();
    debug("Sweep", &sweep);
    let mut orders = 0;
    while let Some(order) = sweep.next().await {
        debug("Order", &good("order", order));
        orders += 1;
    }
    assert!(orders > 0, "nothing came");
    let checkpoint = sweep.checkpoint();
    debug("SweepCheckpoint", &checkpoint);
    show(
        "SweepCheckpoint",
        serde_json::to_string(&checkpoint).unwrap(),
    );
    // Of another list, and one that fails on the way.
    failed(
        "checkpoint",
        acme.orders().list().branch(PHONE).sweep(checkpoint.clone()),
    );
    for failure in [
        refused(403, &format!("token {ACCESS}")),
        page(200),
        json(
            200,
            &json!({"items": [person(), {"id": [PHONE], "customer": EMAIL}]}),
        ),
    ] {
        world.answer(failure);
        let mut sweep = acme.orders().list().sweep(checkpoint.clone()).unwrap();
        while let Some(order) = sweep.next().await {
            match order {
                Ok(order) => debug("Order", &order),
                Err(error) => drop(failed::<(), _>("swept", Err(error))),
            }
        }
        debug("Sweep", &sweep);
    }
}
