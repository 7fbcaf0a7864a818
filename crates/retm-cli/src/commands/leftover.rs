//! The orders that a store holds as open, and what this run can go on with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures::future::ready;
use futures::stream::{self, BoxStream, StreamExt};
use retm::store::{GrantKey, IntentKey, OrderJournal, TokenStore, Versioned};
use retm::{Business, BusinessId, Error, Outcome, Recovered, Retm, Sleep};
use retm_store::Store;

use super::submit::state_of;
use crate::advice::{advised, explain};
use crate::failure::Failure;

/// How many businesses are recovered at once, besides the one that was named.
const AT_ONCE: usize = 16;

/// More than this are counted, not named.
pub(super) const NAMED: usize = 10;

/// What becomes of the orders of businesses other than the one that was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OfOthers {
    /// They are recovered as well.
    Recovered,
    /// They are left alone and counted: perhaps they cannot even be told apart by the base URL.
    Counted,
    /// They are no concern of this run.
    Ignored,
}

/// The orders of the store that are open.
#[derive(Default)]
pub(super) struct Leftover {
    /// The business that comes first, whatever becomes of the others.
    named: Option<BusinessId>,
    /// Those of this environment and client id, by business.
    ours: Vec<(Business, BTreeSet<String>)>,
    /// How many there are of businesses that were not asked for.
    unasked: BTreeMap<BusinessId, usize>,
    /// How many there are of other environments and client ids.
    others: BTreeMap<GrantKey, usize>,
}

/// What is told of the orders of a business.
pub(super) enum Told {
    /// What became of one.
    Order(Box<Recovered>),
    /// They cannot be read.
    Unread(Error),
    /// All of them were seen to: what was not told of is over, or another's.
    Over,
}

/// How long each business may take but for the one that was named.
pub(super) type Limit = Option<(Duration, Arc<dyn Sleep>)>;

impl Leftover {
    /// Looks for them.
    pub(super) async fn find(
        store: &Store,
        retm: &Retm,
        named: Option<&BusinessId>,
        of_others: OfOthers,
    ) -> Result<Self, Failure> {
        let mut found: BTreeMap<GrantKey, BTreeSet<String>> = BTreeMap::new();
        for key in store.pending(None).await? {
            let references = found.entry(key.grant().clone()).or_default();
            references.insert(key.reference().to_owned());
        }
        let mut leftover = Self {
            named: named.cloned(),
            ..Self::default()
        };
        for (grant, references) in found {
            let is_named = named.is_none_or(|named| named == grant.business());
            if !is_named && of_others == OfOthers::Ignored {
                continue;
            }
            let business = retm.business(grant.business().as_str())?;
            if business.grant_key() != grant {
                leftover.others.insert(grant, references.len());
            } else if is_named || of_others == OfOthers::Recovered {
                leftover.ours.push((business, references));
            } else {
                let id = grant.business().clone();
                leftover.unasked.insert(id, references.len());
            }
        }
        Ok(leftover)
    }

    /// Takes out the businesses whose grants were found to be revoked: nothing can be asked of them. How many
    /// orders of each are left alone.
    pub(super) async fn without_revoked(&mut self, store: &Store) -> BTreeMap<BusinessId, usize> {
        if self.ours.is_empty() {
            return BTreeMap::new();
        }
        // Grants that cannot be read are the recovery's to tell.
        let grants = store.grants().await.unwrap_or_default();
        let is_revoked = |stored: Versioned| {
            let grant = stored.grant;
            grant.is_some_and(|grant| grant.revoked_at.is_some())
        };
        let grants = grants.into_iter();
        let taken_back: BTreeSet<GrantKey> = grants
            .filter_map(|(key, stored)| stored.is_ok_and(is_revoked).then_some(key))
            .collect();
        let mut revoked = BTreeMap::new();
        let mut ours = Vec::with_capacity(self.ours.len());
        for (business, references) in std::mem::take(&mut self.ours) {
            if taken_back.contains(&business.grant_key()) {
                revoked.insert(business.id().clone(), references.len());
            } else {
                ours.push((business, references));
            }
        }
        self.ours = ours;
        revoked
    }

