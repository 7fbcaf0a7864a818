//! Decoding and encoding a payload by the name of its schema.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{DecodeError, Problems, masked_reason};

/// One schema of the spec. [`SCHEMAS`](crate::SCHEMAS) lists them all.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Schema {
    /// Its name, such as `Invoice`.
    pub name: &'static str,
    /// How well it is known: `documented`, `sample` or `assumed`.
    pub provenance: &'static str,
    pub(crate) round_trip: fn(&[u8], Reading) -> Result<(Vec<u8>, Problems), DecodeError>,
}

impl Schema {
    /// The schema of that name.
    pub fn find(name: &str) -> Option<&'static Self> {
        crate::SCHEMAS.iter().find(|schema| schema.name == name)
    }

    /// Decodes a payload into the schema's type and encodes it again.
    ///
    /// # Errors
    ///
    /// Where the payload does not decode; the error names the path of the member.
    pub fn round_trip(&self, payload: &[u8]) -> Result<Vec<u8>, DecodeError> {
        (self.round_trip)(payload, Reading::Strict).map(|(encoded, _)| encoded)
    }

    /// The same with [`decode_repaired`](crate::decode_repaired): with the members that did not fit.
    ///
    /// # Errors
    ///
    /// If the payload is not JSON, a required member does not fit, or no member does.
    pub fn round_trip_repaired(&self, payload: &[u8]) -> Result<(Vec<u8>, Problems), DecodeError> {
        (self.round_trip)(payload, Reading::Repaired)
    }
}

/// How a payload is decoded.
#[derive(Clone, Copy)]
pub(crate) enum Reading {
    Strict,
    Repaired,
}

pub(crate) fn round_trip<T: DeserializeOwned + Serialize>(
    payload: &[u8],
    reading: Reading,
) -> Result<(Vec<u8>, Problems), DecodeError> {
    let (value, problems): (T, _) = match reading {
        Reading::Strict => (crate::decode(payload)?, Problems::new()),
        Reading::Repaired => {
            let repaired = crate::decode_repaired(payload)?;
            (repaired.value, repaired.problems)
        }
    };
    let encoded = serde_json::to_vec(&value)
        .map_err(|error| DecodeError::new(String::new(), masked_reason(&error), &error))?;
    Ok((encoded, problems))
}
