//! Each rule finds the fixture that breaks it, and finds nothing else.

use std::collections::BTreeSet;

use serde_json::Value;
use xtask::lint;
use xtask::spec::Spec;

use crate::fixture::{base, broken, folder, merge, told};

#[test]
fn the_base_breaks_no_rule() {
    let findings = lint::all_rules(&base()).unwrap();
    assert!(findings.is_empty(), "{}", told(&findings));
}

#[test]
fn every_rule_finds_its_own_fixture_and_nothing_else() {
    for rule in lint::rules() {
        let findings = lint::own_rules(&broken(rule.id));
        let found: BTreeSet<&str> = findings.iter().map(|finding| finding.rule).collect();
        assert_eq!(
            found,
            BTreeSet::from([rule.id]),
            "{}.yaml: {}",
            rule.id,
            told(&findings)
        );
    }
}

#[test]
fn every_check_of_files_finds_its_own_fixture_and_nothing_else() {
    for rule in lint::file_rules() {
        let findings = lint::all_rules(&broken(rule)).unwrap();
        let found: BTreeSet<&str> = findings.iter().map(|finding| finding.rule).collect();
        assert_eq!(
            found,
            BTreeSet::from([rule]),
            "{rule}.yaml: {}",
            told(&findings)
        );
    }
}

#[test]
fn every_fixture_is_one_of_a_rule() {
    let known: BTreeSet<String> = lint::rules()
        .map(|rule| rule.id)
        .chain(lint::file_rules())
        .chain(["base"])
        .map(|id| format!("{id}.yaml"))
        .collect();
    let found: BTreeSet<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    assert_eq!(found, known);
}

#[test]
fn every_rule_says_what_it_asks_for_and_how_to_mend_it() {
    let mut ids = BTreeSet::new();
    for rule in lint::rules() {
        assert!(ids.insert(rule.id), "{} stands twice", rule.id);
        assert!(rule.what.ends_with('.'), "{}: {}", rule.id, rule.what);
        assert!(rule.mend.ends_with('.'), "{}: {}", rule.id, rule.mend);
    }
}

#[test]
fn a_message_names_the_place_the_rule_and_the_mend() {
    let findings = lint::own_rules(&broken("named-array"));
    assert_eq!(
        told(&findings),
        "\
schema Ticket, property history: is an inline array
    rule: named-array
    at:   #/components/schemas/Ticket/properties/history
    mend: Move it to a component with `type: array`, `x-rust: Items` and a plural name, and refer to it.
"
    );
}

#[test]
fn the_meta_schema_tells_what_is_wrong_and_not_which_branch_failed() {
    let findings = lint::all_rules(&broken("meta-schema")).unwrap();
    assert_eq!(
        told(&findings),
        "\
operation list_tickets: Additional properties are not allowed ('operation' was unexpected)
    rule: meta-schema
    at:   #/paths/~1tickets~1list/get/responses/200/links/next
    mend: Bring it into the form that OpenAPI 3.0 describes.
"
    );
}

#[test]
fn an_operation_is_named_by_its_id() {
    let findings = lint::own_rules(&broken("one-tag"));
    let places: Vec<&str> = findings.iter().map(|one| one.place.as_str()).collect();
    assert_eq!(places, ["operation list_tickets"]);
}

#[test]
fn a_broken_reference_inside_the_webhooks_is_found() {
    let findings = lint::own_rules(&broken("ref-resolves"));
    assert_eq!(
        told(&findings[..1]).lines().next(),
        Some("webhook ticket (ticket_webhook): `#/components/responses/Taken` points to nothing")
    );
}

#[test]
fn all_findings_are_told_at_once() {
    let mut spec = base();
    for rule in ["nullable", "one-tag", "provenance", "sensitive-type"] {
        let patch = Spec::read(&folder().join(format!("{rule}.yaml"))).unwrap();
        merge(&mut spec.doc, patch.doc);
    }
    let findings = lint::own_rules(&spec);
    let found: Vec<&str> = findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(
        found,
        ["one-tag", "nullable", "provenance", "sensitive-type"]
    );
}

#[test]
fn a_document_of_any_shape_is_told_about_and_nothing_panics() {
    for doc in [
        Value::Null,
        serde_json::json!([]),
        serde_json::json!({ "paths": { "/a": { "get": null } }, "components": 1 }),
        serde_json::json!({ "components": { "schemas": { "A": { "$ref": "#/components/schemas/A" } } } }),
        serde_json::json!({
            "components": { "schemas": { "A": { "type": "strin", "allOf": [{ "$ref": "#/no" }] } } },
            "x-examples": [{ "file": "examples/ticket.json", "schema": "A" }],
        }),
    ] {
        let spec = Spec {
            path: folder().join("base.yaml"),
            doc,
        };
        assert!(!lint::all_rules(&spec).unwrap().is_empty());
    }
}
