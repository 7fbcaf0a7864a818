//! The spec laid out for the rules: every operation, parameter and schema with its place.

use std::collections::BTreeSet;

use serde_json::Value;

use super::walk::{self, Schema};
use crate::spec::{METHODS, Spec, members, schema_name};

/// The spec as the rules see it.
pub(super) struct Index<'a> {
    pub(super) spec: &'a Spec,
    pub(super) doc: &'a Value,
    /// Operations of `paths` and `x-webhooks`.
    pub(super) operations: Vec<Operation<'a>>,
    /// Parameters of components, path items and operations, references left out.
    pub(super) parameters: Vec<Parameter<'a>>,
    /// Every schema, down to the members of members.
    pub(super) schemas: Vec<Schema<'a>>,
    /// Components that a client or a receiver decodes.
    pub(super) decoded: BTreeSet<&'a str>,
    /// Components that something uses.
    pub(super) used: BTreeSet<&'a str>,
}

/// One operation of the API, or one webhook.
pub(super) struct Operation<'a> {
    pub(super) webhook: bool,
    /// The path, or the webhook's name.
    pub(super) path: &'a str,
    pub(super) method: &'a str,
    pub(super) pointer: String,
    pub(super) value: &'a Value,
    /// Parameters with references followed, the path item's too.
    pub(super) parameters: Vec<&'a Value>,
}

/// One declared parameter.
pub(super) struct Parameter<'a> {
    pub(super) place: String,
    pub(super) pointer: String,
    pub(super) value: &'a Value,
}

impl<'a> Operation<'a> {
    /// The operation as a person calls it.
    pub(super) fn place(&self) -> String {
        match text(self.value, "operationId") {
            "" => format!("operation {} {}", self.method.to_uppercase(), self.path),
            id if self.webhook => format!("webhook {} ({id})", self.path),
            id => format!("operation {id}"),
        }
    }

    /// The content of the request body, by media type.
    pub(super) fn request(&self, doc: &'a Value) -> Option<&'a Value> {
        let body = resolve(doc, self.value.get("requestBody")?);
        body.get("content")
    }

    /// Its responses by status, references followed.
    pub(super) fn responses(&self, doc: &'a Value) -> Vec<(&'a str, &'a Value)> {
        members(self.value, "/responses")
            .map(|(status, response)| (status.as_str(), resolve(doc, response)))
            .collect()
    }
}

impl<'a> Index<'a> {
    pub(super) fn new(spec: &'a Spec) -> Self {
        let doc = &spec.doc;
        let operations = operations(doc);
        let parameters = parameters(doc);
        let schemas = walk::schemas(doc, &parameters, &operations);
        let decoded = reachable(doc, decoded_roots(doc, &operations));
        let used = reachable(doc, used_roots(doc));
        Self {
            spec,
            doc,
            operations,
            parameters,
            schemas,
            decoded,
            used,
        }
    }

    /// The operation, webhook or schema that a pointer leads into, as a person calls it.
    pub(super) fn place(&self, pointer: &str) -> String {
        let inside = |operation: &&Operation<'_>| {
            pointer
                .strip_prefix(&operation.pointer)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if let Some(operation) = self.operations.iter().find(inside) {
            return operation.place();
        }
        let segments: Vec<String> = pointer
            .split('/')
            .skip(1)
            .map(|segment| segment.replace("~1", "/").replace("~0", "~"))
            .collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        match segments.as_slice() {
            ["components", "schemas", name, "properties", property, ..] => {
                format!("schema {name}, property {property}")
            }
            ["components", "schemas", name, ..] => format!("schema {name}"),
            ["components", section, name, ..] => {
                format!("{} {name}", section.trim_end_matches('s'))
            }
            ["paths", path, ..] => format!("path {path}"),
            ["x-webhooks", name, ..] => format!("webhook {name}"),
            [section, ..] => (*section).to_owned(),
            [] => "the document".to_owned(),
        }
    }

    /// A component schema by name.
    pub(super) fn component(&self, name: &str) -> Option<&'a Value> {
        self.doc.pointer("/components/schemas")?.get(name)
    }

    /// The component that a schema stands for: a bare `$ref`, or `allOf` around a single one.
    pub(super) fn target(&self, schema: &'a Value) -> Option<(&'a str, &'a Value)> {
        let name = schema_name(wrapped(schema)?)?;
        Some((name, self.component(name)?))
    }
}

