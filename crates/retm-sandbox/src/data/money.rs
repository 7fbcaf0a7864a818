//! Amounts, in thousandths of the merchant's currency.

use std::iter::Sum;
use std::ops::{Add, Sub};
use std::str::FromStr;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;

/// An amount, a quantity or a rate with three decimals, as the API writes them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Money(i64);

impl Money {
    /// One whole unit.
    pub(crate) const ONE: Self = Self(1000);

    pub(crate) const fn thousandths(value: i64) -> Self {
        Self(value)
    }

    /// What a JSON number or a decimal string says, rounded to three decimals. `None` for anything else and for
    /// amounts beyond a trillion.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        let text = match value {
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.clone(),
            _ => return None,
        };
        let decimal = Decimal::from_str(&text)
            .or_else(|_| Decimal::from_scientific(&text))
            .ok()?;
        let thousandths = decimal
            .checked_mul(Decimal::ONE_THOUSAND)?
            .round()
            .to_i64()?;
        (thousandths.unsigned_abs() <= 1_000_000_000_000_000).then_some(Self(thousandths))
    }

    /// `75.000`.
    pub(crate) fn text(self) -> String {
        self.decimals(3)
    }

    /// With this many decimals, at most three; what is beyond them is cut off.
    pub(crate) fn decimals(self, decimals: u32) -> String {
        Decimal::new(self.0, 3)
            .trunc_with_scale(decimals)
            .to_string()
    }

    /// This many times the amount.
    pub(crate) fn times(self, quantity: Self) -> Self {
        Self(divide(i128::from(self.0) * i128::from(quantity.0), 1000))
    }

    /// The amount for one of this quantity.
    pub(crate) fn over(self, quantity: Self) -> Self {
        if quantity.0 == 0 {
            return self;
        }
        Self(divide(i128::from(self.0) * 1000, i128::from(quantity.0)))
    }

    /// The 15 % VAT that an amount with tax holds.
    pub(crate) fn vat_within(self) -> Self {
        Self(divide(i128::from(self.0) * 15, 115))
    }

    pub(crate) fn is_positive(self) -> bool {
        self.0 > 0
    }

    pub(crate) fn is_negative(self) -> bool {
        self.0 < 0
    }
}

/// The quotient, rounded half away from zero.
fn divide(dividend: i128, divisor: i128) -> i64 {
    let half = (divisor.abs() / 2) * dividend.signum() * divisor.signum();
    i64::try_from((dividend + half) / divisor).unwrap_or(i64::MAX)
}

impl Add for Money {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Money {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_numbers_and_decimal_strings() {
        let read = |value| Money::read(&value).map(Money::text);
        assert_eq!(read(json!(75)).as_deref(), Some("75.000"));
        assert_eq!(read(json!(6.391)).as_deref(), Some("6.391"));
        assert_eq!(read(json!(-0.5)).as_deref(), Some("-0.500"));
        assert_eq!(read(json!("19.0005")).as_deref(), Some("19.000"));
        assert_eq!(read(json!(1e3)).as_deref(), Some("1000.000"));
        assert_eq!(read(json!(1e300)), None);
        assert_eq!(read(json!("12 SAR")), None);
        assert_eq!(read(json!(null)), None);
    }

    #[test]
    fn splits_vat_as_the_sample_does() {
        let parts = |total| {
            let total = Money::thousandths(total);
            (
                total.vat_within().text(),
                (total - total.vat_within()).text(),
            )
        };
        assert_eq!(parts(75_000), ("9.783".to_owned(), "65.217".to_owned()));
        assert_eq!(parts(19_000), ("2.478".to_owned(), "16.522".to_owned()));
        assert_eq!(parts(11_000), ("1.435".to_owned(), "9.565".to_owned()));
    }

    #[test]
    fn multiplies_and_shortens() {
        let price = Money::thousandths(12_500);
        assert_eq!(price.times(Money::thousandths(1500)).text(), "18.750");
        assert_eq!(price.times(Money::ONE), price);
        assert_eq!(price.over(Money::thousandths(2000)).text(), "6.250");
        assert_eq!(price.over(Money::default()), price);
        assert_eq!(price.decimals(2), "12.50");
        assert!(price.is_positive() && !price.is_negative());
    }
}
