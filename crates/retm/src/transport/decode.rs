//! What an answer is: decoded once, or the error that it stands for.

use std::io::{self, Write};

use retm_types::{JsonObject, WriteReply};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Captured, Error, ErrorKind};

/// Decodes an answer, whatever its status.
pub(crate) type Decode<T> = fn(&Captured) -> Result<T, Error>;

/// The answer of an operation that reads.
pub(crate) fn decode<T: DeserializeOwned + Serialize>(captured: &Captured) -> Result<T, Error> {
    if !captured.status.is_success() {
        return Err(captured.error());
    }
    match retm_types::decode::<T>(&captured.body) {
        Ok(value) if is_strange(&value, &captured.body) => Err(strange(captured)),
        Ok(value) => Ok(value),
        Err(cause) => {
            let error = captured.as_error(ErrorKind::Decode);
            let error = match cause.is_data() {
                true => error.with_detail(cause.to_string()),
                false => error.with_detail(captured.looks_like()),
            };
            Err(error.with_source(cause))
        }
    }
}

/// The reply to an operation that writes: taken in whatever shape.
pub(crate) fn reply(captured: &Captured) -> Result<WriteReply, Error> {
    match captured.status.is_success() {
        true => Ok(WriteReply::from_bytes(&captured.body)),
        false => Err(captured.error()),
    }
}

/// Returns `true` if nothing of an object that has members was decoded: all members being optional, an object in an
/// unexpected envelope decodes into an empty value, and its data would be lost in silence.
fn is_strange(value: &impl Serialize, body: &[u8]) -> bool {
    let mut start = Start(Vec::new());
    // Stops at the first member: it costs the same for a large answer as for a small one.
    serde_json::to_writer(&mut start, value).is_ok()
        && start.0 == b"{}"
        && members(body)
            .is_none_or(|members| members.iter().any(|(_, value)| value.get() != "null"))
}

/// The error for it: names the members, never their values.
fn strange(captured: &Captured) -> Error {
    let Some(names) = members(&captured.body) else {
        return captured
            .as_error(ErrorKind::Decode)
            .with_detail(captured.looks_like());
    };
    let names: Vec<&str> = names.iter().map(|(name, _)| name).take(5).collect();
    captured.as_error(ErrorKind::Decode).with_detail(format!(
        "the object has none of the members known, but {}",
        names.join(", ")
    ))
}

fn members(body: &[u8]) -> Option<JsonObject> {
    serde_json::from_slice(body).ok()
}

/// Takes an empty object and nothing longer.
struct Start(Vec<u8>);

impl Write for Start {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        match self.0.len() {
            0..=2 => Ok(bytes.len()),
            _ => Err(io::ErrorKind::WriteZero.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::is_strange;
    use retm_types::{Listing, Menu, Product, WriteReply, decode};

    fn strange<T: serde::de::DeserializeOwned + serde::Serialize>(body: &[u8]) -> bool {
        is_strange(&decode::<T>(body).unwrap(), body)
    }

    #[test]
    fn an_object_in_another_envelope_is_strange() {
        assert!(strange::<Product>(br#"{"data": {"id": "01a"}}"#));
        assert!(strange::<Product>(
            br#"{"items": [{"id": "01a"}], "pagination": {}}"#
        ));
        assert!(strange::<Menu>(br#"{"menu": []}"#));
        // In another charset: none of its members can be told.
        assert!(strange::<Menu>(b"{\"name\": \"\xe3\xd1\"}"));
        assert!(!strange::<Product>(br#"{"id": "01a", "data": {}}"#));
        assert!(!strange::<Product>(b"{}"));
        assert!(!strange::<Product>(br#"{"id": null, "name": null}"#));
        assert!(!strange::<Listing<Product>>(
            br#"{"data": [{"id": "01a"}]}"#
        ));
        assert!(!strange::<WriteReply>(br#"{"anything": 1}"#));
    }
}
