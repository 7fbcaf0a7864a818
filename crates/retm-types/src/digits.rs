//! Numbers in the spellings that come in: Arabic-Indic digits, exponents.

use std::borrow::Cow;

use crate::json::Token;

/// The most zeros that an exponent may add: more digits than any amount can hold.
const MOST_ZEROS: i64 = 60;

/// The text with Arabic-Indic digits (`٠` to `٩`, and the Persian `۰` to `۹`) as digits, and the Arabic decimal separator `٫`
/// as a point.
pub(crate) fn western(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let digit = |first: char, c: char| {
        let value = u32::from(c).checked_sub(u32::from(first))?;
        char::from_digit(value, 10)
    };
    Cow::Owned(
        text.chars()
            .map(|c| match c {
                '\u{660}'..='\u{669}' => digit('\u{660}', c).unwrap_or(c),
                '\u{6f0}'..='\u{6f9}' => digit('\u{6f0}', c).unwrap_or(c),
                '\u{66b}' => '.',
                other => other,
            })
            .collect(),
    )
}

/// A JSON number without its exponent: `1.25e1` is `12.5`. None if it has more digits than any amount.
pub(crate) fn without_exponent(number: &str) -> Option<Cow<'_, str>> {
    let Some((mantissa, exponent)) = number.split_once(['e', 'E']) else {
        return Some(Cow::Borrowed(number));
    };
    let exponent: i64 = exponent.parse().ok()?;
    if exponent.abs() > MOST_ZEROS {
        return None;
    }
    let (sign, unsigned) = match mantissa.strip_prefix('-') {
        Some(unsigned) => ("-", unsigned),
        None => ("", mantissa),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = format!("{whole}{fraction}");
    let point = i64::try_from(whole.len()).ok()? + exponent;
    let plain = match usize::try_from(point) {
        Ok(point) if point >= digits.len() => {
            format!("{sign}{digits}{}", "0".repeat(point - digits.len()))
        }
        Ok(point) if point > 0 => {
            let (whole, fraction) = digits.split_at_checked(point)?;
            format!("{sign}{whole}.{fraction}")
        }
        _ => {
            let zeros = usize::try_from(-point).ok()?;
            format!("{sign}0.{}{digits}", "0".repeat(zeros))
        }
    };
    Some(Cow::Owned(plain))
}

/// The integer that a token stands for: a JSON number, also with an exponent or a fraction of zeros, or a text of digits.
pub(crate) fn integer(token: &Token<'_>) -> Option<i64> {
    match token {
        Token::Number(number) => {
            if let Ok(integer) = number.parse() {
                return Some(integer);
            }
            if !number.contains(['e', 'E']) {
                return None;
            }
            let plain = without_exponent(number)?;
            let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
            match fraction.trim_end_matches('0') {
                "" => whole.parse().ok(),
                _ => None,
            }
        }
        Token::Text(text) => western(text).parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{integer, western, without_exponent};
    use crate::json::Token;

    #[test]
    fn arabic_indic_digits_are_digits() {
        assert_eq!(western("١٢٫٥٠"), "12.50");
        assert_eq!(western("۱۲۳"), "123");
        assert_eq!(western("٩ ريال"), "9 ريال");
        assert!(matches!(western("12.50"), Cow::Borrowed("12.50")));
    }

    #[test]
    fn an_exponent_moves_the_point() {
        for (number, plain) in [
            ("1e2", "100"),
            ("1.25e1", "12.5"),
            ("-1.250E+2", "-125.0"),
            ("125e-1", "12.5"),
            ("125e-3", "0.125"),
            ("-1e-2", "-0.01"),
            ("1e0", "1"),
            ("75.000", "75.000"),
        ] {
            assert_eq!(without_exponent(number).as_deref(), Some(plain), "{number}");
        }
        assert_eq!(without_exponent("1e61"), None);
        assert_eq!(without_exponent("1e99999999999999999999"), None);
    }

    #[test]
    fn integers_are_read_from_numbers_and_texts() {
        for (number, value) in [
            ("1e2", Some(100)),
            ("100", Some(100)),
            ("1.50e1", Some(15)),
            ("1.55e1", None),
            ("1.0", None),
            ("1e50", None),
        ] {
            assert_eq!(integer(&Token::Number(number)), value, "{number}");
        }
        assert_eq!(integer(&Token::Text("٣".into())), Some(3));
        assert_eq!(integer(&Token::Text("1e2".into())), None);
        assert_eq!(integer(&Token::Bool(true)), None);
    }
}
