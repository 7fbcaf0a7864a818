//! The embedded copy of the OpenAPI document: operations, examples and schemas.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::error::SandboxError;
use crate::operation::Operation;
use crate::violation::{Violation, collect};

const OPENAPI: &str = include_str!("generated/openapi.json");
const SCHEMAS: &str = include_str!("generated/schemas.json");
const EXAMPLES: &str = include_str!("generated/examples.json");

/// What the sandbox knows of the API: it serves and validates by this alone, so an operation added to the spec is
/// served without an edit here.
#[derive(Debug)]
pub struct Spec {
    operations: Vec<Operation>,
    examples: Map<String, Value>,
    definitions: Value,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Spec {
    /// The spec this crate was built with.
    ///
    /// # Errors
    ///
    /// [`SandboxError::Spec`] when the generated files do not fit together; `cargo xtask codegen` writes them anew.
    pub fn embedded() -> Result<&'static Self, SandboxError> {
        static SPEC: OnceLock<Spec> = OnceLock::new();
        if let Some(spec) = SPEC.get() {
            return Ok(spec);
        }
        let spec = Self::parse(OPENAPI, SCHEMAS, EXAMPLES)?;
        Ok(SPEC.get_or_init(|| spec))
    }

    pub(crate) fn parse(
        openapi: &str,
        schemas: &str,
        examples: &str,
    ) -> Result<Self, SandboxError> {
        let openapi = read("openapi.json", openapi)?;
        let mut schemas = read("schemas.json", schemas)?;
        let Value::Object(examples) = read("examples.json", examples)? else {
            return Err(SandboxError::spec("examples.json is not an object"));
        };
        Ok(Self {
            operations: Operation::all(&openapi)?,
            examples,
            definitions: schemas["$defs"].take(),
            validators: Mutex::default(),
        })
    }

    /// Every operation, in the order of the spec.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The operation with this operationId.
    pub fn operation(&self, operation_id: &str) -> Option<&Operation> {
        self.operations
            .iter()
            .find(|operation| operation.id() == operation_id)
    }

    /// The example payload of this file stem, such as `product` for `examples/product.json`.
    pub fn example(&self, stem: &str) -> Option<&Value> {
        self.examples
            .get(stem)
            .map(|example| &example["body"])
            .filter(|body| !body.is_null())
    }

    /// Where `value` does not fit the component schema of this name; empty when it fits.
    ///
    /// # Errors
    ///
    /// [`SandboxError::Spec`] when there is no such schema or it cannot be compiled.
    pub fn violations(&self, schema: &str, value: &Value) -> Result<Vec<Violation>, SandboxError> {
        let validator = self.validator(schema)?;
        let mut found = Vec::new();
        for error in validator.iter_errors(value) {
            collect(&error, &mut found);
        }
        Ok(found)
    }

    /// The codes that an open integer code of the spec names, such as 1 to 5 of `InvoiceStatus`; empty for any other
    /// schema.
    pub fn codes(&self, schema: &str) -> Vec<i64> {
        let Some(codes) = self.definitions[schema]["x-codes"].as_object() else {
            return Vec::new();
        };
        codes.keys().filter_map(|code| code.parse().ok()).collect()
    }

    fn validator(&self, schema: &str) -> Result<Arc<Validator>, SandboxError> {
        let mut validators = self
            .validators
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = validators.get(schema) {
            return Ok(Arc::clone(validator));
        }
        if self.definitions.get(schema).is_none() {
            return Err(SandboxError::spec(format!("there is no schema `{schema}`")));
        }
        let document = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$ref": format!("#/$defs/{schema}"),
            "$defs": self.definitions,
        });
        let validator = jsonschema::validator_for(&document).map_err(|error| {
            SandboxError::spec(format!("the schema `{schema}` does not compile: {error}"))
        })?;
        let validator = Arc::new(validator);
        validators.insert(schema.to_owned(), Arc::clone(&validator));
        Ok(validator)
    }
}

fn read(file: &str, text: &str) -> Result<Value, SandboxError> {
    serde_json::from_str(text)
        .map_err(|error| SandboxError::spec(format!("{file} is not JSON: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_operations_examples_and_codes() {
        let spec = Spec::embedded().unwrap();
        let token = spec.operation("exchange_token").unwrap();
        assert_eq!(token.path(), "/api/oAuth/token");
        assert!(!token.is_secured());
        assert!(spec.operation("list_orders").unwrap().is_secured());
        assert!(spec.operation("no_such").is_none());
        assert_eq!(
            spec.example("charges").unwrap().as_array().unwrap().len(),
            2
        );
        assert_eq!(spec.codes("InvoiceStatus"), [1, 2, 3, 4, 5]);
        assert!(spec.codes("Order").is_empty());
    }

    #[test]
    fn every_example_fits_its_schema() {
        let spec = Spec::embedded().unwrap();
        for (stem, example) in &spec.examples {
            let schema = example["schema"].as_str().unwrap();
            let found = spec.violations(schema, &example["body"]).unwrap();
            assert!(found.is_empty(), "{stem}: {found:?}");
        }
    }

    #[test]
    fn names_what_is_wrong_with_itself() {
        let error = Spec::parse("{", "{}", "{}").unwrap_err().to_string();
        assert!(error.contains("openapi.json is not JSON"), "{error}");
        assert!(error.contains("cargo xtask codegen"), "{error}");
        let spec = Spec::embedded().unwrap();
        let error = spec.violations("Nonsense", &json!({})).unwrap_err();
        assert!(error.to_string().contains("no schema `Nonsense`"));
    }
}
