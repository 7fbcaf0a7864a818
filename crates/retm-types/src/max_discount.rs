//! The ceiling of a discount.

use std::fmt;

use rust_decimal::Decimal as Amount;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Decimal, json};

/// The most that a percentage discount may take off, in the merchant's currency. 0 means no limit.
///
/// On the wire the number 0 for no limit, else a decimal string; a number is read, too, and written back in its form.
/// Never negative.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MaxDiscount(Decimal);

impl MaxDiscount {
    /// No limit, written as the number 0.
    pub fn unlimited() -> Self {
        Self(Decimal::number(Amount::ZERO))
    }

    /// A limit, written as a decimal string; an amount of 0 is no limit.
    ///
    /// # Errors
    ///
    /// Where the amount is negative.
    pub fn limited(amount: impl Into<Amount>) -> Result<Self, NegativeMaxDiscount> {
        let amount = amount.into();
        if amount.is_zero() {
            return Ok(Self::unlimited());
        }
        Self::checked(Decimal::new(amount))
    }

    /// The limit; None where there is none.
    pub fn limit(&self) -> Option<Amount> {
        Some(self.0.value()).filter(|amount| !amount.is_zero())
    }

    /// Whether there is no limit.
    pub fn is_unlimited(&self) -> bool {
        self.limit().is_none()
    }

    fn checked(amount: Decimal) -> Result<Self, NegativeMaxDiscount> {
        let value = amount.value();
        if value.is_sign_negative() && !value.is_zero() {
            return Err(NegativeMaxDiscount(()));
        }
        Ok(Self(amount))
    }
}

impl Default for MaxDiscount {
    fn default() -> Self {
        Self::unlimited()
    }
}

impl fmt::Display for MaxDiscount {
    /// The amount as on the wire: `0` for no limit.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl TryFrom<Amount> for MaxDiscount {
    type Error = NegativeMaxDiscount;

    fn try_from(amount: Amount) -> Result<Self, Self::Error> {
        Self::limited(amount)
    }
}

/// A ceiling below zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NegativeMaxDiscount(());

impl fmt::Display for NegativeMaxDiscount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the most that a discount may take off cannot be negative")
    }
}

impl std::error::Error for NegativeMaxDiscount {}

impl<'de> Deserialize<'de> for MaxDiscount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::read(deserializer, |token| {
            Self::checked(Decimal::from_token(&token)?).map_err(|error| error.to_string())
        })
    }
}

impl Serialize for MaxDiscount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal as Amount;

    use super::MaxDiscount;

    fn written(discount: &MaxDiscount) -> String {
        serde_json::to_string(discount).unwrap()
    }

    #[test]
    fn no_limit_is_the_number_0_and_a_limit_a_string() {
        assert_eq!(written(&MaxDiscount::unlimited()), "0");
        assert_eq!(
            written(&MaxDiscount::limited(Amount::new(0, 2)).unwrap()),
            "0"
        );
        assert_eq!(
            written(&MaxDiscount::limited(Amount::new(1250, 2)).unwrap()),
            "\"12.50\""
        );
        assert!(MaxDiscount::limited(-1).is_err());
    }

    #[test]
    fn what_was_read_keeps_its_form() {
        for (json, limit) in [
            ("0", None),
            ("\"0.00\"", None),
            ("12.50", Some(1250)),
            ("\"12.50\"", Some(1250)),
            ("\"-0\"", None),
        ] {
            let discount: MaxDiscount = serde_json::from_str(json).unwrap();
            assert_eq!(
                discount.limit(),
                limit.map(|cents| Amount::new(cents, 2)),
                "{json}"
            );
            assert_eq!(discount.is_unlimited(), limit.is_none());
            assert_eq!(written(&discount), json);
        }
        for json in ["-1", "\"-0.01\"", "\"\"", "null"] {
            assert!(serde_json::from_str::<MaxDiscount>(json).is_err(), "{json}");
        }
    }
}
