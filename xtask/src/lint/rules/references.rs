//! References: every one resolves, and every component is used.

use serde_json::Value;

use crate::lint::index::{Index, escape};
use crate::lint::rule::{Report, Rule};
use crate::spec::members;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "ref-resolves",
        what: "Every `$ref` points to something in this document, in extensions such as `x-webhooks` too: tools only follow those that they know.",
        mend: "Correct the name, or add what it names; references to other files are not used.",
        check: ref_resolves,
    },
    Rule {
        id: "ref-siblings",
        what: "A `$ref` stands alone: OpenAPI 3.0 ignores what is beside it, a description or `nullable` too.",
        mend: "Write `allOf: [{ $ref: … }]` and put the other members beside the `allOf`.",
        check: ref_siblings,
    },
    Rule {
        id: "unused-component",
        what: "Every component schema is used by an operation, a webhook or another component in use.",
        mend: "Use it, or remove it.",
        check: unused_component,
    },
];

fn ref_resolves(index: &Index<'_>, report: &mut Report) {
    each_reference(index.doc, &mut |pointer, object| {
        let Some(reference) = object.get("$ref").and_then(Value::as_str) else {
            report.add(index.place(pointer), pointer, "`$ref` is not a string");
            return;
        };
        let found = reference
            .strip_prefix('#')
            .is_some_and(|target| index.doc.pointer(target).is_some());
        if !found {
            report.add(
                index.place(pointer),
                pointer,
                format!("`{reference}` points to nothing"),
            );
        }
    });
}

fn ref_siblings(index: &Index<'_>, report: &mut Report) {
    each_reference(index.doc, &mut |pointer, object| {
        let beside: Vec<&str> = members(object, "")
            .map(|(key, _)| key.as_str())
            .filter(|key| *key != "$ref")
            .collect();
        if !beside.is_empty() {
            let problem = format!("`{}` beside a `$ref` is ignored", beside.join("`, `"));
            report.add(index.place(pointer), pointer, problem);
        }
    });
}

fn unused_component(index: &Index<'_>, report: &mut Report) {
    for (name, _) in index.spec.schemas() {
        if !index.used.contains(name.as_str()) {
            report.add(
                format!("schema {name}"),
                format!("#/components/schemas/{}", escape(name)),
                "nothing uses it",
            );
        }
    }
}

/// Every object with a `$ref` in it, extensions included, with its pointer.
fn each_reference(doc: &Value, found: &mut impl FnMut(&str, &Value)) {
    fn visit(value: &Value, pointer: &str, found: &mut impl FnMut(&str, &Value)) {
        match value {
            Value::Object(object) => {
                if object.contains_key("$ref") {
                    found(pointer, value);
                }
                for (key, value) in object {
                    visit(value, &format!("{pointer}/{}", escape(key)), found);
                }
            }
            Value::Array(array) => {
                for (index, value) in array.iter().enumerate() {
                    visit(value, &format!("{pointer}/{index}"), found);
                }
            }
            _ => {}
        }
    }
    visit(doc, "#", found);
}
