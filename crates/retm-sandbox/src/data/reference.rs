//! The merchant's settings: short lists that a business keeps and the API adds to.

use serde_json::{Value, json};

use super::Dataset;
use super::ids::seeded_id;
use super::object::named;
use super::words::BRANCHES;

/// The settings of one business.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    pub(crate) branches: Vec<Value>,
    pub(crate) devices: Vec<Value>,
    pub(crate) order_types: Vec<Value>,
    pub(crate) price_lists: Vec<Value>,
    pub(crate) payment_methods: Vec<Value>,
    pub(crate) charges: Vec<Value>,
    pub(crate) taxes: Vec<Value>,
}

impl Dataset {
    /// The settings the business starts with: the samples', and some more where a sample is short.
    pub(crate) fn reference(&self) -> Reference {
        let samples = &self.samples;
        let mut branches = samples.branches.clone();
        for (index, name) in BRANCHES.iter().enumerate().skip(branches.len()) {
            branches.push(named(seeded_id(self.seed, "branch", index), *name));
        }
        let mut devices = samples.devices.clone();
        for (index, branch) in branches.iter().enumerate().skip(devices.len()) {
            devices.push(json!({
                "id": seeded_id(self.seed, "device", index),
                "name": format!("Cashier {}", index + 1),
                "branch_id": branch["id"],
            }));
        }
        Reference {
            branches,
            devices,
            order_types: self.or_named(&samples.order_types, "order_type", "Delivery", "توصيل"),
            price_lists: self.or_named(&samples.price_lists, "price_list", "Standard", "عام"),
            payment_methods: samples.payment_methods.clone(),
            charges: samples.charges.clone(),
            taxes: samples.taxes.clone(),
        }
    }

    fn or_named(&self, sample: &[Value], kind: &str, en: &str, ar: &str) -> Vec<Value> {
        if !sample.is_empty() {
            return sample.to_vec();
        }
        vec![named(seeded_id(self.seed, kind, 0), (en, ar))]
    }
}
