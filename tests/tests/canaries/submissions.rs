//! Orders that are sent once: taken, repeated, with sums that do not agree, in doubt, recovered.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::future::BoxFuture;
use retm::store::MemoryStore;
use retm::types::CreateOrder;
use retm::{ErrorKind, MoneyCheck, Sleep};
use retm_tests::ManualClock;
use retm_tests::server::{Server, json};
use serde_json::{Value, json};

use crate::canary::*;
use crate::capture::{debug, error, failed, good, show};
use crate::orders::order;
use crate::world::{World, acme, page, person, refused, token};

/// Turns the clock instead of waiting.
struct Turning(ManualClock);

impl Sleep for Turning {
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.0.advance(duration);
        Box::pin(tokio::task::yield_now())
    }
}

fn changed(reference: &str, change: impl FnOnce(&mut Value)) -> CreateOrder {
    let mut value = serde_json::to_value(order(reference)).unwrap();
    change(&mut value);
    serde_json::from_value(value).unwrap()
}

pub(crate) async fn play(world: &World) {
    let orders = acme(world.client()).orders();
    let submit = orders.submit(order("O-1"));
    debug("Submit", &submit);
    let submitted = good("Submitted", submit.await);
    assert!(String::from_utf8_lossy(submitted.raw_body()).contains(PHONE));
    good("repeated", orders.submit(order("O-1")).await);
    let other = changed("O-1", |order| order["products"][0]["quantity"] = json!(2));
    let conflict = failed("conflict", orders.submit(other).await);
    assert_eq!(conflict.kind(), ErrorKind::ReferenceConflict);

    let wrong = |reference: &str| {
        changed(reference, |order| {
            order["subtotal"] = json!(6.09);
            order["tax"] = json!(0.91);
            order["total"] = json!(7.01);
        })
    };
    let warned = orders.submit(wrong("O-2")).money_check(MoneyCheck::Warn);
    let warned = good("warned", warned.await);
    assert!(!warned.warnings().is_empty());
    show("warnings", warned.warnings().join("\n"));
    let refusing = orders.submit(wrong("O-3")).money_check(MoneyCheck::Refuse);
    let refused_by_us = failed("sums", refusing.await);
    assert_eq!(refused_by_us.kind(), ErrorKind::MoneyMismatch);
    for reference in ["", " O-4"] {
        failed("reference", orders.submit(order(reference)).await);
    }
    for status in [422, 409, 403, 429] {
        world.answer(refused(status, &format!("token {ACCESS}")));
        failed("refused", orders.submit(order("O-5")).await);
    }
    debug("Recover", &orders.recover());
    good("Recovery", orders.recover().await);
    in_doubt().await;
}

/// An order that was taken without an answer, by a server whose list says nothing until later.
async fn in_doubt() {
    let open = Arc::new(AtomicBool::new(false));
    let opened = open.clone();
    let server = Server::raw(move |call| {
        let listed =
            json!({"id": "01f", "partner_reference": "O-6", "customer": person()["customer"]});
        let answer = match (call.is_token(), call.method.as_str()) {
            (true, _) => json(200, &token(ACCESS, REFRESH)),
            (_, "POST") => page(502),
            _ if opened.load(Ordering::SeqCst) => json(
                200,
                &json!({"items": [listed, person()], "pagination": {"total_pages": 1}}),
            ),
            _ => page(502),
        };
        async move { answer }
    });
    let server = server.await.unwrap();
    let clock = ManualClock::default();
    let client = server.client().clock(clock.clone());
    let client = client
        .credentials(retm::Credentials::new("app-7", CLIENT_SECRET))
        .sleep(Turning(clock.clone()))
        .order_journal(MemoryStore::with_clock(clock.clone()));
    let orders = acme(client).orders();
    let doubt = failed("doubt", orders.submit(order("O-6")).await);
    assert_eq!(doubt.kind(), ErrorKind::InDoubt);
    clock.advance(Duration::from_secs(600));
    let recovery = good("still in doubt", orders.recover().await);
    assert_eq!(recovery.orders.len(), 1);
    for recovered in &recovery.orders {
        debug("Recovered", recovered);
        error("recovered", recovered.result.as_ref().unwrap_err());
    }
    open.store(true, Ordering::SeqCst);
    clock.advance(Duration::from_secs(600));
    let recovery = good("Recovery", orders.recover().await);
    let found = recovery.orders.first().unwrap();
    debug("Recovered", found);
    debug("found", found.result.as_ref().unwrap());
    let sent = server.resource_calls();
    let first = sent.iter().find(|call| call.method == "POST").unwrap();
    assert_eq!(first.headers["authorization"], format!("Bearer {ACCESS}"));
    assert!(String::from_utf8_lossy(&first.body).contains(PHONE));
}
