//! Scalars: each form is read, kept and written back.

mod support;

use proptest::prelude::*;
use retm_types::*;

proptest! {
    #[test]
    fn a_decimal_is_exact(text in support::plain_decimal()) {
        let quoted = format!("\"{text}\"");
        let string: Decimal = support::lossless(&quoted);
        let number: Decimal = support::lossless(&text);
        prop_assert!(!string.is_number() && number.is_number());
        prop_assert_eq!(&string, &number);
        prop_assert_eq!(string.to_string(), text.as_str());

        let by_hand = rust_decimal::Decimal::from_str_exact(&text).unwrap();
        prop_assert_eq!(string.value(), by_hand);
        prop_assert_eq!(string.value().scale(), by_hand.scale());
        let spaced = format!(" \n{quoted} ");
        prop_assert_eq!(support::decode::<Decimal>(&spaced), Some(string));
    }

    #[test]
    fn a_decimal_that_is_calculated_is_written_as_its_value(units in any::<i64>(), scale in 0..20_u32) {
        let amount = rust_decimal::Decimal::new(units, scale);
        let string: Decimal = support::lossless(&support::write(&Decimal::from(amount)));
        prop_assert_eq!(string.value(), amount);
        prop_assert_eq!(string.value().scale(), scale);
        let number: DecimalNumber = support::lossless(&support::write(&DecimalNumber::from(amount)));
        prop_assert_eq!(number.value(), amount);
        prop_assert_eq!(number.value().scale(), scale);
    }

    #[test]
    fn odd_spellings_of_a_decimal_are_kept(text in "[-+]?0{0,3}[0-9]{0,8}\\.?[0-9]{0,8}") {
        let quoted = format!("\"{text}\"");
        if text.bytes().any(|byte| byte.is_ascii_digit()) {
            let decimal: Decimal = support::lossless(&quoted);
            prop_assert_eq!(decimal.to_string(), text);
        } else {
            support::refusal::<Decimal>(&quoted);
        }
    }

    #[test]
    fn a_number_that_is_no_plain_decimal_is_refused(mantissa in support::plain_decimal(), exponent in "[eE][-+]?[0-9]{1,3}") {
        let reason = support::refusal::<Decimal>(&format!("{mantissa}{exponent}"));
        prop_assert!(reason.contains("no exponent"), "{}", reason);
    }

    #[test]
    fn a_request_number_reads_both_forms(text in support::plain_decimal()) {
        let number = support::decode::<DecimalNumber>(&text).unwrap();
        let string = support::decode::<DecimalNumber>(&format!("\"{text}\"")).unwrap();
        prop_assert_eq!(number, string);
        let written = support::write(&string);
        prop_assert_eq!(written.parse::<rust_decimal::Decimal>().unwrap(), number.value());
        prop_assert_eq!(written.trim_start_matches('-'), text.trim_start_matches('-'));
    }

    #[test]
    fn an_id_keeps_its_form(text in any::<String>(), number in any::<i64>(), big in "[1-9][0-9]{19,40}") {
        let id: ProductId = support::lossless(&support::write(&text));
        prop_assert_eq!(id.as_str(), &text);
        prop_assert!(id.is_string());
        prop_assert_eq!(&id, &ProductId::from(text));
        let id: InvoiceId = support::lossless(&number.to_string());
        prop_assert!(!id.is_string());
        prop_assert_eq!(&id, &InvoiceId::from(number));
        prop_assert_eq!(&id, &InvoiceId::from(number.to_string()));
        support::lossless::<CustomerId>(&big);
    }

    #[test]
    fn codes_are_total(code in any::<i64>(), small in -2..12_i64) {
        each_code::<InvoiceStatus>(code);
        for code in [code, small] {
            each_code::<InvoiceStatus>(code);
            each_code::<DeliveryStatus>(code);
            each_code::<ProductType>(code);
            each_code::<PaymentMethodType>(code);
            each_code::<TaxType>(code);
            each_code::<DiscountType>(code);
            each_code::<RewardType>(code);
        }
    }

    #[test]
    fn localized_text_is_kept(
        texts in prop::collection::vec(("[a-z]{2}", prop::option::of(any::<String>())), 0..5),
    ) {
        let members: Vec<_> = texts
            .iter()
            .map(|(language, text)| format!("\"{language}\":{}", support::write(text)))
            .collect();
        let text: LocalizedText = support::lossless(&format!("{{{}}}", members.join(",")));
        for (language, _) in &texts {
            let last = texts.iter().rev().find(|(key, _)| key == language).and_then(|(_, text)| text.as_deref());
            prop_assert_eq!(text.get(language), last);
        }
    }

    #[test]
    fn any_string_is_a_local_time(text in any::<String>(), near in "0?[0-9]{4}-[0-9]{2}-[0-9]{2}[ Tt][0-9:]{8}[.0-9Z+:]{0,8}") {
        for text in [text, near] {
            let time: LocalTime = support::lossless(&support::write(&text));
            prop_assert_eq!(time.as_str(), &text);
            prop_assert!(!(time.is_unset() && time.parsed().is_some()));
            let _ = time.to_utc(&chrono::Utc);
            prop_assert!(text.parse::<LocalTime>().is_ok() || time.parsed().is_none());
        }
    }

    #[test]
    fn a_lifetime_keeps_its_form(seconds in any::<u64>()) {
        let number: Lifetime = support::lossless(&seconds.to_string());
        let string: Lifetime = support::lossless(&format!("\"{seconds}\""));
        prop_assert_eq!(number.as_secs(), seconds);
        prop_assert_eq!(string, number);
    }
}

