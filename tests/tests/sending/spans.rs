//! What a subscriber sees at TRACE.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use retm_tests::server::{Server, json};
use retm_tests::watch::Listening;
use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber, instrument::WithSubscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

use crate::acme;

/// Writes down the client's spans as they close, and its events.
#[derive(Clone, Default)]
struct Capture(Arc<Mutex<Vec<String>>>);

#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Capture {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        context.span(id).unwrap().extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let span = context.span(id).unwrap();
        values.record(span.extensions_mut().get_mut::<Fields>().unwrap());
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if event.metadata().target() == "retm" {
            let mut fields = Fields::default();
            event.record(&mut fields);
            let within = context
                .event_span(event)
                .map_or("nothing", |span| span.name());
            let line = format!("event in {within} {:?}", fields.0);
            self.0.lock().unwrap().push(line);
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let span = context.span(&id).unwrap();
        if span.metadata().target() == "retm" {
            let within = span.parent().map_or("nothing", |parent| parent.name());
            let extensions = span.extensions();
            let fields = &extensions.get::<Fields>().unwrap().0;
            let line = format!("{} in {within} {fields:#?}", span.name());
            self.0.lock().unwrap().push(line);
        }
    }
}

/// What a client tells of one call of each kind, with the server's port masked.
async fn told(server: &Server, calls: impl Future<Output = ()>) -> String {
    let capture = Capture::default();
    let subscriber = tracing_subscriber::registry()
        .with(Listening)
        .with(capture.clone());
    calls.with_subscriber(subscriber).await;
    let port = server.base_url();
    let port = port.rsplit_once(':').unwrap().1;
    capture.0.lock().unwrap().join("\n").replace(port, "PORT")
}

#[tokio::test]
async fn a_call_and_its_attempts_are_spans() {
    let server = Server::start(|call| async move {
        match call.uri.path() {
            "/api/v2/orders/list" => json(503, &json!({"message": "hush-answer"})),
            _ => json(404, &json!({"message": "hush-answer"})),
        }
    });
    let server = server.await.unwrap();
    let acme = acme(server.client());
    acme.token().await.unwrap();
    let told = told(&server, async {
        let list = acme.orders().list().partner_reference("hush-query");
        let list = list.with_header("x-trace", "hush-header");
        let list = list.with_retry(retm::RetryPolicy::attempts(retm::RetryTransient, 2));
        list.with_backoff(retm::FullJitter::new(
            std::time::Duration::ZERO,
            std::time::Duration::ZERO,
        ))
        .await
        .unwrap_err();
        acme.products().get("hush-id").await.unwrap_err();
        acme.orders()
            .cancel("hush-order")
            .reason("hush-body")
            .await
            .unwrap_err();
    });
    let told = told.await;
    assert!(!told.contains("hush"), "{told}");
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn a_call_that_succeeds_is_no_error() {
    let server = Server::start(|_| async { json(200, &json!({"items": []})) });
    let server = server.await.unwrap();
    let acme = acme(server.client());
    acme.token().await.unwrap();
    let told = told(&server, async {
        acme.products().list().await.unwrap();
    });
    insta::assert_snapshot!(told.await);
}

#[tokio::test]
async fn a_warning_about_an_order_holds_nothing_of_it() {
    let server = Server::start(|_| async { json(201, &json!({"id": "hush-answer"})) });
    let server = server.await.unwrap();
    let acme = acme(server.client());
    acme.token().await.unwrap();
    let order = json!({
        "branch": "hush-branch", "partner_reference": "hush-1", "customer": {"phone": retm_tests::watch::PHONE},
        "products": [{"id": "hush-product", "quantity": 1, "total": 7}],
        "subtotal": 6.09, "tax": 0.91, "total": 7.01,
    });
    let order = serde_json::from_value(order).unwrap();
    let mut warnings = Vec::new();
    let told = told(&server, async {
        let submitted = acme.orders().submit(order).await.unwrap();
        warnings = submitted.warnings().to_vec();
    });
    let told = told.await;
    assert!(warnings.join("\n").contains("7.01"), "{warnings:?}");
    let warning = told.lines().find(|line| line.contains("sums")).unwrap();
    insta::assert_snapshot!(warning, @r#"event in nothing {"message": "the sums of an order do not agree; `Submitted::warnings` says which", "retm.business": "acme", "sums": "2"}"#);
}
