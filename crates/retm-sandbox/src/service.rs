//! From a request to an answer, without a socket.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, header};
use bytes::Bytes;

use crate::answer::Answer;
use crate::call::Call;
use crate::clock::SandboxClock;
use crate::fault::{FaultKind, Target};
use crate::handlers::{self, Desk, ListView};
use crate::log::LoggedRequest;
use crate::operation::Operation;
use crate::page::PageLimits;
use crate::refuse;
use crate::routes::{Found, Routes};
use crate::spec::Spec;
use crate::state::State;

const GREETING: &str = "This is a RETM sandbox: a simulation for tests and demos, with made-up data.\n\
    The API of a business lies under /b/{business_id}/api/, that of the first business under /api/ too;\n\
    faults, orders and the clock are at /sandbox/faults, /sandbox/orders and /sandbox/clock.\n";

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
    pub(crate) oldest_first: bool,
    pub(crate) state: Mutex<State>,
}

/// A request that has arrived, and what was decided about it then.
#[derive(Debug)]
pub(crate) struct Arrival {
    n: u64,
    incoming: Incoming,
    bearer: Option<String>,
    route: Result<Route, Answer>,
    /// How long it waits before anything else.
    pub(crate) delay: Option<Duration>,
    /// The fault that decides what the client gets.
    pub(crate) fault: Option<FaultKind>,
}

/// Where a request leads.
#[derive(Debug)]
struct Route {
    place: usize,
    business: String,
    operation: &'static Operation,
    parameters: Vec<(String, String)>,
}

impl Route {
    fn target(&self) -> Target<'_> {
        Target {
            operation: self.operation.id(),
            business: &self.business,
        }
    }
}

impl Arrival {
    pub(crate) fn request_id(&self) -> String {
        format!("sandbox-{:08}", self.n)
    }
}

impl Service {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Numbers and logs the request, finds its route and rolls the dice. A queued answer keeps the faults that would
    /// decide the answer away.
    pub(crate) fn arrive(&self, incoming: Incoming) -> Arrival {
        let mut state = self.state();
        let state = &mut *state;
        state.arrived += 1;
        let mut business = None;
        let mut route = self.route(state, &incoming, &mut business);
        let operation = route.as_ref().map(|route| route.operation).ok();
        let (mut delay, mut fault) = (None, None);
        if let Ok(found) = &route {
            let target = found.target();
            delay = state
                .faults
                .roll(target, |kind| matches!(kind, FaultKind::Delay(_)));
            let queued = state.queued.get_mut(found.operation.id());
            match queued.and_then(|answers| answers.pop_front()) {
                Some(answer) => route = Err(answer),
                None => fault = state.faults.roll(target, FaultKind::decides),
            }
        }
        let bearer = bearer(&incoming.headers);
        let n = state.arrived;
        state.log.push_with(|| LoggedRequest {
            n,
            method: incoming.method.clone(),
            path: incoming.path.clone(),
            query: incoming.query.clone(),
            operation_id: operation.map(|operation| operation.id().to_owned()),
            business,
            status: 0,
            fault: fault.clone().or_else(|| delay.clone()),
            headers: logged_headers(&incoming.headers),
            body: incoming.body.clone().unwrap_or_default(),
            bearer: bearer.clone(),
        });
        Arrival {
            n,
            incoming,
            bearer,
            route,
            delay: delay.and_then(|delay| delay.duration()),
            fault,
        }
    }

    /// The answer, with everything done that it says.
    pub(crate) fn settle(&self, arrival: &Arrival) -> Answer {
        match self.admit(arrival) {
            Ok(call) => self.carry_out(arrival, &call),
            Err(answer) => answer,
        }
    }

    /// Notes in the log how it was answered.
    pub(crate) fn answered(&self, arrival: &Arrival, answer: &Answer) {
        self.state().log.answered(arrival.n, answer.status);
    }

    /// Refuses what does not fit, or gives back the answer that was decided at the arrival.
    pub(crate) fn admit(&self, arrival: &Arrival) -> Result<Call, Answer> {
        let route = arrival.route.as_ref().map_err(Answer::clone)?;
        let (incoming, operation) = (&arrival.incoming, route.operation);
        if operation.is_secured() {
            let now = self.clock.elapsed();
            let bearer = arrival.bearer.as_deref();
            if !self.state().grants.opens(bearer, &route.business, now) {
                return Err(refuse::unauthenticated());
            }
        }
        let body = incoming.body.as_ref().ok_or_else(refuse::too_large)?;
        let parameters = route.parameters.clone();
        Call::read(self.spec, operation, parameters, &incoming.query, body)
    }

