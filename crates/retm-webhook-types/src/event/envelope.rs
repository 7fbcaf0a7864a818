//! The members that every webhook with an event carries.

use retm_types::{LocalTime, WebhookEnvelope};
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
    event: Option<String>,
}

/// The spelling that says something.
pub(crate) fn either(first: Option<String>, second: Option<String>) -> Option<String> {
    match (first, second) {
        (Some(first), Some(second)) if first.is_empty() => Some(second),
        (None, second) => second,
        (first, _) => first,
    }
}

/// Reads the envelope and the event's name, which is not empty.
///
/// The envelope of an event that is not `known` may have any shape: then it is left empty.
pub(super) fn read(
    body: &[u8],
    known: impl Fn(&str) -> bool,
) -> Result<(String, WebhookEnvelope), ParseError> {
    const SCHEMA: &str = "WebhookEnvelope";
    let (name, envelope) = match json::decode::<Wire>(SCHEMA, body) {
        Ok(wire) => (wire.event.clone(), WebhookEnvelope::from(wire)),
        Err(error) => match json::decode::<Name>(SCHEMA, body) {
            Ok(Name { event: Some(name) }) if !known(&name) => {
                let mut envelope = WebhookEnvelope::default();
                envelope.event = Some(name.clone());
                (Some(name), envelope)
            }
            _ => return Err(error),
        },
    };
    match name.filter(|name| !name.is_empty()) {
        Some(name) => Ok((name, envelope)),
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
