//! The sandbox's answers fit the spec, and the client's types lose nothing of them.

use retm_cli::payload::check;
use serde_json::{Value, json};

use crate::call::sandbox;
use crate::calls::calls;
use crate::samples::Raw;
use crate::spec;

#[tokio::test]
async fn every_answer_fits_its_schema_and_decodes_without_loss() {
    let sandbox = sandbox().await;
    for call in calls() {
        let bytes = call.call(&sandbox).await;
        let answer: Value = serde_json::from_slice(&bytes).unwrap();
        let schema = spec::operation(call.operation).answer_schema;
        let found = spec::violations(&schema, &answer);
        assert!(found.is_empty(), "{call}: {found:#?}");
        let report = check(&schema, &bytes).unwrap();
        assert!(report.is_lossless(), "{call}: {report}");
        // An answer without members fits every schema.
        assert!(!spec::members_of(&answer).is_empty(), "{call}: {answer}");
    }
}

#[tokio::test]
async fn the_answer_to_every_grant_fits_its_schema() {
    let raw = Raw::start().await;
    let schema = spec::operation("exchange_token").answer_schema;
    let code = raw.sandbox.code("acme");
    let by_code = raw
        .grant(json!({"grant_type": "authorization_code", "code": code}))
        .await;
    let refresh_token = by_code["refresh_token"].clone();
    let refreshed = raw
        .grant(json!({"grant_type": "refresh_token", "refresh_token": refresh_token}))
        .await;
    let own = raw.grant(json!({"grant_type": "client_credentials"})).await;
    for answer in [by_code, refreshed, own] {
        assert_eq!(spec::violations(&schema, &answer), Vec::<String>::new());
        let report = check(&schema, answer.to_string().as_bytes()).unwrap();
        assert!(report.is_lossless(), "{report}");
    }
}

/// The check above can fail: every schema but that of writes, which take any reply, refuses what is no answer.
#[test]
fn the_schemas_refuse_what_is_no_answer() {
    for operation in spec::operations() {
        if operation.answer_schema == "WriteReply" {
            continue;
        }
        let found = spec::violations(&operation.answer_schema, &json!("done"));
        assert!(!found.is_empty(), "{}", operation.id);
    }
    let broken = json!({"items": [{"id": "a", "price": {}}]});
    let found = spec::violations("ProductListing", &broken);
    assert!(
        found
            .iter()
            .any(|found| found.starts_with("/items/0/price")),
        "{found:#?}"
    );
}
