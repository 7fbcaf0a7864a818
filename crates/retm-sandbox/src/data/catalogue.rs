//! Categories, groups and the menu, and which products they hold.

use serde_json::Value;

use super::ids::seeded_id;
use super::object::named;
use super::words::{GROUPS, SHELVES};
use super::{Dataset, Samples};

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
    /// The categories as `{id, name}`.
    pub(crate) fn categories(&self) -> &[Value] {
        &self.categories
    }

    /// The groups as `{id, name}`.
    pub(crate) fn groups(&self) -> &[Value] {
        &self.groups
    }

    pub(crate) fn category_members(&self, category: usize) -> Members {
        let samples = self.samples.products.len();
        let first: Vec<usize> = (0..samples.min(self.counts.products))
            .filter(|index| self.category_of(*index) == category)
            .collect();
        let generated = self.counts.products.saturating_sub(samples);
        let step = self.categories.len();
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
                .categories
                .iter()
                .position(|category| category["id"] == sample["category"]["id"])
                .unwrap_or_default(),
            None => (product - samples.len()) % self.categories.len(),
        }
    }

    /// How many generated products of the same category come before this one.
    pub(super) fn position_in_category(&self, product: usize) -> usize {
        product.saturating_sub(self.samples.products.len()) / self.categories.len()
    }

    pub(crate) fn group_members(&self, group: usize) -> Members {
        let step = self.groups.len();
        let len = every(self.counts.products, group, step);
        Members {
            first: Vec::new(),
            start: group,
            step,
            len,
        }
    }
}

/// The samples' categories, then those of the shelves that have none.
pub(super) fn categories(seed: u64, samples: &Samples) -> Vec<Value> {
    let mut categories = samples.categories.clone();
    for (index, shelf) in SHELVES.iter().enumerate().skip(categories.len()) {
        categories.push(named(seeded_id(seed, "category", index), shelf.name));
    }
    categories
}

/// The samples' groups, and more where they are few.
pub(super) fn groups(seed: u64, samples: &Samples) -> Vec<Value> {
    let mut groups = samples.groups.clone();
    for (index, name) in GROUPS.iter().enumerate().skip(groups.len()) {
        groups.push(named(seeded_id(seed, "group", index), *name));
    }
    groups
}

/// How many of `0..total` leave this rest when divided by `step`.
fn every(total: usize, rest: usize, step: usize) -> usize {
    total.saturating_sub(rest).div_ceil(step)
}

#[cfg(test)]
mod tests {
    use super::super::Counts;
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
            for (category, holder) in data.categories().iter().enumerate() {
                let members = data.category_members(category);
                for n in 0..members.len() {
                    assert_eq!(data.product(members.nth(n))["category"]["id"], holder["id"]);
                    seen.push(members.nth(n));
                }
            }
            seen.sort_unstable();
            assert_eq!(seen, (0..products).collect::<Vec<_>>());
            let grouped: usize = (0..data.groups().len())
                .map(|group| data.group_members(group).len())
                .sum();
            assert_eq!(grouped, products);
        }
    }
}
