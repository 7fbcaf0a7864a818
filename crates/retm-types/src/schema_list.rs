//! Decoding and encoding a payload by the name of its schema.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::DecodeError;

/// One schema of the spec. [`SCHEMAS`](crate::SCHEMAS) lists them all.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Schema {
    /// Its name, such as `Invoice`.
    pub name: &'static str,
    /// How well it is known: `documented`, `sample` or `assumed`.
    pub provenance: &'static str,
    pub(crate) round_trip: fn(&[u8]) -> Result<Vec<u8>, DecodeError>,
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
        (self.round_trip)(payload)
    }
}

pub(crate) fn round_trip<T: DeserializeOwned + Serialize>(
    payload: &[u8],
) -> Result<Vec<u8>, DecodeError> {
    let value: T = crate::decode(payload)?;
    serde_json::to_vec(&value).map_err(|error| DecodeError::new(None, &error))
}
