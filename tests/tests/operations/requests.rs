//! The requests that the client sends.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use retm_sandbox::LoggedRequest;
use serde_json::{Map, Value};

use crate::call::{only, sandbox};
use crate::calls::calls;
use crate::grants;
use crate::spec;

/// The requests of every call of the table, and the token requests, as the client sends them.
async fn record() -> Vec<LoggedRequest> {
    let sandbox = sandbox().await;
    let mut recorded = grants::by_client().await;
    for call in calls() {
        sandbox.clear_requests();
        call.call(&sandbox).await;
        let request = only(&sandbox, call.operation);
        assert_eq!(request.json(), call.body, "{call}");
        recorded.push(request);
    }
    recorded
}

/// A request as people read it: all of it but what differs from run to run.
pub(crate) fn shown(request: &LoggedRequest) -> String {
    let mut text = format!("{} {}", request.method, request.path);
    if !request.query.is_empty() {
        write!(text, "?{}", request.query).unwrap();
    }
    let mut headers = request.headers.clone();
    headers.sort();
    for (name, value) in headers {
        if !["host", "content-length"].contains(&name.as_str()) {
            write!(text, "\n{name}: {value}").unwrap();
        }
    }
    if let Some(body) = request.json() {
        write!(text, "\n\n{:#}", sorted(body)).unwrap();
    }
    text
}

/// Members in the order of the alphabet, whatever features of serde_json are on.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<String, Value> = members.into_iter().collect();
            let members = members
                .into_iter()
                .map(|(name, member)| (name, sorted(member)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Value::Array(elements) => elements.into_iter().map(sorted).collect(),
        other => other,
    }
}

/// Asserts the texts of one operation's requests.
pub(crate) fn assert_requests(name: &str, requests: &[String]) {
    insta::with_settings!({
        omit_expression => true,
        filters => [(r"retm-rs/\d+\.\d+\.\d+", "retm-rs/[version]")],
    }, {
        insta::assert_snapshot!(name, requests.join("\n\n---\n\n"));
    });
}

#[tokio::test]
async fn the_request_of_every_operation() {
    let mut by_operation: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for request in record().await {
        let operation = request.operation_id.clone().unwrap();
        if operation != "exchange_token" {
            by_operation
                .entry(operation)
                .or_default()
                .push(shown(&request));
        }
    }
    for (operation, requests) in by_operation {
        assert_requests(&operation, &requests);
    }
}

#[tokio::test]
async fn the_client_calls_every_operation_of_the_spec() {
    let recorded = record().await;
    let called = recorded
        .iter()
        .filter_map(|request| request.operation_id.clone());
    let called: BTreeSet<String> = called.collect();
    let lacking: Vec<String> = spec::ids().difference(&called).cloned().collect();
    assert!(
        lacking.is_empty(),
        "no row of the table calls {}",
        lacking.join(", ")
    );
    assert_eq!(called, spec::ids());
}

#[test]
fn the_generated_table_has_every_operation_of_the_spec() {
    let generated = retm_client::OPERATIONS
        .iter()
        .map(|operation| operation.id.to_owned());
    assert_eq!(generated.collect::<BTreeSet<_>>(), spec::ids());
}

#[tokio::test]
async fn every_request_has_the_method_and_the_path_of_its_operation() {
    for request in record().await {
        let operation = spec::operation(request.operation_id.as_deref().unwrap());
        let path = request.path.strip_prefix("/b/acme").unwrap();
        let (start, end) = operation
            .path
            .split_once("{id}")
            .unwrap_or((&operation.path, ""));
        assert_eq!(request.method, operation.method);
        assert!(path.starts_with(start) && path.ends_with(end), "{path}");
        assert_eq!(
            path.split('/').count(),
            operation.path.split('/').count(),
            "{path}"
        );
        let secured = request.header("authorization") == Some("Bearer");
        assert_eq!(secured, operation.id != "exchange_token", "{path}");
        assert_eq!(request.header("api-version"), None);
    }
}

#[tokio::test]
async fn every_parameter_and_every_member_of_the_spec_is_sent_by_some_row() {
    let mut sent: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for request in record().await {
        let sent = sent
            .entry(request.operation_id.clone().unwrap())
            .or_default();
        sent.extend(
            request
                .query_pairs()
                .into_iter()
                .map(|(name, _)| format!("?{name}")),
        );
        let mut members = spec::members_of(&request.json().unwrap_or_default());
        // A text has a member per language, which the spec does not list.
        members.retain(|member| !member.ends_with("/en") && !member.ends_with("/ar"));
        sent.extend(members);
    }
    for operation in spec::operations() {
        let query = operation.query.iter().map(|name| format!("?{name}"));
        let body = operation.request_schema.as_deref().map(spec::members);
        let known: BTreeSet<String> = query.chain(body.into_iter().flatten()).collect();
        let sent = sent.remove(&operation.id).unwrap_or_default();
        assert_eq!(sent, known, "{}", operation.id);
    }
}
