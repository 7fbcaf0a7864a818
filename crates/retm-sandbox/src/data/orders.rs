//! Orders a business has before anybody creates one: the examples first, then generated ones.

use rand::RngExt;
use serde_json::Value;

use crate::clock::local_text;

use super::ids::seeded_id;
use super::{Dataset, Money, dice, moment, object};

impl Dataset {
    /// The seeded orders, the oldest first.
    pub(crate) fn orders(&self) -> Vec<Value> {
        (0..self.counts.orders)
            .map(|index| self.order(index))
            .collect()
    }

    /// The number the next created order gets.
    pub(crate) fn next_order_number(&self) -> u64 {
        let last = self.last_invoice_order().max(self.last_seeded_order());
        last as u64 + 1
    }

    fn last_seeded_order(&self) -> usize {
        let samples = self.samples.orders.iter();
        let highest = samples
            .filter_map(|order| order["reference"].as_str()?.parse::<usize>().ok())
            .max()
            .unwrap_or_default();
        highest + self.counts.orders.saturating_sub(self.samples.orders.len())
    }

    fn order(&self, index: usize) -> Value {
        if let Some(sample) = self.samples.orders.get(index) {
            return sample.clone();
        }
        let mut dice = dice(self.seed, "order", index as u64);
        let mut sale = self.sale(&mut dice);
        for line in &mut sale.lines {
            let quantity = Money::read(&line["quantity"]).unwrap_or(Money::ONE);
            let total = Money::read(&line["total"]).unwrap_or_default();
            line["price"] = total.over(quantity).text().into();
        }
        let (status, delivery_status) = match dice.random_range(0..10) {
            0..6 => (1, 7),
            6..8 => (2, 1),
            8 => (3, 2),
            _ => (5, 3),
        };
        let created = local_text(moment(index));
        let customers = self.counts.customers.max(self.samples.customers.len());
        let customer = self.customer(dice.random_range(0..customers.max(1)));
        let older = self.counts.orders - index - 1;
        let first = |list: &[Value]| list.first().map(|known| known["id"].clone()).into();
        let number = self.last_seeded_order() - older;
        let payments = self.paid(sale.total, &mut dice);
        object([
            ("id", seeded_id(self.seed, "order", index).into()),
            ("reference", number.to_string().into()),
            (
                "partner_reference",
                format!("PARTNER-{}", 1001 + index).into(),
            ),
            ("status", status.into()),
            ("delivery_status", delivery_status.into()),
            ("ordertype", first(&self.samples.order_types)),
            ("branch_id", first(&self.samples.branches)),
            ("created_at", created.clone().into()),
            ("updated_at", created.into()),
            ("total_price", sale.total.text().into()),
            ("subtotal_price", (sale.total - sale.tax).text().into()),
            ("tax", sale.tax.text().into()),
            ("note", Value::Null),
            (
                "customer",
                object(["id", "name", "phone", "email"].map(|name| (name, customer[name].clone()))),
            ),
            ("products", sale.lines.into()),
            ("payments", payments.into()),
            ("taxes", self.tax_amounts(sale.tax).into()),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Counts, Samples};
    use super::*;
    use crate::spec::Spec;

    #[test]
    fn numbers_go_on_from_the_examples() {
        let spec = Spec::embedded().unwrap();
        let counts = Counts {
            products: 50,
            invoices: 1,
            orders: 40,
            customers: 5,
        };
        let data = Dataset::new(7, "acme", counts, Samples::read(spec).unwrap());
        let orders = data.orders();
        assert_eq!(orders.len(), 40);
        let numbers: Vec<u64> = orders
            .iter()
            .map(|order| order["reference"].as_str().unwrap().parse().unwrap())
            .collect();
        assert!(
            numbers.windows(2).all(|pair| pair[0] + 1 == pair[1]),
            "{numbers:?}"
        );
        assert_eq!(data.next_order_number(), numbers.last().unwrap() + 1);
        for order in &orders {
            assert_eq!(spec.violations("Order", order).unwrap(), []);
        }
    }
}
