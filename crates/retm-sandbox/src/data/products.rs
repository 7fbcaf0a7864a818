//! Products: the samples first, then generated ones.

use rand::RngExt;
use rand::rngs::SmallRng;
use serde_json::{Value, json};

use super::ids::{seeded_id, seeded_index};
use super::words::{CHOICES, Choice, Name, SHELVES, SIZES, STYLES};
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
        json!({
            "id": seeded_id(self.seed, KIND, index),
            // The API writes an empty text as an empty list.
            "description": if described { name.clone() } else { json!([]) },
            "name": name,
            "image": pictured.then(|| format!("https://cdn.retm.sa/items/{index:09}.jpg")),
            "price": price.text(),
            "calories": format!("{}.00", dice.random_range(1..90) * 10),
            "estimated_time": format!("{}.00", dice.random_range(2..25)),
            "type": kind,
            "over_stock": u8::from(dice.random_bool(0.2)),
            "variations": variations,
            "modifiers": modifiers,
            "category": {"id": category["id"], "title": category["name"]},
            "taxes": self.samples.taxes,
        })
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
                let id = json!(seeded_id(self.seed, KIND, index));
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
            variation: json!({
                "id": chosen.map(|variation| &variation["id"]),
                "name": chosen.map(|variation| &variation["name"]),
            }),
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
                (json!(id), name, json!(price.text()))
            }
        };
        json!({"id": id, "name": name, "sku": self.sku(index), "price": price})
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
            json!({"en": format!("{style_en} {en}"), "ar": format!("{ar} {style_ar}")})
        } else {
            let series = series + 1;
            json!({"en": format!("{style_en} {en} {series}"), "ar": format!("{ar} {style_ar} {series}")})
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
        json!({
            "id": seeded_id(self.seed, "variation", part),
            "sku": (300_000_000 + part).to_string(),
            "name": both(&SIZES[size % SIZES.len()]),
            "price": (price + dearer).text(),
            "image": null,
            "stock_qty": format!("{}.000", (part * 7) % 120),
        })
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

    fn modifier_group(&self, part: usize, (name, choices): &Choice, dice: &mut SmallRng) -> Value {
        let multiple = dice.random_bool(0.5);
        let items: Vec<Value> = choices
            .iter()
            .enumerate()
            .map(|(n, (name, price))| {
                json!({
                    "id": seeded_id(self.seed, "modifier", part * choices.len() + n),
                    "name": both(name),
                    "extra_price": Money::thousandths(*price).text(),
                })
            })
            .collect();
        json!({
            "name": both(name),
            "multiple": u8::from(multiple),
            "min_selection": u8::from(!multiple),
            "max_selection": if multiple { json!(null) } else { json!(1) },
            "items": items,
        })
    }
}

/// A text in both languages.
pub(super) fn both((en, ar): &Name) -> Value {
    json!({"en": en, "ar": ar})
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
#[cfg(test)]
mod speed_tmp {
    #[test]
    fn speed_tmp() {
        use super::super::{Counts, Dataset, Samples};
        let counts = Counts {
            products: 100_000,
            invoices: 1,
            orders: 0,
            customers: 5,
        };
        let samples = Samples::read(crate::spec::Spec::embedded().unwrap()).unwrap();
        let d = Dataset::new(1, "acme", counts, samples);
        let t = std::time::Instant::now();
        for i in 0..20_000 {
            std::hint::black_box(super::seeded_id(1, "product", i));
        }
        println!("ids {:?}", t.elapsed());
        let t = std::time::Instant::now();
        for i in 0..20_000 {
            std::hint::black_box(d.outline(i + 4).price);
        }
        println!("outline {:?}", t.elapsed());
        let t = std::time::Instant::now();
        let v: Vec<_> = (0..20_000).map(|i| d.product(i)).collect();
        println!("build {:?}", t.elapsed());
        let t = std::time::Instant::now();
        let s = serde_json::Value::Array(v).to_string();
        println!("write {:?} {}", t.elapsed(), s.len());
        let t = std::time::Instant::now();
        for i in 0..5_000 {
            std::hint::black_box(d.invoice(i + 1));
        }
        println!("5k invoices {:?}", t.elapsed());
    }
}
