//! Decodes a payload, encodes it again and says what became of it.

use std::fmt;

use retm_types::Schema;

use super::broken::broken_elements;
use super::compare::{Difference, DifferenceKind, compare_json};
use crate::json::Json;
use crate::schema::{Member, Place};

/// What became of a payload.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The differences, in the payload's order; none where the payload came through whole.
    pub differences: Vec<Difference>,
    /// How many explicit nulls were read as absent.
    pub nulls: usize,
}

impl Report {
    /// Whether nothing was lost, changed, unknown, broken or left out.
    pub fn is_lossless(&self) -> bool {
        self.differences.is_empty()
    }

    pub(super) fn add(&mut self, kind: DifferenceKind, pointer: &str, detail: impl Into<String>) {
        self.differences.push(Difference {
            kind,
            pointer: pointer.to_owned(),
            detail: detail.into(),
        });
    }
}

impl fmt::Display for Report {
    /// One line per difference, and one that sums up.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for difference in &self.differences {
            writeln!(f, "{difference}")?;
        }
        if self.is_lossless() {
            f.write_str("lossless")?;
        } else {
            let mut separator = "not lossless: ";
            for kind in DifferenceKind::ALL {
                let count = self
                    .differences
                    .iter()
                    .filter(|difference| difference.kind == kind)
                    .count();
                if count > 0 {
                    write!(f, "{separator}{count} {kind}")?;
                    separator = ", ";
                }
            }
        }
        match self.nulls {
            0 => Ok(()),
            1 => f.write_str("; 1 explicit null read as absent"),
            nulls => write!(f, "; {nulls} explicit nulls read as absent"),
        }
    }
}

/// Why a payload could not be checked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// The spec has no schema of that name.
    #[error(
        "the spec has no schema `{name}`{}; `retm payload check --list` shows all",
        suggest(near)
    )]
    #[non_exhaustive]
    UnknownSchema {
        /// The name as given.
        name: String,
        /// The names that come nearest.
        near: Vec<&'static str>,
    },
    /// The payload is not JSON, or does not decode; names the field.
    #[error("{reason}")]
    #[non_exhaustive]
    Payload {
        /// The path of the field, where one is to blame, and what is wrong.
        reason: String,
    },
}

impl CheckError {
    pub(super) fn schema(name: &str) -> Self {
        Self::UnknownSchema {
            name: name.to_owned(),
            near: near(name),
        }
    }

    pub(super) fn payload(reason: impl Into<String>) -> Self {
        Self::Payload {
            reason: reason.into(),
        }
    }
}

/// Decodes a payload with the type of a schema as an answer or an event is decoded, encodes it again and compares the two. A
/// byte order mark is skipped.
///
/// # Errors
///
/// If the spec has no such schema, or the payload is not JSON, lacks a required member, or has no member that fits.
pub fn check(schema: &str, payload: &[u8]) -> Result<Report, CheckError> {
    let unknown = || CheckError::schema(schema);
    let schema = Schema::find(schema).ok_or_else(unknown)?;
    let place = Place::of(schema.name).ok_or_else(unknown)?;
    let failed = |error: &dyn fmt::Display| CheckError::payload(error.to_string());
    let payload = retm_types::without_bom(payload);
    let json = Json::parse(payload).map_err(|error| failed(&error))?;
    let (encoded, problems) = match in_one_spelling(&place, &json) {
        Some(json) => schema.round_trip_repaired(json.compact().as_bytes()),
        None => schema.round_trip_repaired(payload),
    }
    .map_err(|error| failed(&error))?;
    let encoded = Json::parse(&encoded)
        .map_err(|error| CheckError::payload(format!("encoded again: {error}")))?;
    let mut report = compare_json(&place, &json, &encoded);
    let is_problem = |pointer: &str| problems.iter().any(|problem| problem.pointer() == pointer);
    report.differences.retain(|difference| {
        difference.kind != DifferenceKind::Lost || !is_problem(&difference.pointer)
    });
    for problem in &problems {
        report.add(DifferenceKind::Problem, problem.pointer(), problem.reason());
    }
    if let Some(more) = problems
        .count()
        .checked_sub(problems.len())
        .filter(|more| *more > 0)
    {
        report.add(
            DifferenceKind::Problem,
            "",
            format!("{more} more members do not fit"),
        );
    }
    report
        .differences
        .extend(broken_elements(&place, &json, String::new()));
    Ok(report)
}

/// The payload without the spelling of a member that the parsers do not read, if a member stands there in two: they read the
/// spec's own unless it is empty.
fn in_one_spelling(place: &Place, payload: &Json) -> Option<Json> {
    let Json::Object(members) = payload else {
        return None;
    };
    let own = |name: &str| members.iter().find(|(key, _)| key == name);
    let is_filled = |value: &Json| !value.is_null() && value.as_text() != Some("");
    let unread: Vec<&str> = members
        .iter()
        .filter_map(|(key, _)| match place.member(key) {
            Member::Alias(name) => {
                let (_, value) = own(name)?;
                Some(if is_filled(value) { key.as_str() } else { name })
            }
            _ => None,
        })
        .collect();
    let read = members
        .iter()
        .filter(|(key, _)| !unread.contains(&key.as_str()));
    (!unread.is_empty()).then(|| Json::Object(read.cloned().collect()))
}

fn near(name: &str) -> Vec<&'static str> {
    const ALIKE: f64 = 0.8;
    let wanted = name.to_lowercase();
    let mut near: Vec<(f64, &'static str)> = retm_types::SCHEMAS
        .iter()
        .map(|schema| {
            (
                strsim::jaro_winkler(&schema.name.to_lowercase(), &wanted),
                schema.name,
            )
        })
        .filter(|(likeness, _)| *likeness > ALIKE)
        .collect();
    near.sort_by(|one, other| other.0.total_cmp(&one.0));
    near.into_iter().take(3).map(|(_, name)| name).collect()
}

fn suggest(near: &[&str]) -> String {
    match near {
        [] => String::new(),
        near => format!(" (did you mean {}?)", near.join(", ")),
    }
}
