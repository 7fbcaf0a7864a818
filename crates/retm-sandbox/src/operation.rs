//! One operation of the spec, as far as a server needs it.

use serde_json::Value;

use crate::error::SandboxError;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// An operation of the API.
#[derive(Clone, Debug)]
pub struct Operation {
    id: String,
    method: String,
    path: String,
    secured: bool,
    query: Vec<QueryParameter>,
    request: Option<String>,
    answer: Option<String>,
    example: Option<String>,
}

/// A query parameter that has a rule.
#[derive(Clone, Debug)]
pub(crate) struct QueryParameter {
    pub(crate) name: String,
    pub(crate) integer: bool,
    pub(crate) minimum: Option<i64>,
    pub(crate) required: bool,
}

impl Operation {
    /// The operationId.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The HTTP method in upper case.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The path template, such as `/api/v2/products/{id}`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether it wants an access token.
    pub fn is_secured(&self) -> bool {
        self.secured
    }

    /// The name of the request body's schema.
    pub fn request_schema(&self) -> Option<&str> {
        self.request.as_deref()
    }

    /// The name of the schema of a successful answer.
    pub fn answer_schema(&self) -> Option<&str> {
        self.answer.as_deref()
    }

    /// The file stem of the example of a successful answer.
    pub fn answer_example(&self) -> Option<&str> {
        self.example.as_deref()
    }

    pub(crate) fn query(&self) -> &[QueryParameter] {
        &self.query
    }

    pub(crate) fn all(openapi: &Value) -> Result<Vec<Self>, SandboxError> {
        let paths = openapi["paths"]
            .as_object()
            .ok_or_else(|| SandboxError::spec("openapi.json has no paths"))?;
        let mut operations = Vec::new();
        for (path, item) in paths {
            for method in METHODS {
                if let Some(operation) = item.get(method) {
                    operations.push(Self::read(openapi, path, method, item, operation)?);
                }
            }
        }
        if operations.is_empty() {
            return Err(SandboxError::spec("openapi.json has no operations"));
        }
        Ok(operations)
    }

    fn read(
        openapi: &Value,
        path: &str,
        method: &str,
        item: &Value,
        operation: &Value,
    ) -> Result<Self, SandboxError> {
        let id = operation["operationId"]
            .as_str()
            .ok_or_else(|| SandboxError::spec(format!("{method} {path} has no operationId")))?;
        let security = operation.get("security").unwrap_or(&openapi["security"]);
        let shared = item["parameters"].as_array();
        let own = operation["parameters"].as_array();
        let query = shared
            .into_iter()
            .chain(own)
            .flatten()
            .filter_map(|parameter| query_parameter(openapi, parameter))
            .collect();
        let request = &resolve(openapi, &operation["requestBody"])["content"][crate::answer::JSON];
        let responses = operation["responses"].as_object();
        let answer = responses
            .into_iter()
            .flatten()
            .find(|(status, _)| status.starts_with('2'))
            .map(|(_, response)| &resolve(openapi, response)["content"][crate::answer::JSON]);
        Ok(Self {
            id: id.to_owned(),
            method: method.to_ascii_uppercase(),
            path: path.to_owned(),
            secured: security.as_array().is_some_and(|any| !any.is_empty()),
            query,
            request: schema_name(request),
            answer: answer.and_then(schema_name),
            example: answer.and_then(example_stem),
        })
    }
}

/// The value, or what its `$ref` points to.
fn resolve<'a>(openapi: &'a Value, value: &'a Value) -> &'a Value {
    value["$ref"]
        .as_str()
        .and_then(|reference| reference.strip_prefix('#'))
        .and_then(|pointer| openapi.pointer(pointer))
        .unwrap_or(value)
}

fn query_parameter(openapi: &Value, parameter: &Value) -> Option<QueryParameter> {
    let parameter = resolve(openapi, parameter);
    if parameter["in"] != "query" {
        return None;
    }
    let schema = resolve(openapi, &parameter["schema"]);
    Some(QueryParameter {
        name: parameter["name"].as_str()?.to_owned(),
        integer: schema["type"] == "integer",
        minimum: schema["minimum"].as_i64(),
        required: parameter["required"] == true,
    })
}

fn schema_name(media: &Value) -> Option<String> {
    let reference = media["schema"]["$ref"].as_str()?;
    Some(reference.rsplit('/').next()?.to_owned())
}

fn example_stem(media: &Value) -> Option<String> {
    let file = media["x-example-file"].as_str()?.rsplit('/').next()?;
    Some(file.strip_suffix(".json").unwrap_or(file).to_owned())
}
