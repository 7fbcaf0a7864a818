//! From a request to an answer, without a socket.

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::{HeaderMap, header};
use bytes::Bytes;

use crate::answer::Answer;
use crate::call::Call;
use crate::clock::SandboxClock;
use crate::handlers::{self, Desk};
use crate::log::LoggedRequest;
use crate::page::PageLimits;
use crate::refuse;
use crate::routes::{Found, Routes};
use crate::spec::Spec;
use crate::state::State;

const GREETING: &str = "This is a RETM sandbox: a simulation for tests and demos, with made-up data.\n\
    The API of a business lies under /b/{business_id}/api/, that of the first business under /api/ too.\n";

/// A request as it came from the socket.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    /// `None` when it was larger than the sandbox takes.
    pub(crate) body: Option<Bytes>,
}

/// The whole sandbox but its socket.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) spec: &'static Spec,
    pub(crate) routes: Routes,
    pub(crate) clock: SandboxClock,
    pub(crate) limits: PageLimits,
    pub(crate) state: Mutex<State>,
}

/// What the log wants to know about a request.
#[derive(Default)]
struct Trace {
    operation_id: Option<String>,
    business: Option<String>,
}

impl Service {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer and its request id.
    pub(crate) fn answer(&self, incoming: Incoming) -> (Answer, String) {
        let mut state = self.state();
        state.arrived += 1;
        let n = state.arrived;
        let mut trace = Trace::default();
        let bearer = bearer(&incoming.headers);
        let answer = self
            .decide(&mut state, &incoming, bearer.as_deref(), &mut trace)
            .unwrap_or_else(|refusal| refusal);
        state.log.push(LoggedRequest {
            n,
            method: incoming.method,
            path: incoming.path,
            query: incoming.query,
            operation_id: trace.operation_id,
            business: trace.business,
            status: answer.status,
            headers: logged_headers(&incoming.headers),
            body: incoming.body.unwrap_or_default(),
            bearer,
        });
        (answer, format!("sandbox-{n:08}"))
    }

    fn decide(
        &self,
        state: &mut State,
        incoming: &Incoming,
        bearer: Option<&str>,
        trace: &mut Trace,
    ) -> Result<Answer, Answer> {
        if incoming.path == "/" {
            return Ok(Answer::new(200, "text/plain; charset=utf-8", GREETING));
        }
        let (index, path) = address(state, &incoming.path)?;
        let business = state.businesses.get(index);
        let business = business
            .map(|business| business.id.clone())
            .unwrap_or_default();
        trace.business = Some(business.clone());
        let (operation, parameters) = match self.routes.find(&incoming.method, path) {
            Found::Operation(operation, parameters) => (operation, parameters),
            Found::OtherMethods(methods) => {
                return Err(refuse::method_not_allowed(&incoming.method, path, &methods));
            }
            Found::Nothing => {
                let route = path.trim_start_matches('/');
                let message = format!("The route {route} could not be found.");
                return Err(refuse::not_found(&message));
            }
        };
        trace.operation_id = Some(operation.id().to_owned());
        let queued = state.queued.get_mut(operation.id());
        if let Some(answer) = queued.and_then(|answers| answers.pop_front()) {
            return Ok(answer);
        }
        let now = self.clock.elapsed();
        if operation.is_secured() && !state.grants.opens(bearer, &business, now) {
            return Err(refuse::unauthenticated());
        }
        let body = incoming.body.as_ref().ok_or_else(refuse::too_large)?;
        let call = Call::read(self.spec, operation, parameters, &incoming.query, body)?;
        if operation.id() == "exchange_token" {
            let token = state.grants.exchange(&business, &call.body, now)?;
            return Ok(Answer::json(200, &token));
        }
        let Some(business) = state.businesses.get_mut(index) else {
            return Err(unknown_business(&business));
        };
        let mut desk = Desk {
            spec: self.spec,
            call: &call,
            business,
            clock: &self.clock,
            limits: self.limits,
        };
        match handlers::handle(&mut desk) {
            Some(reply) => reply.map(|body| Answer::json(200, &body)),
            None => Ok(self.example(&call)),
        }
    }

