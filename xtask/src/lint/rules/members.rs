//! Members of objects: which may be absent or null, and lists.

use serde_json::Value;

use crate::lint::index::{Index, escape, list, text};
use crate::lint::rule::{Report, Rule};
use crate::lint::walk::{Role, Source};
use crate::spec::members;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "nullable",
        what: "A property is nullable unless it is required: the API writes null for what it does not have, and an optional array refuses null.",
        mend: "Add `nullable: true` (a `$ref` goes into `allOf: [{ $ref: … }]` then), or list it under `required` if the vendor says so.",
        check: nullable,
    },
    Rule {
        id: "assumed-required",
        what: "A member of a response or webhook is required only if the vendor documents it: a wrong assumption must not fail to decode.",
        mend: "Take it out of `required` and make it nullable, or say `x-provenance: documented` if it is.",
        check: assumed_required,
    },
    Rule {
        id: "required-unknown",
        what: "`required` names properties of its own schema.",
        mend: "Correct the name, or describe the property.",
        check: required_unknown,
    },
    Rule {
        id: "named-array",
        what: "An array in a response or webhook is a component with `x-rust: Items`: one broken element must not lose the others.",
        mend: "Move it to a component with `type: array`, `x-rust: Items` and a plural name, and refer to it.",
        check: named_array,
    },
];

fn nullable(index: &Index<'_>, report: &mut Report) {
    for schema in &index.schemas {
        let Role::Property {
            required: false, ..
        } = schema.role
        else {
            continue;
        };
        let takes_null = schema.value.get("nullable") == Some(&Value::Bool(true));
        if schema.source != Source::HandWritten && !takes_null {
            report.add(
                &schema.place,
                &schema.pointer,
                "is neither required nor nullable",
            );
        }
    }
}

fn assumed_required(index: &Index<'_>, report: &mut Report) {
    for (name, schema) in index.spec.schemas() {
        if Source::of(schema) == Source::HandWritten || !index.decoded.contains(name.as_str()) {
            continue;
        }
        for property in list(schema, "required").filter_map(Value::as_str) {
            let own = schema
                .get("properties")
                .and_then(|all| all.get(property))
                .map_or("", |property| text(property, "x-provenance"));
            let provenance = if own.is_empty() {
                text(schema, "x-provenance")
            } else {
                own
            };
            if provenance != "documented" {
                report.add(
                    format!("schema {name}, property {property}"),
                    format!("#/components/schemas/{}/required", escape(name)),
                    format!("is required and only {provenance}"),
                );
            }
        }
    }
}

fn required_unknown(index: &Index<'_>, report: &mut Report) {
    for schema in &index.schemas {
        for name in list(schema.value, "required").filter_map(Value::as_str) {
            if !members(schema.value, "/properties").any(|(property, _)| property == name) {
                let problem = format!("requires `{name}`, which is no property of it");
                report.add(
                    &schema.place,
                    format!("{}/required", schema.pointer),
                    problem,
                );
            }
        }
    }
}

fn named_array(index: &Index<'_>, report: &mut Report) {
    for schema in &index.schemas {
        let decoded = schema
            .component
            .is_some_and(|name| index.decoded.contains(name));
        if decoded
            && schema.generated()
            && schema.role != Role::Component
            && text(schema.value, "type") == "array"
        {
            report.add(&schema.place, &schema.pointer, "is an inline array");
        }
    }
}
