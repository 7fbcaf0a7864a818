//! What a running sandbox remembers.

use std::collections::{HashMap, VecDeque};

use crate::answer::Answer;
use crate::auth::Grants;
use crate::data::{Dataset, Reference, created_id};
use crate::fault::Faults;
use crate::log::Log;
use crate::orders::Orders;

/// Everything that changes while the sandbox runs.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) businesses: Vec<Business>,
    /// Where each business stands, by its id in lower case.
    pub(crate) places: HashMap<String, usize>,
    pub(crate) grants: Grants,
    /// Answers queued for the next calls of an operation.
    pub(crate) queued: HashMap<String, VecDeque<Answer>>,
    pub(crate) faults: Faults,
    pub(crate) log: Log,
    /// How many requests have arrived.
    pub(crate) arrived: u64,
}

impl State {
    /// The business of this id; host names know no case.
    pub(crate) fn find(&self, business: &str) -> Option<usize> {
        self.places.get(&business.to_ascii_lowercase()).copied()
    }
}

/// One merchant.
#[derive(Debug)]
pub(crate) struct Business {
    pub(crate) id: String,
    pub(crate) data: Dataset,
    pub(crate) reference: Reference,
    pub(crate) orders: Orders,
    next_order_number: u64,
    created: u64,
}

impl Business {
    pub(crate) fn new(id: String, data: Dataset) -> Self {
        Self {
            id,
            reference: data.reference(),
            orders: Orders::new(data.orders()),
            next_order_number: data.next_order_number(),
            created: 0,
            data,
        }
    }

    pub(crate) fn take_order_number(&mut self) -> u64 {
        let number = self.next_order_number;
        self.next_order_number += 1;
        number
    }

    /// An id for something created at this time, in milliseconds since 1970.
    pub(crate) fn new_id(&mut self, kind: &str, time: u64) -> String {
        self.created += 1;
        created_id(self.data.seed(), kind, self.created, time)
    }
}
