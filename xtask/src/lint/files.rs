//! The example files: they are there, they are JSON, they are listed, they fit their schemas.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context;
use jsonschema::Validator;
use serde_json::{Value, json};

use super::finding::Finding;
use super::index::{Index, escape, list, text};
use super::meta;
use crate::json_schema::to_json_schema;
use crate::spec::members;

pub(super) const FILE: &str = "example-file";
pub(super) const UNLISTED: &str = "example-unlisted";
pub(super) const INVALID: &str = "example-invalid";

/// The folder of examples, beside the spec.
const FOLDER: &str = "examples";

/// Checks every file that the spec names, and every file in the folder of examples.
pub(super) fn check(index: &Index<'_>) -> anyhow::Result<Vec<Finding>> {
    let folder = index.spec.path.parent().context("the spec has no folder")?;
    let mut findings = Vec::new();
    let mut bodies = BTreeMap::new();
    for (file, pointer) in named(index) {
        match read(&folder.join(file)) {
            Ok(body) => {
                bodies.insert(file, body);
            }
            Err(problem) => findings.push(Finding {
                rule: FILE,
                place: index.place(&pointer),
                pointer,
                problem: format!("`{file}` {problem}"),
                mend: "Write the file, as JSON, below the spec's folder, or correct its name.",
            }),
        }
    }
    findings.extend(unlisted(index, folder)?);
    findings.extend(invalid(index, &bodies));
    Ok(findings)
}

fn read(path: &Path) -> Result<Value, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("cannot be read: {error}"))?;
    serde_json::from_slice(&bytes).map_err(|error| format!("is not JSON: {error}"))
}

/// Every file that the document names, with the place that names it first.
fn named<'a>(index: &Index<'a>) -> BTreeMap<&'a str, String> {
    fn visit<'a>(value: &'a Value, pointer: &str, found: &mut BTreeMap<&'a str, String>) {
        for key in ["externalValue", "x-example-file"] {
            if let Some(file) = value.get(key).and_then(Value::as_str) {
                found
                    .entry(file)
                    .or_insert_with(|| format!("{pointer}/{key}"));
            }
        }
        for (key, value) in members(value, "") {
            let pointer = format!("{pointer}/{}", escape(key));
            visit(value, &pointer, found);
        }
    }
    let mut found = BTreeMap::new();
    visit(index.doc, "#", &mut found);
    for (position, entry) in list(index.doc, "x-examples").enumerate() {
        found
            .entry(text(entry, "file"))
            .or_insert_with(|| format!("#/x-examples/{position}"));
    }
    found
}

fn unlisted(index: &Index<'_>, folder: &Path) -> anyhow::Result<Vec<Finding>> {
    let listed: BTreeSet<&str> = list(index.doc, "x-examples")
        .map(|entry| text(entry, "file"))
        .collect();
    let mut files = BTreeSet::new();
    let folder = folder.join(FOLDER);
    let entries =
        std::fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?;
    for entry in entries {
        files.insert(format!("{FOLDER}/{}", entry?.file_name().to_string_lossy()));
    }
    Ok(files
        .into_iter()
        .filter(|file| !listed.contains(file.as_str()))
        .map(|file| Finding {
            rule: UNLISTED,
            place: file,
            pointer: "#/x-examples".to_owned(),
            problem: "is in the folder and not listed".to_owned(),
            mend: "Add `{ file: …, schema: … }` to `x-examples`, or delete the file.",
        })
        .collect())
}

fn invalid(index: &Index<'_>, bodies: &BTreeMap<&str, Value>) -> Vec<Finding> {
    let bundle = to_json_schema(index.doc);
    let mut findings = Vec::new();
    let mut validators = BTreeMap::new();
    for (position, entry) in list(index.doc, "x-examples").enumerate() {
        let (file, schema) = (text(entry, "file"), text(entry, "schema"));
        let Some(body) = bodies.get(file) else {
            continue;
        };
        let problems = if index.component(schema).is_none() {
            vec![format!("its schema `{schema}` does not exist")]
        } else {
            let validator = validators
                .entry(schema)
                .or_insert_with(|| validator(&bundle, schema));
            match validator {
                Ok(validator) => meta::errors(validator, body)
                    .into_iter()
                    .map(|(pointer, problem)| {
                        format!("does not fit {schema} at `{pointer}`: {problem}")
                    })
                    .collect(),
                Err(problem) => vec![format!("its schema `{schema}` {problem}")],
            }
        };
        findings.extend(problems.into_iter().map(|problem| Finding {
            rule: INVALID,
            place: file.to_owned(),
            pointer: format!("#/x-examples/{position}"),
            problem,
            mend: "Correct the example, or the schema if the example is what the API sends.",
        }));
    }
    findings
}

/// The validator of one component.
fn validator(bundle: &Value, schema: &str) -> Result<Validator, String> {
    let mut bundle = bundle.clone();
    if let Some(object) = bundle.as_object_mut() {
        let name = format!("#/$defs/{}", escape(schema));
        object.insert("$ref".into(), json!(name));
    }
    meta::validator(&bundle)
}
