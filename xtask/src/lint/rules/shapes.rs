//! What a schema may be made of: what the generator turns into types that decode what the API sends.

use serde_json::Value;

use crate::lint::index::{Index, list, text, wrapped};
use crate::lint::rule::{Report, Rule};
use crate::lint::walk::{Role, Schema, Source};
use crate::spec::members;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "component-object",
        what: "A component without `x-rust` is an object with properties: for anything else the generator invents a wrapper.",
        mend: "Give it properties, or `x-rust: Items`, `Listing`, `Merged`, `Id` or a type of `retm-types`; a plain scalar is written where it is used.",
        check: component_object,
    },
    Rule {
        id: "inline-object",
        what: "Every object is a component: inline types of the same name are merged silently.",
        mend: "Move it to `components/schemas` under a name of its own and refer to it.",
        check: inline_object,
    },
    Rule {
        id: "closed-object",
        what: "No object is closed by `additionalProperties: false`: a new member of the API would fail to decode.",
        mend: "Remove it.",
        check: closed_object,
    },
    Rule {
        id: "free-object",
        what: "A generated object has no `additionalProperties`: they become a flattened map, which buffers and loses positions.",
        mend: "Remove it, or use the component `JsonObject` or another `x-rust` type.",
        check: free_object,
    },
    Rule {
        id: "typed",
        what: "A schema says its type, an array the type of its elements: anything else is untyped JSON.",
        mend: "Give it a `type` (and `items`), or use the component `JsonObject`.",
        check: typed,
    },
    Rule {
        id: "combinator",
        what: "No `anyOf`, `oneOf`, `not` and no `allOf` but around one `$ref`: they become unions that compile and cannot decode, or merged inline types.",
        mend: "Give the component `x-rust` and write the type by hand in `retm-types`; `x-rust: Merged` joins two objects.",
        check: combinator,
    },
    Rule {
        id: "integer-enum",
        what: "No `enum` of integers: it becomes a closed type that refuses a new code.",
        mend: "Write `type: integer`, `x-rust` and the known codes as `x-codes`.",
        check: integer_enum,
    },
    Rule {
        id: "closed-enum",
        what: "No `enum` without `x-rust`: it becomes a closed type that refuses a new value.",
        mend: "Name the known values in the description, or give the component `x-rust`.",
        check: closed_enum,
    },
    Rule {
        id: "constraint",
        what: "No `pattern`, length or bound on a member: it becomes a type that refuses what the API sends.",
        mend: "Say it in the description; check before sending, not while decoding.",
        check: constraint,
    },
    Rule {
        id: "strict-format",
        what: "No `format` that the generator turns into a strict type (`date`, `date-time`, `uuid`, `int32`, …).",
        mend: "Remove it (integers: `int64`), or use an `x-rust` scalar such as `LocalTime`.",
        check: strict_format,
    },
    Rule {
        id: "float",
        what: "No `type: number` without `x-rust`: money would pass through floating point.",
        mend: "Use the component `Decimal` (a string on the wire) or `DecimalNumber` (a number).",
        check: float,
    },
    Rule {
        id: "schema-title",
        what: "A schema has no `title`: the generator names types after it and merges those of the same name.",
        mend: "Remove it; the component's name is the type's.",
        check: schema_title,
    },
    Rule {
        id: "default-value",
        what: "A property has no `default`: an absent member would be written back as present.",
        mend: "Say it in the description.",
        check: default_value,
    },
];

const COMBINATORS: [&str; 4] = ["anyOf", "oneOf", "not", "allOf"];

fn combined(value: &Value) -> bool {
    COMBINATORS.iter().any(|key| value.get(key).is_some())
}

fn generated<'i, 'a>(index: &'i Index<'a>) -> impl Iterator<Item = &'i Schema<'a>> {
    index.schemas.iter().filter(|schema| schema.generated())
}

fn component_object(index: &Index<'_>, report: &mut Report) {
    for schema in generated(index).filter(|one| one.role == Role::Component) {
        // A combination or an enum is told by its own rule.
        if combined(schema.value) || schema.value.get("enum").is_some() {
            continue;
        }
        let problem = if text(schema.value, "type") != "object" {
            "is no object"
        } else if members(schema.value, "/properties").next().is_none() {
            "has no properties"
        } else {
            continue;
        };
        report.add(&schema.place, &schema.pointer, problem);
    }
}