fn each_code<C>(code: i64)
where
    C: OpenCode
        + serde::Serialize
        + serde::de::DeserializeOwned
        + std::fmt::Display
        + std::str::FromStr,
{
    let value = C::from_code(code);
    assert_eq!(value.code(), code);
    assert_eq!(
        C::ALL.iter().filter(|known| known.code() == code).count() == 1,
        value.name().is_some()
    );
    assert_eq!(support::lossless::<C>(&code.to_string()), value);
    assert_eq!(support::decode::<C>(&format!("\"{code}\"")), Some(value));
    for text in [
        value.to_string(),
        value.to_string().to_uppercase(),
        code.to_string(),
    ] {
        assert_eq!(text.parse::<C>().ok(), Some(value), "{text}");
    }
}

#[test]
fn what_is_no_amount_says_why() {
    let empty = "an empty string is no amount";
    assert_eq!(support::refusal::<Decimal>("\"\""), empty);
    assert_eq!(support::refusal::<DecimalNumber>("\"\""), empty);
    for text in [
        "\" 1\"",
        "\"1,5\"",
        "\"1_000\"",
        "\"-\"",
        "\".\"",
        "\"1.2.3\"",
        "\"NaN\"",
        "1e3",
        "\"٣\"",
        "\"+-1\"",
    ] {
        let reason = support::refusal::<Decimal>(text);
        assert!(
            reason.starts_with("not a plain decimal number"),
            "{text}: {reason}"
        );
    }
    for text in [
        "79228162514264337593543950336",
        "0.12345678901234567890123456789",
    ] {
        let reason = support::refusal::<Decimal>(text);
        assert_eq!(
            reason, "a decimal number with more digits than can be held exactly",
            "{text}"
        );
    }
    support::lossless::<Decimal>("79228162514264337593543950335");
    let found = |json| support::refusal::<Decimal>(json);
    assert_eq!(
        found("[]"),
        "expected a decimal string or a number, found an array"
    );
    assert_eq!(
        found("null"),
        "expected a decimal string or a number, found null"
    );
    assert_eq!(
        found("true"),
        "expected a decimal string or a number, found a boolean"
    );
}

#[test]
fn values_come_through_a_value_too() {
    // Without `arbitrary_precision` a `Value` holds a number as a float, so only its value survives.
    let number: Decimal = support::from_value("75.000").unwrap();
    assert_eq!(number, "75".parse().unwrap());
    assert_eq!(
        support::write(&support::from_value::<Decimal>("\"75.000\"").unwrap()),
        "\"75.000\""
    );
    assert_eq!(
        support::from_value::<InvoiceId>("153").unwrap(),
        InvoiceId::from(153_u64)
    );
    assert_eq!(support::from_value::<TaxType>("2"), Some(TaxType::Vat));
    assert_eq!(support::from_value::<Flag>("1"), Some(Flag::ON));
    assert_eq!(
        support::from_value::<Secret>("\"s\""),
        Some(Secret::from("s"))
    );
    assert_eq!(
        support::from_value::<LocalizedText>("[]"),
        Some(LocalizedText::empty())
    );
    assert_eq!(
        serde_json::to_value(InvoiceId::from(153_u64)).unwrap(),
        serde_json::json!(153)
    );
    let written = serde_json::to_value(DecimalNumber::new("7.50".parse().unwrap())).unwrap();
    assert_eq!(written.as_f64(), Some(7.5));
}

#[cfg(feature = "arbitrary-precision-tests")]
#[test]
fn arbitrary_precision_is_on() {
    let number: Decimal = support::from_value("75.000").unwrap();
    assert_eq!(support::write(&number), "75.000");
    let big: InvoiceId = support::from_value("123456789012345678901234567890").unwrap();
    assert_eq!(big, "123456789012345678901234567890");
    assert_eq!(
        support::refusal::<Secret>("5.5"),
        "expected a string, found an object or a number"
    );
    let keys: serde_json::Value = serde_json::from_str("{\"b\":1,\"a\":2}").unwrap();
    assert_eq!(keys.to_string(), "{\"b\":1,\"a\":2}");
}
