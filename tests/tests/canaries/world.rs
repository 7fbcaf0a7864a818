//! A server that answers with canaries, and what it gets.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::http::Response;
use retm::{Builder, Business, Credentials, Retm};
use retm_tests::server::{Call, Server, answer, json};
use retm_tests::{ManualClock, NoWait};
use serde_json::{Value, json};

use crate::canary::*;

type Queue = Arc<Mutex<VecDeque<Response<Body>>>>;

/// A server whose next answers can be told, and a time to turn.
pub(crate) struct World {
    pub(crate) server: Server,
    pub(crate) clock: ManualClock,
    tokens: Queue,
    calls: Queue,
    /// One for all clients: to set one up takes longer than what most calls here do.
    http: reqwest::Client,
}

fn next(queue: &Queue) -> Option<Response<Body>> {
    queue
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .pop_front()
}

impl World {
    pub(crate) async fn new() -> Self {
        let (tokens, calls) = (Queue::default(), Queue::default());
        let (next_token, next_call) = (tokens.clone(), calls.clone());
        let server = Server::raw(move |call| {
            let told = next(if call.is_token() {
                &next_token
            } else {
                &next_call
            });
            let usual = told.unwrap_or_else(|| usual(&call));
            async move { planted(usual) }
        });
        let http = reqwest::Client::builder().no_proxy();
        let http = http.redirect(reqwest::redirect::Policy::none());
        Self {
            server: server.await.unwrap(),
            clock: ManualClock::default(),
            http: http.build().unwrap(),
            tokens,
            calls,
        }
    }

    /// The next token request is answered so.
    pub(crate) fn token_answer(&self, answer: Response<Body>) {
        let mut queue = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        queue.push_back(answer);
    }

    /// The next request of a resource is answered so.
    pub(crate) fn answer(&self, answer: Response<Body>) {
        let mut queue = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        queue.push_back(answer);
    }

    pub(crate) fn client(&self) -> Builder {
        Retm::builder()
            .base_url(self.server.base_url())
            .credentials(Credentials::new("app-7", CLIENT_SECRET))
            .http_client(self.http.clone())
            .clock(self.clock.clone())
            .sleep(NoWait::default())
    }

    pub(crate) fn acme(&self) -> Business {
        acme(self.client())
    }

    /// Everything that the server got, as one text: paths, headers and bodies.
    pub(crate) fn got(&self) -> String {
        let call = |call: Call| {
            let headers: Vec<String> = call
                .headers
                .iter()
                .map(|(name, value)| {
                    format!("{name}: {}", String::from_utf8_lossy(value.as_bytes()))
                })
                .collect();
            let body = String::from_utf8_lossy(&call.body).into_owned();
            format!(
                "{} {}\n{}\n{body}",
                call.method,
                call.uri,
                headers.join("\n")
            )
        };
        let calls: Vec<String> = self.server.calls().into_iter().map(call).collect();
        calls.join("\n\n")
    }
}

pub(crate) fn acme(builder: Builder) -> Business {
    builder.build().unwrap().business("acme").unwrap()
}

/// What is answered where nothing else was told.
fn usual(call: &Call) -> Response<Body> {
    if call.is_token() {
        let body: Value = serde_json::from_slice(&call.body).unwrap_or_default();
        return json(
            200,
            &match body["grant_type"].as_str() {
                Some("refresh_token") => token(SECOND_ACCESS, SECOND_REFRESH),
                _ => token(ACCESS, REFRESH),
            },
        );
    }
    let path = call.uri.path();
    match call.method.as_str() {
        "GET" if path.ends_with("/list") || path.contains("simple") => json(
            200,
            &json!({"items": [person(), person()], "pagination": {"total_pages": 1}}),
        ),
        "GET" => json(200, &person()),
        _ => json(
            201,
            &json!({"id": "01a", "message": PEOPLE.join(" "), "order": {"customer": person()["customer"]}}),
        ),
    }
}

pub(crate) fn token(access: &str, refresh: &str) -> Value {
    json!({"access_token": access, "refresh_token": refresh, "token_type": "Bearer",
        "expires_in": 3600, "scope": COOKIE, "owner": person()})
}

/// A person wherever the types of the API have one, and members that they do not know.
pub(crate) fn person() -> Value {
    let name = json!({"en": NAME, "ar": NAME_AR});
    let address = json!({"id": "01b", "name": name, "address": ADDRESS, "note": ADDRESS});
    let customer = json!({"id": "01c", "name": name, "name_localized": NAME_AR, "phone": PHONE,
        "email": EMAIL, "address": address, "addresses": [address], "unknown": ADDRESS});
    json!({"id": "01d", "phone": PHONE, "email": EMAIL, "customer": customer,
        "unknown": {"token": ACCESS, "name": NAME}, "customer_name": NAME,
        "customer_phone": PHONE, "address": address, "delivery_address": address})
}

/// A text with every canary.
pub(crate) fn everything() -> String {
    all().collect::<Vec<_>>().join(" ; ")
}

/// A page of a gateway with every canary.
pub(crate) fn page(status: u16) -> Response<Body> {
    answer(
        status,
        "text/html",
        format!("<html><body>{}</body></html>", everything()),
    )
}

/// A refusal with that message about a person, who is in the body too. A name in a sentence of the
/// server cannot be told from its other words; a phone, an e-mail and what was sent as a secret can.
pub(crate) fn refused(status: u16, message: &str) -> Response<Body> {
    let message = format!("{message} of {PHONE}, {EMAIL} was refused");
    let field = format!("customer.{PHONE}");
    json(
        status,
        &json!({"message": message, "errors": {field: [everything()]}, "about": person()}),
    )
}

/// Headers that every answer carries.
fn planted(mut answer: Response<Body>) -> Response<Body> {
    for name in ["set-cookie", "www-authenticate", "x-session", "location"] {
        answer.headers_mut().insert(name, COOKIE.parse().unwrap());
    }
    answer
}
