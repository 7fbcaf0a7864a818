//! `Debug` shows neither secrets nor a person's data.

use retm_webhook_types::retm_types::Decimal;
use retm_webhook_types::{
    ButtonLabel, CheckReward, Discount, ErrorNotice, InstallCallback, InstallReply, LoyaltyReply,
    RedeemReward, Reward, RewardButton, WebhookEvent,
};

const CANARY: &str = "canary-0501234567";

fn hidden(value: &dyn std::fmt::Debug) {
    for shown in [format!("{value:?}"), format!("{value:#?}")] {
        assert!(!shown.contains(CANARY), "{shown}");
        assert!(
            shown.contains("redacted") || shown.contains("bytes]"),
            "{shown}"
        );
    }
}

fn event(rest: &str) -> Option<WebhookEvent> {
    WebhookEvent::parse(format!("{{{rest}}}").as_bytes()).ok()
}

#[test]
fn customers() {
    let customer = format!(
        r#""id": 1234, "name": "{CANARY}", "phone": "{CANARY}", "email": "{CANARY}@example.com""#
    );
    for name in ["customer.created", "customer.updated", "customer.deleted"] {
        hidden(
            &event(&format!(
                r#""event": "{name}", "customer": {{{customer}, "name_localized": "{CANARY}"}}"#
            ))
            .unwrap(),
        );
    }
    for name in ["order.delivery.created", "order.delivery.updated"] {
        hidden(
            &event(&format!(
                r#""event": "{name}", "order": {{"customer": {{{customer}}}}}"#
            ))
            .unwrap(),
        );
    }
    hidden(
        &event(&format!(
            r#""event": "customer.merged", "customer": {{{customer}}}"#
        ))
        .unwrap(),
    );
}

#[test]
fn reward_codes() {
    let body = format!(
        r#"{{"reward_code": "{CANARY}", "branch_id": "b", "date": "2025-12-17", "timestamp": "t"}}"#
    );
    hidden(&CheckReward::parse(body.as_bytes()).unwrap());
    hidden(&RedeemReward::parse(body.as_bytes()).unwrap());
}

#[test]
fn replies() {
    let label = ButtonLabel::new("Points", "نقاط");
    let url = format!("https://loyalty.example.com/points?customer={CANARY}");
    let discount = Discount::amount(Decimal::from(1_i64)).unwrap();
    let reward = Reward::for_order(discount)
        .with_customer_number(CANARY)
        .with_button(RewardButton::new(label, url).unwrap());
    hidden(&reward);
    hidden(&LoyaltyReply::grant(reward));
}

#[test]
fn installations() {
    let body = format!(
        r#"{{"code": "{CANARY}", "business_id": "acme", "data": {{"state": "{CANARY}"}}}}"#
    );
    hidden(&InstallCallback::parse(body.as_bytes()).unwrap());
    let reply = InstallReply::new()
        .with_token(CANARY)
        .unwrap()
        .with_url(format!("https://app.example.com/?key={CANARY}"))
        .unwrap();
    assert!(String::from_utf8(reply.to_json()).unwrap().contains(CANARY));
    hidden(&reply);
    hidden(
        &InstallReply::new()
            .with_token(format!(" {CANARY}"))
            .map_err(|error| format!("{error:?} redacted")),
    );
}

#[test]
fn notices() {
    let body =
        format!(r#"{{"code": 504, "endpoint": "https://app.example.com/retm?key={CANARY}"}}"#);
    hidden(&ErrorNotice::parse(body.as_bytes()).unwrap());
}

#[test]
fn errors() {
    let body = format!(r#"{{"event": "customer.created", "customer": "{CANARY}"}}"#);
    hidden(&WebhookEvent::parse(body.as_bytes()).unwrap_err());
}
