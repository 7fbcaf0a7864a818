//! What an answer is: decoded once, or the error that it stands for.

use std::io::{self, Write};

use retm_types::{DecodeError, JsonObject, Listing, Problems, Proof, WriteReply};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::error::{Captured, Error, ErrorKind};
use crate::raw::Raw;

/// Decodes an answer, whatever its status; members that do not fit are left out and entered as problems.
pub(crate) type Decode<T> = fn(&Captured, &mut Problems) -> Result<T, Error>;

/// The answer of an operation that reads.
pub(crate) fn decode<T: DeserializeOwned + Serialize>(
    captured: &Captured,
    problems: &mut Problems,
) -> Result<T, Error> {
    decoded_by(captured, |body| {
        let repaired = retm_types::decode_repaired(body)?;
        problems.merge(repaired.problems);
        Ok(repaired.value)
    })
}

/// The same without repairs: an object with a member that does not fit is an error, an element of a list stands aside.
pub(crate) fn decode_strict<T: DeserializeOwned + Serialize>(
    captured: &Captured,
    _: &mut Problems,
) -> Result<T, Error> {
    decoded_by(captured, retm_types::decode)
}

fn decoded_by<T: Serialize>(
    captured: &Captured,
    decode: impl FnOnce(&[u8]) -> Result<T, DecodeError>,
) -> Result<T, Error> {
    if !captured.status.is_success() {
        return Err(captured.error());
    }
    match decode(&captured.body) {
        Ok(value) if is_strange(&value, &captured.body) => Err(strange(captured)),
        Ok(value) => Ok(value),
        Err(cause) => Err(captured.undecodable(cause)),
    }
}

/// The same, with the JSON that it was decoded from.
pub(crate) fn decode_raw<T: DeserializeOwned + Serialize>(
    captured: &Captured,
    problems: &mut Problems,
) -> Result<Raw<T>, Error> {
    let value = decode(captured, problems)?;
    let raw = retm_types::decode(&captured.body);
    let raw = raw.map_err(|cause| captured.undecodable(cause))?;
    Ok(Raw::new(value, raw))
}

/// The same for a list: each element with its own.
pub(crate) fn decode_raw_list<T: DeserializeOwned + Serialize>(
    captured: &Captured,
    problems: &mut Problems,
) -> Result<Listing<Raw<T>>, Error> {
    Ok(with_elements(decode(captured, problems)?, &captured.body))
}

/// Gives each element of a list its JSON, from the text that the list stands in.
pub(crate) fn with_elements<T: Serialize>(list: Listing<T>, text: &[u8]) -> Listing<Raw<T>> {
    let raw = retm_types::decode::<Listing<Box<RawValue>>>(text);
    let mut raw = raw
        .map(|raw| raw.into_items().into_vec())
        .unwrap_or_default();
    list.map(|place, value| {
        let raw = raw.get_mut(place).map(std::mem::take);
        // Of a list in a form that only its own type reads, the values written again are what there is.
        let raw = raw.or_else(|| serde_json::value::to_raw_value(&value).ok());
        Raw::new(value, raw.unwrap_or_default())
    })
}

/// The reply to an operation that writes: taken in whatever shape, unless it says that the write failed.
pub(crate) fn reply(captured: &Captured, _: &mut Problems) -> Result<WriteReply, Error> {
    if !captured.status.is_success() {
        return Err(captured.error());
    }
    let reply = WriteReply::from_bytes(&captured.body);
    match reply.proof_of(captured.status.as_u16(), None) {
        Proof::Refused => Err(captured.as_error(ErrorKind::Refused)),
        _ => Ok(reply),
    }
}

/// Returns `true` if nothing of an object that has members was decoded: all members being optional, an object in an
/// envelope that nobody expected decodes into an empty value, and its data would be lost in silence.
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
    if let Some(refused) = captured.refused() {
        return refused;
    }
    let Some(names) = members(&captured.body) else {
        return captured.unreadable();
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
        assert!(!strange::<Product>(br#"{"id": "01a", "data": {}}"#));
        assert!(!strange::<Product>(b"{}"));
        assert!(!strange::<Product>(br#"{"id": null, "name": null}"#));
        assert!(!strange::<Listing<Product>>(
            br#"{"data": [{"id": "01a"}]}"#
        ));
        assert!(!strange::<WriteReply>(br#"{"anything": 1}"#));
    }
}
