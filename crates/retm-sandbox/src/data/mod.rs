//! The seeded data: it starts from the sample payloads and goes on to any size.
//!
//! Every generated element is a pure function of the seed, the business and its index: nothing is stored, a page costs
//! what the page holds, and the same seed gives the same bytes.

mod catalogue;
mod customers;
mod dice;
mod ids;
mod invoices;
mod money;
mod object;
mod orders;
mod products;
mod reference;
mod samples;
mod words;

use std::sync::Arc;

use chrono::{NaiveDateTime, TimeDelta};
use serde_json::Value;

pub(crate) use catalogue::Members;
pub(crate) use dice::{credential, dice};
pub(crate) use ids::created_id;
pub(crate) use money::Money;
pub(crate) use object::object;
pub(crate) use reference::Reference;
pub(crate) use samples::Samples;

use crate::clock::local;

/// How many of each kind there are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counts {
    pub(crate) products: usize,
    pub(crate) invoices: usize,
    pub(crate) orders: usize,
    pub(crate) customers: usize,
}

impl Counts {
    /// When a clock that stands still starts: after everything that is in the data.
    pub(crate) fn start_of_clock(&self) -> NaiveDateTime {
        let last = self.invoices.max(self.orders);
        (moment(last) + TimeDelta::hours(3)).max(local("2026-01-01 09:00:00"))
    }
}

/// When the seeded sale of this index happened: the sample's first, the others one after the other.
fn moment(index: usize) -> NaiveDateTime {
    let seconds = i64::try_from(index).unwrap_or_default().saturating_mul(97);
    local("2025-12-17 19:26:35") + TimeDelta::seconds(seconds.min(3_000_000_000))
}

/// The seeded data of one business.
#[derive(Debug)]
pub(crate) struct Dataset {
    seed: u64,
    counts: Counts,
    samples: Arc<Samples>,
    /// `{id, name}` each.
    categories: Vec<Value>,
    groups: Vec<Value>,
}

impl Dataset {
    pub(crate) fn new(
        seed: u64,
        business: &str,
        counts: Counts,
        samples: impl Into<Arc<Samples>>,
    ) -> Self {
        let samples = samples.into();
        let seed = dice::mix(seed, business.bytes().map(u64::from));
        Self {
            seed,
            counts,
            categories: catalogue::categories(seed, &samples),
            groups: catalogue::groups(seed, &samples),
            samples,
        }
    }

    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    pub(crate) fn counts(&self) -> Counts {
        self.counts
    }
}
