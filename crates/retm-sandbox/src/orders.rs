//! The orders of a business, found by id and by reference without a walk.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use serde_json::Value;

/// All orders in the order they were taken; the seeded ones come first.
#[derive(Debug)]
pub(crate) struct Orders {
    all: Vec<Order>,
    seeded: usize,
    by_id: HashMap<String, usize>,
    by_reference: HashMap<String, Vec<usize>>,
}

/// One order.
#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) body: Value,
    /// The body as it is sent: a list of hundreds costs no more than its bytes.
    pub(crate) text: String,
    /// When it was taken, in real time; `None` for a seeded one.
    taken: Option<Instant>,
}

impl Order {
    /// Whether it was taken at least this long ago.
    pub(crate) fn is_older_than(&self, age: Duration) -> bool {
        self.taken.is_none_or(|taken| taken.elapsed() >= age)
    }
}

impl Orders {
    pub(crate) fn new(seeded: Vec<Value>) -> Self {
        let mut orders = Self {
            all: Vec::new(),
            seeded: seeded.len(),
            by_id: HashMap::new(),
            by_reference: HashMap::new(),
        };
        seeded
            .into_iter()
            .for_each(|body| orders.insert(body, None));
        orders
    }

    /// Keeps an order that was taken just now.
    pub(crate) fn take(&mut self, body: Value) {
        self.insert(body, Some(Instant::now()));
    }

    fn insert(&mut self, body: Value, taken: Option<Instant>) {
        let place = self.all.len();
        if let Some(id) = body["id"].as_str() {
            self.by_id.insert(id.to_owned(), place);
        }
        if let Some(reference) = body["partner_reference"].as_str() {
            let places = self.by_reference.entry(reference.to_owned()).or_default();
            places.push(place);
        }
        let text = body.to_string();
        self.all.push(Order { body, text, taken });
    }

    /// Changes the order of this id; `None` when there is none.
    pub(crate) fn change(&mut self, id: &str, change: impl FnOnce(&mut Value)) -> Option<&Value> {
        let order = self.all.get_mut(*self.by_id.get(id)?)?;
        change(&mut order.body);
        order.text = order.body.to_string();
        Some(&order.body)
    }

    /// The orders that were created through the API, the oldest first.
    pub(crate) fn created(&self) -> impl Iterator<Item = &Value> {
        self.all.iter().skip(self.seeded).map(|order| &order.body)
    }

    /// All orders, or those of this `partner_reference`, the oldest first.
    pub(crate) fn of(&self, reference: Option<&str>) -> Vec<&Order> {
        let Some(reference) = reference else {
            return self.all.iter().collect();
        };
        let places = self.by_reference.get(reference);
        places
            .into_iter()
            .flatten()
            .filter_map(|place| self.all.get(*place))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn finds_by_id_and_by_reference() {
        let order = |id: &str, reference: &str| json!({"id": id, "partner_reference": reference});
        let mut orders = Orders::new(vec![order("a", "P-1")]);
        orders.take(order("b", "P-2"));
        orders.take(order("c", "P-1"));
        let changed = orders
            .change("b", |body| body["status"] = json!(3))
            .cloned();
        let kept = &orders.of(Some("P-2"))[0].text;
        assert_eq!(serde_json::from_str(kept).ok(), changed);
        assert_eq!(orders.change("d", |_| ()), None);
        let ids = |found: Vec<&Order>| -> Vec<Value> {
            found.iter().map(|order| order.body["id"].clone()).collect()
        };
        assert_eq!(ids(orders.of(None)), ["a", "b", "c"]);
        assert_eq!(ids(orders.of(Some("P-1"))), ["a", "c"]);
        assert!(orders.of(Some("P-3")).is_empty());
        let created: Vec<&Value> = orders.created().collect();
        assert_eq!(
            created[0],
            &json!({"id": "b", "partner_reference": "P-2", "status": 3})
        );
        assert_eq!(created.len(), 2);
    }

    #[test]
    fn a_seeded_order_is_older_than_anything() {
        let mut orders = Orders::new(vec![json!({"id": "a"})]);
        orders.take(json!({"id": "b"}));
        let old: Vec<bool> = orders
            .of(None)
            .iter()
            .map(|order| order.is_older_than(Duration::from_secs(3600)))
            .collect();
        assert_eq!(old, [true, false]);
    }
}
