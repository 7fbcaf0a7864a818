//! What a program says that panics over a value of ours.

use retm_tests::server::json;
use serde_json::json;

use crate::canary::*;
use crate::orders::order;
use crate::world::{World, refused};

pub(crate) async fn play(world: &World) {
    let acme = world.acme();
    world.answer(refused(422, &format!("token {ACCESS}")));
    let create = acme.orders().create(order("P-1"));
    let task = tokio::spawn(async move {
        create.await.unwrap();
    });
    assert!(task.await.unwrap_err().is_panic());

    let list = acme.customers().list();
    world.answer(json(
        200,
        &json!([{"phone": PHONE, "name": NAME, "email": EMAIL}]),
    ));
    let task = tokio::spawn(async move {
        let answer = list.response().await.unwrap();
        panic!("{answer:?} of {acme:?}");
    });
    assert!(task.await.unwrap_err().is_panic());
}
