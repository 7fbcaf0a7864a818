//! Categories, groups and the menu, and which products they hold.

use serde_json::{Value, json};

use super::Dataset;
use super::ids::seeded_id;
use super::products::both;
use super::words::{GROUPS, SHELVES};

/// The products of a category or group: some samples, then every so-many-th generated one.
#[derive(Debug)]
pub(crate) struct Members {
    first: Vec<usize>,
    start: usize,
    step: usize,
    len: usize,
}

impl Members {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The index of the n-th product.
    pub(crate) fn nth(&self, n: usize) -> usize {
        match self.first.get(n) {
            Some(index) => *index,
            None => self.start + (n - self.first.len()) * self.step,
        }
    }
}

impl Dataset {
    pub(crate) fn category_count(&self) -> usize {
        SHELVES.len().max(self.samples.categories.len())
    }

    /// The category of this index as `{id, name}`.
    pub(crate) fn category(&self, index: usize) -> Value {
        match self.samples.categories.get(index) {
            Some(sample) => sample.clone(),
            None => {
                let id = seeded_id(self.seed, "category", index);
                json!({"id": id, "name": both(&self.shelf(index).name)})
            }
        }
    }

    pub(crate) fn find_category(&self, id: &str) -> Option<usize> {
        (0..self.category_count()).find(|index| self.category(*index)["id"] == id)
    }

    pub(crate) fn category_members(&self, category: usize) -> Members {
        let samples = self.samples.products.len();
        let first: Vec<usize> = (0..samples.min(self.counts.products))
            .filter(|index| self.category_of(*index) == category)
            .collect();
        let generated = self.counts.products.saturating_sub(samples);
        let step = self.category_count();
        let len = first.len() + every(generated, category, step);
        Members {
            first,
            start: samples + category,
            step,
            len,
        }
    }

    /// The category of the product of this index.
    pub(super) fn category_of(&self, product: usize) -> usize {
        let samples = &self.samples.products;
        match samples.get(product) {
            Some(sample) => self
                .samples
                .categories
                .iter()
                .position(|category| category["id"] == sample["category"]["id"])
                .unwrap_or_default(),
            None => (product - samples.len()) % self.category_count(),
        }
    }

    /// How many generated products of the same category come before this one.
    pub(super) fn position_in_category(&self, product: usize) -> usize {
        product.saturating_sub(self.samples.products.len()) / self.category_count()
    }

    pub(crate) fn group_count(&self) -> usize {
        GROUPS.len().max(self.samples.groups.len())
    }

    /// The group of this index as `{id, name}`.
    pub(crate) fn group(&self, index: usize) -> Value {
        match self.samples.groups.get(index) {
            Some(sample) => sample.clone(),
            None => {
                let id = seeded_id(self.seed, "group", index);
                json!({"id": id, "name": both(&GROUPS[index % GROUPS.len()])})
            }
        }
    }

    pub(crate) fn find_group(&self, id: &str) -> Option<usize> {
        (0..self.group_count()).find(|index| self.group(*index)["id"] == id)
    }

    pub(crate) fn group_members(&self, group: usize) -> Members {
        let step = self.group_count();
        let len = every(self.counts.products, group, step);
        Members {
            first: Vec::new(),
            start: group,
            step,
            len,
        }
    }
}

/// How many of `0..total` leave this rest when divided by `step`.
fn every(total: usize, rest: usize, step: usize) -> usize {
    total.saturating_sub(rest).div_ceil(step)
}

#[cfg(test)]
mod tests {
    use super::super::{Counts, Samples};
    use super::*;
    use crate::spec::Spec;

    #[test]
    fn every_product_is_in_its_category_and_in_one_group() {
        for products in [0, 1, 3, 4, 5, 100, 257] {
            let counts = Counts {
                products,
                invoices: 1,
                orders: 0,
                customers: 5,
            };
            let samples = Samples::read(Spec::embedded().unwrap()).unwrap();
            let data = Dataset::new(7, "acme", counts, samples);
            let mut seen = Vec::new();
            for category in 0..data.category_count() {
                let id = data.category(category)["id"].clone();
                assert_eq!(data.find_category(id.as_str().unwrap()), Some(category));
                let members = data.category_members(category);
                for n in 0..members.len() {
                    assert_eq!(data.product(members.nth(n))["category"]["id"], id);
                    seen.push(members.nth(n));
                }
            }
            seen.sort_unstable();
            assert_eq!(seen, (0..products).collect::<Vec<_>>());
            let grouped: usize = (0..data.group_count())
                .map(|group| data.group_members(group).len())
                .sum();
            assert_eq!(grouped, products);
        }
    }
}
