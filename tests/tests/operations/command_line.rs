//! The requests that the command line sends, and what it writes of the answers.

use std::collections::BTreeSet;

use retm_cli::Exit;
use retm_sandbox::LoggedRequest;
use serde_json::Value;

use crate::call::{only, sandbox};
use crate::calls::calls;
use crate::grants;
use crate::spec;

/// What has to be the same of two requests: all but who sends them.
fn essence(request: &LoggedRequest) -> (String, String, String, Vec<(String, String)>, Value) {
    let mut headers = request.headers.clone();
    headers.retain(|(name, _)| name != "user-agent");
    headers.sort();
    (
        request.method.clone(),
        request.path.clone(),
        request.query.clone(),
        headers,
        request.json().unwrap_or_default(),
    )
}

/// The requests of the client are in snapshots; those of the command line must be the same.
#[tokio::test]
async fn the_command_line_sends_what_the_client_sends() {
    let sandbox = sandbox().await;
    for call in calls() {
        sandbox.clear_requests();
        call.call(&sandbox).await;
        let by_client = only(&sandbox, call.operation);
        sandbox.clear_requests();
        let ran = call.type_in(&sandbox).await;
        assert_eq!(ran.exit, Exit::Ok, "{call}: {}", ran.err);
        let typed = only(&sandbox, call.operation);
        assert_eq!(typed.json(), call.body, "{call}");
        assert_eq!(essence(&typed), essence(&by_client), "{call}");
        insta::with_settings!({
            filters => [(r"\d+\.\d+\.\d+", "[version]")],
        }, {
            insta::allow_duplicates! {
                insta::assert_snapshot!(
                    typed.header("user-agent").unwrap(),
                    @"retm-cli/[version] retm-rs/[version]"
                );
            }
        });
    }
}

#[tokio::test]
async fn the_command_line_calls_every_operation_of_the_spec() {
    let sandbox = sandbox().await;
    let mut called: BTreeSet<String> = BTreeSet::new();
    for call in calls() {
        sandbox.clear_requests();
        call.type_in(&sandbox).await;
        called.extend(only(&sandbox, call.operation).operation_id);
    }
    let tokens = grants::by_command_line().await;
    called.extend(
        tokens
            .iter()
            .filter_map(|typed| typed.request.operation_id.clone()),
    );
    let lacking: Vec<String> = spec::ids().difference(&called).cloned().collect();
    assert!(
        lacking.is_empty(),
        "no command of the table calls {}",
        lacking.join(", ")
    );
    assert_eq!(called, spec::ids());
}

/// What a command writes of an answer: a list's elements, or all of it.
fn written(line: &[&str], answer: &Value) -> Value {
    let listing = match line {
        [_, "list" | "simple-list", ..] => answer,
        [_, "products", ..] => &answer["products"],
        _ => return answer.clone(),
    };
    match listing {
        Value::Array(_) => listing.clone(),
        _ => listing["items"].clone(),
    }
}

/// An explicit null is as good as a missing member.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(_, member)| !member.is_null())
            .map(|(name, member)| (name.clone(), without_nulls(member)))
            .collect(),
        Value::Array(elements) => elements.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

#[tokio::test]
async fn the_command_line_writes_all_of_what_it_reads() {
    let sandbox = sandbox().await;
    let mut elements = 0;
    for call in calls() {
        if call.body.is_some() {
            continue;
        }
        let answer: Value = serde_json::from_slice(&call.call(&sandbox).await).unwrap();
        let ran = call.type_in(&sandbox).await;
        let out: Value = serde_json::from_str(&ran.out).unwrap();
        let expected = written(call.line, &answer);
        assert_eq!(without_nulls(&out), without_nulls(&expected), "{call}");
        elements += out.as_array().map_or(1, Vec::len);
    }
    assert!(elements > 50, "{elements}");
}