/// The `$ref` of a bare reference, or of `allOf` around a single one.
pub(super) fn wrapped(schema: &Value) -> Option<&str> {
    if let Some(reference) = schema.get("$ref") {
        return reference.as_str();
    }
    match schema.get("allOf")?.as_array()?.as_slice() {
        [only] => only.get("$ref")?.as_str(),
        _ => None,
    }
}

/// A text member; empty where there is none.
pub(super) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The elements of an array member; none where there is no array.
pub(super) fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value
        .get(key)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

/// Follows references within the document; a broken one stays as it is.
pub(super) fn resolve<'a>(doc: &'a Value, mut value: &'a Value) -> &'a Value {
    // A chain this long is a circle.
    for _ in 0..8 {
        let Some(target) = value
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|reference| reference.strip_prefix('#'))
            .and_then(|pointer| doc.pointer(pointer))
        else {
            break;
        };
        value = target;
    }
    value
}

/// One segment of a JSON pointer.
pub(super) fn escape(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}

fn operations(doc: &Value) -> Vec<Operation<'_>> {
    let mut found = Vec::new();
    for (section, webhook) in [("paths", false), ("x-webhooks", true)] {
        for (path, item) in members(doc, &format!("/{section}")) {
            for (method, value) in members(item, "") {
                if !METHODS.contains(&method.as_str()) {
                    continue;
                }
                let parameters = list(item, "parameters")
                    .chain(list(value, "parameters"))
                    .map(|parameter| resolve(doc, parameter))
                    .collect();
                found.push(Operation {
                    webhook,
                    path,
                    method,
                    pointer: format!("#/{section}/{}/{method}", escape(path)),
                    value,
                    parameters,
                });
            }
        }
    }
    found
}

fn parameters(doc: &Value) -> Vec<Parameter<'_>> {
    let mut found = Vec::new();
    for (name, value) in members(doc, "/components/parameters") {
        found.push(Parameter {
            place: format!("parameter {name}"),
            pointer: format!("#/components/parameters/{}", escape(name)),
            value,
        });
    }
    let mut holder = |place: String, pointer: &str, value| {
        for (index, parameter) in list(value, "parameters").enumerate() {
            if parameter.get("$ref").is_none() {
                found.push(Parameter {
                    place: format!("{place}, parameter {}", text(parameter, "name")),
                    pointer: format!("{pointer}/parameters/{index}"),
                    value: parameter,
                });
            }
        }
    };
    for (path, item) in members(doc, "/paths") {
        holder(
            format!("path {path}"),
            &format!("#/paths/{}", escape(path)),
            item,
        );
    }
    for operation in operations(doc) {
        holder(operation.place(), &operation.pointer, operation.value);
    }
    found
}

/// What a client decodes: responses; what a receiver decodes: the bodies of webhooks.
fn decoded_roots<'a>(doc: &'a Value, operations: &[Operation<'a>]) -> BTreeSet<&'a str> {
    let mut roots = BTreeSet::new();
    for operation in operations {
        if operation.webhook {
            if let Some(content) = operation.request(doc) {
                references(content, &mut roots);
            }
        } else {
            for (_, response) in operation.responses(doc) {
                references(response, &mut roots);
            }
        }
    }
    roots
}

fn used_roots(doc: &Value) -> BTreeSet<&str> {
    let mut roots = BTreeSet::new();
    for section in ["paths", "x-webhooks"] {
        if let Some(value) = doc.get(section) {
            references(value, &mut roots);
        }
    }
    for (section, components) in members(doc, "/components") {
        if section != "schemas" {
            references(components, &mut roots);
        }
    }
    roots
}

/// The components named, and all that they name.
fn reachable<'a>(doc: &'a Value, roots: BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut pending: Vec<&str> = roots.into_iter().collect();
    while let Some(name) = pending.pop() {
        if found.insert(name)
            && let Some(schema) = doc
                .pointer("/components/schemas")
                .and_then(|all| all.get(name))
        {
            let mut next = BTreeSet::new();
            references(schema, &mut next);
            pending.extend(next);
        }
    }
    found
}

/// Names of component schemas that a value refers to, at any depth.
fn references<'a>(value: &'a Value, found: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(object) => {
            if let Some(name) = object
                .get("$ref")
                .and_then(Value::as_str)
                .and_then(schema_name)
            {
                found.insert(name);
            }
            object.values().for_each(|value| references(value, found));
        }
        Value::Array(array) => array.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}
