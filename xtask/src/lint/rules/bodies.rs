//! Request and response bodies.

use serde_json::Value;

use crate::lint::index::{Index, escape, resolve};
use crate::lint::rule::{Report, Rule};
use crate::lint::walk::Role;
use crate::spec::{members, schema_name};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "json-only",
        what: "Bodies are `application/json` and nothing beside it: the generator knows one content type per request.",
        mend: "Keep `application/json` alone.",
        check: json_only,
    },
    Rule {
        id: "named-body",
        what: "The schema of a body is a `$ref` to a component: an inline one gets a name made up by the generator.",
        mend: "Move the schema to `components/schemas` and refer to it.",
        check: named_body,
    },
    Rule {
        id: "body-on-get",
        what: "GET, HEAD, DELETE, OPTIONS and TRACE carry no body: servers and gateways drop it.",
        mend: "Use query parameters, or another method.",
        check: body_on_get,
    },
];

fn json_only(index: &Index<'_>, report: &mut Report) {
    let mut check = |place: String, pointer: String, body: &Value| {
        let Some(content) = body.get("content") else {
            return;
        };
        let found: Vec<&str> = members(content, "")
            .map(|(media, _)| media.as_str())
            .collect();
        if found != ["application/json"] {
            let problem = format!("its content is `{}`", found.join("`, `"));
            report.add(place, format!("{pointer}/content"), problem);
        }
    };
    for section in ["responses", "requestBodies"] {
        for (name, body) in members(index.doc, &format!("/components/{section}")) {
            let pointer = format!("#/components/{section}/{}", escape(name));
            check(format!("{section} {name}"), pointer, body);
        }
    }
    for operation in &index.operations {
        if let Some(body) = operation.value.get("requestBody") {
            let place = format!("{}, request body", operation.place());
            check(place, format!("{}/requestBody", operation.pointer), body);
        }
        for (status, response) in members(operation.value, "/responses") {
            let place = format!("{}, response {status}", operation.place());
            let pointer = format!("{}/responses/{status}", operation.pointer);
            check(place, pointer, response);
        }
    }
}

fn named_body(index: &Index<'_>, report: &mut Report) {
    for schema in &index.schemas {
        let named = schema
            .value
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(schema_name);
        if schema.role == Role::Body && named.is_none() {
            report.add(&schema.place, &schema.pointer, "its schema is inline");
        }
    }
    for operation in &index.operations {
        let content = operation
            .value
            .get("requestBody")
            .map(|body| resolve(index.doc, body));
        let missing = content.is_some_and(|body| {
            members(body, "/content").any(|(_, media)| media.get("schema").is_none())
        });
        if missing {
            let pointer = format!("{}/requestBody", operation.pointer);
            report.add(operation.place(), pointer, "its request body has no schema");
        }
    }
}

fn body_on_get(index: &Index<'_>, report: &mut Report) {
    for operation in &index.operations {
        let bare = ["get", "head", "delete", "options", "trace"].contains(&operation.method);
        if bare && operation.value.get("requestBody").is_some() {
            let pointer = format!("{}/requestBody", operation.pointer);
            let problem = format!("a {} with a body", operation.method.to_uppercase());
            report.add(operation.place(), pointer, problem);
        }
    }
}