    /// Adds an order of one of the businesses of another leftover.
    pub(super) fn add(&mut self, from: &Self, business: &BusinessId, reference: String) {
        let known = self.ours.iter_mut().find(|(one, _)| one.id() == business);
        if let Some((_, references)) = known {
            references.insert(reference);
        } else if let Some((one, _)) = from.ours.iter().find(|(one, _)| one.id() == business) {
            self.named.clone_from(&from.named);
            self.ours.push((one.clone(), BTreeSet::from([reference])));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ours.is_empty()
    }

    pub(super) fn count(&self) -> usize {
        self.ours
            .iter()
            .map(|(_, references)| references.len())
            .sum()
    }

    /// Their names.
    pub(super) fn names(&self) -> BTreeSet<String> {
        let names = self.ours.iter().flat_map(|(business, references)| {
            let names = references.iter();
            names.map(|reference| name(business.id(), reference))
        });
        names.collect()
    }

    /// Whose they are.
    pub(super) fn whose(&self) -> String {
        match self.ours.as_slice() {
            [(business, _)] => business.id().to_string(),
            several => format!("{} businesses", several.len()),
        }
    }

    /// Their references, by business.
    pub(super) fn references(&self) -> BTreeMap<BusinessId, BTreeSet<String>> {
        let ours = self.ours.iter();
        ours.map(|(business, references)| (business.id().clone(), references.clone()))
            .collect()
    }

    /// What an order of one of the businesses is kept under.
    pub(super) fn key(&self, business: &BusinessId, reference: &str) -> Option<IntentKey> {
        let known = self.ours.iter().find(|(one, _)| one.id() == business);
        known.map(|(one, _)| IntentKey::new(one.grant_key(), reference))
    }

    /// Goes on with them, some businesses at a time; what becomes of them, as it becomes known. The business that
    /// was named waits for none of the others.
    pub(super) fn recover(
        &self,
        window: Option<Duration>,
        limit: Limit,
    ) -> BoxStream<'static, (BusinessId, Told)> {
        let recover = |(business, references): &(Business, BTreeSet<String>)| {
            let id = business.id().clone();
            let mut recover = business.orders().recover().only(references.clone());
            if let Some(window) = window {
                recover = recover.settle_window(window);
            }
            let told = recover.stream().map(|told| match told {
                Ok(recovered) => Told::Order(Box::new(recovered)),
                Err(error) => Told::Unread(error),
            });
            let told = told.chain(stream::once(ready(Told::Over)));
            told.map(move |told| (id.clone(), told)).boxed()
        };
        let is_named = |(business, _): &&(Business, _)| Some(business.id()) == self.named.as_ref();
        let (named, others): (Vec<_>, Vec<_>) = self.ours.iter().partition(is_named);
        let named: Vec<_> = named.into_iter().map(recover).collect();
        let others = others.into_iter().map(|of_business| {
            let told = recover(of_business);
            match limit.clone() {
                // The time runs from its turn on, not from here.
                Some((most, sleep)) => {
                    let over = async move { sleep.sleep(most).await };
                    told.take_until(over).boxed()
                }
                None => told,
            }
        });
        let others: Vec<_> = others.collect();
        let others = stream::iter(others).flatten_unordered(AT_ONCE);
        stream::select(stream::iter(named).flatten(), others).boxed()
    }

    /// Those of businesses that were not asked for: how many there are, and whose.
    pub(super) fn unasked(&self) -> Option<String> {
        left_alone(&self.unasked)
    }

    /// What is left alone, and how it can be gone on with.
    pub(super) fn others(&self) -> Option<String> {
        let total: usize = self.others.values().sum();
        let mut places: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (grant, count) in &self.others {
            *places
                .entry((grant.origin(), grant.client_id()))
                .or_default() += count;
        }
        let named = places.iter().take(NAMED);
        let mut named: Vec<String> = named
            .map(|((origin, client), count)| format!("{count} at {origin} by {client}"))
            .collect();
        match places.len().saturating_sub(NAMED) {
            0 => {}
            more => named.push(format!("others at {more} more")),
        }
        (total > 0).then(|| {
            format!(
                "{} of another environment or client id and left alone: {}; run `retm orders recover` with that base URL and RETM_CLIENT_ID",
                are(total, "open order"),
                named.join(", ")
            )
        })
    }
}

