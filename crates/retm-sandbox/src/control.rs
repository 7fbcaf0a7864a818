//! The control endpoint: what a test decides and looks at, for tests in other processes. It lies outside `/b/`, wants no
//! token, and is neither numbered nor logged.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::error::FaultError;
use crate::fault::{Fault, read_duration_json};
use crate::refuse;
use crate::service::{Incoming, Service};

const PREFIX: &str = "/sandbox/";

/// The answer, if the request is for the control endpoint.
pub(crate) fn answer(service: &Service, incoming: &Incoming) -> Option<Answer> {
    let path = incoming.path.strip_prefix(PREFIX)?;
    let reply = match (incoming.method.as_str(), path) {
        ("GET", "faults") => Ok(faults(service)),
        ("POST", "faults") => add_faults(service, incoming),
        ("DELETE", "faults") => {
            service.state().faults.clear();
            Ok(faults(service))
        }
        ("GET", "orders") => orders(service, incoming),
        ("GET", "clock") => Ok(clock(service)),
        ("POST", "clock") => advance(service, incoming),
        (method, "faults") => Err(not_allowed(method, incoming, "GET, POST, DELETE")),
        (method, "orders") => Err(not_allowed(method, incoming, "GET")),
        (method, "clock") => Err(not_allowed(method, incoming, "GET, POST")),
        _ => Err(refuse::not_found(
            "The sandbox has no such endpoint; there are /sandbox/faults, /sandbox/orders and /sandbox/clock.",
        )),
    };
    let reply = reply.map(|body| Answer::json(200, &body));
    Some(reply.unwrap_or_else(|refusal| refusal))
}

fn not_allowed(method: &str, incoming: &Incoming, allowed: &str) -> Answer {
    refuse::method_not_allowed(method, &incoming.path, allowed)
}

fn faults(service: &Service) -> Value {
    let counts = service.state().faults.counts();
    let list: Vec<Value> = counts
        .iter()
        .map(|(fault, fired)| {
            json!({"fault": fault.to_json(), "text": fault.to_string(), "fired": fired})
        })
        .collect();
    json!({ "faults": list })
}

/// One fault or a list of them: all are added, or none.
fn add_faults(service: &Service, incoming: &Incoming) -> Result<Value, Answer> {
    let body = read(incoming)?;
    let one = std::slice::from_ref(&body);
    let given = body.as_array().map_or(one, Vec::as_slice);
    let faults: Result<Vec<Fault>, FaultError> = given.iter().map(Fault::read_json).collect();
    let faults = faults.map_err(|error| unfit(error.to_string()))?;
    let mut state = service.state();
    for fault in &faults {
        let checked = fault.check(service.spec, |business| state.find(business).is_some());
        checked.map_err(|error| unfit(error.to_string()))?;
    }
    faults.into_iter().for_each(|fault| state.faults.add(fault));
    drop(state);
    Ok(self::faults(service))
}

/// The orders that were created at one business, by default the first.
fn orders(service: &Service, incoming: &Incoming) -> Result<Value, Answer> {
    let mut query = form_urlencoded::parse(incoming.query.as_bytes());
    let wanted = query.find(|(name, _)| name == "business");
    let state = service.state();
    let place = match &wanted {
        Some((_, business)) => state.find(business),
        None => Some(0),
    };
    let business = place.and_then(|place| state.businesses.get(place));
    let business = business.ok_or_else(|| {
        let name = wanted.map(|(_, name)| name).unwrap_or_default();
        refuse::not_found(&format!("The business {name} does not exist."))
    })?;
    let orders: Vec<&Value> = business.orders.created().collect();
    Ok(json!({"business": business.id, "orders": orders}))
}

fn clock(service: &Service) -> Value {
    json!({"local_time": service.clock.local_time()})
}

fn advance(service: &Service, incoming: &Incoming) -> Result<Value, Answer> {
    let body = read(incoming)?;
    let by = read_duration_json(&body["advance"]);
    let by = by.ok_or_else(|| {
        unfit("`advance` must be a number of seconds, or text such as \"90s\" or \"1h\"".to_owned())
    })?;
    service.clock.advance(by);
    Ok(clock(service))
}

fn read(incoming: &Incoming) -> Result<Value, Answer> {
    let body = incoming.body.as_ref().ok_or_else(refuse::too_large)?;
    serde_json::from_slice(body)
        .map_err(|error| refuse::bad_request(&format!("The body is not valid JSON: {error}.")))
}

fn unfit(message: String) -> Answer {
    Answer::json(422, &json!({ "message": message }))
}
