//! Refusals in the API's own shapes: Laravel's for resources, OAuth's for grants.

use serde_json::{Map, Value, json};

use crate::answer::Answer;

/// 401: no access token, or one that is not good (any more).
pub(crate) fn unauthenticated() -> Answer {
    Answer::json(401, &json!({"message": "Unauthenticated."}))
}

/// 400: the request cannot be read.
pub(crate) fn bad_request(message: &str) -> Answer {
    Answer::json(400, &json!({ "message": message }))
}

/// 404: what the request names does not exist.
pub(crate) fn not_found(message: &str) -> Answer {
    Answer::json(404, &json!({ "message": message }))
}

/// 405: the route exists for other methods.
pub(crate) fn method_not_allowed(method: &str, path: &str, allowed: &str) -> Answer {
    let message = format!(
        "The {method} method is not supported for route {}. Supported methods: {allowed}.",
        path.trim_start_matches('/')
    );
    Answer::json(405, &json!({ "message": message })).header("allow", allowed)
}

/// 413: the body is larger than any request of the API.
pub(crate) fn too_large() -> Answer {
    Answer::json(413, &json!({"message": "The request is too large."}))
}

/// 429: more requests than the API takes.
pub(crate) fn rate_limited() -> Answer {
    Answer::json(429, &json!({"message": "Too Many Attempts."}))
}

/// 503: the application is away.
pub(crate) fn unavailable() -> Answer {
    Answer::json(503, &json!({"message": "Service Unavailable"}))
}

/// An OAuth error of the token endpoint.
pub(crate) fn oauth(status: u16, error: &str, description: &str) -> Answer {
    Answer::json(
        status,
        &json!({"error": error, "error_description": description}),
    )
}

/// The fields of a request that are wrong, in the order they were found.
#[derive(Debug, Default)]
pub(crate) struct FieldErrors {
    fields: Map<String, Value>,
    first: Option<String>,
    count: usize,
}

impl FieldErrors {
    pub(crate) fn add(&mut self, field: &str, message: impl Into<String>) {
        let message = message.into();
        self.first.get_or_insert_with(|| message.clone());
        self.count += 1;
        let entry = self
            .fields
            .entry(field)
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(messages) = entry {
            messages.push(Value::String(message));
        }
    }

    /// Laravel's rule `exists`: the field names something the merchant does not have.
    pub(crate) fn selected(&mut self, field: &str) {
        self.add(field, format!("The selected {field} is invalid."));
    }

    /// Laravel's rule `required`.
    pub(crate) fn required(&mut self, field: &str) {
        self.add(field, format!("The {field} field is required."));
    }

    /// `Ok` when nothing is wrong, else the refusal: 422.
    pub(crate) fn into_result(self) -> Result<(), Answer> {
        let Some(first) = self.first else {
            return Ok(());
        };
        let message = match self.count {
            1 => first,
            2 => format!("{first} (and 1 more error)"),
            n => format!("{first} (and {} more errors)", n - 1),
        };
        Err(Answer::json(
            422,
            &json!({"message": message, "errors": self.fields}),
        ))
    }
}

/// 422 for one field.
pub(crate) fn invalid(field: &str, message: impl Into<String>) -> Answer {
    let mut errors = FieldErrors::default();
    errors.add(field, message);
    match errors.into_result() {
        Err(answer) => answer,
        Ok(()) => bad_request("The given data was invalid."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_errors_as_laravel_does() {
        let mut errors = FieldErrors::default();
        errors.required("branch");
        errors.selected("products.0.id");
        errors.add("products.0.id", "It is wrong twice.");
        let answer = errors.into_result().unwrap_err();
        assert_eq!(answer.status, 422);
        let body: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(
            body,
            json!({
                "message": "The branch field is required. (and 2 more errors)",
                "errors": {
                    "branch": ["The branch field is required."],
                    "products.0.id": ["The selected products.0.id is invalid.", "It is wrong twice."]
                }
            })
        );
    }

    #[test]
    fn nothing_wrong_is_no_refusal() {
        assert!(FieldErrors::default().into_result().is_ok());
    }
}