/// How many orders of those businesses are left alone.
pub(super) fn left_alone(orders: &BTreeMap<BusinessId, usize>) -> Option<String> {
    let whose: Vec<String> = orders.keys().map(ToString::to_string).collect();
    let total: usize = orders.values().sum();
    (total > 0).then(|| {
        format!(
            "{} of {} and left alone",
            are(total, "open order"),
            named(whose.iter())
        )
    })
}

/// How many of something there are.
pub(super) fn are(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what} is"),
        count => format!("{count} {what}s are"),
    }
}

/// An order as it is named to the person at the terminal.
pub(super) fn name(business: &BusinessId, reference: &str) -> String {
    format!("{reference} of {business}")
}

/// Some names, and how many more there are.
pub(super) fn named<'a>(names: impl ExactSizeIterator<Item = &'a String>) -> String {
    let more = names.len().saturating_sub(NAMED);
    let named: Vec<&str> = names.take(NAMED).map(String::as_str).collect();
    match more {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

/// What became of an order: its state in a word, its id, what went wrong.
pub(super) fn state(recovered: &Recovered) -> (&'static str, Option<String>, Option<String>) {
    match &recovered.result {
        Ok(submitted) => {
            let id = submitted.order_id().map(|id| id.to_string());
            (state_of(submitted.how()), id, None)
        }
        Err(error) => match recovered.held_for() {
            Some(left) => {
                let advice = format!(
                    "If its process has ended it can be taken over in {}, which `--wait` waits for.",
                    time(left)
                );
                ("held", None, Some(advised(error, &advice)))
            }
            None if error.outcome() == Outcome::Rejected => ("refused", None, Some(explain(error))),
            None => {
                let advice = "Run `retm orders recover` again later; `retm orders abandon` lets go of what is never found out.";
                ("open", None, Some(advised(error, advice)))
            }
        },
    }
}

/// A time in minutes and seconds, rather a second too long than too short.
pub(super) fn time(time: Duration) -> String {
    let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds}s"),
        (minutes, 0) => format!("{minutes}m"),
        (minutes, seconds) => format!("{minutes}m {seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_minutes_and_seconds() {
        let told = [0, 900, 59_001, 60_000, 99_500].map(|ms| time(Duration::from_millis(ms)));
        assert_eq!(told, ["0s", "1s", "1m", "1m", "1m 40s"]);
    }

    #[test]
    fn what_is_others_is_named_and_counted() {
        let key = |business: &str, client: &str| {
            let business = BusinessId::new(business).unwrap();
            GrantKey::new(format!("https://{business}.example"), client, business)
        };
        let mut leftover = Leftover::default();
        assert_eq!(leftover.others(), None);
        leftover.others.insert(key("acme", "one"), 1);
        insta::assert_snapshot!(leftover.others().unwrap(), @"1 open order is of another environment or client id and left alone: 1 at https://acme.example by one; run `retm orders recover` with that base URL and RETM_CLIENT_ID");
        leftover.others.insert(key("acme", "two"), 2);
        insta::assert_snapshot!(leftover.others().unwrap(), @"3 open orders are of another environment or client id and left alone: 1 at https://acme.example by one, 2 at https://acme.example by two; run `retm orders recover` with that base URL and RETM_CLIENT_ID");
        for number in 0..20 {
            leftover.others.insert(key(&format!("b{number}"), "one"), 1);
        }
        let many = leftover.others().unwrap();
        assert!(many.starts_with("23 open orders are of"), "{many}");
        assert!(many.contains("others at 12 more;"), "{many}");
    }

    #[test]
    fn many_names_are_cut_short() {
        let names: Vec<String> = (0..12).map(|number| format!("A-{number}")).collect();
        assert!(named(names.iter()).ends_with("A-9 and 2 more"));
        assert_eq!(named(names[..2].iter()), "A-0, A-1");
    }
}
