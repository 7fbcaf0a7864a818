//! Amounts, quantities and rates as the API writes them.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use rust_decimal::Decimal as Amount;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json;

/// An amount of money, a quantity or a rate.
///
/// On the wire a string with two or three decimals (`"75.000"`) or a JSON number (`75.000`); written back in the form and
/// with the digits it was read with. Amounts are in the merchant's currency.
///
/// Two are equal when their values are: `"75.0"` equals `75.000`. What is no plain decimal number, or has more digits than
/// fit (about 28), is an error: nothing is rounded.
#[derive(Clone)]
pub struct Decimal {
    value: Amount,
    number: bool,
    /// The text as received, where it is not the one `value` would be written as: `"007.5"`, `"+1"`, `"-0"`.
    spelling: Option<Box<str>>,
}

impl Decimal {
    /// An amount that is written as a JSON string, the API's usual form. The scale is kept: 75.000 stays `"75.000"`.
    pub fn new(value: Amount) -> Self {
        Self {
            value,
            number: false,
            spelling: None,
        }
    }

    /// An amount that is written as a JSON number.
    pub fn number(value: Amount) -> Self {
        Self {
            value,
            number: true,
            spelling: None,
        }
    }

    /// The value, to calculate with.
    pub fn value(&self) -> Amount {
        self.value
    }

    /// Whether it is a JSON number on the wire.
    pub fn is_number(&self) -> bool {
        self.number
    }

    /// Reads a text that stands for an amount, keeping how it is spelled.
    fn spelled(text: &str, number: bool) -> Result<Self, ParseDecimalError> {
        let (value, canonical) = parse(text)?;
        Ok(Self {
            value,
            number,
            spelling: (!canonical).then(|| text.into()),
        })
    }

    pub(crate) fn from_token(token: &json::Token<'_>) -> Result<Self, String> {
        match token {
            json::Token::Text(text) => Self::spelled(text, false),
            json::Token::Number(text) => Self::spelled(text, true),
            other => return Err(other.unexpected("a decimal string or a number")),
        }
        .map_err(|error| error.to_string())
    }
}

impl fmt::Display for Decimal {
    /// The digits as they stand on the wire.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.spelling {
            Some(text) => f.pad(text),
            None => fmt::Display::fmt(&self.value, f),
        }
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.number {
            write!(f, "Decimal({self})")
        } else {
            write!(f, "Decimal(\"{self}\")")
        }
    }
}

impl FromStr for Decimal {
    type Err = ParseDecimalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::spelled(text, false)
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Eq for Decimal {}

impl Hash for Decimal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.value.cmp(&other.value)
    }
}

impl From<Amount> for Decimal {
    fn from(value: Amount) -> Self {
        Self::new(value)
    }
}

impl From<i64> for Decimal {
    fn from(value: i64) -> Self {
        Self::new(value.into())
    }
}

impl From<i32> for Decimal {
    fn from(value: i32) -> Self {
        Self::new(value.into())
    }
}

impl From<Decimal> for Amount {
    fn from(decimal: Decimal) -> Self {
        decimal.value
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::read_text(deserializer, |text| {
            let (unquoted, number) = match text.strip_prefix('"') {
                Some(rest) => (rest.strip_suffix('"').unwrap_or(rest), false),
                None => (text, true),
            };
            match usual(unquoted) {
                Some(value) => Ok(Self {
                    value,
                    number,
                    spelling: None,
                }),
                None => Self::from_token(&json::Token::new(text)?),
            }
        })
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.number {
            json::write_number(&self.to_string(), serializer)
        } else {
            serializer.collect_str(self)
        }
    }
}

/// A text that is no amount. The message does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseDecimalError(Problem);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Problem {
    Empty,
    NotPlain,
    TooLong,
}

impl fmt::Display for ParseDecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Problem::Empty => "an empty string is no amount",
            Problem::NotPlain => {
                "not a plain decimal number: digits with at most one point, no exponent, no separators"
            }
            Problem::TooLong => "a decimal number with more digits than can be held exactly",
        })
    }
}

impl std::error::Error for ParseDecimalError {}

/// The value of a text, and whether the value is written back as the same text.
pub(crate) fn parse(text: &str) -> Result<(Amount, bool), ParseDecimalError> {
    if text.is_empty() {
        return Err(ParseDecimalError(Problem::Empty));
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (unsigned, None),
    };
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let has_digit = !whole.is_empty() || fraction.is_some_and(|fraction| !fraction.is_empty());
    if !has_digit || !digits(whole) || !fraction.is_none_or(digits) {
        return Err(ParseDecimalError(Problem::NotPlain));
    }

    let canonical = !text.starts_with('+')
        && (whole == "0" || (!whole.is_empty() && !whole.starts_with('0')))
        && fraction.is_none_or(|fraction| !fraction.is_empty());
    let value = if canonical {
        Amount::from_str_exact(text)
    } else {
        let sign = if text.starts_with('-') { "-" } else { "" };
        let whole = match whole.trim_start_matches('0') {
            "" => "0",
            whole => whole,
        };
        match fraction.filter(|fraction| !fraction.is_empty()) {
            Some(fraction) => Amount::from_str_exact(&format!("{sign}{whole}.{fraction}")),
            None => Amount::from_str_exact(&format!("{sign}{whole}")),
        }
    }
    .map_err(|_| ParseDecimalError(Problem::TooLong))?;
    Ok((
        value,
        canonical && !(text.starts_with('-') && value.is_zero()),
    ))
}

/// The value of a text as the API commonly writes it: up to 17 digits, spelled as they are written back.
fn usual(text: &str) -> Option<Amount> {
    let (negative, digits) = match text.as_bytes() {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    // So many fit into the mantissa whatever they are.
    if digits.len() > 18 {
        return None;
    }
    let (mut mantissa, mut point) = (0_i64, None);
    for (at, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => mantissa = mantissa * 10 + i64::from(byte - b'0'),
            b'.' if point.is_none() => point = Some(at),
            _ => return None,
        }
    }
    let whole = point.unwrap_or(digits.len());
    let fraction = point.map(|at| digits.len() - at - 1);
    let leading_zero = whole > 1 && digits.first() == Some(&b'0');
    // Minus nothing keeps its sign in the spelling.
    if whole == 0 || leading_zero || fraction == Some(0) || (negative && mantissa == 0) {
        return None;
    }
    let scale = u32::try_from(fraction.unwrap_or(0)).ok()?;
    Amount::try_new(if negative { -mantissa } else { mantissa }, scale).ok()
}
