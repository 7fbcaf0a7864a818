//! Durations as people write them: `500ms`, `2s`, `1m`.

use std::time::Duration;

const UNITS: [(&str, u64); 6] = [
    ("ns", 1),
    ("us", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// A whole number and its unit.
pub(crate) fn read(text: &str) -> Option<Duration> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(end);
    let (_, nanos) = UNITS.iter().find(|(name, _)| *name == unit)?;
    let nanos = number.parse::<u64>().ok()?.checked_mul(*nanos)?;
    Some(Duration::from_nanos(nanos))
}

/// The same duration in the largest of seconds, milliseconds, microseconds and nanoseconds that says it exactly.
pub(crate) fn written(duration: Duration) -> String {
    let nanos = duration.as_nanos();
    let fits = |unit: u128| nanos.is_multiple_of(unit);
    if fits(1_000_000_000) {
        format!("{}s", duration.as_secs())
    } else if fits(1_000_000) {
        format!("{}ms", duration.as_millis())
    } else if fits(1_000) {
        format!("{}us", duration.as_micros())
    } else {
        format!("{nanos}ns")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for nanos in [0, 1, 1_500, 2_000_000, 1_500_000_000, 90_000_000_000] {
            let duration = Duration::from_nanos(nanos);
            assert_eq!(read(&written(duration)), Some(duration));
        }
        assert_eq!(read("1m"), Some(Duration::from_secs(60)));
        assert_eq!(read("2h"), Some(Duration::from_secs(7200)));
    }

    #[test]
    fn takes_nothing_else() {
        for text in [
            "",
            "5",
            "s",
            "-1s",
            "1.5s",
            "5 s",
            "5S",
            "5d",
            "99999999999h",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