fn inline_object(index: &Index<'_>, report: &mut Report) {
    for schema in &index.schemas {
        let inline = schema.role != Role::Component && schema.source != Source::HandWritten;
        let object =
            text(schema.value, "type") == "object" || schema.value.get("properties").is_some();
        // An inline body is `named-body`'s to tell, a parameter `parameter-scalar`'s.
        if inline && object && !matches!(schema.role, Role::Body | Role::Parameter) {
            report.add(&schema.place, &schema.pointer, "is an inline object");
        }
    }
}

fn closed_object(index: &Index<'_>, report: &mut Report) {
    for schema in &index.schemas {
        if schema.value.get("additionalProperties") == Some(&Value::Bool(false)) {
            report.add(&schema.place, &schema.pointer, "is closed");
        }
    }
}

fn free_object(index: &Index<'_>, report: &mut Report) {
    for schema in generated(index) {
        let further = schema.value.get("additionalProperties");
        if further.is_some_and(|value| *value != Value::Bool(false)) {
            report.add(&schema.place, &schema.pointer, "has `additionalProperties`");
        }
    }
}

fn typed(index: &Index<'_>, report: &mut Report) {
    for schema in generated(index).filter(|one| one.role != Role::Component) {
        let kind = text(schema.value, "type");
        let problem = if kind == "array" && schema.value.get("items").is_none() {
            "is an array of anything"
        } else if kind.is_empty()
            && schema.value.get("$ref").is_none()
            && schema.value.get("properties").is_none()
            && !combined(schema.value)
        {
            "has no type"
        } else {
            continue;
        };
        report.add(&schema.place, &schema.pointer, problem);
    }
}

fn combinator(index: &Index<'_>, report: &mut Report) {
    for schema in generated(index) {
        for keyword in COMBINATORS {
            if schema.value.get(keyword).is_none()
                || (keyword == "allOf"
                    && schema.role != Role::Component
                    && wrapped(schema.value).is_some())
            {
                continue;
            }
            report.add(&schema.place, &schema.pointer, format!("has `{keyword}`"));
        }
    }
}

fn is_integer_enum(value: &Value) -> bool {
    value.get("enum").is_some()
        && (text(value, "type") == "integer" || list(value, "enum").any(Value::is_number))
}

fn integer_enum(index: &Index<'_>, report: &mut Report) {
    for schema in index
        .schemas
        .iter()
        .filter(|one| is_integer_enum(one.value))
    {
        report.add(&schema.place, &schema.pointer, "is an enum of integers");
    }
}

fn closed_enum(index: &Index<'_>, report: &mut Report) {
    for schema in generated(index) {
        if schema.value.get("enum").is_some() && !is_integer_enum(schema.value) {
            report.add(&schema.place, &schema.pointer, "has `enum`");
        }
    }
}

fn constraint(index: &Index<'_>, report: &mut Report) {
    const TEXT: [&str; 3] = ["pattern", "minLength", "maxLength"];
    const OTHERS: [&str; 10] = [
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minItems",
        "maxItems",
        "uniqueItems",
        "minProperties",
        "maxProperties",
    ];
    for schema in generated(index) {
        // A bound on a query parameter only reaches the caller, never the decoder.
        let others: &[&str] = if schema.component.is_some() {
            &OTHERS
        } else {
            &[]
        };
        for keyword in TEXT.iter().chain(others) {
            if schema.value.get(keyword).is_some() {
                let problem = format!("has `{keyword}`");
                report.add(&schema.place, &schema.pointer, problem);
            }
        }
    }
}

fn strict_format(index: &Index<'_>, report: &mut Report) {
    const STRICT: [&str; 7] = ["date", "date-time", "time", "uuid", "ip", "ipv4", "ipv6"];
    for schema in generated(index) {
        let format = text(schema.value, "format");
        let strict = match text(schema.value, "type") {
            "string" => STRICT.contains(&format),
            "integer" => !["", "int64"].contains(&format),
            _ => false,
        };
        if strict {
            let problem = format!("has the format `{format}`");
            report.add(&schema.place, &schema.pointer, problem);
        }
    }
}

fn float(index: &Index<'_>, report: &mut Report) {
    for schema in generated(index).filter(|one| text(one.value, "type") == "number") {
        report.add(&schema.place, &schema.pointer, "is a plain number");
    }
}

fn schema_title(index: &Index<'_>, report: &mut Report) {
    for schema in &index.schemas {
        if schema.value.get("title").is_some() {
            report.add(&schema.place, &schema.pointer, "has a title");
        }
    }
}

fn default_value(index: &Index<'_>, report: &mut Report) {
    for schema in generated(index).filter(|one| one.property().is_some()) {
        if schema.value.get("default").is_some() {
            report.add(&schema.place, &schema.pointer, "has a default");
        }
    }
}
