//! Examples as the spec names them; what is in the files is checked elsewhere.

use serde_json::Value;

use crate::lint::index::{Index, escape, list, text};
use crate::lint::rule::{Report, Rule};
use crate::spec::{members, schema_name};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "example",
        what: "Every success response and every body of a webhook has an example: `examples` for other tools, `x-example-file` for ours.",
        mend: "Add `examples: { sample: { summary: …, externalValue: examples/NAME.json } }` and `x-example-file: examples/NAME.json`.",
        check: example,
    },
    Rule {
        id: "example-listed",
        what: "Every example that a body names is listed in `x-examples` under the schema of that body.",
        mend: "Add `{ file: examples/NAME.json, schema: NAME }` to `x-examples`.",
        check: example_listed,
    },
];

fn example(index: &Index<'_>, report: &mut Report) {
    for operation in &index.operations {
        let mut wanted = Vec::new();
        if operation.webhook
            && let Some(content) = operation.request(index.doc)
        {
            wanted.push(("request body".to_owned(), "requestBody".to_owned(), content));
        }
        for (status, response) in operation.responses(index.doc) {
            if let Some(content) = response.get("content")
                && status.starts_with('2')
            {
                let pointer = format!("responses/{status}");
                wanted.push((format!("response {status}"), pointer, content));
            }
        }
        for (name, pointer, content) in wanted {
            for (media, body) in members(content, "") {
                let file = text(body, "x-example-file");
                let mut files =
                    members(body, "/examples").map(|(_, one)| text(one, "externalValue"));
                let problem = if files.next().is_none() {
                    "has no `examples`"
                } else if file.is_empty() {
                    "has no `x-example-file`"
                } else if members(body, "/examples")
                    .all(|(_, one)| text(one, "externalValue") != file)
                {
                    "its `x-example-file` is none of its `examples`"
                } else {
                    continue;
                };
                report.add(
                    format!("{}, {name}", operation.place()),
                    format!("{}/{pointer}/content/{}", operation.pointer, escape(media)),
                    problem,
                );
            }
        }
    }
}

fn example_listed(index: &Index<'_>, report: &mut Report) {
    let mut visit = |body: &Value, pointer: String| {
        let schema = body
            .pointer("/schema/$ref")
            .and_then(Value::as_str)
            .and_then(schema_name)
            .unwrap_or_default();
        let named = members(body, "/examples")
            .map(|(_, one)| text(one, "externalValue"))
            .chain([text(body, "x-example-file")]);
        let mut missing: Vec<&str> = named
            .filter(|file| !file.is_empty() && !listed(index, file, schema))
            .collect();
        missing.sort_unstable();
        missing.dedup();
        for file in missing {
            let problem = format!("`{file}` is not listed in x-examples as `{schema}`");
            report.add(file, &pointer, problem);
        }
    };
    each_content(index.doc, "#", &mut visit);
}

fn listed(index: &Index<'_>, file: &str, schema: &str) -> bool {
    list(index.doc, "x-examples")
        .any(|entry| text(entry, "file") == file && text(entry, "schema") == schema)
}

/// Every media type object, at any depth.
fn each_content(value: &Value, pointer: &str, found: &mut impl FnMut(&Value, String)) {
    for (key, inner) in members(value, "") {
        let pointer = format!("{pointer}/{}", escape(key));
        if key == "content" {
            for (media, body) in members(inner, "") {
                found(body, format!("{pointer}/{}", escape(media)));
            }
        }
        each_content(inner, &pointer, found);
    }
}
