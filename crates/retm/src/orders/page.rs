//! One page of the list of orders, read for nothing but references and times.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use bytes::Bytes;
use retm_types::{Listing, LocalTime, LooseString, Order};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::Error;
use crate::fingerprint::fingerprint;
use crate::list::List;
use crate::resources::OrderFilter;

/// The most elements that a page is asked to have; a server may give fewer.
pub(super) const PER_PAGE: u64 = 100;

/// What a page shows.
pub(super) struct OrderPage {
    pub(super) elements: Vec<Element>,
    /// Whether it is the last one; `None` where the server does not say what one may rely on.
    pub(super) last: Option<bool>,
    /// How many orders there are by the server's word.
    pub(super) total: Option<u64>,
    /// Which page it is by the server's word.
    pub(super) current: Option<u64>,
    /// Stands for the elements.
    pub(super) fingerprint: u64,
}

/// One order of the list, as far as it can be read. Kept as JSON: an element that does not fit the
/// spec may still say whose it is.
pub(super) struct Element {
    raw: Box<RawValue>,
    /// Stands for the order: by its id, else by all that is shown of it.
    pub(super) identity: u64,
    pub(super) reference: Reference,
    pub(super) created_at: Option<LocalTime>,
}

/// The reference that an element shows.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reference {
    Shown(String),
    /// An order without one, such as the merchant's own.
    None,
    /// Nobody can tell whose order this is.
    Unreadable,
}

/// What is read of an order. One odd member loses none of the others.
#[derive(Deserialize)]
struct Shown<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    partner_reference: Option<&'a RawValue>,
    #[serde(borrow)]
    created_at: Option<&'a RawValue>,
}

impl Element {
    fn new(raw: Box<RawValue>) -> Self {
        let shown = serde_json::from_str::<Shown<'_>>(raw.get());
        let id = shown.as_ref().ok().and_then(|shown| shown.id);
        let mut identity = DefaultHasher::new();
        id.unwrap_or(&raw).get().hash(&mut identity);
        let identity = identity.finish();
        let (reference, created_at) = match &shown {
            Err(_) => (Reference::Unreadable, None),
            Ok(shown) => {
                let created_at = shown
                    .created_at
                    .map(|time| serde_json::from_str(time.get()));
                let reference = match shown.partner_reference {
                    None if fits(&raw) => Reference::None,
                    None => Reference::Unreadable,
                    Some(value) => serde_json::from_str::<LooseString>(value.get())
                        .map_or(Reference::Unreadable, |text| {
                            Reference::Shown(text.as_str().to_owned())
                        }),
                };
                (reference, created_at.and_then(Result::ok))
            }
        };
        Self {
            raw,
            identity,
            reference,
            created_at,
        }
    }

    #[cfg(test)]
    pub(super) fn of(json: &str) -> Self {
        Self::new(RawValue::from_string(json.to_owned()).unwrap_or_default())
    }

    /// Whether it is the order with that reference: compared exactly, and nothing else is.
    pub(super) fn is(&self, reference: &str) -> bool {
        matches!(&self.reference, Reference::Shown(shown) if shown == reference)
    }

    /// The order as it came.
    pub(super) fn body(&self) -> Bytes {
        Bytes::copy_from_slice(self.raw.get().as_bytes())
    }
}

/// Whether an envelope has something else that may tell of more pages, such as a cursor.
fn may_go_on(envelope: &[u8], has_inner: bool) -> bool {
    let members = serde_json::from_slice::<HashMap<String, &RawValue>>(envelope);
    members.is_ok_and(|members| {
        members.iter().any(|(name, value)| {
            let name = name.to_lowercase();
            let value = value.get();
            match name.as_str() {
                "meta" | "links" | "paging" => has_inner && may_go_on(value.as_bytes(), false),
                _ if ["null", "false", "\"\"", "[]", "{}"].contains(&value) => false,
                _ => ["next", "more", "cursor", "page"]
                    .iter()
                    .any(|word| name.contains(word)),
            }
        })
    })
}

fn fits(raw: &RawValue) -> bool {
    serde_json::from_str::<Order>(raw.get()).is_ok()
}

impl OrderPage {
    /// Asks for a page.
    pub(super) async fn get(list: List<Order, OrderFilter>, number: u64) -> Result<Self, Error> {
        let response = list.per_page(PER_PAGE).page(number).response().await?;
        let pagination = response.pagination();
        let last = match pagination {
            Some(pagination) => match pagination.tells_next(number) {
                // It says both.
                Some(false) if pagination.next_page_url().is_some() => None,
                next => next.map(|next| !next),
            },
            None if may_go_on(response.raw_body(), true) => None,
            // A list without `pagination` is one page; one that is just full may have been cut.
            None => ((response.len() as u64) < PER_PAGE).then_some(true),
        };
        let (total, current) = pagination
            .map(|pagination| (pagination.total(), pagination.current_page()))
            .unwrap_or_default();
        // The page has decoded, so its elements are there: as the JSON they came as.
        let elements: Vec<Element> =
            retm_types::decode::<Listing<Box<RawValue>>>(response.raw_body())
                .map(|listing| listing.into_items().into_vec())
                .unwrap_or_default()
                .into_iter()
                .map(Element::new)
                .collect();
        let lost = elements.len() != response.len();
        Ok(Self {
            last: last.filter(|_| !lost),
            elements,
            total,
            current,
            fingerprint: fingerprint(response.raw_body()),
        })
    }

    /// The order with that reference.
    pub(super) fn find(&self, reference: &str) -> Option<Bytes> {
        let mut elements = self.elements.iter();
        elements
            .find(|element| element.is(reference))
            .map(Element::body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(json: &str) -> Element {
        Element::of(json)
    }

    fn shown(text: &str) -> Reference {
        Reference::Shown(text.to_owned())
    }

    #[test]
    fn whose_an_order_is() {
        for (json, reference) in [
            (r#"{"partner_reference":"A-1"}"#, shown("A-1")),
            (r#"{"partner_reference":177}"#, shown("177")),
            (
                r#"{"partner_reference":"A-1","total_price":{}}"#,
                shown("A-1"),
            ),
            (r#"{"id":"1","partner_reference":null}"#, Reference::None),
            (r#"{"id":"1"}"#, Reference::None),
            (r#"{"id":"1","total_price":{}}"#, Reference::Unreadable),
            (r#"{"partner_reference":["A-1"]}"#, Reference::Unreadable),
            ("null", Reference::Unreadable),
            ("7", Reference::Unreadable),
        ] {
            assert_eq!(element(json).reference, reference, "{json}");
        }
    }

    #[test]
    fn an_order_is_told_from_another_by_its_id() {
        let of = |json| element(json).identity;
        let one = of(r#"{"id":"1","status":1}"#);
        assert_eq!(one, of(r#"{"id":"1","status":2}"#));
        assert_ne!(one, of(r#"{"id":"2","status":1}"#));
        // The same products make no other order the same.
        let without = of(r#"{"id":null,"products":[],"partner_reference":"A-1"}"#);
        assert_ne!(
            without,
            of(r#"{"id":null,"products":[],"partner_reference":"A-2"}"#)
        );
    }

    #[test]
    fn a_reference_is_compared_exactly() {
        let element = element(r#"{"partner_reference":"A-1"}"#);
        assert!(element.is("A-1"));
        for other in ["a-1", "A-10", "A-", "A-1 ", ""] {
            assert!(!element.is(other), "{other}");
        }
    }
}
