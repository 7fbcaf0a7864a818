//! Customers: the examples first, then people who do not exist.

use serde_json::Value;

use super::Dataset;
use super::ids::seeded_id;
use super::object::{both, object};
use super::words::{FAMILY_NAMES, GIVEN_NAMES};

impl Dataset {
    /// The customer of this index, from 0.
    pub(crate) fn customer(&self, index: usize) -> Value {
        if let Some(sample) = self.samples.customers.get(index) {
            return sample.clone();
        }
        let (given_en, given_ar) = GIVEN_NAMES[index % GIVEN_NAMES.len()];
        let (family_en, family_ar) = FAMILY_NAMES[index / GIVEN_NAMES.len() % FAMILY_NAMES.len()];
        let email = format!("{}.{}@example.com", given_en.to_lowercase(), index + 1);
        object([
            ("id", seeded_id(self.seed, "customer", index).into()),
            (
                "name",
                both(
                    format!("{given_en} {family_en}"),
                    format!("{given_ar} {family_ar}"),
                ),
            ),
            ("phone", format!("0550{:06}", index + 1).into()),
            ("email", email.into()),
        ])
    }
}
