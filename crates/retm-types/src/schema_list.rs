//! Decoding and encoding a payload by the name of its schema.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// One schema of the spec. [`SCHEMAS`](crate::SCHEMAS) lists them all.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Schema {
    /// Its name, such as `Invoice`.
    pub name: &'static str,
    /// How well it is known: `documented`, `sample` or `assumed`.
    pub provenance: &'static str,
    pub(crate) round_trip: fn(&[u8]) -> Result<Vec<u8>, RoundTripError>,
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
    pub fn round_trip(&self, payload: &[u8]) -> Result<Vec<u8>, RoundTripError> {
        (self.round_trip)(payload)
    }
}

/// A payload that does not decode into its schema's type.
#[derive(Debug)]
pub struct RoundTripError {
    path: String,
    source: serde_json::Error,
}

impl RoundTripError {
    /// The path of the member, such as `items[3].total`.
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl std::fmt::Display for RoundTripError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.path, self.source)
    }
}

impl std::error::Error for RoundTripError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

pub(crate) fn round_trip<T: DeserializeOwned + Serialize>(
    payload: &[u8],
) -> Result<Vec<u8>, RoundTripError> {
    let mut json = serde_json::Deserializer::from_slice(payload);
    let value: T = serde_path_to_error::deserialize(&mut json).map_err(|error| RoundTripError {
        path: error.path().to_string(),
        source: error.into_inner(),
    })?;
    json.end()
        .and_then(|()| serde_json::to_vec(&value))
        .map_err(|source| RoundTripError {
            path: ".".to_owned(),
            source,
        })
}
