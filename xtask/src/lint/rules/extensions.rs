//! Our extensions: `x-rust`, `x-codes`, `x-provenance`.

use std::collections::BTreeSet;

use heck::ToUpperCamelCase;
use serde_json::Value;

use crate::lint::index::{Index, escape, list, text};
use crate::lint::rule::{Report, Rule};
use crate::lint::walk::Role;
use crate::spec::{members, schema_name};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "x-rust-known",
        what: "`x-rust` stands on a component and names a type that `retm-types` has: the generator uses it as it is.",
        mend: "Correct the name; for a new hand-written type, write it in `retm-types` and add it to SCALARS in xtask/src/lint/rules/extensions.rs.",
        check: x_rust_known,
    },
    Rule {
        id: "x-rust-shape",
        what: "`Items` is an array of a `$ref`, `Listing` an envelope of one, `Merged` joins two `$ref`s, `Id` is a string, an integer or either.",
        mend: "Bring the schema into that shape; `openapi/README.md` shows each.",
        check: x_rust_shape,
    },
    Rule {
        id: "x-codes",
        what: "`x-codes` stands on an integer component with `x-rust`, and maps each code to a PascalCase name of its own.",
        mend: "Write `type: integer`, `x-rust` with the component's name, and `x-codes: { '1': Closed }`.",
        check: x_codes,
    },
    Rule {
        id: "provenance",
        what: "Every operation, webhook and schema says how well it is known: `x-provenance: documented`, `sample` or `assumed`.",
        mend: "Add the one that is true; where a property is known better or worse than its schema, say it there too.",
        check: provenance,
    },
];

/// Hand-written types of `retm-types` beside the generic ones, ids and codes.
const SCALARS: [&str; 16] = [
    "AllowedProducts",
    "Decimal",
    "DecimalNumber",
    "FieldErrors",
    "Flag",
    "JsonObject",
    "Lifetime",
    "LocalTime",
    "LocalizedText",
    "LooseString",
    "MaxDiscount",
    "Pagination",
    "Personal",
    "PersonalText",
    "Secret",
    "WriteReply",
];

fn x_rust_known(index: &Index<'_>, report: &mut Report) {
    for schema in &index.schemas {
        let Some(kind) = schema.value.get("x-rust") else {
            continue;
        };
        let kind = kind.as_str().unwrap_or_default();
        let own_code = schema.value.get("x-codes").is_some()
            && schema.component.is_some_and(|name| name == kind);
        let known = ["Items", "Listing", "Merged", "Id"].contains(&kind)
            || SCALARS.contains(&kind)
            || own_code;
        let problem = if schema.role != Role::Component {
            "`x-rust` on something that is no component".to_owned()
        } else if !known {
            format!("x-rust `{kind}` is no type of `retm-types`")
        } else {
            continue;
        };
        report.add(&schema.place, &schema.pointer, problem);
    }
}

fn x_rust_shape(index: &Index<'_>, report: &mut Report) {
    for schema in index
        .schemas
        .iter()
        .filter(|one| one.role == Role::Component)
    {
        let value = schema.value;
        let refers = |pointer: &str| {
            value
                .pointer(pointer)
                .and_then(|node| node.get("$ref"))
                .and_then(Value::as_str)
                .and_then(schema_name)
                .is_some()
        };
        let (fits, wanted) = match text(value, "x-rust") {
            "Items" => (
                text(value, "type") == "array" && refers("/items"),
                "an array whose `items` is a `$ref`",
            ),
            "Listing" => (
                refers("/properties/items/items") || refers("/items"),
                "an array or an object with `items`, of a `$ref`",
            ),
            "Merged" => (
                list(value, "allOf").count() == 2 && refers("/allOf/0") && refers("/allOf/1"),
                "`allOf` of two `$ref`s",
            ),
            "Id" => (is_id(value), "a string, an integer, or `oneOf` both"),
            _ => continue,
        };
        if !fits {
            let problem = format!("x-rust `{}` wants {wanted}", text(value, "x-rust"));
            report.add(&schema.place, &schema.pointer, problem);
        }
    }
}

fn is_id(value: &Value) -> bool {
    let scalar = |value: &Value| ["string", "integer"].contains(&text(value, "type"));
    let mut forms = list(value, "oneOf").peekable();
    scalar(value) || (forms.peek().is_some() && forms.all(scalar))
}

fn x_codes(index: &Index<'_>, report: &mut Report) {
    for schema in &index.schemas {
        let Some(codes) = schema.value.get("x-codes") else {
            continue;
        };
        let mut names = BTreeSet::new();
        let mut problems = Vec::new();
        if text(schema.value, "type") != "integer" || schema.value.get("x-rust").is_none() {
            problems.push("has `x-codes` and is no integer with `x-rust`".to_owned());
        }
        for (code, name) in members(codes, "") {
            let name = name.as_str().unwrap_or_default();
            if code.parse::<i64>().is_err() {
                problems.push(format!("code `{code}` is no integer"));
            }
            if name.is_empty() || name.to_upper_camel_case() != name {
                problems.push(format!("code {code} is named `{name}`, not in PascalCase"));
            } else if !names.insert(name) {
                problems.push(format!("two codes are named `{name}`"));
            }
        }
        for problem in problems {
            report.add(
                &schema.place,
                format!("{}/x-codes", schema.pointer),
                problem,
            );
        }
    }
}

fn provenance(index: &Index<'_>, report: &mut Report) {
    for operation in &index.operations {
        if operation.value.get("x-provenance").is_none() {
            report.add(operation.place(), &operation.pointer, "has no x-provenance");
        }
    }
    for (name, schema) in index.spec.schemas() {
        if schema.get("x-provenance").is_none() {
            let pointer = format!("#/components/schemas/{}", escape(name));
            report.add(format!("schema {name}"), pointer, "has no x-provenance");
        }
    }
    known_provenance(index, index.doc, "#", report);
}

/// Wherever it stands, its value is one of the three.
fn known_provenance(index: &Index<'_>, value: &Value, pointer: &str, report: &mut Report) {
    if let Some(found) = value.get("x-provenance") {
        let found = found.as_str().unwrap_or_default();
        if !["documented", "sample", "assumed"].contains(&found) {
            let problem = format!("x-provenance `{found}` is unknown");
            report.add(
                index.place(pointer),
                format!("{pointer}/x-provenance"),
                problem,
            );
        }
    }
    for (key, value) in members(value, "") {
        known_provenance(index, value, &format!("{pointer}/{}", escape(key)), report);
    }
}
