//! Faults as text, for the command line: `KIND[=DURATION][:SETTING,…]`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::{Fault, FaultKind, duration};
use crate::error::FaultError;

/// Every kind as it is written, the duration it takes in brackets where it can be left out.
pub(crate) const KINDS: &str = "lose-response, reset, commit-late=DURATION, answer-late=DURATION, ignore-reference, \
    lag-list=DURATION, delay=DURATION, rate-limit[=DURATION], bad-gateway, token-down, reuse-revokes";

impl FaultKind {
    /// Its name on the command line, such as `lose-response`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::LoseResponse => "lose-response",
            Self::Reset => "reset",
            Self::CommitLate(_) => "commit-late",
            Self::AnswerLate(_) => "answer-late",
            Self::IgnoreReference => "ignore-reference",
            Self::LagList(_) => "lag-list",
            Self::Delay(_) => "delay",
            Self::RateLimit { .. } => "rate-limit",
            Self::BadGateway => "bad-gateway",
            Self::TokenDown => "token-down",
            Self::ReuseRevokes => "reuse-revokes",
        }
    }

    pub(crate) fn duration(&self) -> Option<Duration> {
        match self {
            Self::CommitLate(duration)
            | Self::AnswerLate(duration)
            | Self::LagList(duration)
            | Self::Delay(duration) => Some(*duration),
            Self::RateLimit { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    pub(crate) fn is_as_date(&self) -> bool {
        matches!(self, Self::RateLimit { as_date: true, .. })
    }
}

/// The kind of this name.
pub(crate) fn kind(
    name: &str,
    duration: Option<Duration>,
    as_date: bool,
) -> Result<FaultKind, FaultError> {
    let needed = || {
        duration.ok_or_else(|| {
            FaultError::new(format!(
                "`{name}` needs a duration, such as `{name}=2s` or `{name}=500ms`"
            ))
        })
    };
    let kind = match name {
        "lose-response" => FaultKind::LoseResponse,
        "reset" => FaultKind::Reset,
        "commit-late" => FaultKind::CommitLate(needed()?),
        "answer-late" => FaultKind::AnswerLate(needed()?),
        "ignore-reference" => FaultKind::IgnoreReference,
        "lag-list" => FaultKind::LagList(needed()?),
        "delay" => FaultKind::Delay(needed()?),
        "rate-limit" => FaultKind::RateLimit {
            retry_after: duration,
            as_date,
        },
        "bad-gateway" => FaultKind::BadGateway,
        "token-down" => FaultKind::TokenDown,
        "reuse-revokes" => FaultKind::ReuseRevokes,
        _ => {
            return Err(FaultError::new(format!(
                "there is no fault `{name}`; there are {KINDS}"
            )));
        }
    };
    if duration.is_some() && kind.duration().is_none() {
        return Err(FaultError::new(format!("`{name}` takes no duration")));
    }
    if as_date && !kind.is_as_date() {
        return Err(FaultError::new(format!(
            "`as-date` is a setting of `rate-limit`, not of `{name}`"
        )));
    }
    if as_date && duration.is_none() {
        return Err(FaultError::new(
            "`as-date` needs a duration, such as `rate-limit=30s:as-date`",
        ));
    }
    Ok(kind)
}

/// Writes what [`FromStr`] reads.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.name())?;
        if let Some(duration) = self.kind.duration() {
            write!(f, "={}", duration::written(duration))?;
        }
        let mut settings = Vec::new();
        if self.kind.is_as_date() {
            settings.push("as-date".to_owned());
        }
        if let Some(operation) = &self.operation {
            settings.push(format!("on={operation}"));
        }
        if let Some(business) = &self.business {
            settings.push(format!("business={business}"));
        }
        if self.share < 1.0 {
            settings.push(format!("share={}", self.share));
        }
        if let Some(times) = self.times {
            settings.push(format!("times={times}"));
        }
        if settings.is_empty() {
            return Ok(());
        }
        write!(f, ":{}", settings.join(","))
    }
}

/// Reads `KIND[=DURATION][:SETTING,…]` with the settings `on=OPERATION`, `business=ID`, `share=0..1`, `times=N` and,
/// for `rate-limit`, `as-date`; such as `commit-late=2s:on=create_order,share=0.1`.
impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (head, settings) = match text.split_once(':') {
            Some((head, settings)) => (head, settings),
            None => (text, ""),
        };
        let (name, duration) = match head.split_once('=') {
            Some((name, duration)) => (name, Some(read_duration(duration)?)),
            None => (head, None),
        };
        let settings: Vec<&str> = settings
            .split(',')
            .map(str::trim)
            .filter(|setting| !setting.is_empty())
            .collect();
        let as_date = settings.contains(&"as-date");
        let mut fault = Self::new(kind(name.trim(), duration, as_date)?);
        for setting in settings {
            if setting != "as-date" {
                fault = fault.with_setting(setting)?;
            }
        }
        Ok(fault)
    }
}

