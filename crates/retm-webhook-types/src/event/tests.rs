use std::fmt::Write as _;

use super::*;
use crate::{ParseError, ParseErrorKind};

fn parse(body: &str) -> Result<WebhookEvent, ParseError> {
    WebhookEvent::parse(body.as_bytes())
}

const INVOICE: &str = r#"{
    "business_refrence": "acme", "timestamp": "2025-12-17T20:05:30", "reference": "3f0b7c52",
    "event": "order.created", "event_type": "create.order", "invoice_id": "154", "order_refrence": 178,
    "order_reference": "178", "total_price": "49.000", "status": 1,
    "products": [{"id": "p1", "quantity": "1.000"}]
}"#;

#[test]
fn an_invoice_is_read_beside_its_envelope() {
    let event = parse(INVOICE).unwrap();
    assert_eq!(event.name(), "order.created");
    assert_eq!(event.reference(), Some("3f0b7c52"));
    assert_eq!(event.business_reference(), Some("acme"));
    assert_eq!(
        event.timestamp().map(LocalTime::as_str),
        Some("2025-12-17T20:05:30")
    );
    assert_eq!(event.envelope().event_type.as_deref(), Some("create.order"));
    assert_eq!(event.raw(), None);
    let WebhookEvent::InvoiceCreated(event) = event else {
        panic!("{event:?}")
    };
    assert_eq!(event.invoice.invoice_id.unwrap().as_str(), "154");
    assert_eq!(event.invoice.order_number.unwrap().as_str(), "178");
    assert_eq!(event.invoice.total_price.unwrap().to_string(), "49.000");
    assert_eq!(event.invoice.products.unwrap().len(), 1);
}