    /// The answer of an operation that has no handler: its example.
    fn example(&self, call: &Call) -> Answer {
        let example = call
            .operation
            .answer_example()
            .and_then(|stem| self.spec.example(stem));
        match example {
            Some(example) => Answer::json(200, example),
            None => Answer::new(204, "", Bytes::new()),
        }
    }
}

/// The business a path is for, and the path without its prefix.
fn address<'a>(state: &State, path: &'a str) -> Result<(usize, &'a str), Answer> {
    let Some(prefixed) = path.strip_prefix("/b/") else {
        return Ok((0, path));
    };
    let (business, rest) = match prefixed.find('/') {
        Some(end) => prefixed.split_at(end),
        None => (prefixed, ""),
    };
    match state.find(business) {
        Some(index) => Ok((index, rest)),
        None => Err(unknown_business(business)),
    }
}

fn unknown_business(business: &str) -> Answer {
    refuse::not_found(&format!("The business {business} does not exist."))
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim().to_owned())
}

fn logged_headers(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            let text = String::from_utf8_lossy(value.as_bytes());
            let text = if name == header::AUTHORIZATION {
                text.split(' ').next().unwrap_or_default().to_owned()
            } else {
                text.into_owned()
            };
            (name.as_str().to_owned(), text)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::builder::SandboxBuilder;

    /// The spec with one operation more than any handler knows.
    fn grown_spec() -> &'static Spec {
        let read = |text| serde_json::from_str::<Value>(text).unwrap();
        let mut openapi = read(include_str!("generated/openapi.json"));
        openapi["paths"]["/api/v2/coupons/{id}"]["get"] = json!({
            "operationId": "get_coupon",
            "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
            "responses": {"200": {"content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/Product"},
                "x-example-file": "examples/product.json"
            }}}}
        });
        let spec = Spec::parse(
            &openapi.to_string(),
            include_str!("generated/schemas.json"),
            include_str!("generated/examples.json"),
        );
        Box::leak(Box::new(spec.unwrap()))
    }

    fn incoming(method: &str, path: &str, bearer: &str, body: &Value) -> Incoming {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, bearer.parse().unwrap());
        Incoming {
            method: method.to_owned(),
            path: path.to_owned(),
            query: String::new(),
            headers,
            body: Some(Bytes::from(body.to_string())),
        }
    }

    fn service() -> (Service, String) {
        let builder = SandboxBuilder::default();
        let rules = builder.rules();
        let credentials = json!({
            "grant_type": "client_credentials",
            "client_id": rules.client_id,
            "client_secret": rules.client_secret,
        });
        let service = builder.service(grown_spec(), rules).unwrap();
        let token = incoming("POST", "/api/oAuth/token", "", &credentials);
        let token: Value = serde_json::from_slice(&service.answer(token).0.body).unwrap();
        let bearer = format!("bearer {}", token["access_token"].as_str().unwrap());
        (service, bearer)
    }

    #[test]
    fn an_operation_without_a_handler_answers_with_its_example() {
        let (service, bearer) = service();
        let path = "/b/acme/api/v2/coupons/7";
        let (refused, _) = service.answer(incoming("GET", path, "Bearer x", &Value::Null));
        assert_eq!(refused.status, 401);
        let (answer, id) = service.answer(incoming("GET", path, &bearer, &Value::Null));
        assert_eq!((answer.status, id.as_str()), (200, "sandbox-00000003"));
        let body: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(Some(&body), service.spec.example("product"));
        let logged = service.state().log.of("get_coupon");
        assert_eq!(logged.len(), 2);
    }

    #[test]
    fn a_body_beyond_the_limit_is_refused_after_the_token() {
        let (service, bearer) = service();
        let answer = |bearer: &str| {
            let mut large = incoming("POST", "/api/v2/orders/create", bearer, &Value::Null);
            large.body = None;
            service.answer(large).0.status
        };
        assert_eq!((answer("Bearer x"), answer(&bearer)), (401, 413));
    }
}
