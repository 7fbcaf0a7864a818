//! The API's times, which have no zone.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, FixedOffset, MappedLocalTime, NaiveDateTime, TimeZone, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A date and time of day without a zone: the merchant's local time, by assumption.
///
/// On the wire `"2025-12-17 19:26:35"` or `"2025-12-17T19:26:35"`, kept as written. `0001-01-01T00:00:00` stands for no time
/// at all. Any string is taken, so a time in an unknown spelling does not lose the element it stands in:
/// [`parsed`](Self::parsed) is None then, and [`as_str`](Self::as_str) has the text. Two are equal when their texts are.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct LocalTime(String);

impl LocalTime {
    /// The API's value for no time.
    pub fn unset() -> Self {
        Self("0001-01-01T00:00:00".to_owned())
    }

    /// The time as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it stands for no time: `0001-01-01T00:00:00` in either spelling, `0000-00-00 00:00:00` or an empty text.
    pub fn is_unset(&self) -> bool {
        let text = self.0.trim();
        text.is_empty()
            || text.starts_with("0000-00-00")
            || read(text).is_some_and(|(time, _)| time == NaiveDateTime::default_unset())
    }

    /// The date and time of day as written, without any zone. None where it stands for no time or is spelled in a way that
    /// is not known. Fractions of a second are taken; an offset after the time is not applied.
    pub fn parsed(&self) -> Option<NaiveDateTime> {
        if self.is_unset() {
            return None;
        }
        read(self.0.trim()).map(|(time, _)| time)
    }

    /// The offset from UTC written after the time (`Z`, `+03:00`), where there is one. The samples show none.
    pub fn offset(&self) -> Option<FixedOffset> {
        read(self.0.trim()).and_then(|(_, offset)| offset)
    }

    /// The instant, given the business's time zone. None as for [`parsed`](Self::parsed).
    ///
    /// Where clocks are set back or forward a local time may stand for two instants or for none; chrono's type says which.
    /// An offset written after the time comes before `zone`.
    pub fn to_utc<Z: TimeZone>(&self, zone: &Z) -> Option<MappedLocalTime<DateTime<Utc>>> {
        let time = self.parsed()?;
        Some(match self.offset() {
            Some(offset) => offset
                .from_local_datetime(&time)
                .map(|instant| instant.to_utc()),
            None => zone
                .from_local_datetime(&time)
                .map(|instant| instant.to_utc()),
        })
    }
}

trait Unset {
    fn default_unset() -> Self;
}

impl Unset for NaiveDateTime {
    /// Midnight of 0001-01-01.
    fn default_unset() -> Self {
        chrono::NaiveDate::from_ymd_opt(1, 1, 1)
            .unwrap_or(chrono::NaiveDate::MIN)
            .and_time(chrono::NaiveTime::MIN)
    }
}

/// The time and the offset, where the text is spelled in a known way.
fn read(text: &str) -> Option<(NaiveDateTime, Option<FixedOffset>)> {
    // chrono alone would take signs, blanks and short fields as well.
    let shape = text
        .get(..19)?
        .bytes()
        .enumerate()
        .all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            10 => byte == b' ' || byte == b'T',
            13 | 16 => byte == b':',
            _ => byte.is_ascii_digit(),
        });
    if !shape {
        return None;
    }
    let text = text.replacen('T', " ", 1);
    match NaiveDateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S%.f") {
        Ok(time) => Some((time, None)),
        Err(_) => DateTime::parse_from_str(&text, "%Y-%m-%d %H:%M:%S%.f%#z")
            .ok()
            .map(|instant| (instant.naive_local(), Some(*instant.offset()))),
    }
}

impl fmt::Display for LocalTime {
    /// As written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<NaiveDateTime> for LocalTime {
    /// In the spelling of the API's lists: `2025-12-17 19:26:35`.
    fn from(time: NaiveDateTime) -> Self {
        Self(time.format("%Y-%m-%d %H:%M:%S%.f").to_string())
    }
}

/// A text that is no time in a spelling of the API's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseLocalTimeError(());

impl fmt::Display for ParseLocalTimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a time such as 2025-12-17 19:26:35 or 2025-12-17T19:26:35")
    }
}

impl std::error::Error for ParseLocalTimeError {}

impl FromStr for LocalTime {
    type Err = ParseLocalTimeError;

    /// Strict, unlike decoding: the text must be a time, which it may also be to say that there is none.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match read(text) {
            Some(_) => Ok(Self(text.to_owned())),
            None => Err(ParseLocalTimeError(())),
        }
    }
}

impl<'de> Deserialize<'de> for LocalTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::json::read(deserializer, |token| match token {
            crate::json::Token::Text(text) => Ok(Self(text.into_owned())),
            other => Err(other.unexpected("a time as a string")),
        })
    }
}
