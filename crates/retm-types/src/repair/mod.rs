//! Decoding what comes in: a member that does not fit costs that member, not its object.
//!
//! There is no code per type. The walk (`walk.rs`) asks the type itself: `{"member": value}` is decoded for each member alone,
//! in the strict pass, and what does not fit is entered or taken out of the text; the rest is then decoded as ever. The same
//! walk finds the path of the first member that does not fit for the error of a strict decode.

mod parts;
mod problems;
mod step;
mod walk;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::DecodeError;
use crate::decode::{masked_reason, probe, text};
use crate::pass;

pub use problems::{Problem, Problems};
use walk::{Probe, Walk};

/// What was decoded, and the members that were left out of it.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Repaired<T> {
    /// The value. The members named by the problems are absent from it.
    pub value: T,
    /// The members that did not fit; nearly always none.
    pub problems: Problems,
}

/// Decodes JSON that comes in, such as an answer or an event: a member that does not fit is left out and reported as a
/// problem, with its JSON pointer, the reason and its JSON. A byte order mark before the text is skipped.
///
/// A JSON number is taken where only a text fits. A required member is never left out. An element of a list is repaired
/// as well; one of which no member fits stands aside whole ([`Items::broken`](crate::Items::broken)) and is no problem here.
///
/// Not for what is sent or what proves something: there use [`decode`](crate::decode).
///
/// ```
/// use retm_types::{Product, decode_repaired};
///
/// let product = decode_repaired::<Product>(br#"{"id": "01h1", "price": ""}"#)?;
/// assert!(product.value.id.is_some() && product.value.price.is_none());
/// let problem = product.problems.iter().next().expect("one problem");
/// assert_eq!(problem.to_string(), "/price: an empty string is no amount");
/// # Ok::<(), retm_types::DecodeError>(())
/// ```
///
/// # Errors
///
/// If the bytes are not UTF-8 or not JSON, if a required member does not fit, or if no member of the object fits.
pub fn decode_repaired<T: DeserializeOwned>(json: &[u8]) -> Result<Repaired<T>, DecodeError> {
    let json = text(json)?;
    if let Ok(value) = pass::quickly(|| serde_json::from_str(json)) {
        return Ok(Repaired {
            value,
            problems: Problems::default(),
        });
    }
    let mut walk = Walk::repairing(&probe::<T>);
    let repaired = walk.repaired(json);
    let text = repaired.as_deref().unwrap_or(json);
    match pass::thoroughly(|| serde_json::from_str(text)) {
        Ok(value) => Ok(Repaired {
            value,
            problems: match repaired {
                Some(_) => walk.into_problems(),
                None => Problems::default(),
            },
        }),
        // The error is about the text that came in.
        Err(error) => Err(match pass::thoroughly(|| probe::<T>(json)) {
            Err(error) => explain(json, error, &probe::<T>),
            Ok(()) => explain(text, error, &probe::<T>),
        }),
    }
}

/// Why a text does not decode, once it is known that it does not: with the path of the member, which the walk finds.
pub(crate) fn explain(json: &str, error: serde_json::Error, probe: Probe<'_>) -> DecodeError {
    let reason = masked_reason(&error);
    // A text that is not JSON has no members; half of a character in a string is JSON all the same.
    let steps = match serde_json::from_str::<&RawValue>(json) {
        Ok(_) => Walk::blaming(probe).blamed(json),
        Err(_) => Vec::new(),
    };
    let reason = step::without_place(reason, &steps);
    DecodeError::new(step::path(&steps), reason, &error)
}
