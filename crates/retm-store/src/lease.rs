//! Leases and ages in the database's time, whatever its clock does.
//!
//! A clock that jumps forward ends a lease early; no arithmetic can tell that from time that passed.

use std::time::Duration;

/// Microseconds of a duration, as far as the database can count.
pub(crate) fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// The same, rounded up.
pub(crate) fn whole_micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos().div_ceil(1000)).unwrap_or(i64::MAX)
}

/// How long ago that was; nothing where it lies in the future.
pub(crate) fn ago(at: i64, now: i64) -> Duration {
    Duration::from_micros(now.saturating_sub(at).try_into().unwrap_or_default())
}

/// Who has a row, and for how long, as the row says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) owner: Option<String>,
    pub(crate) from: i64,
    pub(crate) until: i64,
}

impl Slot {
    pub(crate) fn taken(owner: &str, duration: Duration, now: i64) -> Self {
        Self {
            owner: Some(owner.to_owned()),
            from: now,
            until: now.saturating_add(micros(duration)),
        }
    }

    /// How much of the lease is left: never more than was asked for.
    fn left(&self, now: i64) -> Duration {
        let asked = self.until.saturating_sub(self.from);
        let left = self.until.saturating_sub(now).min(asked);
        Duration::from_micros(left.try_into().unwrap_or_default())
    }

    /// How long another than the owner holds the lease; `None` where it is the owner's or free.
    pub(crate) fn held(&self, owner: &str, now: i64) -> Option<Duration> {
        let other = self.owner.as_deref().is_some_and(|one| one != owner);
        Some(self.left(now)).filter(|left| other && !left.is_zero())
    }

    /// Whether the owner's lease still runs.
    pub(crate) fn owned(&self, owner: &str, now: i64) -> bool {
        self.owner.as_deref() == Some(owner) && !self.left(now).is_zero()
    }

    /// The lease counted from now, where the clock has jumped back behind its start: from then on it
    /// ends after the time asked for at most, instead of when the clock has caught up.
    pub(crate) fn rebased(&self, now: i64) -> Option<Self> {
        (self.owner.is_some() && now < self.from).then(|| Self {
            owner: self.owner.clone(),
            from: now,
            until: now.saturating_add(self.until.saturating_sub(self.from)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_lease_is_its_owners_until_it_ends() {
        let slot = Slot::taken("one", SECOND, 0);
        assert!(slot.owned("one", 999_999) && !slot.owned("one", 1_000_000));
        assert!(!slot.owned("other", 0));
        assert_eq!(slot.held("one", 0), None);
        assert_eq!(slot.held("other", 400_000), Some(SECOND * 3 / 5));
        assert_eq!(slot.held("other", 1_000_000), None);
        assert_eq!(Slot::default().held("other", 0), None);
    }

    #[test]
    fn a_clock_that_jumps_back_makes_no_lease_longer_than_was_asked_for() {
        let slot = Slot::taken("one", SECOND, 86_400_000_000);
        assert_eq!(slot.held("other", 0), Some(SECOND));
        let rebased = slot.rebased(0).unwrap();
        assert_eq!(rebased, Slot::taken("one", SECOND, 0));
        assert_eq!(rebased.held("other", 1_000_000), None);
        assert_eq!(rebased.rebased(0), None);
    }

    #[test]
    fn a_clock_that_jumps_forward_ends_the_lease() {
        let slot = Slot::taken("one", SECOND, 0);
        assert!(!slot.owned("one", i64::MAX));
        assert_eq!(slot.held("other", i64::MAX), None);
    }

    #[test]
    fn ages_are_never_negative_and_nothing_overflows() {
        assert_eq!(ago(5, 2), Duration::ZERO);
        assert_eq!(ago(2, 5), Duration::from_micros(3));
        assert_eq!(
            ago(i64::MIN, i64::MAX),
            Duration::from_micros(i64::MAX as u64)
        );
        let slot = Slot::taken("one", Duration::MAX, i64::MAX - 1);
        assert!(slot.owned("one", i64::MAX - 1));
        let broken = Slot {
            owner: Some("one".into()),
            from: i64::MAX,
            until: i64::MIN,
        };
        assert_eq!(broken.held("other", 0), None);
    }
}
