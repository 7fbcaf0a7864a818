//! No body makes a parser panic, and no error shows what the body holds.

use proptest::prelude::*;
use retm_webhook_types::{
    CheckReward, ErrorNotice, InstallCallback, InstallReply, LoyaltyReply, ParseError,
    RedeemReward, WebhookEvent,
};

const CANARY: &str = "canary-0501234567";

fn all(body: &[u8]) -> Vec<ParseError> {
    [
        WebhookEvent::parse(body).err(),
        CheckReward::parse(body).err(),
        RedeemReward::parse(body).err(),
        LoyaltyReply::parse(200, body).err(),
        LoyaltyReply::parse(400, body).err(),
        InstallCallback::parse(body).err(),
        InstallReply::parse(body).err(),
        ErrorNotice::parse(body).err(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Any JSON value whose texts are the canary.
fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("-1.5e3".to_owned()),
        Just("966501234567".to_owned()),
        Just(format!("\"{CANARY}\"")),
        Just(format!("\"{CANARY}, expected {CANARY}\"")),
        Just("[]".to_owned()),
        Just("{}".to_owned()),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..3)
                .prop_map(|values| format!("[{}]", values.join(","))),
            (member(), inner).prop_map(|(name, value)| format!("{{\"{name}\":{value}}}")),
        ]
    })
}

fn member() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "event",
        "event_type",
        "timestamp",
        "reference",
        "business_refrence",
        "business_reference",
        "invoice_id",
        "order_refrence",
        "total_price",
        "status",
        "products",
        "payments",
        "order",
        "customer",
        "id",
        "name",
        "phone",
        "branch_id",
        "quantity",
        "reward_code",
        "date",
        "data",
        "type",
        "is_percentage",
        "discount_amount",
        "max_discount_amount",
        "allowed_products",
        "product_id",
        "button",
        "label",
        "url",
        "message",
        "errors",
        "code",
        "business_id",
        "token",
        "endpoint",
    ])
}

proptest! {
    #[test]
    fn any_bytes(body in prop::collection::vec(any::<u8>(), 0..300)) {
        for error in all(&body) {
            prop_assert_eq!(error.raw(), &body[..]);
        }
    }

    #[test]
    fn any_cut_of_a_body(end in 0_usize..170) {
        let body = format!(r#"{{"event":"customer.created","customer":{{"id":1,"name":"{CANARY}","phone":"{CANARY}"}},"data":{{"a":1}},"code":"{CANARY}"}}"#);
        let body = &body.as_bytes()[..end.min(body.len())];
        for error in all(body) {
            let shown = format!("{error} {error:?}");
            prop_assert!(!shown.contains(CANARY), "{}", shown);
        }
    }

    #[test]
    fn any_members(
        event in prop::sample::select(WebhookEvent::NAMES.to_vec()),
        members in prop::collection::vec((member(), value()), 0..6),
    ) {
        let mut body = format!("{{\"event\":\"{event}\"");
        for (name, value) in &members {
            body.push_str(&format!(",\"{name}\":{value}"));
        }
        body.push('}');
        for error in all(body.as_bytes()) {
            let shown = format!("{error} {error:?}");
            prop_assert!(!shown.contains(CANARY), "{}", shown);
            prop_assert!(!shown.contains("966501234567"), "{}", shown);
        }
        let unknown = body.replace(event, "shift.closed");
        if !members.iter().any(|(name, _)| *name == "event") {
            let event = WebhookEvent::parse(unknown.as_bytes());
            prop_assert!(event.is_ok(), "{:?}", event);
        }
    }
}
