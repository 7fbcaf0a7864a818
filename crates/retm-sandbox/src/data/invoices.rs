//! Invoices: the sample first, then generated sales of the catalogue.

use rand::RngExt;
use rand::rngs::SmallRng;
use serde_json::Value;

use crate::clock::local_text;

use super::{Dataset, Money, dice, moment, object};

/// The numbers of the sample: generated ones go on from there.
const FIRST_INVOICE: usize = 153;
const FIRST_ORDER: usize = 177;

/// A sale: what an invoice and an order have in common.
#[derive(Debug)]
pub(super) struct Sale {
    pub(super) lines: Vec<Value>,
    pub(super) total: Money,
    pub(super) tax: Money,
}

impl Dataset {
    /// The invoice of this index, from 0.
    pub(crate) fn invoice(&self, index: usize) -> Value {
        if let Some(sample) = self.samples.invoices.get(index) {
            return sample.clone();
        }
        let mut dice = dice(self.seed, "invoice", index as u64);
        let sale = self.sale(&mut dice);
        let order = FIRST_ORDER + index;
        let (status, event, event_type) = match dice.random_range(0..100) {
            0..92 => (1, "order.created", "create.order"),
            92..97 => (4, "order.refunded", "refund.order"),
            _ => (5, "order.created", "create.order"),
        };
        let devices = &self.samples.devices;
        let device = devices.get(dice.random_range(0..devices.len().max(1)));
        let place = |name: &str| device.map(|device| device[name].clone()).into();
        let payments = self.paid(sale.total, &mut dice);
        object([
            ("event", event.into()),
            ("event_type", event_type.into()),
            ("invoice_id", (FIRST_INVOICE + index).into()),
            // The vendor writes the order's number twice, once misspelt.
            ("order_refrence", order.into()),
            ("sale_id", Value::Null),
            ("order_reference", order.to_string().into()),
            ("branch_id", place("branch_id")),
            ("device_id", place("id")),
            ("created_at", local_text(moment(index)).into()),
            ("total_price", sale.total.text().into()),
            ("subtotal_price", (sale.total - sale.tax).text().into()),
            ("tax", sale.tax.text().into()),
            ("status", status.into()),
            ("note", dice.random_bool(0.1).then_some("No onions").into()),
            ("taxes", self.tax_amounts(sale.tax).into()),
            ("payments", payments.into()),
            ("products", sale.lines.into()),
        ])
    }

    /// The number of the last seeded invoice's order.
    pub(super) fn last_invoice_order(&self) -> usize {
        FIRST_ORDER + self.counts.invoices.max(1) - 1
    }

    /// One to five lines of products of the catalogue; without a catalogue, the sample's own lines.
    pub(super) fn sale(&self, dice: &mut SmallRng) -> Sale {
        let count = dice.random_range(1..=5);
        let mut lines = Vec::with_capacity(count);
        let (mut total, mut tax) = (Money::default(), Money::default());
        for _ in 0..count {
            let last = self.counts.products.max(self.samples.products.len());
            let index = dice.random_range(0..last);
            let quantity = Money::thousandths(dice.random_range(1..=3) * 1000);
            let (line, line_total) = self.line(index, quantity, dice);
            total = total + line_total;
            tax = tax + line_total.vat_within();
            lines.push(line);
        }
        Sale { lines, total, tax }
    }

    fn line(&self, index: usize, quantity: Money, dice: &mut SmallRng) -> (Value, Money) {
        let sold = self.sold(index, dice);
        let total = sold.price.times(quantity);
        let unit_price = sold.price - sold.price.vat_within();
        let line = object([
            ("id", sold.id),
            ("sku", sold.sku.into()),
            ("name", sold.name),
            ("quantity", quantity.text().into()),
            ("total", total.text().into()),
            ("unit_price", unit_price.text().into()),
            ("discount_amount", Money::default().text().into()),
            ("tax", total.vat_within().text().into()),
            ("note", Value::Null),
            ("category", sold.category),
            ("variation", sold.variation),
            ("modifiers", Value::Array(Vec::new())),
        ]);
        (line, total)
    }

    /// The tax of a sale under the merchant's first tax.
    pub(super) fn tax_amounts(&self, amount: Money) -> Vec<Value> {
        let tax = self.samples.taxes.first();
        tax.map(|tax| part(tax, amount)).into_iter().collect()
    }

    /// The payment of a sale by one of the merchant's methods.
    pub(super) fn paid(&self, amount: Money, dice: &mut SmallRng) -> Vec<Value> {
        let methods = &self.samples.payment_methods;
        let method = methods.get(dice.random_range(0..methods.len().max(1)));
        method
            .map(|method| part(method, amount))
            .into_iter()
            .collect()
    }
}

/// The part of an amount that this tax or payment method stands for.
fn part(of: &Value, amount: Money) -> Value {
    object([
        ("id", of["id"].clone()),
        ("name", of["name"].clone()),
        ("amount", amount.text().into()),
    ])
}

#[cfg(test)]
mod tests {
    use super::super::{Counts, Samples};
    use super::*;
    use crate::spec::Spec;

    #[test]
    fn amounts_add_up_and_fit_the_spec() {
        let spec = Spec::embedded().unwrap();
        let counts = Counts {
            products: 200,
            invoices: 300,
            orders: 0,
            customers: 5,
        };
        let data = Dataset::new(7, "acme", counts, Samples::read(spec).unwrap());
        assert_eq!(
            data.invoice(0),
            spec.example("invoices").unwrap()["items"][0]
        );
        for index in 1..300 {
            let invoice = data.invoice(index);
            assert_eq!(spec.violations("Invoice", &invoice).unwrap(), []);
            let read = |name: &str| Money::read(&invoice[name]).unwrap();
            assert_eq!(read("subtotal_price") + read("tax"), read("total_price"));
            let lines = invoice["products"].as_array().unwrap();
            let sum = |name: &str| {
                lines
                    .iter()
                    .map(|line| Money::read(&line[name]).unwrap())
                    .sum::<Money>()
            };
            assert_eq!(sum("total"), read("total_price"));
            assert_eq!(sum("tax"), read("tax"));
            assert_eq!(
                invoice["order_refrence"].to_string(),
                invoice["order_reference"].as_str().unwrap()
            );
        }
    }

    #[test]
    fn sells_the_samples_when_there_is_no_catalogue() {
        let spec = Spec::embedded().unwrap();
        let counts = Counts {
            products: 0,
            invoices: 3,
            orders: 0,
            customers: 0,
        };
        let data = Dataset::new(7, "acme", counts, Samples::read(spec).unwrap());
        assert!(!data.invoice(2)["products"].as_array().unwrap().is_empty());
    }
}
