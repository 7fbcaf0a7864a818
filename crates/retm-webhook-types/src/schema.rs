//! JSON Schemas of the payloads and replies, for use from other languages (feature `schemars`).
//!
//! They take every documented form and the lenient ones beside it, and members that they do not know. They cannot say how
//! large a decimal string is.

use std::borrow::Cow;
use std::collections::BTreeMap;

use retm_types as wire;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use crate::WebhookEvent;

/// Every schema by its name, such as `CustomerWebhook`. [`WebhookEvent`] is the union of all that carry an `event`.
pub fn all() -> BTreeMap<&'static str, Schema> {
    let mut schemas = BTreeMap::from([
        ("CustomerWebhook", of::<wire::CustomerWebhook>()),
        ("ErrorNotice", of::<wire::ErrorNotice>()),
        ("InstallCallback", of::<wire::InstallCallback>()),
        ("InstallReply", of::<wire::InstallReply>()),
        ("InvoiceWebhook", of::<wire::InvoiceWebhook>()),
        ("MenuWebhook", of::<wire::MenuWebhook>()),
        ("OrderWebhook", of::<wire::OrderWebhook>()),
        ("RewardCheck", of::<wire::RewardCheck>()),
        ("RewardRedemption", of::<wire::RewardRedemption>()),
        ("RewardRefusal", refusal(of::<wire::RewardRefusal>())),
        ("RewardReply", reply(of::<wire::RewardReply>())),
        ("WebhookEnvelope", of::<wire::WebhookEnvelope>()),
        ("WebhookEvent", of::<WebhookEvent>()),
    ]);
    for (name, schema) in &mut schemas {
        schema.insert("title".to_owned(), (*name).into());
    }
    schemas
}

fn of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12()
        .with_transform(RecursiveTransform(both_spellings))
        .into_generator()
        .into_root_schema_for::<T>()
}

/// The business may be spelt correctly, too.
fn both_spellings(schema: &mut Schema) {
    const API: &str = "business_refrence";
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else {
        return;
    };
    if !properties.contains_key(API) {
        return;
    }
    let correct = json_schema!({
        "description": "The same in the correct spelling, which is taken, too.",
        "type": ["string", "null"],
    });
    properties.insert("business_reference".to_owned(), correct.to_value());
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| name != API);
    }
}

/// A reward for products names them.
fn reply(mut schema: Schema) -> Schema {
    let data = |rule: Schema| json_schema!({ "properties": { "data": rule } });
    schema.insert(
        "if".to_owned(),
        data(json_schema!({ "properties": { "type": { "const": 2 } } })).to_value(),
    );
    schema.insert(
        "then".to_owned(),
        data(json_schema!({ "required": ["allowed_products"] })).to_value(),
    );
    schema
}

/// A message or an error is enough, and one of them is needed.
fn refusal(mut schema: Schema) -> Schema {
    let some_message = json_schema!({
        "required": ["message"],
        "properties": { "message": { "type": "string", "pattern": "\\S" } },
    });
    let some_error = json_schema!({
        "required": ["errors"],
        "properties": { "errors": { "type": "array", "minItems": 1 } },
    });
    schema.insert(
        "anyOf".to_owned(),
        [some_message, some_error]
            .map(Schema::to_value)
            .into_iter()
            .collect(),
    );
    schema
}

impl JsonSchema for WebhookEvent {
    fn schema_name() -> Cow<'static, str> {
        "WebhookEvent".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let families = [
            ("order.", generator.subschema_for::<wire::InvoiceWebhook>()),
            (
                "order.delivery.",
                generator.subschema_for::<wire::OrderWebhook>(),
            ),
            ("menu.", generator.subschema_for::<wire::MenuWebhook>()),
            (
                "customer.",
                generator.subschema_for::<wire::CustomerWebhook>(),
            ),
        ];
        let rules: Vec<Schema> = families
            .into_iter()
            .map(|(family, payload)| {
                let events: Vec<&str> = Self::NAMES
                    .into_iter()
                    .filter(|name| {
                        name.rsplit_once('.')
                            .is_some_and(|(start, _)| format!("{start}.") == family)
                    })
                    .collect();
                json_schema!({
                    "if": { "properties": { "event": { "enum": events } } },
                    "then": payload,
                })
            })
            .collect();
        json_schema!({
            "description": "A webhook that names its event. The event decides what else is there; other events are taken as they are.",
            "type": "object",
            "required": ["event"],
            "properties": { "event": { "type": "string", "minLength": 1 } },
            "allOf": rules,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_has_its_rule() {
        let schema = serde_json::to_value(of::<WebhookEvent>()).unwrap();
        let mut events: Vec<&str> = schema["allOf"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|rule| {
                rule["if"]["properties"]["event"]["enum"]
                    .as_array()
                    .unwrap()
            })
            .map(|event| event.as_str().unwrap())
            .collect();
        let mut names = WebhookEvent::NAMES;
        events.sort_unstable();
        names.sort_unstable();
        assert_eq!(events, names);
    }

    #[test]
    fn both_spellings_of_the_business_are_named() {
        let schema = serde_json::to_value(&all()["RewardRedemption"]).unwrap();
        assert!(schema["properties"]["business_reference"].is_object());
        let required = schema["required"].as_array().unwrap();
        assert!(required.iter().all(|name| name != "business_refrence"));
        assert_eq!(required.len(), 4);
    }

    #[test]
    fn schemas_are_named_after_themselves() {
        for (name, schema) in all() {
            assert_eq!(schema.get("title").and_then(Value::as_str), Some(name));
        }
    }
}