impl Fault {
    fn with_setting(self, setting: &str) -> Result<Self, FaultError> {
        match setting.split_once('=') {
            Some(("on", operation)) if !operation.is_empty() => Ok(self.on(operation)),
            Some(("business", business)) if !business.is_empty() => Ok(self.business(business)),
            Some(("share", share)) => Ok(self.share(read_share(share)?)),
            Some(("times", times)) => times.parse().map(|times| self.times(times)).map_err(|_| {
                FaultError::new(format!(
                    "`times={times}` is not a whole number, such as `times=5`"
                ))
            }),
            _ => Err(FaultError::new(format!(
                "there is no setting `{setting}`; there are on=OPERATION, business=ID, share=0..1, times=N and, for \
                 rate-limit, as-date"
            ))),
        }
    }
}

fn read_share(text: &str) -> Result<f64, FaultError> {
    text.parse()
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| {
            FaultError::new(format!(
                "`share={text}` is not from 0 to 1, such as `share=0.3`"
            ))
        })
}

fn read_duration(text: &str) -> Result<Duration, FaultError> {
    duration::read(text).ok_or_else(|| {
        FaultError::new(format!(
            "`{text}` is not a duration: a whole number of ns, us, ms, s, m or h, such as 500ms or 2s"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 15] = [
        "lose-response",
        "reset:on=create_order",
        "commit-late=2s",
        "commit-late=1500ms:on=create_order,business=acme,share=0.25,times=3",
        "answer-late=50ms:on=exchange_token,times=1",
        "ignore-reference",
        "lag-list=200ms",
        "delay=5ms:share=0",
        "rate-limit",
        "rate-limit=30s",
        "rate-limit=30s:as-date,times=1",
        "bad-gateway:on=list_products",
        "token-down:times=4",
        "reuse-revokes",
        "lose-response:on=create_order,share=0.3,times=5",
    ];

    #[test]
    fn reads_what_it_writes_as_text_and_as_json() {
        for text in TEXTS {
            let fault: Fault = text.parse().unwrap();
            assert_eq!(fault.to_string(), text);
            assert_eq!(
                Fault::read_json(&fault.to_json()),
                Ok(fault.clone()),
                "{text}"
            );
            assert_eq!(Fault::read_json(&text.into()), Ok(fault));
        }
    }

    #[test]
    fn every_kind_is_named() {
        let named: Vec<&str> = KINDS
            .split(", ")
            .map(|kind| kind.split(['=', '[']).next().unwrap())
            .collect();
        for name in &named {
            let kind = kind(name, None, false).or_else(|_| kind(name, Some(Duration::ZERO), false));
            assert_eq!(kind.unwrap().name(), *name);
        }
        let written: std::collections::BTreeSet<&str> = TEXTS
            .iter()
            .map(|text| text.parse::<Fault>().unwrap().kind.name())
            .collect();
        assert_eq!(written, named.into_iter().collect());
    }

    #[test]
    fn says_what_is_wrong() {
        let said = |text: &str| text.parse::<Fault>().unwrap_err().to_string();
        assert_eq!(
            said("storm"),
            "there is no fault `storm`; there are lose-response, reset, commit-late=DURATION, answer-late=DURATION, \
             ignore-reference, lag-list=DURATION, delay=DURATION, rate-limit[=DURATION], bad-gateway, token-down, \
             reuse-revokes"
        );
        assert_eq!(
            said("commit-late"),
            "`commit-late` needs a duration, such as `commit-late=2s` or `commit-late=500ms`"
        );
        assert_eq!(said("reset=2s"), "`reset` takes no duration");
        assert_eq!(
            said("delay=soon"),
            "`soon` is not a duration: a whole number of ns, us, ms, s, m or h, such as 500ms or 2s"
        );
        assert_eq!(
            said("reset:at=create_order"),
            "there is no setting `at=create_order`; there are on=OPERATION, business=ID, share=0..1, times=N and, \
             for rate-limit, as-date"
        );
        assert_eq!(
            said("reset:share=1.1"),
            "`share=1.1` is not from 0 to 1, such as `share=0.3`"
        );
        assert_eq!(
            said("reset:times=-1"),
            "`times=-1` is not a whole number, such as `times=5`"
        );
        assert_eq!(
            said("reset:as-date"),
            "`as-date` is a setting of `rate-limit`, not of `reset`"
        );
        assert_eq!(
            said("rate-limit:as-date"),
            "`as-date` needs a duration, such as `rate-limit=30s:as-date`"
        );
        assert!(said("").starts_with("there is no fault ``"));
    }
}
