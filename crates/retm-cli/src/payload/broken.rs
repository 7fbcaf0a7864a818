//! The elements of lists that do not decode: their list keeps them, so a round trip alone does not show them.

use retm_types::Schema;

use super::compare::{Difference, DifferenceKind, escape};
use crate::json::Json;
use crate::schema::{Member, Place};

/// The elements in `payload` that do not decode, at any depth, by the schema of `place`. `at` is where the payload stands.
pub(crate) fn broken_elements(place: &Place, payload: &Json, at: String) -> Vec<Difference> {
    let mut found = Vec::new();
    walk(&mut found, at, place, payload);
    found
}

fn walk(found: &mut Vec<Difference>, at: String, place: &Place, payload: &Json) {
    match payload {
        Json::Object(members) => {
            for (key, value) in members {
                if let Member::Known(inside) = place.member(key) {
                    walk(found, format!("{at}/{}", escape(key)), &inside, value);
                }
            }
        }
        Json::Array(elements) => {
            let element_place = place.element();
            let schema = element_place
                .names()
                .first()
                .and_then(|name| Schema::find(name));
            for (index, element) in elements.iter().enumerate() {
                let pointer = format!("{at}/{index}");
                match schema.map(|schema| schema.round_trip(element.compact().as_bytes())) {
                    Some(Err(error)) => found.push(Difference {
                        kind: DifferenceKind::Broken,
                        pointer,
                        detail: error.to_string(),
                    }),
                    _ => walk(found, pointer, &element_place, element),
                }
            }
        }
        _ => {}
    }
}
