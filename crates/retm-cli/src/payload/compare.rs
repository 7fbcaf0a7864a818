//! Compares a payload with what decoding and encoding have made of it.

use std::fmt;

use crate::failure::plain;
use crate::json::Json;
use crate::payload::check::{CheckError, Report};
use crate::schema::{Member, Place};

/// How a payload differs from what the types make of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum DifferenceKind {
    /// The spec has the member, and it was gone after the round trip.
    Lost,
    /// It was there after the round trip, with another value or under another name.
    Changed,
    /// The spec has no such member, so the types drop it.
    Unknown,
    /// An element of a list does not decode. The list keeps its JSON, no program can use it.
    Broken,
}

impl DifferenceKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Lost, Self::Changed, Self::Unknown, Self::Broken];
}

impl fmt::Display for DifferenceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Lost => "lost",
            Self::Changed => "changed",
            Self::Unknown => "unknown",
            Self::Broken => "broken",
        })
    }
}

/// One difference, with its place. The text repeats no value of the payload.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// What kind of difference it is.
    pub kind: DifferenceKind,
    /// Where it is: a JSON pointer into the payload.
    pub pointer: String,
    /// What is different.
    pub detail: String,
}

impl fmt::Display for Difference {
    /// Such as `unknown  /items/0/colour: not in the schema Product`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = if self.pointer.is_empty() {
            "(whole)"
        } else {
            &self.pointer
        };
        write!(
            f,
            "{:<8} {}: {}",
            self.kind,
            plain(whole),
            plain(&self.detail)
        )
    }
}

/// Compares a payload with what decoding and encoding have made of it. An explicit null equals a
/// missing member; numbers are compared by value, strings byte for byte, members in any order.
///
/// # Errors
///
/// Where the schema is not in the spec or one of the two is not JSON.
pub fn compare(schema: &str, payload: &[u8], encoded: &[u8]) -> Result<Report, CheckError> {
    let place = Place::of(schema).ok_or_else(|| CheckError::schema(schema))?;
    let parse = |bytes| Json::parse(bytes).map_err(|error| CheckError::payload(error.to_string()));
    Ok(compare_json(&place, &parse(payload)?, &parse(encoded)?))
}

pub(super) fn compare_json(place: &Place, payload: &Json, encoded: &Json) -> Report {
    let mut report = Report::default();
    walk(&mut report, "", place, payload, encoded);
    report
}

fn walk(report: &mut Report, at: &str, place: &Place, payload: &Json, encoded: &Json) {
    match (payload, encoded) {
        (Json::Object(payload), Json::Object(encoded)) => {
            objects(report, at, place, payload, encoded)
        }
        (Json::Array(payload), Json::Array(encoded)) => arrays(report, at, place, payload, encoded),
        _ if payload.same_scalar(encoded) => {}
        _ if payload.kind() == encoded.kind() => {
            let detail = format!("{} became another one", payload.kind());
            report.add(DifferenceKind::Changed, at, detail);
        }
        _ => {
            let detail = format!("{} became {}", payload.kind(), encoded.kind());
            report.add(DifferenceKind::Changed, at, detail);
        }
    }
}

fn arrays(report: &mut Report, at: &str, place: &Place, payload: &[Json], encoded: &[Json]) {
    let element = place.element();
    for (index, (one, other)) in payload.iter().zip(encoded).enumerate() {
        walk(report, &format!("{at}/{index}"), &element, one, other);
    }
    for index in encoded.len()..payload.len() {
        report.add(
            DifferenceKind::Lost,
            &format!("{at}/{index}"),
            "the element is gone",
        );
    }
    for index in payload.len()..encoded.len() {
        report.add(
            DifferenceKind::Changed,
            &format!("{at}/{index}"),
            "an element was made up",
        );
    }
}

type Members = [(String, Json)];

fn objects(report: &mut Report, at: &str, place: &Place, payload: &Members, encoded: &Members) {
    // A doubled key is matched with its like: the first with the first, the second with the second.
    let mut matched = vec![false; encoded.len()];
    let mut take = |wanted: &dyn Fn(&str, &Json) -> bool| {
        let free = encoded.iter().zip(matched.iter_mut());
        let (found, taken) = free
            .into_iter()
            .find(|((key, value), taken)| !**taken && wanted(key, value))?;
        *taken = true;
        Some(&found.1)
    };
    for (key, value) in payload {
        let pointer = format!("{at}/{}", escape(key));
        let member = place.member(key);
        let other =
            take(&|name, _| name == key).filter(|other| !other.is_null() || value.is_null());
        match (other, member) {
            (Some(other), Member::Known(inside)) => walk(report, &pointer, &inside, value, other),
            (Some(other), _) => walk(report, &pointer, &Place::default(), value, other),
            (None, _) if value.is_null() => report.nulls += 1,
            (None, Member::Known(_)) => {
                report.add(DifferenceKind::Lost, &pointer, "gone after encoding")
            }
            (None, Member::Alias(name)) => {
                match take(&|other, same| other == name && same == value) {
                    Some(_) => report.add(
                        DifferenceKind::Changed,
                        &pointer,
                        format!("written as {name}"),
                    ),
                    None => report.add(
                        DifferenceKind::Lost,
                        &pointer,
                        format!("another spelling of {name}, gone after encoding"),
                    ),
                }
            }
            (None, Member::Unknown) => {
                let schema = place
                    .names()
                    .last()
                    .map(|name| format!(" {name}"))
                    .unwrap_or_default();
                report.add(
                    DifferenceKind::Unknown,
                    &pointer,
                    format!("not in the schema{schema}"),
                );
            }
        }
    }
    for ((key, value), matched) in encoded.iter().zip(matched) {
        if !matched && !value.is_null() {
            report.add(
                DifferenceKind::Changed,
                &format!("{at}/{}", escape(key)),
                "missing in the payload, made up by encoding",
            );
        }
    }
}

/// A member's name as a JSON pointer writes it.
pub(super) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
