use std::fmt::Write as _;

use retm_types::Decimal;

use super::*;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn text(reply: &LoyaltyReply) -> String {
    String::from_utf8(reply.to_json()).unwrap()
}

fn on_order() -> Reward {
    let button = RewardButton::new(
        ButtonLabel::new("Points", "نقاط"),
        "https://loyalty.example.com/points",
    )
    .unwrap();
    Reward::for_order(Discount::percent(decimal("10.00")).unwrap())
        .with_max_discount(decimal("25.00"))
        .unwrap()
        .with_customer_number("C-1001")
        .with_button(button.closing_modal())
}

fn on_products() -> Reward {
    Reward::for_products(
        [
            AllowedProduct::new("01GZK6C7J03PQP7KGRAQ3F197Y", 1_i64).unwrap(),
            AllowedProduct::new("01kbz4n0degemn5xzcby9eda49", decimal("2.500")).unwrap(),
        ],
        Discount::amount(decimal("5.000")).unwrap(),
    )
    .unwrap()
}

#[test]
fn replies_have_the_documented_form() {
    let refusal = Refusal::new("Reward 1234 has been used")
        .unwrap()
        .with_error("merchant doesn't exist")
        .unwrap();
    let replies = [
        LoyaltyReply::grant(on_order()),
        LoyaltyReply::grant(on_products()),
        LoyaltyReply::from(refusal),
        LoyaltyReply::refuse("Unknown code").unwrap(),
        LoyaltyReply::from(Refusal::unavailable()),
    ];
    let mut written = String::new();
    for reply in &replies {
        writeln!(written, "{} {}", reply.status(), text(reply)).unwrap();
        let again = LoyaltyReply::parse(reply.status(), &reply.to_json()).unwrap();
        assert_eq!(again, *reply);
    }
    insta::assert_snapshot!(written);
}

#[test]
fn amounts_are_written_as_strings_however_they_were_made() {
    let number = Decimal::number(decimal("7.5").value());
    let reward = Reward::for_order(Discount::amount(number.clone()).unwrap())
        .with_max_discount(number)
        .unwrap();
    let written = text(&reward.into());
    assert!(written.contains(r#""discount_amount":"7.5""#), "{written}");
    assert!(
        written.contains(r#""max_discount_amount":"7.5""#),
        "{written}"
    );
}

#[test]
fn an_invalid_reply_cannot_be_made() {
    let label = || ButtonLabel::new("Points", "نقاط");
    let order = || Reward::for_order(Discount::amount(1_i64).unwrap());
    let refused = [
        Discount::percent(0_i64).unwrap_err(),
        Discount::percent(decimal("-5")).unwrap_err(),
        Discount::percent(decimal("100.01")).unwrap_err(),
        Discount::amount(decimal("0.00")).unwrap_err(),
        Discount::amount(decimal("-0.01")).unwrap_err(),
        order().with_max_discount(0_i64).unwrap_err(),
        order().with_max_discount(-1_i64).unwrap_err(),
        Reward::for_products([], Discount::amount(1_i64).unwrap()).unwrap_err(),
        AllowedProduct::new(" ", 1_i64).unwrap_err(),
        AllowedProduct::new("p1", 0_i64).unwrap_err(),
        RewardButton::new(label(), "http://loyalty.example.com").unwrap_err(),
        RewardButton::new(label(), "https://").unwrap_err(),
        RewardButton::new(ButtonLabel::new("", "نقاط"), "https://a.example").unwrap_err(),
        RewardButton::new(ButtonLabel::new("Points", " "), "https://a.example").unwrap_err(),
        Refusal::new("").unwrap_err(),
        Refusal::new(" \n").unwrap_err(),
        Refusal::unavailable().with_error("").unwrap_err(),
    ];
    let told: Vec<String> = refused.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn the_edges_are_valid() {
    assert!(Discount::percent(100_i64).is_ok());
    assert!(Discount::percent(decimal("0.001")).is_ok());
    assert!(Discount::amount(decimal("0.001")).is_ok());
}

#[test]
fn both_forms_of_the_products_are_read() {
    let body = |products: &str| {
        format!(
            r#"{{"data": {{"type": 2, "is_percentage": false, "discount_amount": "5.000",
                "max_discount_amount": 0, "allowed_products": {products}}}, "errors": []}}"#
        )
    };
    let array =
        body(r#"[{"product_id": "p1", "quantity": 2}, {"product_id": "p2", "quantity": "2"}]"#);
    let object = body(r#"{"product_id": ["p1", "p2"], "quantity": 2}"#);
    let array = LoyaltyReply::parse(200, array.as_bytes()).unwrap();
    assert_eq!(array, LoyaltyReply::parse(201, object.as_bytes()).unwrap());
    let LoyaltyReply::Granted(reward) = array else {
        panic!()
    };
    let ids: Vec<&str> = reward
        .products()
        .iter()
        .map(|product| product.product_id().as_str())
        .collect();
    assert_eq!(ids, ["p1", "p2"]);
    assert_eq!(reward.max_discount(), None);
}

#[test]
fn a_limit_is_read_as_number_and_as_string() {
    for (limit, expected) in [
        ("0", None),
        ("\"0.00\"", None),
        ("null", None),
        ("25.5", Some("25.5")),
        ("\"25.50\"", Some("25.50")),
    ] {
        let body = format!(
            r#"{{"data": {{"type": 1, "is_percentage": true, "discount_amount": 10,
                "max_discount_amount": {limit}}}}}"#
        );
        let LoyaltyReply::Granted(reward) = LoyaltyReply::parse(200, body.as_bytes()).unwrap()
        else {
            panic!("{limit}")
        };
        assert_eq!(
            reward.max_discount().map(ToString::to_string).as_deref(),
            expected
        );
    }
}

