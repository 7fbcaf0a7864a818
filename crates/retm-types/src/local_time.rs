//! The API's times, which have no zone.

use std::fmt;
use std::str::FromStr;

use chrono::{
    DateTime, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc,
};
use serde::{Deserialize, Deserializer, Serialize};

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
            || read(text).is_some_and(|(time, _)| time == no_time())
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

/// What the API writes for no time: midnight of 0001-01-01.
fn no_time() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(1, 1, 1)
        .unwrap_or(NaiveDate::MIN)
        .and_time(NaiveTime::MIN)
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
        crate::json::read_scalar(deserializer, |token| match token {
            crate::json::Token::Text(text) => Ok(Self(text.into_owned())),
            other => Err(other.unexpected("a time as a string")),
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::{FixedOffset, NaiveDate, NaiveDateTime, TimeDelta};

    use super::{LocalTime, MappedLocalTime, TimeZone, Utc};

    fn time(text: &str) -> LocalTime {
        serde_json::from_value(text.into()).unwrap()
    }

    fn at(hour: u32, minute: u32, second: u32) -> Option<NaiveDateTime> {
        NaiveDate::from_ymd_opt(2025, 12, 17)?.and_hms_opt(hour, minute, second)
    }

    #[test]
    fn both_spellings_are_read() {
        for text in [
            "2025-12-17 19:26:35",
            "2025-12-17T19:26:35",
            "2025-12-17T19:26:35.000Z",
            " 2025-12-17 19:26:35+0300",
        ] {
            assert_eq!(time(text).parsed(), at(19, 26, 35), "{text}");
        }
        let fraction = time("2025-12-17 19:26:35.250000").parsed().unwrap();
        assert_eq!(
            Some(fraction),
            at(19, 26, 35).map(|time| time + TimeDelta::milliseconds(250))
        );
    }

    #[test]
    fn no_time_is_told_apart() {
        for text in [
            "0001-01-01T00:00:00",
            "0001-01-01 00:00:00",
            "0001-01-01T00:00:00Z",
            "0000-00-00 00:00:00",
            "",
            " ",
        ] {
            assert!(time(text).is_unset(), "{text}");
            assert_eq!(time(text).parsed(), None, "{text}");
            assert_eq!(time(text).to_utc(&Utc), None, "{text}");
        }
        assert!(LocalTime::unset().is_unset());
        assert!(!time("0001-01-01T00:00:01").is_unset());
    }

    #[test]
    fn another_spelling_is_kept_unread() {
        for text in [
            "yesterday",
            "17/12/2025 19:26",
            "2025-12-17",
            "2025-13-17 19:26:35",
            "2025-12-17 19:26:35 pm",
            "2025-12-17 19:26:3é",
        ] {
            assert_eq!(time(text).parsed(), None, "{text}");
            assert!(!time(text).is_unset());
            assert_eq!(time(text).to_string(), text);
            assert!(text.parse::<LocalTime>().is_err());
        }
        assert!("2025-12-17 19:26:35".parse::<LocalTime>().is_ok());
        assert!("0001-01-01T00:00:00".parse::<LocalTime>().is_ok());
        assert!(serde_json::from_str::<LocalTime>("1766000000").is_err());
    }

    #[test]
    fn an_instant_needs_a_zone() {
        let riyadh = FixedOffset::east_opt(3 * 3600).unwrap();
        let expected = at(16, 26, 35).map(|time| MappedLocalTime::Single(time.and_utc()));
        assert_eq!(time("2025-12-17 19:26:35").to_utc(&riyadh), expected);
        assert_eq!(
            time("2025-12-17T19:26:35+03:00").to_utc(&Utc),
            expected,
            "the offset comes first"
        );
        assert_eq!(time("2025-12-17 19:26:35").offset(), None);
    }

    /// A zone that sets its clocks back from 3 to 2 and, a day later, forward from 2 to 3.
    #[derive(Clone, Copy)]
    struct Shifting;

    impl TimeZone for Shifting {
        type Offset = FixedOffset;

        fn from_offset(_: &FixedOffset) -> Self {
            Self
        }

        fn offset_from_local_date(&self, _: &NaiveDate) -> MappedLocalTime<FixedOffset> {
            MappedLocalTime::None
        }

        fn offset_from_local_datetime(
            &self,
            local: &NaiveDateTime,
        ) -> MappedLocalTime<FixedOffset> {
            let hours = |hours| FixedOffset::east_opt(hours * 3600).unwrap();
            match local.format("%d %H").to_string().as_str() {
                "17 02" => MappedLocalTime::Ambiguous(hours(3), hours(2)),
                "18 02" => MappedLocalTime::None,
                _ => MappedLocalTime::Single(hours(3)),
            }
        }

        fn offset_from_utc_date(&self, _: &NaiveDate) -> FixedOffset {
            FixedOffset::east_opt(0).unwrap()
        }

        fn offset_from_utc_datetime(&self, _: &NaiveDateTime) -> FixedOffset {
            FixedOffset::east_opt(0).unwrap()
        }
    }

    #[test]
    fn a_time_that_clocks_show_twice_or_never_is_not_guessed() {
        let twice = time("2025-12-17 02:30:00").to_utc(&Shifting).unwrap();
        let first = at(2, 30, 0).unwrap().and_utc() - TimeDelta::hours(3);
        assert_eq!(
            twice,
            MappedLocalTime::Ambiguous(first, first + TimeDelta::hours(1))
        );
        assert_eq!(
            time("2025-12-18 02:30:00").to_utc(&Shifting),
            Some(MappedLocalTime::None)
        );
    }

    #[test]
    fn a_time_is_written_in_the_spelling_of_lists() {
        assert_eq!(
            LocalTime::from(at(9, 5, 0).unwrap()).as_str(),
            "2025-12-17 09:05:00"
        );
    }
}
