//! Secrets and people's data.

use serde_json::Value;

use crate::lint::index::{Index, text};
use crate::lint::rule::{Report, Rule};
use crate::lint::walk::{Role, Schema, Source};
use crate::spec::members;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "sensitive-unmarked",
        what: "What is named like a secret or a person's data (`*secret*`, `*token*`, `code`, `phone`, `email`, `address`) says with `x-sensitive` whether it is.",
        mend: "Mark it `x-sensitive: secret` or `personal` and give it a redacting type, or `x-sensitive: none` if it is neither.",
        check: sensitive_unmarked,
    },
    Rule {
        id: "sensitive-type",
        what: "What is marked `secret` or `personal` has a type that never shows itself in logs, and what has such a type is marked.",
        mend: "Use the component `Secret` for secrets; `Personal`, `PersonalText` or an object of nothing but marked members for people's data.",
        check: sensitive_type,
    },
];

fn telling(name: &str) -> bool {
    let name = name.to_lowercase();
    name.contains("secret")
        || name.contains("token")
        || ["code", "phone", "email", "address"].contains(&name.as_str())
}

fn sensitive_unmarked(index: &Index<'_>, report: &mut Report) {
    for schema in &index.schemas {
        let Some(name) = schema.property() else {
            continue;
        };
        let named = telling(name) || telling(text(schema.value, "x-rust-name"));
        if named && schema.value.get("x-sensitive").is_none() {
            report.add(&schema.place, &schema.pointer, "is not marked");
        }
    }
    for parameter in &index.parameters {
        if telling(text(parameter.value, "name")) && parameter.value.get("x-sensitive").is_none() {
            report.add(&parameter.place, &parameter.pointer, "is not marked");
        }
    }
}

fn sensitive_type(index: &Index<'_>, report: &mut Report) {
    for schema in &index.schemas {
        if schema.role != Role::Component && schema.source == Source::HandWritten {
            continue;
        }
        let mark = schema
            .value
            .get("x-sensitive")
            .map(|mark| mark.as_str().unwrap_or("?"));
        let redacting = redacting(index, schema);
        let problem = match (mark, redacting) {
            (None, Some(wanted)) if asks(schema) => format!("is not marked `{wanted}`"),
            (None | Some("none"), None) | (None, _) => continue,
            (Some("none"), Some(wanted)) => format!("is marked `none` and typed as {wanted}"),
            (Some(mark @ ("secret" | "personal")), found) if found == Some(mark) => continue,
            (Some(mark @ ("secret" | "personal")), _) => {
                format!("is marked `{mark}` and its type does not redact that")
            }
            (Some(mark), _) => format!("x-sensitive `{mark}` is unknown"),
        };
        report.add(&schema.place, &schema.pointer, problem);
    }
}

/// Objects of marked members need no mark themselves.
fn asks(schema: &Schema<'_>) -> bool {
    schema.property().is_some()
        || (schema.role == Role::Component && schema.source == Source::HandWritten)
}

/// What the type of a schema redacts: `secret` or `personal`.
fn redacting<'a>(index: &Index<'a>, schema: &Schema<'a>) -> Option<&'static str> {
    let component = match schema.role {
        Role::Component => schema.value,
        _ => index.target(schema.value)?.1,
    };
    match text(component, "x-rust") {
        "Secret" => Some("secret"),
        "Personal" | "PersonalText" => Some("personal"),
        "" if all_marked(component) && schema.value.get("x-sensitive").is_some() => {
            Some("personal").filter(|_| text(schema.value, "x-sensitive") != "none")
        }
        _ => None,
    }
}

fn all_marked(object: &Value) -> bool {
    let mut properties = members(object, "/properties").peekable();
    properties.peek().is_some()
        && properties
            .all(|(_, property)| ["secret", "personal"].contains(&text(property, "x-sensitive")))
}