#[test]
fn every_event_has_its_variant() {
    for name in WebhookEvent::NAMES {
        let body = format!(r#"{{"event": "{name}", "order": {{}}, "customer": {{}}}}"#);
        let event = parse(&body).unwrap();
        assert_eq!(event.name(), name);
        assert!(!matches!(event, WebhookEvent::Unknown { .. }), "{name}");
    }
}

#[test]
fn one_broken_line_does_not_lose_the_invoice() {
    let body = INVOICE.replace("[{", r#"[{"id": "p0", "quantity": "many"}, {"#);
    let WebhookEvent::InvoiceCreated(event) = parse(&body).unwrap() else {
        panic!()
    };
    let lines = event.invoice.products.unwrap();
    assert_eq!((lines.len(), lines.broken().len()), (1, 1));
    assert_eq!(lines.broken().first().unwrap().path(), "quantity");
}

#[test]
fn the_business_is_taken_in_every_spelling() {
    for (members, expected) in [
        (r#""business_refrence": "acme""#, Some("acme")),
        (r#""business_reference": "acme""#, Some("acme")),
        (
            r#""business_refrence": "", "business_reference": "acme""#,
            Some("acme"),
        ),
        (
            r#""business_reference": "", "business_refrence": "acme""#,
            Some("acme"),
        ),
        (
            r#""business_reference": null, "business_refrence": "acme""#,
            Some("acme"),
        ),
        (
            r#""business_reference": "other", "business_refrence": "acme""#,
            Some("acme"),
        ),
        (r#""business_reference": "", "business_refrence": """#, None),
        (r#""business_refrence": null"#, None),
    ] {
        for rest in [
            r#""event": "order.refunded""#,
            r#""event": "order.delivery.created", "order": {}"#,
            r#""event": "menu.updated""#,
            r#""event": "customer.created", "customer": {}"#,
            r#""event": "shift.closed""#,
        ] {
            let body = format!("{{{members}, {rest}}}");
            let event = parse(&body).unwrap();
            assert_eq!(event.business_reference(), expected, "{body}");
        }
    }
}

#[test]
fn no_time_and_no_reference_are_none() {
    let event =
        parse(r#"{"event": "menu.updated", "timestamp": "0001-01-01T00:00:00", "reference": ""}"#)
            .unwrap();
    assert_eq!((event.timestamp(), event.reference()), (None, None));
    assert!(event.envelope().timestamp.is_some());
}

#[test]
fn the_menu_may_name_a_branch_and_products() {
    let WebhookEvent::MenuUpdated(event) =
        parse(r#"{"event": "menu.updated", "branch_id": "b1", "products": ["p1", 2, {}]}"#)
            .unwrap()
    else {
        panic!()
    };
    assert_eq!(event.branch_id.unwrap().as_str(), "b1");
    assert_eq!(
        (event.products.len(), event.products.broken().len()),
        (2, 1)
    );
    let WebhookEvent::MenuUpdated(event) = parse(r#"{"event": "menu.updated"}"#).unwrap() else {
        panic!()
    };
    assert_eq!((event.branch_id, event.products.len()), (None, 0));
}

#[test]
fn an_unknown_event_keeps_its_body() {
    let body = r#"{"event": "shift.closed", "reference": "r1", "amount": "12.00"}"#;
    let event = parse(body).unwrap();
    assert_eq!(
        (event.name(), event.reference()),
        ("shift.closed", Some("r1"))
    );
    assert_eq!(event.raw(), Some(body.as_bytes()));
    let WebhookEvent::Unknown { event, raw } = event else {
        panic!()
    };
    assert_eq!(event, "shift.closed");
    assert_eq!(raw.into_bytes(), body.as_bytes());
}

#[test]
fn an_unknown_event_is_no_error_even_with_an_envelope_of_another_shape() {
    let body = r#"{"event": "shift.closed", "timestamp": 1766000730, "reference": {"id": 1}}"#;
    let event = parse(body).unwrap();
    assert_eq!((event.name(), event.reference()), ("shift.closed", None));
    assert_eq!(event.raw(), Some(body.as_bytes()));
}

#[test]
fn a_byte_order_mark_and_white_space_are_skipped() {
    let body = "\u{feff}\r\n {\"event\": \"menu.updated\"} \n";
    assert_eq!(parse(body).unwrap().name(), "menu.updated");
}

#[test]
fn bad_bodies_are_told_apart() {
    let cases: &[(&str, &[u8])] = &[
        ("empty", b""),
        ("white space", b" \r\n"),
        ("HTML", b"<html><body>502 Bad Gateway</body></html>"),
        ("form", b"event=order.created&invoice_id=153"),
        ("not UTF-8", b"{\"event\": \"\xff\xfe\"}"),
        ("UTF-16", b"\xff\xfe{\0"),
        ("truncated", b"{\"event\": \"order.created\", \"products\": [{\"id\""),
        ("truncated text", b"{\"event\": \"order.crea"),
        ("two documents", b"{\"event\": \"menu.updated\"}{}"),
        ("array", b"[{\"event\": \"order.created\"}]"),
        ("array that could be read by position", b"[\"acme\", null, null, null, \"menu.updated\", null]"),
        ("text", b"\"order.created\""),
        ("number", b"12"),
        ("null", b"null"),
        ("broken array", b"[1, 2"),
        ("no event", b"{\"reward_code\": \"WELCOME-1234\", \"business_refrence\": \"acme\"}"),
        ("empty event", b"{\"event\": \"\"}"),
        ("null event", b"{\"event\": null}"),
        ("event of another type", b"{\"event\": 966501234567}"),
        ("doubled event", b"{\"event\": \"menu.updated\", \"event\": \"order.created\"}"),
        ("time of another type", b"{\"event\": \"menu.updated\", \"timestamp\": 1766000730}"),
        ("doubled member of the invoice", b"{\"event\": \"order.created\", \"tax\": \"1.00\", \"tax\": \"2.00\"}"),
        ("amount that is none", b"{\"event\": \"order.created\", \"total_price\": \"75,00 SAR\"}"),
        ("lines that are none", b"{\"event\": \"order.created\",\n \"products\": \"966501234567\"}"),
        ("no order", b"{\"event\": \"order.delivery.created\"}"),
        ("null order", b"{\"event\": \"order.delivery.updated\", \"order\": null}"),
        ("order of another type", b"{\"event\": \"order.delivery.created\", \"order\": \"966501234567\"}"),
        ("member inside the order", b"{\"event\": \"order.delivery.created\", \"order\": {\"customer\": {\"phone\": [\"966501234567\"]}}}"),
        ("no customer", b"{\"event\": \"customer.created\"}"),
        ("customer as an empty array", b"{\"event\": \"customer.created\", \"customer\": []}"),
        ("id of another type", b"{\"event\": \"customer.created\", \"customer\": {\"id\": {\"phone\": \"966501234567\"}}}"),
        ("products of another type", b"{\"event\": \"menu.updated\", \"products\": \"966501234567\"}"),
    ];
    let mut told = String::new();
    for (case, body) in cases {
        let error = WebhookEvent::parse(body).unwrap_err();
        assert_eq!(error.raw(), *body, "{case}");
        for canary in ["966501234567", "WELCOME-1234", "75,00"] {
            assert!(!format!("{error} {error:?}").contains(canary), "{case}");
        }
        writeln!(told, "{case}\n  {:?}: {error}\n", error.kind()).unwrap();
    }
    insta::assert_snapshot!("bad_bodies", told);
}

#[test]
fn an_error_gives_its_parts() {
    let body = b"{\"event\": \"order.created\",\n \"tax\": \"much\"}";
    let error = WebhookEvent::parse(body).unwrap_err();
    assert_eq!(error.kind(), ParseErrorKind::Member);
    assert_eq!(error.schema(), "InvoiceWebhook");
    assert_eq!(error.path(), Some("tax"));
    assert_eq!(error.position().map(|(line, _)| line), Some(2));
    assert_eq!(error.into_raw(), body);
}

#[test]
fn deep_nesting_is_an_error_and_no_overflow() {
    let body = format!(r#"{{"event": "menu.updated", "x": {}"#, "[".repeat(100_000));
    assert!(parse(&body).is_err());
}

#[test]
fn errors_and_events_are_send_and_sync() {
    fn check<T: Send + Sync + 'static>() {}
    check::<WebhookEvent>();
    check::<ParseError>();
    assert!(size_of::<ParseError>() <= 16);
}
