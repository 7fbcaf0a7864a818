//! What does not fit a JSON Schema, in the words of Laravel's validator.

use std::fmt;

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
/// A place in a JSON value that does not fit its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The dotted path of the field, such as `products.0.quantity`; empty for the whole value.
    pub field: String,
    /// The rule it breaks.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = if self.field.is_empty() {
            "(body)"
        } else {
            &self.field
        };
        write!(f, "{field}: {}", self.message)
    }
}

/// Adds what the error means for single fields: an alternative that fails says only that it failed, so the branch the
/// value was meant for is looked into.
pub(crate) fn collect(error: &ValidationError<'_>, found: &mut Vec<Violation>) {
    let field = dotted(error.instance_path().as_str());
    let message = match error.kind() {
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            let meant = context.iter().find(|branch| {
                !branch.is_empty() && !branch.iter().any(|inner| is_type_error_of(error, inner))
            });
            if let Some(branch) = meant {
                branch.iter().for_each(|inner| collect(inner, found));
                return;
            }
            let mut types = Vec::new();
            for inner in context.iter().flatten() {
                expected_types(error, inner, &mut types);
            }
            must_be(&field, &types)
        }
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            let field = join(&field, name);
            let message = format!("The {field} field is required.");
            found.push(Violation { field, message });
            return;
        }
        ValidationErrorKind::Type { kind } => must_be(&field, &type_names(kind)),
        ValidationErrorKind::Minimum { limit } => {
            format!("The {field} field must be at least {limit}.")
        }
        ValidationErrorKind::Maximum { limit } => {
            format!("The {field} field must not be greater than {limit}.")
        }
        ValidationErrorKind::MinItems { limit } => {
            format!("The {field} field must have at least {limit} items.")
        }
        ValidationErrorKind::MaxItems { limit } => {
            format!("The {field} field must not have more than {limit} items.")
        }
        _ => format!("{} is invalid.", subject(&field)),
    };
    found.push(Violation { field, message });
}

fn is_type_error_of(outer: &ValidationError<'_>, inner: &ValidationError<'_>) -> bool {
    inner.instance_path() == outer.instance_path()
        && match inner.kind() {
            ValidationErrorKind::Type { .. } => true,
            // A nested alternative of which no branch takes the value's type.
            ValidationErrorKind::AnyOf { context }
            | ValidationErrorKind::OneOfNotValid { context } => context
                .iter()
                .all(|branch| branch.iter().any(|deep| is_type_error_of(inner, deep))),
            _ => false,
        }
}

fn expected_types(
    outer: &ValidationError<'_>,
    inner: &ValidationError<'_>,
    types: &mut Vec<String>,
) {
    if inner.instance_path() != outer.instance_path() {
        return;
    }
    match inner.kind() {
        ValidationErrorKind::Type { kind } => {
            for name in type_names(kind) {
                if !types.contains(&name) {
                    types.push(name);
                }
            }
        }
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            for deep in context.iter().flatten() {
                expected_types(inner, deep, types);
            }
        }
        _ => {}
    }
}

fn type_names(kind: &TypeKind) -> Vec<String> {
    match kind {
        TypeKind::Single(one) => vec![one.to_string()],
        TypeKind::Multiple(several) => several.iter().map(|one| one.to_string()).collect(),
    }
}

fn must_be(field: &str, types: &[String]) -> String {
    let named: Vec<&str> = types
        .iter()
        .filter_map(|name| match name.as_str() {
            "string" => Some("a string"),
            "integer" => Some("an integer"),
            "number" => Some("a number"),
            "array" => Some("an array"),
            "object" => Some("an object"),
            "boolean" => Some("true or false"),
            _ => None,
        })
        .collect();
    if named.is_empty() {
        return format!("{} is invalid.", subject(field));
    }
    format!("{} must be {}.", subject(field), named.join(" or "))
}

fn subject(field: &str) -> String {
    if field.is_empty() {
        "The body".to_owned()
    } else {
        format!("The {field} field")
    }
}

/// `/products/0/quantity` as `products.0.quantity`.
fn dotted(pointer: &str) -> String {
    pointer
        .trim_start_matches('/')
        .split('/')
        .map(|segment| segment.replace("~1", "/").replace("~0", "~"))
        .collect::<Vec<_>>()
        .join(".")
}

fn join(field: &str, name: &str) -> String {
    if field.is_empty() {
        name.to_owned()
    } else {
        format!("{field}.{name}")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::spec::Spec;

    fn check(schema: &str, value: &Value) -> Vec<String> {
        let spec = Spec::embedded().unwrap();
        let mut found: Vec<String> = spec
            .violations(schema, value)
            .unwrap()
            .iter()
            .map(Violation::to_string)
            .collect();
        found.sort();
        found
    }

    #[test]
    fn names_missing_fields_by_their_dotted_path() {
        let order = json!({
            "customer": {"address": {"id": "a", "name": {"en": "Home"}, "address": "x", "latitude": 24.7}},
            "products": [{"id": "p", "quantity": "two", "total": 5}, 7]
        });
        assert_eq!(
            check("CreateOrder", &order),
            [
                "branch: The branch field is required.",
                "customer.address.latitude: The customer.address.latitude field must be a string.",
                "customer.address.longitude: The customer.address.longitude field is required.",
                "customer.phone: The customer.phone field is required.",
                "products.0.quantity: The products.0.quantity field must be a number.",
                "products.1: The products.1 field must be an object.",
            ]
        );
    }

    #[test]
    fn names_the_types_an_alternative_takes() {
        assert_eq!(
            check("CreateOrderType", &json!({"name": 7})),
            ["name: The name field must be an object or an array or a string."]
        );
        assert_eq!(
            check("CreateOrderType", &json!({"name": {"en": 7}})),
            ["name.en: The name.en field must be a string."]
        );
        assert_eq!(
            check("CancelOrder", &json!([])),
            ["(body): The body must be an object."]
        );
    }
}
