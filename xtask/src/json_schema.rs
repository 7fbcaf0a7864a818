//! From OpenAPI 3.0's dialect of schemas to JSON Schema 2020-12.

use serde_json::{Map, Value, json};

use crate::spec::{members, schema_name};

/// All component schemas as one JSON Schema document: a schema `Name` is at `#/$defs/Name`.
///
/// `nullable` becomes a type `null`, also beside `allOf` and `oneOf`, where OpenAPI 3.0 leaves its meaning open.
/// Extensions (`x-…`) stay as they are: validators pass over them.
pub fn to_json_schema(doc: &Value) -> Value {
    let defs: Map<String, Value> = members(doc, "/components/schemas")
        .map(|(name, schema)| (name.clone(), convert(schema)))
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": defs,
    })
}

/// One schema; references to components become references into `$defs`.
pub fn convert(schema: &Value) -> Value {
    let Some(object) = schema.as_object() else {
        return schema.clone();
    };
    if let Some(target) = object
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(schema_name)
    {
        // OpenAPI 3.0 ignores whatever stands beside a `$ref`.
        return json!({ "$ref": format!("#/$defs/{target}") });
    }
    let mut converted = Map::new();
    for (keyword, value) in object {
        let value = match keyword.as_str() {
            "nullable" | "discriminator" | "xml" | "externalDocs" => continue,
            "example" => {
                converted.insert("examples".into(), json!([value]));
                continue;
            }
            "properties" => value
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, property)| (name.clone(), convert(property)))
                .collect::<Map<_, _>>()
                .into(),
            "items" | "additionalProperties" | "not" => convert(value),
            "allOf" | "anyOf" | "oneOf" => value
                .as_array()
                .into_iter()
                .flatten()
                .map(convert)
                .collect::<Vec<_>>()
                .into(),
            _ => value.clone(),
        };
        converted.insert(keyword.clone(), value);
    }
    exclusive(&mut converted, "exclusiveMinimum", "minimum");
    exclusive(&mut converted, "exclusiveMaximum", "maximum");
    if object.get("nullable") == Some(&Value::Bool(true)) {
        return or_null(converted);
    }
    Value::Object(converted)
}

/// `exclusiveMinimum: true` beside `minimum: 5` is `exclusiveMinimum: 5` in JSON Schema.
fn exclusive(schema: &mut Map<String, Value>, flag: &str, bound: &str) {
    match schema.get(flag) {
        Some(Value::Bool(true)) => {
            schema.remove(flag);
            if let Some(bound) = schema.remove(bound) {
                schema.insert(flag.to_owned(), bound);
            }
        }
        Some(Value::Bool(false)) => {
            schema.remove(flag);
        }
        _ => {}
    }
}

/// A schema that takes `null` too.
fn or_null(mut schema: Map<String, Value>) -> Value {
    if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut)
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    let combined = ["allOf", "anyOf", "oneOf", "not"]
        .iter()
        .any(|keyword| schema.contains_key(*keyword));
    if !combined {
        if let Some(kind) = schema.get("type").cloned() {
            schema.insert("type".into(), json!([kind, "null"]));
        }
        return Value::Object(schema);
    }
    let description = schema.remove("description");
    let mut outer = Map::new();
    if let Some(description) = description {
        outer.insert("description".into(), description);
    }
    outer.insert("anyOf".into(), json!([schema, { "type": "null" }]));
    Value::Object(outer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(schema: &Value, value: &Value) -> bool {
        jsonschema::validator_for(schema).unwrap().is_valid(value)
    }

    #[test]
    fn references_point_into_defs() {
        let doc = json!({ "components": { "schemas": {
            "Id": { "type": "string" },
            "Thing": { "type": "object", "properties": {
                "id": { "$ref": "#/components/schemas/Id", "description": "ignored" },
                "items": { "type": "array", "items": { "$ref": "#/components/schemas/Id" } },
            } },
        } } });
        let mut schema = to_json_schema(&doc);
        schema["$ref"] = json!("#/$defs/Thing");
        assert!(accepts(&schema, &json!({ "id": "a", "items": ["b"] })));
        assert!(!accepts(&schema, &json!({ "id": 1 })));
        assert!(!accepts(&schema, &json!({ "items": [1] })));
    }

    #[test]
    fn nullable_takes_null_and_nothing_else_more() {
        let plain = convert(&json!({ "type": "string", "nullable": true }));
        let all = convert(&json!({ "allOf": [{ "type": "string" }], "nullable": true }));
        let listed = convert(&json!({ "type": "string", "enum": ["a"], "nullable": true }));
        for schema in [plain, all, listed] {
            assert!(accepts(&schema, &Value::Null), "{schema}");
            assert!(accepts(&schema, &json!("a")), "{schema}");
            assert!(!accepts(&schema, &json!(1)), "{schema}");
        }
        assert!(!accepts(
            &convert(&json!({ "type": "string" })),
            &Value::Null
        ));
    }

    #[test]
    fn a_property_may_be_called_like_a_keyword() {
        let schema = convert(&json!({ "type": "object", "properties": {
            "nullable": { "type": "string" }, "example": { "type": "string" },
        } }));
        assert_eq!(
            schema["properties"]["nullable"],
            json!({ "type": "string" })
        );
        assert_eq!(schema["properties"]["example"], json!({ "type": "string" }));
    }

    #[test]
    fn exclusive_bounds_become_numbers() {
        let schema = convert(&json!({ "type": "integer", "minimum": 0, "exclusiveMinimum": true }));
        assert!(!accepts(&schema, &json!(0)));
        assert!(accepts(&schema, &json!(1)));
    }
}
