//! The faults of a running sandbox, their dice and how often each has struck.

use rand::RngExt;
use rand::rngs::SmallRng;

use super::{Fault, FaultKind};
use crate::data::dice;

/// What a fault may be meant for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target<'a> {
    pub(crate) operation: &'a str,
    pub(crate) business: &'a str,
}

/// The faults in the order they were added.
#[derive(Debug)]
pub(crate) struct Faults {
    seed: u64,
    /// How many were ever added: each has dice of its own.
    added: u64,
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    fault: Fault,
    dice: SmallRng,
    fired: u64,
}

impl Faults {
    pub(crate) fn new(seed: u64, faults: Vec<Fault>) -> Self {
        let mut plan = Self {
            seed,
            added: 0,
            entries: Vec::new(),
        };
        faults.into_iter().for_each(|fault| plan.add(fault));
        plan
    }

    pub(crate) fn add(&mut self, fault: Fault) {
        self.entries.push(Entry {
            fault,
            dice: dice(self.seed, "fault", self.added),
            fired: 0,
        });
        self.added += 1;
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }

    /// Each fault with how often it has struck.
    pub(crate) fn counts(&self) -> Vec<(Fault, u64)> {
        self.entries
            .iter()
            .map(|entry| (entry.fault.clone(), entry.fired))
            .collect()
    }

    /// The first fault of these kinds that strikes here.
    pub(crate) fn roll(
        &mut self,
        target: Target<'_>,
        wanted: impl Fn(&FaultKind) -> bool,
    ) -> Option<FaultKind> {
        self.entries
            .iter_mut()
            .find_map(|entry| entry.strike(target, &wanted))
    }
}

impl Entry {
    fn strike(
        &mut self,
        target: Target<'_>,
        wanted: impl Fn(&FaultKind) -> bool,
    ) -> Option<FaultKind> {
        let fault = &self.fault;
        let meant = wanted(&fault.kind)
            && fault
                .kind
                .bound_to()
                .is_none_or(|only| only == target.operation)
            && fault
                .operation
                .as_deref()
                .is_none_or(|only| only == target.operation)
            && fault
                .business
                .as_deref()
                .is_none_or(|only| only == target.business)
            && fault.times.is_none_or(|times| self.fired < times);
        // A fault that always strikes needs no dice.
        if !meant || (fault.share < 1.0 && !self.dice.random_bool(fault.share)) {
            return None;
        }
        self.fired += 1;
        Some(fault.kind.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREATE: Target<'static> = Target {
        operation: "create_order",
        business: "acme",
    };
    const LIST: Target<'static> = Target {
        operation: "list_orders",
        business: "globex",
    };

    fn struck(seed: u64, share: f64) -> Vec<bool> {
        let fault = Fault::new(FaultKind::Reset).share(share);
        let mut plan = Faults::new(seed, vec![fault]);
        let roll = |_| plan.roll(CREATE, FaultKind::decides).is_some();
        (0..1_000).map(roll).collect()
    }

    #[test]
    fn the_dice_follow_the_seed_and_the_share() {
        let hits = struck(7, 0.3);
        assert_eq!(hits, struck(7, 0.3));
        assert_ne!(hits, struck(8, 0.3));
        let count = hits.iter().filter(|hit| **hit).count();
        assert!((250..350).contains(&count), "{count}");
        assert!(struck(7, 0.0).iter().all(|hit| !hit));
        assert!(struck(7, 1.0).iter().all(|hit| *hit));
    }

    #[test]
    fn strikes_where_it_is_meant_to_and_no_more_often_than_told() {
        let first = Fault::new(FaultKind::Reset).on("create_order").times(1);
        let second = Fault::new(FaultKind::BadGateway).business("ACME");
        let mut plan = Faults::new(1, vec![first.clone(), second.clone()]);
        assert_eq!(plan.roll(LIST, FaultKind::decides), None);
        assert_eq!(
            plan.roll(CREATE, FaultKind::decides),
            Some(FaultKind::Reset)
        );
        assert_eq!(
            plan.roll(CREATE, FaultKind::decides),
            Some(FaultKind::BadGateway)
        );
        assert_eq!(plan.counts(), [(first, 1), (second, 1)]);
        plan.clear();
        assert_eq!(plan.roll(CREATE, FaultKind::decides), None);
    }

    #[test]
    fn a_bound_kind_strikes_at_its_operation_only() {
        let mut plan = Faults::new(1, vec![Fault::new(FaultKind::TokenDown)]);
        assert_eq!(plan.roll(CREATE, FaultKind::decides), None);
    }
}
