//! Amounts in requests.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal as Amount;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::decimal::{Decimal, ParseDecimalError, parse};
use crate::json;

/// An amount of money or a quantity that is written as a JSON number (`75.000`), as create-order requests want it.
///
/// Read from a number or from a numeric string; the scale is kept, no step goes through a float. Amounts are in the
/// merchant's currency.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct DecimalNumber(Amount);

impl DecimalNumber {
    /// The amount with its scale: 75.000 is written as `75.000`.
    pub fn new(value: Amount) -> Self {
        Self(value)
    }

    /// The value, to calculate with.
    pub fn value(&self) -> Amount {
        self.0
    }
}

impl fmt::Display for DecimalNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for DecimalNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DecimalNumber({})", self.0)
    }
}

impl FromStr for DecimalNumber {
    type Err = ParseDecimalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).map(|(value, _)| Self(value))
    }
}

impl From<Amount> for DecimalNumber {
    fn from(value: Amount) -> Self {
        Self(value)
    }
}

impl From<Decimal> for DecimalNumber {
    fn from(decimal: Decimal) -> Self {
        Self(decimal.value())
    }
}

impl From<DecimalNumber> for Decimal {
    fn from(number: DecimalNumber) -> Self {
        Self::number(number.0)
    }
}

impl From<DecimalNumber> for Amount {
    fn from(number: DecimalNumber) -> Self {
        number.0
    }
}

macro_rules! from_integers {
    ($($integer:ty),*) => {$(
        impl From<$integer> for DecimalNumber {
            fn from(value: $integer) -> Self {
                Self(value.into())
            }
        }
    )*};
}
from_integers!(u8, u16, u32, u64, i8, i16, i32, i64);

impl<'de> Deserialize<'de> for DecimalNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::read(deserializer, |token| {
            match &token {
                json::Token::Number(text) => text.parse(),
                json::Token::Text(text) => text.parse(),
                other => return Err(other.unexpected("a number or a decimal string")),
            }
            .map_err(|error: ParseDecimalError| error.to_string())
        })
    }
}

impl Serialize for DecimalNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        json::write_number(&self.0.to_string(), serializer)
    }
}
