//! What a running sandbox remembers.

use std::collections::{HashMap, VecDeque};

use serde_json::Value;

use crate::answer::Answer;
use crate::auth::Grants;
use crate::data::{Dataset, Reference, created_id};
use crate::log::Log;

/// Everything that changes while the sandbox runs.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) businesses: Vec<Business>,
    pub(crate) grants: Grants,
    /// Answers queued for the next calls of an operation.
    pub(crate) queued: HashMap<String, VecDeque<Answer>>,
    pub(crate) log: Log,
    /// How many requests have arrived.
    pub(crate) arrived: u64,
}

impl State {
    /// The business of this id; host names know no case.
    pub(crate) fn find(&self, business: &str) -> Option<usize> {
        self.businesses
            .iter()
            .position(|known| known.id.eq_ignore_ascii_case(business))
    }
}

/// One merchant.
#[derive(Debug)]
pub(crate) struct Business {
    pub(crate) id: String,
    pub(crate) data: Dataset,
    pub(crate) reference: Reference,
    /// All orders, the oldest first; the seeded ones come first.
    pub(crate) orders: Vec<Value>,
    seeded_orders: usize,
    next_order_number: u64,
    created: u64,
}

impl Business {
    pub(crate) fn new(id: String, data: Dataset) -> Self {
        let orders = data.orders();
        Self {
            id,
            reference: data.reference(),
            seeded_orders: orders.len(),
            orders,
            next_order_number: data.next_order_number(),
            created: 0,
            data,
        }
    }

    /// The orders that were created through the API.
    pub(crate) fn created_orders(&self) -> &[Value] {
        self.orders.get(self.seeded_orders..).unwrap_or_default()
    }

    pub(crate) fn find_order(&mut self, id: &Value) -> Option<&mut Value> {
        self.orders.iter_mut().rfind(|order| order["id"] == *id)
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