#[test]
fn a_message_or_errors_is_enough_to_refuse() {
    for (body, reason) in [
        (
            r#"{"data": [], "message": "used", "errors": ["e"]}"#,
            "used",
        ),
        (r#"{"message": "used"}"#, "used"),
        (r#"{"errors": ["e"]}"#, "e"),
        (r#"{"data": null, "message": "", "errors": ["e"]}"#, "e"),
        (r#"{"data": {}, "message": "used", "errors": null}"#, "used"),
    ] {
        let reply = LoyaltyReply::parse(400, body.as_bytes()).unwrap();
        let LoyaltyReply::Refused(refusal) = reply else {
            panic!("{body}")
        };
        assert_eq!(refusal.reason(), reason);
    }
}

#[test]
fn bad_replies_are_told_apart() {
    let offer = |rest: &str| format!(r#"{{"data": {{{rest}}}}}"#);
    let cases = [
        (200, String::new()),
        (200, "{}".to_owned()),
        (200, r#"{"data": []}"#.to_owned()),
        (
            200,
            offer(r#""is_percentage": true, "discount_amount": "10""#),
        ),
        (
            200,
            offer(r#""type": 3, "is_percentage": true, "discount_amount": "10""#),
        ),
        (
            200,
            offer(r#""type": 1, "is_percentage": 1, "discount_amount": "10""#),
        ),
        (
            200,
            offer(r#""type": 1, "is_percentage": true, "discount_amount": "120""#),
        ),
        (
            200,
            offer(r#""type": 1, "is_percentage": false, "discount_amount": "0""#),
        ),
        (
            200,
            offer(r#""type": 1, "is_percentage": false, "discount_amount": "ten""#),
        ),
        (
            200,
            offer(
                r#""type": 1, "is_percentage": false, "discount_amount": "1", "max_discount_amount": -1"#,
            ),
        ),
        (
            200,
            offer(r#""type": 2, "is_percentage": false, "discount_amount": "1""#),
        ),
        (
            200,
            offer(
                r#""type": 2, "is_percentage": false, "discount_amount": "1", "allowed_products": []"#,
            ),
        ),
        (
            200,
            offer(
                r#""type": 2, "is_percentage": false, "discount_amount": "1", "allowed_products": [{"product_id": "p1"}]"#,
            ),
        ),
        (
            200,
            offer(
                r#""type": 1, "is_percentage": false, "discount_amount": "1", "button": {"label": "Points", "url": "https://a.example"}"#,
            ),
        ),
        (
            200,
            offer(
                r#""type": 1, "is_percentage": false, "discount_amount": "1", "button": {"label": {"en": "a", "ar": "b"}, "url": "/points"}"#,
            ),
        ),
        (400, "{}".to_owned()),
        (400, r#"{"message": " ", "errors": []}"#.to_owned()),
        (400, r#"{"errors": [""]}"#.to_owned()),
        (400, "<html>".to_owned()),
        (302, String::new()),
        (500, "{}".to_owned()),
    ];
    let mut told = String::new();
    for (status, body) in &cases {
        let error = LoyaltyReply::parse(*status, body.as_bytes()).unwrap_err();
        assert_eq!(error.raw(), body.as_bytes());
        writeln!(told, "{status} {body}\n  {error}\n").unwrap();
    }
    insta::assert_snapshot!("bad_replies", told);
}

#[test]
fn requests_are_read_leniently() {
    let check = CheckReward::parse(br#"{"reward_code": 1234, "business_reference": ""}"#).unwrap();
    assert_eq!(check.reward_code(), "1234");
    assert_eq!(check.business_reference(), None);
    let redeem = RedeemReward::parse(
        br#"{"reward_code": "WELCOME", "business_refrence": "", "business_reference": "acme",
            "branch_id": 7, "date": "2025-12-17", "timestamp": 1766000730}"#,
    )
    .unwrap();
    assert_eq!(redeem.reward_code(), "WELCOME");
    assert_eq!(redeem.business_reference(), Some("acme"));
    assert_eq!(redeem.branch_id().as_str(), "7");
    assert_eq!(
        (redeem.date(), redeem.timestamp()),
        ("2025-12-17", "1766000730")
    );
}

#[test]
fn bad_requests_are_told_apart() {
    let cases: &[&[u8]] = &[
        b"",
        b"[]",
        b"{",
        b"{}",
        br#"{"reward_code": null}"#,
        br#"{"reward_code": ["WELCOME-1234"]}"#,
        br#"{"reward_code": "a", "reward_code": "b"}"#,
    ];
    let mut told = String::new();
    for body in cases {
        let check = CheckReward::parse(body).unwrap_err();
        let redeem = RedeemReward::parse(body).unwrap_err();
        assert_eq!((check.raw(), redeem.raw()), (*body, *body));
        assert!(!format!("{check:?}{redeem:?}").contains("WELCOME-1234"));
        writeln!(
            told,
            "{}\n  {check}\n  {redeem}\n",
            String::from_utf8_lossy(body)
        )
        .unwrap();
    }
    let body = br#"{"reward_code": "a", "business_refrence": "acme", "branch_id": "b"}"#;
    let error = RedeemReward::parse(body).unwrap_err();
    assert_eq!(error.path(), Some("date"));
    insta::assert_snapshot!("bad_requests", told);
}
