//! The OpenAPI 3.0 meta-schema.

use anyhow::Context;
use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::finding::Finding;
use super::index::Index;

pub(super) const ID: &str = "meta-schema";

const SCHEMA: &str = include_str!("../../schemas/openapi-3.0.json");

/// What the OpenAPI Initiative's own schema of OpenAPI 3.0 says of the document.
pub(super) fn check(index: &Index<'_>) -> anyhow::Result<Vec<Finding>> {
    let schema: Value =
        serde_json::from_str(SCHEMA).context("the OpenAPI meta-schema is not JSON")?;
    let validator = validator(&schema)?;
    Ok(errors(&validator, index.doc)
        .into_iter()
        .map(|(pointer, problem)| {
            let pointer = format!("#{pointer}");
            Finding {
                rule: ID,
                place: index.place(&pointer),
                pointer,
                problem,
                mend: "Bring it into the form that OpenAPI 3.0 describes.",
            }
        })
        .collect())
}

/// Compiles a schema.
pub(super) fn validator(schema: &Value) -> anyhow::Result<Validator> {
    jsonschema::validator_for(schema)
        .map_err(|error| anyhow::anyhow!("{error}"))
        .context("the JSON Schema does not compile")
}

/// What a validator says of an instance: pointer and problem, with the branch that came closest
/// in place of "is not valid under any of the schemas".
pub(super) fn errors(validator: &Validator, instance: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for error in validator.iter_errors(instance) {
        deepest(&error, &mut found);
    }
    found
}

fn deepest(error: &ValidationError<'_>, found: &mut Vec<(String, String)>) {
    let branches = match error.kind() {
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            context.as_slice()
        }
        _ => &[],
    };
    let depth = |errors: &Vec<ValidationError<'_>>| {
        errors
            .iter()
            .map(|error| error.instance_path().as_str().matches('/').count())
            .max()
    };
    let here = error.instance_path().as_str().matches('/').count();
    let closest = branches
        .iter()
        .max_by_key(|errors| depth(errors))
        .filter(|errors| depth(errors) > Some(here));
    if let Some(errors) = closest {
        for error in errors {
            deepest(error, found);
        }
        return;
    }
    found.push((error.instance_path().as_str().to_owned(), shorten(error)));
}

/// The message with a long instance cut: it is at the pointer anyway.
fn shorten(error: &ValidationError<'_>) -> String {
    let text = error.to_string();
    let instance = error.instance().to_string();
    if instance.len() > 80 {
        text.replace(&instance, "this value")
    } else {
        text
    }
}
