//! Descriptions: they become the docs of the Rust code.

use serde_json::Value;

use crate::lint::index::{Index, escape, list, text};
use crate::lint::rule::{Report, Rule};
use crate::lint::walk::Role;
use crate::spec::members;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "described",
        what: "Every operation has a summary and a description; every schema, property, parameter, response, request body and tag a description. A bare `$ref` is described by its target.",
        mend: "Write one sentence of your own: what it is, in which unit.",
        check: described,
    },
    Rule {
        id: "code-block",
        what: "No fenced or indented code in a description: it becomes a doctest and fails to compile.",
        mend: "Write `code` inline; use `>-` instead of `|` for long texts.",
        check: code_block,
    },
    Rule {
        id: "rustdoc-markup",
        what: "No `[…]`, `<…>` or bare address in a description outside of backticks: rustdoc takes them for links and HTML and fails.",
        mend: "Put it in backticks.",
        check: rustdoc_markup,
    },
];

fn described(index: &Index<'_>, report: &mut Report) {
    let mut want = |place: String, pointer: String, value: &Value, key: &str| {
        if value.get("$ref").is_none() && text(value, key).trim().is_empty() {
            report.add(place, pointer, format!("has no {key}"));
        }
    };
    for (position, tag) in list(index.doc, "tags").enumerate() {
        let place = format!("tag {}", text(tag, "name"));
        want(place, format!("#/tags/{position}"), tag, "description");
    }
    for operation in &index.operations {
        let (place, pointer) = (operation.place(), &operation.pointer);
        want(place.clone(), pointer.clone(), operation.value, "summary");
        want(
            place.clone(),
            pointer.clone(),
            operation.value,
            "description",
        );
        if let Some(body) = operation.value.get("requestBody") {
            let pointer = format!("{pointer}/requestBody");
            want(
                format!("{place}, request body"),
                pointer,
                body,
                "description",
            );
        }
        for (status, response) in members(operation.value, "/responses") {
            let pointer = format!("{pointer}/responses/{status}");
            let place = format!("{place}, response {status}");
            want(place, pointer, response, "description");
        }
    }
    for parameter in &index.parameters {
        let (place, pointer) = (parameter.place.clone(), parameter.pointer.clone());
        want(place, pointer, parameter.value, "description");
    }
    for (name, response) in members(index.doc, "/components/responses") {
        let pointer = format!("#/components/responses/{}", escape(name));
        want(format!("response {name}"), pointer, response, "description");
    }
    for schema in &index.schemas {
        if matches!(schema.role, Role::Component | Role::Property { .. }) {
            let (place, pointer) = (schema.place.clone(), schema.pointer.clone());
            want(place, pointer, schema.value, "description");
        }
    }
}

fn code_block(index: &Index<'_>, report: &mut Report) {
    each_text(index.doc, "#", &mut |pointer, text| {
        let fenced = text.contains("```") || text.contains("~~~");
        let indented = text
            .lines()
            .any(|line| line.starts_with("    ") || line.starts_with('\t'));
        let problem = if fenced {
            "has fenced code"
        } else if indented {
            "has an indented line"
        } else {
            return;
        };
        report.add(index.place(pointer), pointer, problem);
    });
}

fn rustdoc_markup(index: &Index<'_>, report: &mut Report) {
    each_text(index.doc, "#", &mut |pointer, text| {
        if text.contains("```") {
            return;
        }
        let plain: String = text.split('`').step_by(2).collect::<Vec<_>>().join(" ");
        for mark in ["[", "<", "://"] {
            if plain.contains(mark) {
                let problem = format!("has `{mark}` outside of backticks");
                report.add(index.place(pointer), pointer, problem);
            }
        }
    });
}

/// Every description and summary, with its pointer.
fn each_text(value: &Value, pointer: &str, found: &mut impl FnMut(&str, &str)) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let pointer = format!("{pointer}/{}", escape(key));
                match value {
                    Value::String(text) if key == "description" || key == "summary" => {
                        found(&pointer, text);
                    }
                    _ => each_text(value, &pointer, found),
                }
            }
        }
        Value::Array(array) => {
            for (index, value) in array.iter().enumerate() {
                each_text(value, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}
