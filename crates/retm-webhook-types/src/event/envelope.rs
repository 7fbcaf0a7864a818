//! The members that every webhook with an event carries.

use retm_types::{LocalTime, Problems, WebhookEnvelope};
use serde::Deserialize;

use crate::error::{ParseError, ParseErrorKind};
use crate::json;

/// The envelope on the wire. The business is spelt in two ways, and both may be there at once, which an alias of one
/// member would refuse as a duplicate.
#[derive(Deserialize)]
struct Wire {
    business_refrence: Option<String>,
    business_reference: Option<String>,
    timestamp: Option<LocalTime>,
    reference: Option<String>,
    event: Option<String>,
    event_type: Option<String>,
}

#[derive(Deserialize)]
struct Name {
    #[serde(rename = "event")]
    _event: Option<String>,
}

/// The spelling that says something.
pub(crate) fn either(first: Option<String>, second: Option<String>) -> Option<String> {
    match (first, second) {
        (Some(first), Some(second)) if first.is_empty() => Some(second),
        (None, second) => second,
        (first, _) => first,
    }
}

/// Reads the envelope, which names the event, and says which of its members did not fit. The name itself is never repaired.
pub(super) fn read(body: &[u8]) -> Result<(String, WebhookEnvelope, Problems), ParseError> {
    const SCHEMA: &str = "WebhookEnvelope";
    let (wire, problems) = match json::decode::<Wire>(SCHEMA, body) {
        Ok(wire) => (wire, Problems::new()),
        Err(_) => {
            json::decode::<Name>(SCHEMA, body)?;
            let repaired = json::decode_repaired::<Wire>(SCHEMA, body)?;
            (repaired.value, repaired.problems)
        }
    };
    match wire.event.clone().filter(|name| !name.is_empty()) {
        Some(name) => Ok((name, wire.into(), problems)),
        None => Err(ParseError::new(
            SCHEMA,
            ParseErrorKind::NoEvent,
            "the body names no `event`",
            body,
        )),
    }
}

impl From<Wire> for WebhookEnvelope {
    fn from(wire: Wire) -> Self {
        let mut envelope = Self::default();
        envelope.business_reference = either(wire.business_refrence, wire.business_reference);
        envelope.timestamp = wire.timestamp;
        envelope.reference = wire.reference;
        envelope.event = wire.event;
        envelope.event_type = wire.event_type;
        envelope
    }
}
