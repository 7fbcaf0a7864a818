//! Products: the samples first, then generated ones.

use rand::RngExt;
use rand::rngs::SmallRng;
use serde_json::Value;

use super::ids::{seeded_id, seeded_index};
use super::object::{both, object};
use super::words::{CHOICES, Choice, SHELVES, SIZES, STYLES};
use super::{Dataset, Money, dice};

const KIND: &str = "product";

/// The codes of a product's `type`.
const NORMAL: u8 = 1;
const WITH_MODIFIERS: u8 = 2;
const UNDER_PROGRESS: u8 = 3;
const WITH_VARIATIONS: u8 = 4;

/// What the dice decide first, so that a product in short or in a sale costs no more.
struct Outline {
    name: Value,
    price: Money,
    kind: u8,
    dice: SmallRng,
}

/// A product as a sale shows it.
#[derive(Debug)]
pub(super) struct Sold {
    pub(super) id: Value,
    pub(super) name: Value,
    pub(super) sku: Option<String>,
    pub(super) price: Money,
    pub(super) category: Value,
    /// `{id, name}`; the members are null when there is none.
    pub(super) variation: Value,
}

impl Dataset {
    /// The product of this index, from 0.
    pub(crate) fn product(&self, index: usize) -> Value {
        if let Some(sample) = self.samples.products.get(index) {
            return sample.clone();
        }
        let Outline {
            name,
            price,
            kind,
            mut dice,
        } = self.outline(index);
        let category = self.category_holding(index);
        let variations: Vec<Value> = if kind == WITH_VARIATIONS {
            (0..SIZES.len())
                .map(|size| self.variation(index, price, size))
                .collect()
        } else {
            Vec::new()
        };
        // A product with variations may have modifiers too.
        let with_modifiers = kind == WITH_MODIFIERS || (kind == WITH_VARIATIONS && dice.random());
        let modifiers: Vec<Value> = if with_modifiers {
            self.modifiers(index, &mut dice)
        } else {
            Vec::new()
        };
        let described = dice.random_bool(0.7);
        let pictured = dice.random_bool(0.6);
        // The API writes an empty text as an empty list.
        let description = if described {
            name.clone()
        } else {
            Value::Array(Vec::new())
        };
        let image = pictured.then(|| format!("https://cdn.retm.sa/items/{index:09}.jpg"));
        let calories = format!("{}.00", dice.random_range(1..90) * 10);
        let minutes = format!("{}.00", dice.random_range(2..25));
        let category = object([
            ("id", category["id"].clone()),
            ("title", category["name"].clone()),
        ]);
        object([
            ("id", seeded_id(self.seed, KIND, index).into()),
            ("name", name),
            ("description", description),
            ("image", image.into()),
            ("price", price.text().into()),
            ("calories", calories.into()),
            ("estimated_time", minutes.into()),
            ("type", kind.into()),
            ("over_stock", u8::from(dice.random_bool(0.2)).into()),
            ("variations", variations.into()),
            ("modifiers", modifiers.into()),
            ("category", category),
            ("taxes", self.samples.taxes.clone().into()),
        ])
    }

    /// The product of this index as somebody buys it: in one of its variations, if it has any.
    pub(super) fn sold(&self, index: usize, dice: &mut SmallRng) -> Sold {
        let (id, name, price, variations) = match self.samples.products.get(index) {
            Some(sample) => {
                let variations = sample["variations"].as_array().cloned().unwrap_or_default();
                let price = Money::read(&sample["price"]).unwrap_or_default();
                (
                    sample["id"].clone(),
                    sample["name"].clone(),
                    price,
                    variations,
                )
            }
            None => {
                let outline = self.outline(index);
                let size = dice.random_range(0..SIZES.len());
                let variation = (outline.kind == WITH_VARIATIONS)
                    .then(|| self.variation(index, outline.price, size));
                let id = Value::from(seeded_id(self.seed, KIND, index));
                (
                    id,
                    outline.name,
                    outline.price,
                    variation.into_iter().collect(),
                )
            }
        };
        let chosen = variations.get(dice.random_range(0..variations.len().max(1)));
        let sku = chosen.and_then(|variation| variation["sku"].as_str().map(str::to_owned));
        Sold {
            id,
            name,
            sku: sku.or_else(|| self.sku(index)),
            price: chosen
                .and_then(|variation| Money::read(&variation["price"]))
                .unwrap_or(price),
            category: self.category_holding(index).clone(),
            variation: object([
                ("id", chosen.map(|variation| variation["id"].clone()).into()),
                (
                    "name",
                    chosen.map(|variation| variation["name"].clone()).into(),
                ),
            ]),
        }
    }

    /// The product's stock-keeping unit; the vendor's sample has none of its own.
    pub(crate) fn sku(&self, index: usize) -> Option<String> {
        match self.samples.skus.get(index) {
            Some(sku) => sku.clone(),
            None => Some((20_000_000 + index).to_string()),
        }
    }

    /// The product in short.
    pub(crate) fn simple_product(&self, index: usize) -> Value {
        let (id, name, price) = match self.samples.products.get(index) {
            Some(sample) => (
                sample["id"].clone(),
                sample["name"].clone(),
                sample["price"].clone(),
            ),
            None => {
                let Outline { name, price, .. } = self.outline(index);
                let id = seeded_id(self.seed, KIND, index);
                (id.into(), name, price.text().into())
            }
        };
        object([
            ("id", id),
            ("name", name),
            ("sku", self.sku(index).into()),
            ("price", price),
        ])
    }

