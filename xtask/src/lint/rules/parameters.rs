//! Parameters.

use std::collections::BTreeSet;

use heck::ToSnakeCase;
use serde_json::Value;

use crate::lint::index::{Index, resolve, text};
use crate::lint::rule::{Report, Rule};
use crate::lint::walk::Role;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "parameter-style",
        what: "A parameter has no `style`, `explode`, `allowReserved` or `content`: the generator panics at `deepObject` and silently ignores `explode: false`.",
        mend: "Remove it; a value of several parts is a string that the caller joins.",
        check: parameter_style,
    },
    Rule {
        id: "parameter-cookie",
        what: "A parameter is in the path, the query or a header: the generator panics at cookies.",
        mend: "Send it in the query or a header.",
        check: parameter_cookie,
    },
    Rule {
        id: "parameter-scalar",
        what: "A parameter is a scalar: the generator supports neither arrays nor objects in paths and headers, and no objects in queries.",
        mend: "Make it a string, a number or an id.",
        check: parameter_scalar,
    },
    Rule {
        id: "parameter-unique",
        what: "No two parameters of an operation have the same Rust name, and none has that of the body.",
        mend: "Rename or remove one of them.",
        check: parameter_unique,
    },
    Rule {
        id: "path-parameters",
        what: "Every placeholder of a path is declared as a required path parameter, and every path parameter is a placeholder.",
        mend: "Declare it with `in: path, required: true`, or remove it.",
        check: path_parameters,
    },
];

fn parameter_style(index: &Index<'_>, report: &mut Report) {
    for parameter in &index.parameters {
        for key in ["style", "explode", "allowReserved", "content"] {
            if parameter.value.get(key).is_some() {
                report.add(&parameter.place, &parameter.pointer, format!("has `{key}`"));
            }
        }
    }
}

fn parameter_cookie(index: &Index<'_>, report: &mut Report) {
    for parameter in &index.parameters {
        let place = text(parameter.value, "in");
        if !["path", "query", "header"].contains(&place) {
            let problem = format!("is in `{place}`");
            report.add(&parameter.place, &parameter.pointer, problem);
        }
    }
}

fn parameter_scalar(index: &Index<'_>, report: &mut Report) {
    for schema in index
        .schemas
        .iter()
        .filter(|one| one.role == Role::Parameter)
    {
        let value = index
            .target(schema.value)
            .map_or(schema.value, |(_, target)| target);
        let kind = text(resolve(index.doc, value), "type");
        if kind == "array" || kind == "object" {
            report.add(&schema.place, &schema.pointer, format!("is an {kind}"));
        }
    }
}

fn parameter_unique(index: &Index<'_>, report: &mut Report) {
    for operation in &index.operations {
        let mut names = BTreeSet::from(["body".to_owned()]);
        for parameter in &operation.parameters {
            let name = text(parameter, "name");
            if !names.insert(name.to_snake_case()) {
                let problem = format!("a second parameter becomes `{}`", name.to_snake_case());
                let pointer = format!("{}/parameters", operation.pointer);
                report.add(operation.place(), pointer, problem);
            }
        }
    }
}

fn path_parameters(index: &Index<'_>, report: &mut Report) {
    for operation in index.operations.iter().filter(|one| !one.webhook) {
        let placeholders = placeholders(operation.path);
        let pointer = format!("{}/parameters", operation.pointer);
        let declared: BTreeSet<&str> = operation
            .parameters
            .iter()
            .filter(|parameter| text(parameter, "in") == "path")
            .map(|parameter| text(parameter, "name"))
            .collect();
        for name in placeholders.difference(&declared) {
            let problem = format!("`{{{name}}}` is not declared as a path parameter");
            report.add(operation.place(), &pointer, problem);
        }
        for name in declared.difference(&placeholders) {
            let problem = format!("path parameter `{name}` is not in the path");
            report.add(operation.place(), &pointer, problem);
        }
        for parameter in &operation.parameters {
            let optional = parameter.get("required") != Some(&Value::Bool(true));
            if text(parameter, "in") == "path" && optional {
                let problem = format!("path parameter `{}` is optional", text(parameter, "name"));
                report.add(operation.place(), &pointer, problem);
            }
        }
    }
}

fn placeholders(path: &str) -> BTreeSet<&str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}
