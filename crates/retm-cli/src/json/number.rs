//! Numbers by value, from their text: no float in between.

/// Whether two JSON numbers have the same value.
pub(super) fn same(one: &str, other: &str) -> bool {
    one == other
        || matches!((Canonical::of(one), Canonical::of(other)), (Some(one), Some(other)) if one == other)
}

/// ±0.DIGITS × 10^exponent, with neither zeros before nor behind the digits.
#[derive(PartialEq)]
struct Canonical {
    negative: bool,
    digits: String,
    exponent: i128,
}

impl Canonical {
    /// None where the exponent is beyond all measure; such numbers are compared as texts.
    fn of(text: &str) -> Option<Self> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let digits = all.trim_start_matches('0');
        if digits.is_empty() {
            return Some(Self {
                negative: false,
                digits: String::new(),
                exponent: 0,
            });
        }
        let leading = i128::try_from(all.len() - digits.len()).ok()?;
        Some(Self {
            negative,
            digits: digits.trim_end_matches('0').to_owned(),
            exponent: i128::from(exponent) + i128::try_from(whole.len()).ok()? - leading,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn numbers_are_compared_by_value() {
        for (one, other) in [
            ("1", "1.0"),
            ("1", "1.000e0"),
            ("100", "1e2"),
            ("0.015", "15E-3"),
            ("0", "-0"),
            ("0.0", "0e99"),
            ("-2.50", "-25e-1"),
            ("12345678901234567890.10", "12345678901234567890.1"),
        ] {
            assert!(same(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("1", "-1"),
            ("1", "10"),
            ("0.1", "0.01"),
            ("9007199254740993", "9007199254740992"),
            ("12345678901234567890.10", "12345678901234567890.11"),
            ("1e99999999999999999999", "1"),
        ] {
            assert!(!same(one, other), "{one} {other}");
        }
        assert!(same("1e99999999999999999999", "1e99999999999999999999"));
    }
}
