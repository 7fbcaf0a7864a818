//! The exported JSON Schemas take the payloads that they describe, and refuse others.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::{Value, json};

type Failure = Box<dyn Error>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn json_file(path: &str) -> Result<Value, Failure> {
    let path = root().join(path);
    let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(serde_json::from_slice(&bytes)?)
}

fn spec() -> Result<Value, Failure> {
    json_file("crates/retm-sandbox/src/generated/openapi.json")
}

/// The exported schemas by name.
fn exported() -> Result<BTreeMap<String, Validator>, Failure> {
    let mut validators = BTreeMap::new();
    let folder = root().join("openapi/schemas");
    let files = fs::read_dir(&folder)
        .map_err(|error| format!("{}: {error}; run `cargo xtask schemas`", folder.display()))?;
    for file in files {
        let name = file?.file_name().into_string().map_err(|_| "no UTF-8")?;
        let name = name
            .strip_suffix(".json")
            .ok_or(format!("{name} is no schema"))?;
        let schema = json_file(&format!("openapi/schemas/{name}.json"))?;
        validators.insert(name.to_owned(), jsonschema::validator_for(&schema)?);
    }
    Ok(validators)
}

/// Every example of the spec with the name of its schema.
fn examples() -> Result<Vec<(String, String, Value)>, Failure> {
    let spec = spec()?;
    let listed = spec["x-examples"].as_array().ok_or("no x-examples")?;
    listed
        .iter()
        .map(|example| {
            let file = example["file"].as_str().ok_or("no file")?;
            let schema = example["schema"].as_str().ok_or("no schema")?;
            let body = json_file(&format!("openapi/{file}"))?;
            Ok((schema.to_owned(), file.to_owned(), body))
        })
        .collect()
}

fn errors(validator: &Validator, body: &Value) -> Vec<String> {
    validator
        .iter_errors(body)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// The schemas of all webhooks' requests and responses in the spec.
fn webhook_schemas(spec: &Value) -> BTreeSet<String> {
    fn collect(value: &Value, names: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                let name = members.get("$ref").and_then(Value::as_str);
                if let Some(name) = name.and_then(|path| path.strip_prefix("#/components/schemas/"))
                {
                    names.insert(name.to_owned());
                }
                members.values().for_each(|value| collect(value, names));
            }
            Value::Array(values) => values.iter().for_each(|value| collect(value, names)),
            _ => {}
        }
    }
    let mut names = BTreeSet::new();
    collect(&spec["x-webhooks"], &mut names);
    names
}

#[test]
fn there_is_a_schema_for_every_webhook_and_reply() {
    let mut expected = webhook_schemas(&spec().unwrap());
    expected.extend(["WebhookEnvelope", "WebhookEvent"].map(str::to_owned));
    let exported: BTreeSet<String> = exported().unwrap().into_keys().collect();
    assert_eq!(exported, expected);
}

#[test]
fn every_example_validates_against_its_exported_schema() {
    let exported = exported().unwrap();
    let mut used = BTreeSet::from(["WebhookEnvelope".to_owned()]);
    for (schema, file, body) in examples().unwrap() {
        let mut names = vec![schema.as_str()];
        if body.get("event").is_some() && schema.ends_with("Webhook") {
            names.extend(["WebhookEnvelope", "WebhookEvent"]);
        }
        for name in names {
            if let Some(validator) = exported.get(name) {
                assert_eq!(errors(validator, &body), [""; 0], "{file} as {name}");
                used.insert(name.to_owned());
            }
        }
    }
    let unused: Vec<_> = exported
        .keys()
        .filter(|name| !used.contains(*name))
        .collect();
    assert_eq!(unused, [""; 0], "schemas without an example");
}

#[test]
fn every_example_validates_against_the_spec() {
    let document = json_file("crates/retm-sandbox/src/generated/schemas.json").unwrap();
    for (schema, file, body) in examples().unwrap() {
        let mut root = document.clone();
        root["$ref"] = json!(format!("#/$defs/{schema}"));
        let validator = jsonschema::validator_for(&root).unwrap();
        assert_eq!(errors(&validator, &body), [""; 0], "{file} as {schema}");
    }
}

