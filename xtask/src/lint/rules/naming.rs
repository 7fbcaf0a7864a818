//! Names that become Rust identifiers.

use std::collections::BTreeMap;

use heck::{ToSnakeCase, ToUpperCamelCase};
use serde_json::Value;

use crate::lint::index::{Index, list, text};
use crate::lint::rule::{Report, Rule};
use crate::lint::walk::{Role, Source};
use crate::spec::members;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "component-name",
        what: "A component's name is PascalCase and free in Rust: two that become one identifier are merged silently.",
        mend: "Rename it: `TaxId`, not `TaxID`, `tax_id` or a name of Rust's prelude or of `retm-types`' own.",
        check: component_name,
    },
    Rule {
        id: "field-name",
        what: "`x-rust-name` is a snake_case identifier, `x-aliases` a list of strings, and both stand on properties.",
        mend: "Write `x-rust-name: order_number`, `x-aliases: [business_reference]`; no Rust keyword.",
        check: field_name,
    },
    Rule {
        id: "field-collision",
        what: "No two properties of an object become the same field or claim the same spelling.",
        mend: "Give one of them another `x-rust-name`, or take the alias away.",
        check: field_collision,
    },
];

/// Types that every module of `retm-types` sees.
const TAKEN: [&str; 20] = [
    "Box", "Broken", "Clone", "Debug", "Default", "Err", "Error", "From", "Into", "Items",
    "Listing", "Merged", "None", "Ok", "Option", "Result", "Self", "Some", "String", "Vec",
];

const KEYWORDS: [&str; 39] = [
    "as", "async", "await", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "match",
    "mod", "move", "mut", "pub", "ref", "return", "self", "static", "struct", "super", "trait",
    "true", "type", "unsafe", "use", "where",
];

fn component_name(index: &Index<'_>, report: &mut Report) {
    for schema in index
        .schemas
        .iter()
        .filter(|one| one.role == Role::Component)
    {
        let Some(name) = schema.component else {
            continue;
        };
        let rust = name.to_upper_camel_case();
        let problem = if rust != name {
            format!("would be `{rust}` in Rust")
        } else if TAKEN.contains(&name) {
            format!("`{name}` means something else in Rust")
        } else {
            continue;
        };
        report.add(&schema.place, &schema.pointer, problem);
    }
}

fn field_name(index: &Index<'_>, report: &mut Report) {
    for schema in &index.schemas {
        let property = schema.property().is_some();
        for key in ["x-rust-name", "x-aliases"] {
            if schema.value.get(key).is_some() && !property {
                let problem = format!("`{key}` on something that is no property");
                report.add(&schema.place, &schema.pointer, problem);
            }
        }
        if let Some(name) = schema.value.get("x-rust-name") {
            let name = name.as_str().unwrap_or_default();
            let identifier = !name.is_empty()
                && name.to_snake_case() == name
                && !name.starts_with(|first: char| first.is_ascii_digit())
                && !KEYWORDS.contains(&name);
            if !identifier {
                let problem = format!("x-rust-name `{name}` is no snake_case identifier");
                report.add(&schema.place, &schema.pointer, problem);
            }
        }
        if let Some(aliases) = schema.value.get("x-aliases") {
            let strings = aliases
                .as_array()
                .is_some_and(|all| !all.is_empty() && all.iter().all(Value::is_string));
            if !strings {
                report.add(
                    &schema.place,
                    &schema.pointer,
                    "x-aliases is no list of strings",
                );
            }
        }
    }
}

fn field_collision(index: &Index<'_>, report: &mut Report) {
    for schema in &index.schemas {
        if schema.source == Source::HandWritten {
            continue;
        }
        let mut fields: BTreeMap<String, &str> = BTreeMap::new();
        let mut spellings: BTreeMap<&str, &str> = BTreeMap::new();
        for (name, _) in members(schema.value, "/properties") {
            spellings.insert(name, name);
        }
        for (name, property) in members(schema.value, "/properties") {
            let field = match text(property, "x-rust-name") {
                "" => name.to_snake_case(),
                given => given.to_owned(),
            };
            if let Some(other) = fields.insert(field.clone(), name) {
                let problem = format!("`{other}` and `{name}` both become the field `{field}`");
                report.add(&schema.place, &schema.pointer, problem);
            }
            for alias in list(property, "x-aliases").filter_map(Value::as_str) {
                if let Some(other) = spellings.insert(alias, name) {
                    let problem = format!("`{other}` and `{name}` both claim `{alias}`");
                    report.add(&schema.place, &schema.pointer, problem);
                }
            }
        }
    }
}
