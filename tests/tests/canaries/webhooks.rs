//! What RETM delivers to an app.

use std::collections::BTreeSet;

use retm_tests::examples;
use retm_webhook_types::{
    ButtonLabel, CheckReward, Discount, ErrorNotice, InstallCallback, InstallReply, LoyaltyReply,
    ParseError, RedeemReward, Reward, RewardButton, WebhookEvent,
};
use serde_json::{Value, json};

use crate::canary::*;
use crate::capture::{debug, error};
use crate::world::{everything, person};

fn parsed<T: std::fmt::Debug>(name: &str, result: Result<T, ParseError>) {
    match result {
        Ok(value) => debug(name, &value),
        Err(failure) => error(name, &failure),
    }
}

fn parse(body: &[u8]) {
    parsed("WebhookEvent", WebhookEvent::parse(body));
    parsed("CheckReward", CheckReward::parse(body));
    parsed("RedeemReward", RedeemReward::parse(body));
    parsed("InstallCallback", InstallCallback::parse(body));
    parsed("ErrorNotice", ErrorNotice::parse(body));
}

/// The payload with a person and a secret in every text that stands for one.
fn planted(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match (name.as_str(), &member) {
                    ("phone", Value::String(_)) => *member = PHONE.into(),
                    ("email", Value::String(_)) => *member = EMAIL.into(),
                    ("address", Value::String(_)) => *member = ADDRESS.into(),
                    ("code", Value::String(_)) => *member = CODE.into(),
                    ("reward_code", Value::String(_)) => *member = REWARD_CODE.into(),
                    ("endpoint", _) => *member = format!("https://app.example/?key={STATE}").into(),
                    ("data", _) => *member = json!({"state": STATE, "plan": NAME}),
                    ("customer", Value::Object(customer)) => {
                        let mut planted = customer.clone();
                        planted.insert("name".to_owned(), NAME.into());
                        planted.insert("name_localized".to_owned(), NAME_AR.into());
                        planted.insert("unknown".to_owned(), everything().into());
                        *member = planted.into();
                        self::planted(member);
                    }
                    _ => self::planted(member),
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(planted),
        _ => {}
    }
}

pub(crate) fn play() {
    let (mut planted_somewhere, mut read) = (BTreeSet::new(), 0);
    for (_, file, bytes) in examples() {
        let is_webhook = ["webhook", "reward", "install_callback", "error_notice"];
        if !is_webhook.iter().any(|kind| file.contains(kind)) {
            continue;
        }
        let mut body: Value = serde_json::from_slice(&bytes).unwrap();
        planted(&mut body);
        let text = body.to_string();
        planted_somewhere.extend(all().filter(|canary| text.contains(canary)));
        parse(text.as_bytes());
        if file.contains("install_callback") {
            let callback = InstallCallback::parse(text.as_bytes()).unwrap();
            assert_eq!(callback.code.expose(), CODE);
            let state = callback.data.get("state").unwrap();
            assert!(state.get().contains(STATE));
            read += 1;
        }
        if file.contains("reward_check") {
            let check = CheckReward::parse(text.as_bytes()).unwrap();
            assert_eq!(check.reward_code(), REWARD_CODE);
            read += 1;
        }
        parse(&text.as_bytes()[..text.len() / 2]);
        // Members that are of another kind than they ought to be.
        for (from, to) in [
            ("\"id\":", "\"id\":[]"),
            ("\"customer\":{", "\"customer\":\"0559173846\",\"was\":{"),
        ] {
            parse(text.replace(from, &format!("{to},\"x\":")).as_bytes());
            parse(text.replace(from, to).as_bytes());
        }
    }
    assert_eq!(read, 2, "an install callback and a reward check");
    for canary in all() {
        let planted = planted_somewhere.contains(canary);
        assert!(planted, "{canary} was not delivered");
    }
    for event in [
        "customer.created",
        "order.created",
        "order.delivery.created",
        "menu.updated",
        "of.nobody",
    ] {
        for about in [
            json!(everything()),
            json!([everything()]),
            person(),
            json!({"id": [PHONE]}),
        ] {
            let body = json!({"event": event, "customer": about, "order": about, "invoice": about,
                "timestamp": PHONE, "reference": [EMAIL], "unknown": everything()});
            parse(body.to_string().as_bytes());
        }
    }
    for body in [
        json!({"code": [CODE]}),
        json!({"code": CODE, "business_id": [STATE]}),
        json!({"reward_code": [REWARD_CODE]}),
        json!({"reward_code": REWARD_CODE, "date": [PHONE]}),
        json!(everything()),
    ] {
        parse(body.to_string().as_bytes());
    }
    parse(everything().as_bytes());
    replies();
}

fn replies() {
    let label = ButtonLabel::new("Points", "نقاط");
    let url = format!("https://loyalty.example/points?customer={PHONE}");
    let discount = Discount::amount(retm_types::Decimal::from(1_i64)).unwrap();
    let reward = Reward::for_order(discount)
        .with_customer_number(PHONE)
        .with_button(RewardButton::new(label, url).unwrap());
    debug("Reward", &reward);
    debug("LoyaltyReply", &LoyaltyReply::grant(reward));
    let reply = InstallReply::new().with_token(STATE).unwrap();
    let reply = reply
        .with_url(format!("https://app.example/?key={STATE}"))
        .unwrap();
    let sent = String::from_utf8(reply.to_json()).unwrap();
    assert_eq!(sent.matches(STATE).count(), 2, "{sent}");
    debug("InstallReply", &reply);
    error(
        "token",
        &InstallReply::new()
            .with_token(format!(" {STATE}"))
            .unwrap_err(),
    );
    for url in [
        format!("ftp://a:{URL_PASSWORD}@app.example"),
        format!("https://a b/{URL_PASSWORD}"),
    ] {
        if let Err(failure) = InstallReply::new().with_url(url) {
            error("url", &failure);
        }
    }
}
