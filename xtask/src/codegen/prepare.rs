//! The generator's own copy of the spec.

use anyhow::Context;
use openapiv3::OpenAPI;
use progenitor::{GenerationSettings, InterfaceStyle};
use serde_json::{Map, Value, json};

use crate::spec::{METHODS, Spec, schema_name};

/// How the responses of an operation are told to the generator.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Responses {
    /// No operations at all: only the component schemas.
    None,
    /// Any 2xx is the success, anything else the error: an unpublished API may answer 201.
    AnySuccess,
    /// The documented success status by its name, errors by their class.
    Named,
}

/// What every run of the generator is set to: builders, and maps whose order is the same each time.
pub(super) fn settings() -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_map_type("::std::collections::BTreeMap");
    settings
}

/// The spec as the generator reads it: properties under their Rust names, responses as asked.
pub(super) fn openapi(spec: &Spec, responses: Responses) -> anyhow::Result<OpenAPI> {
    let mut doc = spec.doc.clone();
    if let Some(schemas) = doc
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    {
        for schema in schemas.values_mut() {
            rename_properties(schema);
            describe_references(schema, &spec.doc);
        }
    }
    if responses == Responses::None {
        if let Some(root) = doc.as_object_mut() {
            root.insert("paths".into(), Value::Object(Map::new()));
        }
    } else if let Some(paths) = doc.pointer_mut("/paths").and_then(Value::as_object_mut) {
        for item in paths.values_mut().filter_map(Value::as_object_mut) {
            for method in METHODS {
                if let Some(answers) = item
                    .get_mut(method)
                    .and_then(|operation| operation.get_mut("responses"))
                    .and_then(Value::as_object_mut)
                {
                    restate(answers, responses);
                }
            }
        }
    }
    serde_json::from_value(doc).context("the spec is not an OpenAPI 3.0 document")
}

fn restate(answers: &mut Map<String, Value>, responses: Responses) {
    match responses {
        Responses::AnySuccess => {
            if let Some(success) = answers.remove("200").or_else(|| answers.remove("201")) {
                answers.insert("2XX".into(), success);
            }
        }
        Responses::Named => {
            if let Some(error) = answers.remove("default") {
                answers.insert("4XX".into(), error.clone());
                answers.insert("5XX".into(), error);
            }
        }
        Responses::None => {}
    }
}

fn rename_properties(schema: &mut Value) {
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else {
        return;
    };
    let mut renames = Vec::new();
    let renamed: Map<String, Value> = std::mem::take(properties)
        .into_iter()
        .map(|(wire, property)| {
            let name = rust_name(&property).map(str::to_owned);
            match name {
                Some(name) => {
                    renames.push((wire, name.clone()));
                    (name, property)
                }
                None => (wire, property),
            }
        })
        .collect();
    *properties = renamed;
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        for entry in required {
            if let Some((_, name)) = renames.iter().find(|(wire, _)| entry == wire) {
                *entry = Value::String(name.clone());
            }
        }
    }
}

/// Gives a property that is a bare reference the description of its target.
fn describe_references(schema: &mut Value, doc: &Value) {
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for property in properties.into_iter().flat_map(Map::values_mut) {
        let Some(reference) = property.get("$ref").and_then(Value::as_str) else {
            continue;
        };
        let description = schema_name(reference)
            .and_then(|name| doc.pointer(&format!("/components/schemas/{name}/description")))
            .cloned();
        if let Some(description) = description {
            *property = json!({ "allOf": [{ "$ref": reference }], "description": description });
        }
    }
}

/// The field name that `x-rust-name` gives a property.
pub(super) fn rust_name(property: &Value) -> Option<&str> {
    property.get("x-rust-name").and_then(Value::as_str)
}