    /// Does what a request that was admitted asks for.
    pub(crate) fn carry_out(&self, arrival: &Arrival, call: &Call) -> Answer {
        match &arrival.route {
            Ok(route) => self
                .perform(arrival.n, route, call)
                .unwrap_or_else(|refusal| refusal),
            Err(answer) => answer.clone(),
        }
    }

    fn perform(&self, n: u64, route: &Route, call: &Call) -> Result<Answer, Answer> {
        let mut state = self.state();
        let state = &mut *state;
        let (faults, log, target) = (&mut state.faults, &mut state.log, route.target());
        let mut strikes = |wanted: &dyn Fn(&FaultKind) -> bool| {
            let fault = faults.roll(target, wanted)?;
            log.struck(n, &fault);
            Some(fault)
        };
        if route.operation.id() == "exchange_token" {
            let now = self.clock.elapsed();
            let revokes = || strikes(&|kind| *kind == FaultKind::ReuseRevokes).is_some();
            let token = state
                .grants
                .exchange(&route.business, &call.body, now, revokes)?;
            return Ok(Answer::json(200, &token));
        }
        let mut view = ListView {
            oldest_first: self.oldest_first,
            ..ListView::default()
        };
        if route.operation.id() == "list_orders" {
            view.ignores_reference = call.query("partner_reference").is_some()
                && strikes(&|kind| *kind == FaultKind::IgnoreReference).is_some();
            view.lag = strikes(&|kind| matches!(kind, FaultKind::LagList(_)))
                .and_then(|fault| fault.duration());
        }
        let Some(business) = state.businesses.get_mut(route.place) else {
            return Err(unknown_business(&route.business));
        };
        let mut desk = Desk {
            spec: self.spec,
            call,
            business,
            clock: &self.clock,
            limits: self.limits,
            view,
        };
        match handlers::handle(&mut desk) {
            Some(reply) => reply,
            None => Ok(self.example(call)),
        }
    }

    /// Where the request leads, or what is said in place of it. Notes the business as soon as it is known.
    fn route(
        &self,
        state: &State,
        incoming: &Incoming,
        business: &mut Option<String>,
    ) -> Result<Route, Answer> {
        if incoming.path == "/" {
            return Err(Answer::new(200, "text/plain; charset=utf-8", GREETING));
        }
        let (place, path) = address(state, &incoming.path)?;
        let id = state
            .businesses
            .get(place)
            .map(|business| business.id.clone());
        let id = business.insert(id.unwrap_or_default());
        match self.routes.find(&incoming.method, path) {
            Found::Operation(operation, parameters) => Ok(Route {
                place,
                business: id.clone(),
                operation,
                parameters,
            }),
            Found::OtherMethods(methods) => {
                Err(refuse::method_not_allowed(&incoming.method, path, &methods))
            }
            Found::Nothing => {
                let route = path.trim_start_matches('/');
                let message = format!("The route {route} could not be found.");
                Err(refuse::not_found(&message))
            }
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

    fn answer(service: &Service, incoming: Incoming) -> (Answer, String) {
        let arrival = service.arrive(incoming);
        (service.settle(&arrival), arrival.request_id())
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
        let token: Value = serde_json::from_slice(&answer(&service, token).0.body).unwrap();
        let bearer = format!("bearer {}", token["access_token"].as_str().unwrap());
        (service, bearer)
    }

    #[test]
    fn an_operation_without_a_handler_answers_with_its_example() {
        let (service, bearer) = service();
        let path = "/b/acme/api/v2/coupons/7";
        let (refused, _) = answer(&service, incoming("GET", path, "Bearer x", &Value::Null));
        assert_eq!(refused.status, 401);
        let (found, id) = answer(&service, incoming("GET", path, &bearer, &Value::Null));
        assert_eq!((found.status, id.as_str()), (200, "sandbox-00000003"));
        let body: Value = serde_json::from_slice(&found.body).unwrap();
        assert_eq!(Some(&body), service.spec.example("product"));
        let logged = service.state().log.of("get_coupon");
        assert_eq!(logged.len(), 2);
    }

    #[test]
    fn a_body_beyond_the_limit_is_refused_after_the_token() {
        let (service, bearer) = service();
        let status = |bearer: &str| {
            let mut large = incoming("POST", "/api/v2/orders/create", bearer, &Value::Null);
            large.body = None;
            answer(&service, large).0.status
        };
        assert_eq!((status("Bearer x"), status(&bearer)), (401, 413));
    }
}
