//! What the spec says, read from its JSON copies and not through the crates under test.

use std::collections::BTreeSet;
use std::fs;
use std::sync::LazyLock;

use serde_json::{Value, json};

static DOCUMENT: LazyLock<Value> = LazyLock::new(retm_tests::spec);
static SCHEMAS: LazyLock<Value> =
    LazyLock::new(|| read("crates/retm-sandbox/src/generated/schemas.json"));

/// An operation as the spec has it.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    /// The names of the parameters of the query.
    pub(crate) query: BTreeSet<String>,
    pub(crate) request_schema: Option<String>,
    pub(crate) answer_schema: String,
}

fn read(path: &str) -> Value {
    let bytes =
        fs::read(retm_tests::root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A sample payload of the vendor's pages.
pub(crate) fn sample(stem: &str) -> Value {
    read(&format!("openapi/examples/{stem}.json"))
}

/// Every operation of the spec.
pub(crate) fn operations() -> Vec<Operation> {
    let mut operations = Vec::new();
    for (path, item) in DOCUMENT["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if operation["operationId"].is_string() {
                operations.push(operation_of(path, method, operation));
            }
        }
    }
    operations
}

fn operation_of(path: &str, method: &str, operation: &Value) -> Operation {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let query = parameters
        .map(resolve)
        .filter(|parameter| parameter["in"] == "query")
        .map(|parameter| parameter["name"].as_str().unwrap().to_owned())
        .collect();
    let schema = |message: &Value| {
        let reference = message["content"]["application/json"]["schema"]["$ref"].as_str();
        reference.and_then(|name| name.rsplit('/').next().map(str::to_owned))
    };
    Operation {
        id: operation["operationId"].as_str().unwrap().to_owned(),
        method: method.to_uppercase(),
        path: path.to_owned(),
        query,
        request_schema: schema(&operation["requestBody"]),
        answer_schema: schema(&operation["responses"]["200"]).unwrap(),
    }
}

/// The operation of this id.
pub(crate) fn operation(id: &str) -> Operation {
    let found = operations().into_iter().find(|known| known.id == id);
    found.unwrap_or_else(|| panic!("the spec has no operation {id}"))
}

/// The ids of all operations.
pub(crate) fn ids() -> BTreeSet<String> {
    operations().into_iter().map(|known| known.id).collect()
}

fn resolve(value: &Value) -> &Value {
    match value["$ref"].as_str() {
        Some(reference) => {
            let pointer = reference.strip_prefix('#').unwrap();
            resolve(DOCUMENT.pointer(pointer).unwrap())
        }
        None => value,
    }
}

/// Every member of a request schema, at any depth, such as `/products/*/id`.
pub(crate) fn members(schema: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let schema = &DOCUMENT["components"]["schemas"][schema];
    assert!(schema.is_object());
    walk_schema(schema, "", &mut found);
    found
}

fn walk_schema(schema: &Value, at: &str, found: &mut BTreeSet<String>) {
    let schema = resolve(schema);
    for part in schema["allOf"].as_array().into_iter().flatten() {
        walk_schema(part, at, found);
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let at = format!("{at}/{name}");
        walk_schema(property, &at, found);
        found.insert(at);
    }
    if schema["items"].is_object() {
        walk_schema(&schema["items"], &format!("{at}/*"), found);
    }
}

/// Every member of a value, at any depth, in the same form.
pub(crate) fn members_of(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk_value(value, "", &mut found);
    found
}

fn walk_value(value: &Value, at: &str, found: &mut BTreeSet<String>) {
    for (name, member) in value.as_object().into_iter().flatten() {
        let at = format!("{at}/{name}");
        walk_value(member, &at, found);
        found.insert(at);
    }
    for element in value.as_array().into_iter().flatten() {
        walk_value(element, &format!("{at}/*"), found);
    }
}

/// Where a value does not fit a schema of the spec.
pub(crate) fn violations(schema: &str, value: &Value) -> Vec<String> {
    let mut document = SCHEMAS.clone();
    assert!(document["$defs"][schema].is_object(), "no schema {schema}");
    document["$ref"] = json!(format!("#/$defs/{schema}"));
    let validator = jsonschema::validator_for(&document).unwrap();
    let errors = validator.iter_errors(value);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}