    /// The index of the product with this id, if the merchant sells it.
    pub(crate) fn find_product(&self, id: &str) -> Option<usize> {
        let samples = &self.samples.products;
        let index = samples
            .iter()
            .position(|sample| sample["id"] == id)
            .or_else(|| {
                seeded_index(self.seed, KIND, id).filter(|index| *index >= samples.len())
            })?;
        (index < self.counts.products).then_some(index)
    }

    fn outline(&self, index: usize) -> Outline {
        let mut dice = dice(self.seed, KIND, index as u64);
        let shelf = &SHELVES[self.category_of(index) % SHELVES.len()];
        let nth = self.position_in_category(index);
        let ((en, ar), base) = shelf.goods[nth % shelf.goods.len()];
        let style = nth / shelf.goods.len();
        let (style_en, style_ar) = STYLES[style % STYLES.len()];
        let series = style / STYLES.len();
        let name = if series == 0 {
            both(format!("{style_en} {en}"), format!("{ar} {style_ar}"))
        } else {
            let series = series + 1;
            both(
                format!("{style_en} {en} {series}"),
                format!("{ar} {style_ar} {series}"),
            )
        };
        let price = Money::thousandths(base + dice.random_range(0..8) * 500);
        let kind = match dice.random_range(0..100) {
            0..70 => NORMAL,
            70..84 => WITH_MODIFIERS,
            84..98 => WITH_VARIATIONS,
            _ => UNDER_PROGRESS,
        };
        Outline {
            name,
            price,
            kind,
            dice,
        }
    }

    fn category_holding(&self, product: usize) -> &Value {
        let category = self.categories.get(self.category_of(product));
        category.unwrap_or(&Value::Null)
    }

    fn variation(&self, product: usize, price: Money, size: usize) -> Value {
        let part = product * SIZES.len() + size;
        let dearer = Money::thousandths(size as i64 * 2_500);
        let (en, ar) = SIZES[size % SIZES.len()];
        object([
            ("id", seeded_id(self.seed, "variation", part).into()),
            ("sku", (300_000_000 + part).to_string().into()),
            ("name", both(en, ar)),
            ("price", (price + dearer).text().into()),
            ("image", Value::Null),
            ("stock_qty", format!("{}.000", (part * 7) % 120).into()),
        ])
    }

    fn modifiers(&self, index: usize, dice: &mut SmallRng) -> Vec<Value> {
        let first = dice.random_range(0..CHOICES.len());
        let count = dice.random_range(1..=2);
        (0..count)
            .map(|n| {
                let choice = &CHOICES[(first + n) % CHOICES.len()];
                self.modifier_group(index * 2 + n, choice, dice)
            })
            .collect()
    }

    fn modifier_group(&self, part: usize, choice: &Choice, dice: &mut SmallRng) -> Value {
        let ((en, ar), choices) = choice;
        let multiple = dice.random_bool(0.5);
        let items: Vec<Value> = choices
            .iter()
            .enumerate()
            .map(|(n, ((en, ar), price))| {
                let id = seeded_id(self.seed, "modifier", part * choices.len() + n);
                object([
                    ("id", id.into()),
                    ("name", both(*en, *ar)),
                    ("extra_price", Money::thousandths(*price).text().into()),
                ])
            })
            .collect();
        object([
            ("name", both(*en, *ar)),
            ("multiple", u8::from(multiple).into()),
            ("min_selection", u8::from(!multiple).into()),
            ("max_selection", (!multiple).then_some(1).into()),
            ("items", items.into()),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::Samples;
    use super::super::{Counts, Dataset};
    use super::*;
    use crate::spec::Spec;

    fn dataset(seed: u64, business: &str) -> Dataset {
        let counts = Counts {
            products: 2_000,
            invoices: 1,
            orders: 0,
            customers: 5,
        };
        let samples = Samples::read(Spec::embedded().unwrap()).unwrap();
        Dataset::new(seed, business, counts, samples)
    }

    #[test]
    fn starts_with_the_samples() {
        let data = dataset(7, "acme");
        let spec = Spec::embedded().unwrap();
        assert_eq!(&data.product(0), spec.example("product").unwrap());
        let line = &spec.example("invoices").unwrap()["items"][0]["products"][0];
        assert_eq!(data.product(1)["id"], line["id"]);
        assert_eq!(data.simple_product(1)["sku"], line["sku"]);
    }

    #[test]
    fn every_product_fits_the_spec_is_found_again_and_has_a_name_of_its_own() {
        let data = dataset(7, "acme");
        let spec = Spec::embedded().unwrap();
        let mut names = std::collections::BTreeSet::new();
        for index in 0..2_000 {
            let product = data.product(index);
            assert_eq!(spec.violations("Product", &product).unwrap(), []);
            assert_eq!(
                data.find_product(product["id"].as_str().unwrap()),
                Some(index)
            );
            assert!(
                names.insert(product["name"].to_string()),
                "{}",
                product["name"]
            );
            let short = data.simple_product(index);
            assert_eq!(
                (&short["id"], &short["price"]),
                (&product["id"], &product["price"])
            );
        }
    }

    #[test]
    fn is_a_function_of_seed_business_and_index() {
        let data = dataset(7, "acme");
        assert_eq!(data.product(500), dataset(7, "acme").product(500));
        assert_ne!(data.product(500), dataset(8, "acme").product(500));
        assert_ne!(
            data.product(500)["id"],
            dataset(7, "globex").product(500)["id"]
        );
        let beyond = seeded_id(data.seed, KIND, 2_000);
        assert_eq!(data.find_product(&beyond), None);
    }
}
