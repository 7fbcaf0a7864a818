//! The sample payloads the seeded data starts from.

use serde_json::{Value, json};

use crate::error::SandboxError;
use crate::spec::Spec;

use super::Money;

/// The payloads of the vendor's pages, and the spec's own examples of kinds that have none.
#[derive(Clone, Debug)]
pub(crate) struct Samples {
    /// Products: the sample, then those its invoice sells.
    pub(super) products: Vec<Value>,
    /// The stock-keeping units of the products, in the same order.
    pub(super) skus: Vec<Option<String>>,
    pub(super) invoices: Vec<Value>,
    pub(super) orders: Vec<Value>,
    pub(super) charges: Vec<Value>,
    pub(super) taxes: Vec<Value>,
    pub(super) branches: Vec<Value>,
    pub(super) devices: Vec<Value>,
    pub(super) order_types: Vec<Value>,
    pub(super) price_lists: Vec<Value>,
    pub(super) payment_methods: Vec<Value>,
    pub(super) customers: Vec<Value>,
    /// Categories and groups as `{id, name}`.
    pub(super) categories: Vec<Value>,
    pub(super) groups: Vec<Value>,
}

impl Samples {
    pub(crate) fn read(spec: &Spec) -> Result<Self, SandboxError> {
        let product = spec
            .example("product")
            .ok_or_else(|| SandboxError::spec("there is no example `product`"))?;
        let mut samples = Self {
            products: vec![product.clone()],
            skus: vec![None],
            invoices: elements(spec, "invoices"),
            orders: elements(spec, "orders"),
            charges: elements(spec, "charges"),
            taxes: elements(spec, "taxes"),
            branches: elements(spec, "branches"),
            devices: elements(spec, "devices"),
            order_types: elements(spec, "order_types"),
            price_lists: elements(spec, "price_lists"),
            payment_methods: elements(spec, "payment_methods"),
            customers: elements(spec, "customers"),
            categories: elements(spec, "categories"),
            groups: elements(spec, "groups"),
        };
        samples.add_sold_products(&elements(spec, "products"));
        samples.add_named();
        Ok(samples)
    }

    /// The products that the sample invoice sells, so that its lines lead somewhere.
    fn add_sold_products(&mut self, described: &[Value]) {
        let lines: Vec<Value> = self
            .invoices
            .iter()
            .filter_map(|invoice| invoice["products"].as_array())
            .flatten()
            .cloned()
            .collect();
        for line in lines {
            if self.products.iter().any(|known| known["id"] == line["id"]) {
                continue;
            }
            let known = described.iter().find(|known| known["id"] == line["id"]);
            let product = known.cloned().unwrap_or_else(|| self.sold_product(&line));
            self.products.push(product);
            self.skus.push(line["sku"].as_str().map(str::to_owned));
        }
    }

    fn sold_product(&self, line: &Value) -> Value {
        json!({
            "id": line["id"],
            "name": line["name"],
            "description": [],
            "image": null,
            "price": line["total"],
            "calories": "310.00",
            "estimated_time": "5.00",
            "type": 1,
            "over_stock": 0,
            "variations": [],
            "modifiers": [],
            "category": {"id": line["category"]["id"], "title": line["category"]["name"]},
            "taxes": self.taxes,
        })
    }

    /// What the samples name by id and no list of examples holds.
    fn add_named(&mut self) {
        for invoice in &self.invoices {
            let branch = &invoice["branch_id"];
            let name = json!({"en": "Main branch", "ar": "الفرع الرئيسي"});
            add(&mut self.branches, json!({"id": branch, "name": name}));
            add(
                &mut self.devices,
                json!({"id": invoice["device_id"], "name": "Cashier 1", "branch_id": branch}),
            );
            for tax in invoice["taxes"].as_array().into_iter().flatten() {
                let value = Money::thousandths(15_000).text();
                add(
                    &mut self.taxes,
                    json!({"id": tax["id"], "name": tax["name"], "value": value, "type": 2, "from_final_total": 0}),
                );
            }
            for payment in invoice["payments"].as_array().into_iter().flatten() {
                add(
                    &mut self.payment_methods,
                    json!({
                        "id": payment["id"], "name": payment["name"], "type": 1,
                        "auto_open_drawer": 1, "ecr_enabled": 0, "zatca_payment_code": "10"
                    }),
                );
            }
        }
        for product in &self.products {
            let category = &product["category"];
            add(
                &mut self.categories,
                json!({"id": category["id"], "name": category["title"]}),
            );
        }
        for list in [&mut self.categories, &mut self.groups] {
            for entry in list {
                *entry = json!({"id": entry["id"], "name": entry["name"]});
            }
        }
    }
}

/// The elements of an example list, whatever its envelope.
fn elements(spec: &Spec, stem: &str) -> Vec<Value> {
    let Some(example) = spec.example(stem) else {
        return Vec::new();
    };
    let list = example.as_array().or_else(|| example["items"].as_array());
    list.cloned().unwrap_or_default()
}

fn add(list: &mut Vec<Value>, element: Value) {
    let missing =
        element["id"].is_string() && list.iter().all(|known| known["id"] != element["id"]);
    if missing {
        list.push(element);
    }
}
