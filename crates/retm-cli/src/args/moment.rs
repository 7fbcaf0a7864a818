//! The times of `--from` and `--to`: a time, a day, or a word for one.

use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime};

/// Riyadh's offset from UTC in seconds: there is no summer time. The merchant's own setting is not in the API.
const RIYADH: u64 = 3 * 60 * 60;

/// A time of `--from`; a day begins at midnight.
pub(super) fn from(text: &str) -> Result<String, String> {
    moment(text, today(), NaiveTime::MIN)
}

/// A time of `--to`; a day ends with its last second.
pub(super) fn to(text: &str) -> Result<String, String> {
    let last = NaiveTime::from_hms_opt(23, 59, 59).unwrap_or(NaiveTime::MIN);
    moment(text, today(), last)
}

/// The day in Riyadh.
fn today() -> NaiveDate {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.unwrap_or_default().as_secs() + RIYADH;
    let time = i64::try_from(seconds).ok();
    time.and_then(|time| DateTime::from_timestamp(time, 0))
        .unwrap_or_default()
        .date_naive()
}

/// The time as the API writes it.
fn moment(text: &str, today: NaiveDate, of_day: NaiveTime) -> Result<String, String> {
    let text = text.trim();
    let day = match text.to_ascii_lowercase().as_str() {
        "today" => Some(today),
        "yesterday" => today.checked_sub_days(Days::new(1)),
        _ => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok(),
    };
    let time = day.map(|day| day.and_time(of_day)).or_else(|| {
        ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"]
            .iter()
            .chain(&["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"])
            .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
    });
    match time {
        Some(time) => Ok(time.format("%Y-%m-%d %H:%M:%S").to_string()),
        None => Err("expected a time without a zone such as '2025-12-17 19:26:35', a day such as 2025-12-17, today or yesterday".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_times_and_words_are_taken_and_nothing_else() {
        let today = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
        let evening = NaiveTime::from_hms_opt(23, 59, 59).unwrap();
        let read = |text: &str| moment(text, today, evening);
        for (text, wanted) in [
            ("yesterday", "2026-02-28 23:59:59"),
            ("Today", "2026-03-01 23:59:59"),
            ("2025-12-17", "2025-12-17 23:59:59"),
            ("2025-12-17 19:26:35", "2025-12-17 19:26:35"),
            ("2025-12-17T19:26", "2025-12-17 19:26:00"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(wanted), "{text}");
        }
        for text in [
            "",
            "tomorow",
            "17.12.2025",
            "2025-13-01",
            "2025-02-30",
            "2025-12-17 19:26:35Z",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        assert_eq!(from("2025-12-17").as_deref(), Ok("2025-12-17 00:00:00"));
        assert_eq!(to("2025-12-17").as_deref(), Ok("2025-12-17 23:59:59"));
    }
}
