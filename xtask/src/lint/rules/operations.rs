//! Operations and webhooks as a whole.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use serde_json::Value;

use crate::lint::index::{Index, Operation, list, text};
use crate::lint::rule::{Report, Rule};
use crate::spec::members;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "openapi-version",
        what: "The document is OpenAPI 3.0: the generator reads nothing else.",
        mend: "Write `openapi: 3.0.3` and keep to its features.",
        check: openapi_version,
    },
    Rule {
        id: "operation-id",
        what: "Every operation and webhook has an `operationId` in snake_case: it becomes a Rust function.",
        mend: "Name it as in `list_orders`.",
        check: operation_id,
    },
    Rule {
        id: "operation-id-unique",
        what: "No two operations or webhooks share an `operationId`: the generator would make one function of both.",
        mend: "Rename one of them.",
        check: operation_id_unique,
    },
    Rule {
        id: "one-tag",
        what: "Every operation has exactly one tag and it is declared: the generator knows one section per operation.",
        mend: "Keep one tag and declare it under `tags`.",
        check: one_tag,
    },
    Rule {
        id: "one-success",
        what: "An operation has one success response, 200 or 201, with content: the generator panics at two types and names no operation.",
        mend: "Describe every success by one response; a type that differs belongs into one `x-rust` type.",
        check: one_success,
    },
    Rule {
        id: "one-error",
        what: "An operation has one error response and it is `default`: the generator panics at two types and names no operation.",
        mend: "Replace the others by `default: { $ref: '#/components/responses/Error' }`.",
        check: one_error,
    },
    Rule {
        id: "security",
        what: "It is said how every operation and webhook is authenticated, by schemes that are declared.",
        mend: "Declare the scheme under `components/securitySchemes`; give `security` at the top and on every webhook (`[]` where there is none).",
        check: security,
    },
];

fn openapi_version(index: &Index<'_>, report: &mut Report) {
    let version = text(index.doc, "openapi");
    if !version.starts_with("3.0.") {
        report.add(
            "the document",
            "#/openapi",
            format!("version `{version}` is not 3.0"),
        );
    }
}

fn operation_id(index: &Index<'_>, report: &mut Report) {
    for operation in &index.operations {
        let id = text(operation.value, "operationId");
        if id.is_empty() {
            report.add(operation.place(), &operation.pointer, "has no operationId");
        } else if id.to_snake_case() != id {
            let problem = format!("operationId `{id}` is not snake_case");
            report.add(operation.place(), &operation.pointer, problem);
        }
    }
}

fn operation_id_unique(index: &Index<'_>, report: &mut Report) {
    let mut first: BTreeMap<&str, &Operation<'_>> = BTreeMap::new();
    for operation in &index.operations {
        let id = text(operation.value, "operationId");
        if id.is_empty() {
            continue;
        }
        if let Some(other) = first.get(id) {
            let problem = format!("operationId `{id}` is also that of {}", other.pointer);
            report.add(operation.place(), &operation.pointer, problem);
        } else {
            first.insert(id, operation);
        }
    }
}

fn one_tag(index: &Index<'_>, report: &mut Report) {
    for operation in &index.operations {
        let tags: Vec<&str> = list(operation.value, "tags")
            .filter_map(Value::as_str)
            .collect();
        let problem = match tags.as_slice() {
            [tag] if list(index.doc, "tags").any(|declared| text(declared, "name") == *tag) => {
                continue;
            }
            [tag] => format!("tag `{tag}` is not declared"),
            [] => "has no tag".to_owned(),
            _ => format!("has {} tags", tags.len()),
        };
        report.add(
            operation.place(),
            format!("{}/tags", operation.pointer),
            problem,
        );
    }
}

fn one_success(index: &Index<'_>, report: &mut Report) {
    for operation in index.operations.iter().filter(|one| !one.webhook) {
        let found: Vec<(&str, &Value)> = operation
            .responses(index.doc)
            .into_iter()
            .filter(|(status, _)| status.starts_with('2'))
            .collect();
        let problem = match found.as_slice() {
            [("200" | "201", response)] if response.get("content").is_some() => continue,
            [("200" | "201", _)] => "its success response has no content".to_owned(),
            [(status, _)] => format!("its success response is `{status}`, not 200 or 201"),
            [] => "has no success response".to_owned(),
            several => format!("has {} success responses", several.len()),
        };
        let pointer = format!("{}/responses", operation.pointer);
        report.add(operation.place(), pointer, problem);
    }
}

fn one_error(index: &Index<'_>, report: &mut Report) {
    for operation in index.operations.iter().filter(|one| !one.webhook) {
        let found: Vec<&str> = operation
            .responses(index.doc)
            .into_iter()
            .map(|(status, _)| status)
            .filter(|status| !status.starts_with('2'))
            .collect();
        let problem = match found.as_slice() {
            ["default"] => continue,
            [] => "has no error response".to_owned(),
            [status] => format!("its error response is `{status}`, not `default`"),
            several => format!("has {} error responses", several.len()),
        };
        let pointer = format!("{}/responses", operation.pointer);
        report.add(operation.place(), pointer, problem);
    }
}

fn security(index: &Index<'_>, report: &mut Report) {
    let declared = |name: &str| {
        members(index.doc, "/components/securitySchemes").any(|(scheme, _)| scheme == name)
    };
    let mut check = |place: String, pointer: &str, value: &Value| {
        for name in list(value, "security").flat_map(|requirement| members(requirement, "")) {
            if !declared(name.0) {
                let problem = format!("security scheme `{}` is not declared", name.0);
                report.add(place.clone(), format!("{pointer}/security"), problem);
            }
        }
    };
    check("the document".to_owned(), "#", index.doc);
    for operation in &index.operations {
        check(operation.place(), &operation.pointer, operation.value);
    }
    let inherited = index.doc.get("security").is_some();
    for operation in &index.operations {
        if operation.value.get("security").is_none() && (operation.webhook || !inherited) {
            report.add(
                operation.place(),
                &operation.pointer,
                "does not say how it is authenticated",
            );
        }
    }
}
