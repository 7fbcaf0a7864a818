//! How many more requests than calls there may be, so that retries do not finish off a server that
//! fails already.

use std::sync::{Mutex, PoisonError};

/// Thousandths: one retry.
const RETRY: u64 = 1000;

/// How many retries the calls earn.
///
/// Each call earns a share of a retry, each retry costs one. A reserve serves a client that has just
/// started; it is a loan that the first calls pay back, so that there are never more retries than the
/// reserve or the share of all calls, whichever is more. What is saved up has an end: a long good
/// time does not license a storm.
///
/// Accounts are kept for each business and group of operations, and for each host. A host's account
/// is charged for connections that fail and for 5xx alone; the other pays for every retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget(Option<Terms>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Terms {
    earned_per_call: u64,
    reserve: u64,
    most: u64,
}

impl Budget {
    /// So many retries per call in the long run: 0.2 lets 100 calls make 120 requests. Kept to a
    /// thousandth.
    pub fn per_call(retries: f64) -> Self {
        // The conversion saturates, and makes 0 of what is no number.
        let earned_per_call = (retries.clamp(0.0, 1e6) * 1000.0).round() as u64;
        Self(Some(Terms {
            earned_per_call,
            reserve: 10 * RETRY,
            most: 100 * RETRY,
        }))
    }

    /// How many retries there may be before calls have earned any; 10 by default.
    pub fn reserve(mut self, retries: u32) -> Self {
        if let Some(terms) = &mut self.0 {
            terms.reserve = u64::from(retries) * RETRY;
        }
        self
    }

    /// How many retries can be saved up; 100 by default.
    pub fn most(mut self, retries: u32) -> Self {
        if let Some(terms) = &mut self.0 {
            terms.most = u64::from(retries) * RETRY;
        }
        self
    }

    /// Retries as many as the policy allows.
    pub fn unlimited() -> Self {
        Self(None)
    }
}

/// 0.2 retries per call, a reserve of 10, at most 100 saved up.
impl Default for Budget {
    fn default() -> Self {
        Self::per_call(0.2)
    }
}

/// One account.
#[derive(Debug, Default)]
pub(crate) struct Balance(Mutex<Account>);

#[derive(Debug, Default)]
struct Account {
    earned: u64,
    spent: u64,
}

impl Balance {
    /// A call is made.
    pub(crate) fn earn(&self, budget: Budget) {
        let Some(terms) = budget.0 else { return };
        let mut account = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let saved = account.earned.saturating_add(terms.earned_per_call);
        account.earned = saved.min(account.spent.saturating_add(terms.most.max(terms.reserve)));
    }

    /// Takes a retry, where there is one.
    fn spend(&self, budget: Budget) -> bool {
        let Some(terms) = budget.0 else { return true };
        let mut account = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let spent = account.spent.saturating_add(RETRY);
        let allowed = spent <= account.earned.max(terms.reserve);
        if allowed {
            account.spent = spent;
        }
        allowed
    }

    fn give_back(&self, budget: Budget) {
        if budget.0.is_some() {
            let mut account = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            account.spent = account.spent.saturating_sub(RETRY);
        }
    }
}

/// Whose accounts a retry is charged to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Charge<'a> {
    /// The business's and group's: always.
    pub(crate) group: &'a Balance,
    /// The host's, where the failure is the host's.
    pub(crate) host: Option<&'a Balance>,
}

