//! Invoices: the sample first, then generated sales of the catalogue.

use rand::RngExt;
use rand::rngs::SmallRng;
use serde_json::{Value, json};

use crate::clock::local_text;

use super::{Dataset, Money, dice, moment};

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
        let place = &self.samples.devices[..];
        let device = place.get(dice.random_range(0..place.len().max(1)));
        json!({
            "event": event,
            "event_type": event_type,
            "invoice_id": FIRST_INVOICE + index,
            // The vendor writes the order's number twice, once misspelt.
            "order_refrence": order,
            "sale_id": null,
            "order_reference": order.to_string(),
            "branch_id": device.map(|device| &device["branch_id"]),
            "device_id": device.map(|device| &device["id"]),
            "created_at": local_text(moment(index)),
            "total_price": sale.total.text(),
            "subtotal_price": (sale.total - sale.tax).text(),
            "tax": sale.tax.text(),
            "status": status,
            "note": dice.random_bool(0.1).then_some("No onions"),
            "taxes": self.tax_amounts(sale.tax),
            "payments": self.paid(sale.total, &mut dice),
            "products": sale.lines,
        })
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
        let line = json!({
            "id": sold.id,
            "sku": sold.sku,
            "name": sold.name,
            "quantity": quantity.text(),
            "total": total.text(),
            "unit_price": (sold.price - sold.price.vat_within()).text(),
            "discount_amount": Money::default().text(),
            "tax": total.vat_within().text(),
            "note": null,
            "category": sold.category,
            "variation": sold.variation,
            "modifiers": [],
        });
        (line, total)
    }

    /// The tax of a sale under the merchant's first tax.
    pub(super) fn tax_amounts(&self, amount: Money) -> Vec<Value> {
        let tax = self.samples.taxes.first();
        tax.map(|tax| json!({"id": tax["id"], "name": tax["name"], "amount": amount.text()}))
            .into_iter()
            .collect()
    }

    /// The payment of a sale by one of the merchant's methods.
    pub(super) fn paid(&self, amount: Money, dice: &mut SmallRng) -> Vec<Value> {
        let methods = &self.samples.payment_methods;
        let method = methods.get(dice.random_range(0..methods.len().max(1)));
        method
            .map(|method| json!({"id": method["id"], "name": method["name"], "amount": amount.text()}))
            .into_iter()
            .collect()
    }
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
