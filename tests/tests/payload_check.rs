//! `retm payload check` on the files of `openapi/examples`, and on what differs from them.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use retm_cli::payload::{DifferenceKind, check, compare};
use retm_cli::{Exit, Io, run};
use retm_tests::{examples, root, spec};
use serde_json::{Value, json};

#[tokio::test]
async fn every_file_of_the_examples_is_lossless() {
    let mut said = String::new();
    let mut checked = BTreeSet::new();
    for (schema, file, _) in examples() {
        let path = root().join("openapi").join(&file);
        let path = path.to_str().unwrap();
        let (io, captured) = Io::captured::<String, String>([], "");
        let line = ["retm", "payload", "check", "--schema", &schema, path];
        let exit = run(line, io).await;
        assert_eq!(
            exit,
            Exit::Ok,
            "{file}: {}{}",
            captured.stdout(),
            captured.stderr()
        );
        write!(said, "{file} ({schema}): {}", captured.stdout()).unwrap();
        checked.insert(file);
    }
    let files = fs::read_dir(root().join("openapi/examples")).unwrap();
    let files = files.map(|file| format!("examples/{}", file.unwrap().file_name().display()));
    assert_eq!(checked, files.collect::<BTreeSet<_>>());
    insta::assert_snapshot!(said);
}

/// The spec's objects, by the name of their schema, as they occur in the examples.
struct Instances {
    spec: Value,
    found: BTreeMap<String, Value>,
}

impl Instances {
    fn collect() -> BTreeMap<String, Value> {
        let mut instances = Self {
            spec: spec(),
            found: BTreeMap::new(),
        };
        for (schema, _, bytes) in examples() {
            let value = serde_json::from_slice(&bytes).unwrap();
            instances.walk(
                &json!({"$ref": format!("#/components/schemas/{schema}")}),
                &value,
            );
        }
        instances.found
    }

    /// The fullest instance of each schema is the one kept.
    fn walk(&mut self, schema: &Value, value: &Value) {
        let mut schema = schema.clone();
        if let Some(reference) = schema["$ref"].as_str() {
            let name = reference.rsplit('/').next().unwrap().to_owned();
            schema = self.spec["components"]["schemas"][&name].clone();
            let known = self.found.get(&name).map_or(0, size);
            if size(value) > known {
                self.found.insert(name, value.clone());
            }
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            let value = self.part_of(value, part);
            self.walk(part, &value);
        }
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            if let Some(member) = value.get(name).filter(|member| !member.is_null()) {
                self.walk(property, member);
            }
        }
        if schema["items"].is_object() {
            for element in value.as_array().into_iter().flatten() {
                self.walk(&schema["items"], element);
            }
        }
    }

    /// What one schema of several has to do with: its own members.
    fn part_of(&self, value: &Value, part: &Value) -> Value {
        let name = part["$ref"]
            .as_str()
            .and_then(|name| name.rsplit('/').next());
        let part = &self.spec["components"]["schemas"][name.unwrap_or_default()];
        match (value, part["properties"].as_object()) {
            (Value::Object(members), Some(own)) => {
                let mut members = members.clone();
                members.retain(|name, _| own.contains_key(name));
                Value::Object(members)
            }
            _ => value.clone(),
        }
    }
}

fn size(value: &Value) -> usize {
    value.as_object().map_or_else(
        || value.as_array().map_or(0, Vec::len),
        |members| members.values().filter(|member| !member.is_null()).count(),
    )
}

/// The schemas whose members the spec names, or whose elements.
fn schemas_with_parts() -> BTreeSet<String> {
    let spec = spec();
    let schemas = spec["components"]["schemas"].as_object().unwrap();
    let has_parts = |schema: &Value| {
        schema["properties"].is_object()
            || schema["items"].is_object()
            || schema["x-rust"] == "Merged"
    };
    schemas
        .iter()
        .filter(|(_, schema)| has_parts(schema))
        .map(|(name, _)| name.clone())
        .collect()
}

/// What differs, as kinds and JSON pointers.
fn differences(schema: &str, payload: &Value, encoded: &Value) -> Vec<(DifferenceKind, String)> {
    let (payload, encoded) = (payload.to_string(), encoded.to_string());
    let report = compare(schema, payload.as_bytes(), encoded.as_bytes()).unwrap();
    let found = report.differences.into_iter();
    found.map(|found| (found.kind, found.pointer)).collect()
}

#[test]
fn the_examples_show_every_schema_that_has_members() {
    let shown: BTreeSet<String> = Instances::collect().into_keys().collect();
    let lacking: Vec<String> = schemas_with_parts().difference(&shown).cloned().collect();
    assert!(
        lacking.is_empty(),
        "no example shows {}",
        lacking.join(", ")
    );
}

#[test]
fn a_member_that_is_dropped_or_changed_is_reported_for_every_schema() {
    for (schema, whole) in Instances::collect() {
        if !schemas_with_parts().contains(&schema) {
            continue;
        }
        let pointers: Vec<String> = match &whole {
            Value::Object(members) => {
                let members = members.iter().filter(|(_, member)| !member.is_null());
                members.map(|(name, _)| name.clone()).collect()
            }
            Value::Array(elements) => vec![(elements.len() - 1).to_string()],
            other => panic!("{schema}: {other}"),
        };
        for name in pointers {
            let at = format!("/{name}");
            let mut dropped = whole.clone();
            match &mut dropped {
                Value::Object(members) => drop(members.remove(&name)),
                other => drop(other.as_array_mut().unwrap().pop()),
            }
            let lost = differences(&schema, &whole, &dropped);
            assert_eq!(lost, [(DifferenceKind::Lost, at.clone())], "{schema}");

            let mut changed = whole.clone();
            let part = changed.pointer_mut(&at).unwrap();
            *part = json!(if part.is_string() { "x" } else { "a text" });
            let seen = differences(&schema, &whole, &changed);
            assert_eq!(seen, [(DifferenceKind::Changed, at)], "{schema}");
        }
    }
}

#[test]
fn a_member_that_is_added_is_reported_for_every_schema() {
    // These keep every member that they get, so nothing is lost of one that the spec does not name.
    const KEEP: [&str; 2] = ["Pagination", "WriteReply"];
    for (schema, whole) in Instances::collect() {
        if !whole.is_object() || !schemas_with_parts().contains(&schema) {
            continue;
        }
        let mut added = whole.clone();
        added["not~in/the spec"] = json!([1]);
        let report = check(&schema, added.to_string().as_bytes()).unwrap();
        let found: Vec<_> = report
            .differences
            .iter()
            .map(|found| (found.kind, found.pointer.as_str()))
            .collect();
        if KEEP.contains(&schema.as_str()) || schema.ends_with("Listing") {
            assert_eq!(found, [], "{schema}");
        } else {
            let expected = (DifferenceKind::Unknown, "/not~0in~1the spec");
            assert_eq!(found, [expected], "{schema}");
        }
    }
}
