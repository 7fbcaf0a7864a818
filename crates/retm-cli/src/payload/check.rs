//! Decodes a payload, encodes it again and says what became of it.

use std::fmt;

use retm_types::Schema;

use super::broken::broken_elements;
use super::compare::{Difference, DifferenceKind, compare_json};
use crate::json::Json;
use crate::schema::Place;

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
    /// Whether nothing was lost, changed, unknown or broken.
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

/// Decodes a payload with the type of a schema, encodes it again and compares the two.
///
/// # Errors
///
/// Where the spec has no such schema, or the payload is not JSON or does not decode.
pub fn check(schema: &str, payload: &[u8]) -> Result<Report, CheckError> {
    let unknown = || CheckError::schema(schema);
    let schema = Schema::find(schema).ok_or_else(unknown)?;
    let place = Place::of(schema.name).ok_or_else(unknown)?;
    let json = Json::parse(payload).map_err(|error| CheckError::payload(error.to_string()))?;
    let encoded = schema
        .round_trip(payload)
        .map_err(|error| CheckError::payload(error.to_string()))?;
    let encoded = Json::parse(&encoded)
        .map_err(|error| CheckError::payload(format!("encoded again: {error}")))?;
    let mut report = compare_json(&place, &json, &encoded);
    report
        .differences
        .extend(broken_elements(&place, &json, String::new()));
    Ok(report)
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
