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
    let validator = validator(&schema).map_err(anyhow::Error::msg)?;
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

/// Compiles a schema; says what is wrong with it where it does not.
pub(super) fn validator(schema: &Value) -> Result<Validator, String> {
    jsonschema::validator_for(schema).map_err(|error| {
        format!(
            "does not compile at `{}`: {}",
            error.instance_path(),
            shorten(&error)
        )
    })
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
    let here = depth(error);
    let candidates: Vec<&Vec<ValidationError<'_>>> = branches
        .iter()
        .filter(|errors| !errors.iter().any(wants_reference))
        .collect();
    let closest = match candidates.as_slice() {
        [only] => Some(*only),
        several => several
            .iter()
            .copied()
            .max_by_key(|errors| errors.iter().map(depth).max())
            .filter(|errors| errors.iter().map(depth).max() > Some(here)),
    };
    match closest {
        Some(errors) => errors.iter().for_each(|error| deepest(error, found)),
        None => found.push((error.instance_path().as_str().to_owned(), shorten(error))),
    }
}

fn depth(error: &ValidationError<'_>) -> usize {
    error.instance_path().as_str().matches('/').count()
}

/// The branch for a `$ref`, where there is none.
fn wants_reference(error: &ValidationError<'_>) -> bool {
    matches!(error.kind(), ValidationErrorKind::Required { property } if property == "$ref")
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
