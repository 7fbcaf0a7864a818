//! A request that has found its operation.

use serde_json::Value;

use crate::answer::Answer;
use crate::operation::Operation;
use crate::refuse::{self, FieldErrors};
use crate::spec::Spec;

/// An operation and what it was called with.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) operation: &'static Operation,
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) query: Vec<(String, String)>,
    /// `Null` when the operation takes no body.
    pub(crate) body: Value,
}

impl Call {
    /// Reads query and body and refuses what does not fit the spec.
    pub(crate) fn read(
        spec: &Spec,
        operation: &'static Operation,
        parameters: Vec<(String, String)>,
        query: &str,
        body: &[u8],
    ) -> Result<Self, Answer> {
        let query = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let mut call = Self {
            operation,
            parameters,
            query,
            body: Value::Null,
        };
        call.check_query()?;
        if let Some(schema) = operation.request_schema() {
            call.body = read_body(body)?;
            check_body(spec, schema, &call.body)?;
        }
        Ok(call)
    }

    /// A placeholder of the path; empty when the template has none of this name.
    pub(crate) fn parameter(&self, name: &str) -> &str {
        self.parameters
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }

    /// A query parameter: the last of its name, `None` when it is empty.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .rfind(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    fn check_query(&self) -> Result<(), Answer> {
        let mut errors = FieldErrors::default();
        for rule in self.operation.query() {
            let name = &rule.name;
            let Some(value) = self.query(name) else {
                if rule.required {
                    errors.required(name);
                }
                continue;
            };
            if !rule.integer {
                continue;
            }
            match (value.parse::<i64>(), rule.minimum) {
                (Err(_), _) => errors.add(name, format!("The {name} field must be an integer.")),
                (Ok(value), Some(minimum)) if value < minimum => errors.add(
                    name,
                    format!("The {name} field must be at least {minimum}."),
                ),
                (Ok(_), _) => {}
            }
        }
        errors.into_result()
    }
}

fn read_body(body: &[u8]) -> Result<Value, Answer> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    serde_json::from_slice(body).map_err(|error| {
        refuse::bad_request(&format!(
            "The body is not valid JSON (line {}, column {}).",
            error.line(),
            error.column()
        ))
    })
}

fn check_body(spec: &Spec, schema: &str, body: &Value) -> Result<(), Answer> {
    let violations = spec
        .violations(schema, body)
        .map_err(|error| Answer::json(500, &serde_json::json!({"message": error.to_string()})))?;
    let mut errors = FieldErrors::default();
    for violation in violations {
        let field = match violation.field.as_str() {
            "" => "body",
            field => field,
        };
        errors.add(field, violation.message);
    }
    errors.into_result()
}