#[test]
fn lenient_forms_are_taken() {
    let exported = exported().unwrap();
    let offer = |members: Value| {
        let mut data = json!({"type": 2, "is_percentage": false, "discount_amount": "5.000"});
        for (name, value) in members.as_object().unwrap() {
            data[name] = value.clone();
        }
        json!({"data": data, "errors": []})
    };
    let redemption = |business: &str| json!({"reward_code": "W", business: "acme", "branch_id": 7, "date": "2025-12-17", "timestamp": "t"});
    for (schema, body) in [
        (
            "WebhookEvent",
            json!({"event": "shift.closed", "order": 12}),
        ),
        (
            "WebhookEvent",
            json!({"event": "order.created", "invoice_id": 153, "products": null, "note": null}),
        ),
        (
            "WebhookEvent",
            json!({"event": "menu.updated", "business_reference": "acme", "business_refrence": ""}),
        ),
        (
            "CustomerWebhook",
            json!({"event": "customer.updated", "customer": {"id": "1234", "name": null}}),
        ),
        (
            "InvoiceWebhook",
            json!({"event": "order.created", "total_price": 49.5, "status": 9, "taxes": [{"name": []}]}),
        ),
        (
            "RewardReply",
            offer(
                json!({"allowed_products": {"product_id": ["p1"], "quantity": 1}, "max_discount_amount": 25.5}),
            ),
        ),
        (
            "RewardReply",
            offer(json!({"type": 1, "max_discount_amount": "0"})),
        ),
        ("RewardRefusal", json!({"message": "used"})),
        ("RewardRefusal", json!({"data": [], "errors": ["used"]})),
        ("RewardRedemption", redemption("business_refrence")),
        ("RewardRedemption", redemption("business_reference")),
        (
            "InstallCallback",
            json!({"code": "c", "business_id": "acme", "data": []}),
        ),
        ("InstallReply", json!({})),
        ("ErrorNotice", json!({"code": null, "message": "m"})),
    ] {
        assert_eq!(errors(&exported[schema], &body), [""; 0], "{schema} {body}");
    }
}

#[test]
fn wrong_payloads_are_refused() {
    let exported = exported().unwrap();
    for (schema, body) in [
        ("WebhookEvent", json!([])),
        ("WebhookEvent", json!({"order": {}})),
        ("WebhookEvent", json!({"event": 5})),
        (
            "WebhookEvent",
            json!({"event": "order.created", "total_price": "75,00"}),
        ),
        (
            "WebhookEvent",
            json!({"event": "order.delivery.created", "order": "178"}),
        ),
        (
            "WebhookEvent",
            json!({"event": "customer.deleted", "customer": {"phone": {}}}),
        ),
        (
            "InvoiceWebhook",
            json!({"event": "order.created", "status": "closed"}),
        ),
        ("MenuWebhook", json!({"products": "p1"})),
        ("RewardCheck", json!({"business_refrence": "acme"})),
        (
            "RewardRedemption",
            json!({"reward_code": "W", "branch_id": "b", "date": "2025-12-17"}),
        ),
        ("RewardReply", json!({"errors": []})),
        (
            "RewardReply",
            json!({"data": {"type": 1, "is_percentage": true}}),
        ),
        (
            "RewardReply",
            json!({"data": {"type": 2, "is_percentage": true, "discount_amount": "10"}}),
        ),
        (
            "RewardReply",
            json!({"data": {"type": 1, "is_percentage": true, "discount_amount": "10", "max_discount_amount": -1}}),
        ),
        ("RewardRefusal", json!({"data": []})),
        ("RewardRefusal", json!({"message": " ", "errors": []})),
        ("InstallCallback", json!({"code": "c"})),
        ("InstallReply", json!({"token": 5})),
        ("ErrorNotice", json!({"code": "many"})),
    ] {
        assert!(!exported[schema].is_valid(&body), "{schema} {body}");
    }
}
