//! Every webhook of the spec parses from its example payloads.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use retm_webhook_types::{
    CheckReward, ErrorNotice, InstallCallback, InstallReply, LoyaltyReply, RedeemReward,
    WebhookEvent,
};
use serde_json::Value;

type Failure = Box<dyn Error>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn spec() -> Result<Value, Failure> {
    let path = root().join("crates/retm-sandbox/src/generated/openapi.json");
    Ok(serde_json::from_slice(&fs::read(path)?)?)
}

/// One example payload of a webhook: of its request, or of the response with that status.
struct Example {
    webhook: String,
    status: Option<u16>,
    file: String,
    body: Vec<u8>,
}

fn examples(spec: &Value) -> Result<Vec<Example>, Failure> {
    let mut examples = Vec::new();
    for (webhook, item) in spec["x-webhooks"].as_object().ok_or("no x-webhooks")? {
        let post = &item["post"];
        let responses = post["responses"].as_object().ok_or("no responses")?;
        let responses = responses
            .iter()
            .map(|(status, response)| (Some(status), response));
        for (status, message) in [(None, &post["requestBody"])].into_iter().chain(responses) {
            let named = &message["content"]["application/json"]["examples"];
            for example in named
                .as_object()
                .into_iter()
                .flat_map(|named| named.values())
            {
                let file = example["externalValue"]
                    .as_str()
                    .ok_or("no externalValue")?;
                examples.push(Example {
                    webhook: webhook.clone(),
                    status: status.map(|status| status.parse()).transpose()?,
                    file: file.to_owned(),
                    body: fs::read(root().join("openapi").join(file))?,
                });
            }
        }
    }
    // The order of the document depends on a feature of serde_json that other crates turn on.
    examples.sort_by(|a, b| (&a.webhook, a.status, &a.file).cmp(&(&b.webhook, b.status, &b.file)));
    Ok(examples)
}

/// What there is to say about an event in one line, without a person's data.
fn summary(event: &WebhookEvent) -> String {
    let known = match event {
        WebhookEvent::InvoiceCreated(event) | WebhookEvent::InvoiceRefunded(event) => {
            let lines = event.invoice.products.as_ref();
            format!(
                "{:?} {:?} total {:?}, lines {:?}, broken {:?}",
                event.invoice.invoice_id,
                event.invoice.status,
                event.invoice.total_price,
                lines.map(|lines| lines.len()),
                lines.map(|lines| lines.broken().len()),
            )
        }
        WebhookEvent::DeliveryCreated(event) | WebhookEvent::DeliveryUpdated(event) => format!(
            "{:?} {:?} for {:?}",
            event.order.id, event.order.delivery_status, event.order.customer
        ),
        WebhookEvent::MenuUpdated(event) => {
            format!("{:?} {:?}", event.branch_id, event.products)
        }
        WebhookEvent::CustomerCreated(event)
        | WebhookEvent::CustomerUpdated(event)
        | WebhookEvent::CustomerDeleted(event) => format!("{:?}", event.customer),
        other => format!("unknown: {other:?}"),
    };
    format!(
        "{} of {:?} at {:?}, reference {:?}\n  {known}",
        event.name(),
        event.business_reference(),
        event.timestamp().map(ToString::to_string),
        event.reference(),
    )
}

fn read(example: &Example) -> Result<String, Failure> {
    let body = &example.body;
    Ok(match (example.webhook.as_str(), example.status) {
        ("invoice" | "orders" | "menu" | "customer", None) => summary(&WebhookEvent::parse(body)?),
        ("check_reward", None) => format!("{:?}", CheckReward::parse(body)?),
        ("redeem_reward", None) => format!("{:?}", RedeemReward::parse(body)?),
        ("check_reward" | "redeem_reward", Some(status)) => {
            format!("{:#?}", LoyaltyReply::parse(status, body)?)
        }
        ("install", None) => format!("{:?}", InstallCallback::parse(body)?),
        ("install", Some(200)) => format!("{:?}", InstallReply::parse(body)?),
        ("error", None) => format!("{:?}", ErrorNotice::parse(body)?),
        (webhook, status) => return Err(format!("{webhook} {status:?} has no parser").into()),
    })
}

