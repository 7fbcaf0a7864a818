//! The API's times, which have no zone.

use std::fmt;
use std::str::FromStr;

use chrono::{
    DateTime, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json::{self, Token};
use crate::{LooseString, digits};

/// A date and time of day without a zone: the merchant's local time, by assumption.
///
/// On the wire `"2025-12-17 19:26:35"` or `"2025-12-17T19:26:35"`, kept as written. `0001-01-01T00:00:00` stands for no time
/// at all. Any string is taken, so a time in an unknown spelling does not lose the element it stands in:
/// [`parsed`](Self::parsed) is None then, and [`as_str`](Self::as_str) has the text. Two are equal when their texts are.
///
/// A JSON integer is taken for an instant, by assumption: seconds since 1970-01-01 00:00:00 UTC, or milliseconds from
/// 100,000,000,000 on. Its [`offset`](Self::offset) is UTC, 0 stands for no time, and it is written back as it came.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct LocalTime(LooseString);

/// From here on an integer counts milliseconds: as seconds it would be the year 5138.
const MILLISECONDS: i64 = 100_000_000_000;

impl LocalTime {
    /// The API's value for no time.
    pub fn unset() -> Self {
        Self(LooseString::new("0001-01-01T00:00:00"))
    }

    /// The time as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns `true` if it stands for no time: `0001-01-01T00:00:00` in either spelling, `0000-00-00 00:00:00`, an empty text
    /// or the number 0.
    pub fn is_unset(&self) -> bool {
        if !self.0.is_string() {
            return self
                .instant()
                .is_none_or(|instant| instant.timestamp() == 0);
        }
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
        match self.instant() {
            Some(instant) => Some(instant.naive_utc()),
            None => read(self.0.trim()).map(|(time, _)| time),
        }
    }

    /// The offset from UTC written after the time (`Z`, `+03:00`), if there is one: the samples show none. UTC for an integer.
    pub fn offset(&self) -> Option<FixedOffset> {
        match self.instant() {
            Some(_) => FixedOffset::east_opt(0),
            None => read(self.0.trim()).and_then(|(_, offset)| offset),
        }
    }

    /// The instant that an integer stands for.
    fn instant(&self) -> Option<DateTime<Utc>> {
        if self.0.is_string() {
            return None;
        }
        let number = digits::integer(&Token::Number(&self.0))?;
        match number.abs() >= MILLISECONDS {
            true => DateTime::from_timestamp_millis(number),
            false => DateTime::from_timestamp(number, 0),
        }
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
        Self(LooseString::new(
            time.format("%Y-%m-%d %H:%M:%S%.f").to_string(),
        ))
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

impl fmt::Debug for LocalTime {
    /// Text that is no time may be anything, and is not shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_tuple("LocalTime");
        match self.parsed().is_some() || self.is_unset() {
            true => debug.field(&self.as_str()),
            false => debug.field(&format_args!("[not a time]")),
        };
        debug.finish()
    }
}

impl FromStr for LocalTime {
    type Err = ParseLocalTimeError;

    /// Strict, unlike decoding: the text must be a time, which it may also be to say that there is none.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match read(text) {
            Some(_) => Ok(Self(LooseString::new(text))),
            None => Err(ParseLocalTimeError(())),
        }
    }
}

impl<'de> Deserialize<'de> for LocalTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::read_scalar(deserializer, |token| {
            let time = match &token {
                Token::Text(_) => LooseString::from_token(&token).map(Self),
                Token::Number(_) => LooseString::from_token(&token)
                    .map(Self)
                    .filter(|time| time.instant().is_some()),
                _ => None,
            };
            time.ok_or_else(|| token.unexpected("a time as a string or an integer"))
        })
    }
}

impl Serialize for LocalTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
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
    }

    #[test]
    fn an_integer_timestamp_is_an_instant() {
        for (json, written) in [
            ("1763740800", "2025-11-21 16:00:00"),
            ("1763740800250", "2025-11-21 16:00:00.250"),
            ("1.7637408e9", "2025-11-21 16:00:00"),
            ("-86400", "1969-12-31 00:00:00"),
        ] {
            let time: LocalTime = serde_json::from_str(json).unwrap();
            assert_eq!(time.parsed(), LocalTime::parsed(&self::time(written)));
            assert_eq!(time.offset(), FixedOffset::east_opt(0));
            assert_eq!(
                time.to_utc(&FixedOffset::east_opt(3 * 3600).unwrap()),
                time.parsed()
                    .map(|time| MappedLocalTime::Single(time.and_utc()))
            );
            assert!(!time.is_unset());
            assert_eq!(serde_json::to_string(&time).unwrap(), json);
        }
        let none: LocalTime = serde_json::from_str("0").unwrap();
        assert!(none.is_unset() && none.parsed().is_none());
        for json in ["1763740800.5", "true", "null", "{}", "1e40"] {
            assert!(serde_json::from_str::<LocalTime>(json).is_err(), "{json}");
        }
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
