//! What a reward takes off.

use retm_types::Decimal;

use crate::invalid_reply::InvalidReply;

/// A percentage or an amount, always more than nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discount {
    value: Decimal,
    percent: bool,
}

impl Discount {
    /// So many hundredths: more than 0 and at most 100.
    ///
    /// ```
    /// use retm_webhook_types::Discount;
    /// use retm_webhook_types::retm_types::Decimal;
    ///
    /// let tenth = Discount::percent("10.00".parse::<Decimal>()?)?;
    /// assert!(tenth.is_percentage());
    /// assert!(Discount::percent(Decimal::from(120_i64)).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// 0, less, or more than 100.
    pub fn percent(value: impl Into<Decimal>) -> Result<Self, InvalidReply> {
        let value = positive(
            value,
            "data.discount_amount",
            "a percentage must be more than 0",
        )?;
        if value > Decimal::from(100_i64) {
            return Err(InvalidReply::new(
                "data.discount_amount",
                "a percentage must be at most 100",
            ));
        }
        Ok(Self {
            value,
            percent: true,
        })
    }

    /// An amount in the merchant's currency: more than 0.
    ///
    /// # Errors
    ///
    /// 0 or less.
    pub fn amount(value: impl Into<Decimal>) -> Result<Self, InvalidReply> {
        let value = positive(
            value,
            "data.discount_amount",
            "an amount must be more than 0",
        )?;
        Ok(Self {
            value,
            percent: false,
        })
    }

    /// Whether the value is a percentage; otherwise it is an amount in the merchant's currency.
    pub fn is_percentage(&self) -> bool {
        self.percent
    }

    /// The percentage or the amount.
    pub fn value(&self) -> &Decimal {
        &self.value
    }
}

/// A decimal that is more than 0, in the form that is written as a string.
pub(super) fn positive(
    value: impl Into<Decimal>,
    member: &'static str,
    rule: &'static str,
) -> Result<Decimal, InvalidReply> {
    let value = Decimal::new(value.into().value());
    if value > Decimal::from(0_i64) {
        Ok(value)
    } else {
        Err(InvalidReply::new(member, rule))
    }
}