impl Charge<'_> {
    /// Takes a retry from every account or from none.
    pub(crate) fn spend(self, budget: Budget) -> bool {
        if !self.group.spend(budget) {
            return false;
        }
        let afforded = self.host.is_none_or(|host| host.spend(budget));
        if !afforded {
            self.group.give_back(budget);
        }
        afforded
    }

    /// Gives a retry back that was not sent after all.
    pub(crate) fn give_back(self, budget: Budget) {
        self.group.give_back(budget);
        if let Some(host) = self.host {
            host.give_back(budget);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn group(balance: &Balance) -> Charge<'_> {
        Charge {
            group: balance,
            host: None,
        }
    }

    /// How many of so many retries are afforded.
    fn afforded(balance: &Balance, budget: Budget, tries: usize) -> usize {
        (0..tries).filter(|_| group(balance).spend(budget)).count()
    }

    #[test]
    fn the_reserve_is_a_loan() {
        let (balance, budget) = (Balance::default(), Budget::per_call(0.2).reserve(10));
        assert_eq!(afforded(&balance, budget, 50), 10);
        // 50 calls pay it back; only then do calls earn retries again.
        (0..50).for_each(|_| balance.earn(budget));
        assert_eq!(afforded(&balance, budget, 50), 0);
        (0..50).for_each(|_| balance.earn(budget));
        assert_eq!(afforded(&balance, budget, 50), 10);
    }

    #[test]
    fn a_long_good_time_licenses_no_storm() {
        let (balance, budget) = (Balance::default(), Budget::default().most(30));
        (0..100_000).for_each(|_| balance.earn(budget));
        assert_eq!(afforded(&balance, budget, 1000), 30);
    }

    #[test]
    fn a_retry_that_the_host_cannot_afford_costs_the_business_nothing() {
        let budget = Budget::per_call(0.0).reserve(2);
        let (acme, host) = (Balance::default(), Balance::default());
        let charge = Charge {
            group: &acme,
            host: Some(&host),
        };
        assert!(charge.spend(budget) && charge.spend(budget) && !charge.spend(budget));
        let other = Balance::default();
        let charge = Charge {
            group: &other,
            host: Some(&host),
        };
        assert!(!charge.spend(budget));
        assert_eq!(afforded(&other, budget, 9), 2);
    }

    #[test]
    fn a_retry_that_was_not_sent_costs_nobody_anything() {
        let budget = Budget::per_call(0.0).reserve(1);
        let (acme, host) = (Balance::default(), Balance::default());
        let charge = Charge {
            group: &acme,
            host: Some(&host),
        };
        assert!(charge.spend(budget) && !charge.spend(budget));
        charge.give_back(budget);
        assert!(charge.spend(budget) && !charge.spend(budget));
    }

    #[test]
    fn odd_numbers_of_retries_per_call_do_no_harm() {
        for (retries, calls, wanted) in [(f64::NAN, 9, 1), (-3.0, 9, 1), (f64::INFINITY, 9, 100)] {
            let (balance, budget) = (Balance::default(), Budget::per_call(retries).reserve(1));
            (0..calls).for_each(|_| balance.earn(budget));
            assert_eq!(afforded(&balance, budget, 1000), wanted, "{retries}");
        }
        let (balance, budget) = (Balance::default(), Budget::unlimited().reserve(1));
        assert_eq!(afforded(&balance, budget, 1000), 1000);
    }

    proptest! {
        /// Whatever fails, in whatever order: never more retries than the reserve or the share.
        #[test]
        fn retries_stay_within_the_budget(
            steps in prop::collection::vec((0_u8..4, any::<bool>()), 1..3000),
            share in 0_u32..500,
            reserve in 0_u32..20,
        ) {
            let budget = Budget::per_call(f64::from(share) / 1000.0).reserve(reserve);
            let (balance, host) = (Balance::default(), Balance::default());
            let (mut calls, mut retries) = (0_u64, 0_u64);
            for (failures, of_host) in steps {
                calls += 1;
                balance.earn(budget);
                host.earn(budget);
                let charge = Charge { group: &balance, host: of_host.then_some(&host) };
                for _ in 0..failures {
                    retries += u64::from(charge.spend(budget));
                }
                let bound = u64::from(reserve * 1000).max(u64::from(share) * calls);
                prop_assert!(retries * 1000 <= bound, "{retries} retries of {calls} calls");
            }
        }
    }
}