#[test]
fn every_example_parses() {
    let mut told = String::new();
    let mut webhooks = BTreeSet::new();
    for example in examples(&spec().unwrap()).unwrap() {
        let read = read(&example).unwrap_or_else(|error| panic!("{}: {error}", example.file));
        let status = example
            .status
            .map_or(String::new(), |status| format!(" {status}"));
        writeln!(
            told,
            "{}{status} {}\n  {read}\n",
            example.webhook, example.file
        )
        .unwrap();
        if example.status.is_none() {
            webhooks.insert(example.webhook);
        }
    }
    let expected = [
        "check_reward",
        "customer",
        "error",
        "install",
        "invoice",
        "menu",
        "orders",
        "redeem_reward",
    ];
    assert_eq!(webhooks, BTreeSet::from(expected.map(str::to_owned)));
    insta::assert_snapshot!(told);
}

#[test]
fn every_event_of_the_spec_has_a_variant_and_no_variant_is_left_over() {
    let spec = spec().unwrap();
    let mut events = BTreeSet::new();
    for item in spec["x-webhooks"].as_object().unwrap().values() {
        let named = item["post"]["x-events"].as_array();
        events.extend(named.into_iter().flatten().filter_map(Value::as_str));
    }
    assert_eq!(events, BTreeSet::from(WebhookEvent::NAMES));

    for example in examples(&spec).unwrap() {
        let events = &spec["x-webhooks"][&example.webhook]["post"]["x-events"];
        for event in events.as_array().into_iter().flatten() {
            let mut body: Value = serde_json::from_slice(&example.body).unwrap();
            body["event"] = event.clone();
            let read = WebhookEvent::parse(body.to_string().as_bytes()).unwrap();
            assert_eq!(read.name(), event.as_str().unwrap());
            assert_eq!(read.raw(), None, "{event} is unknown");
        }
    }
}

/// The event types are written by hand: a member that the spec gains must be added there.
#[test]
fn the_event_types_know_every_member_of_the_spec() {
    let spec = spec().unwrap();
    let members = |schema: &str| -> BTreeSet<String> {
        let members = &spec["components"]["schemas"][schema]["properties"];
        members.as_object().unwrap().keys().cloned().collect()
    };
    let envelope = members("WebhookEnvelope");
    let known = [
        "business_refrence",
        "timestamp",
        "reference",
        "event",
        "event_type",
    ];
    assert_eq!(envelope, BTreeSet::from(known.map(str::to_owned)));
    for (schema, own) in [
        ("OrderWebhook", vec!["order"]),
        ("MenuWebhook", vec!["branch_id", "products"]),
        ("CustomerWebhook", vec!["customer"]),
    ] {
        let own: BTreeSet<String> = own.into_iter().map(str::to_owned).collect();
        assert_eq!(members(schema), &envelope | &own, "{schema}");
    }
    for (schema, known) in [
        ("RewardCheck", vec!["reward_code", "business_refrence"]),
        (
            "RewardRedemption",
            vec![
                "reward_code",
                "business_refrence",
                "branch_id",
                "date",
                "timestamp",
            ],
        ),
        ("RewardReply", vec!["data", "errors"]),
        (
            "RewardOffer",
            vec![
                "type",
                "is_percentage",
                "customer_number",
                "discount_amount",
                "max_discount_amount",
                "allowed_products",
                "button",
            ],
        ),
        ("RewardButton", vec!["label", "url", "close_modal"]),
        ("RewardRefusal", vec!["data", "message", "errors"]),
        ("InstallCallback", vec!["code", "business_id", "data"]),
        ("InstallReply", vec!["token", "url"]),
        ("ErrorNotice", vec!["code", "endpoint", "message"]),
    ] {
        let known: BTreeSet<String> = known.into_iter().map(str::to_owned).collect();
        assert_eq!(members(schema), known, "{schema}");
    }
}

#[test]
fn replies_are_written_as_in_the_examples() {
    let mut written = 0;
    for example in examples(&spec().unwrap()).unwrap() {
        let bytes = match (example.webhook.as_str(), example.status) {
            ("check_reward" | "redeem_reward", Some(status)) => {
                let reply = LoyaltyReply::parse(status, &example.body).unwrap();
                assert_eq!(reply.status(), status);
                reply.to_json()
            }
            ("install", Some(_)) => InstallReply::parse(&example.body).unwrap().to_json(),
            _ => continue,
        };
        let sent: Value = serde_json::from_slice(&bytes).unwrap();
        let documented: Value = serde_json::from_slice(&example.body).unwrap();
        assert_eq!(sent, documented, "{}", example.file);
        written += 1;
    }
    assert_eq!(written, 7);
}
