//! Two types in one object.

use serde::de::DeserializeOwned;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::decode::decode_str;
use crate::json::{self, Token};
use crate::raw;

/// Two types whose members stand side by side in one JSON object, such as a webhook's envelope and the invoice it carries.
///
/// Both are decoded from the same text, each taking the members it knows. Written back, the members of the first come before
/// those that only the second has; where both have one, the first's is written unless it is null.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Merged<A, B> {
    /// The first type, such as the envelope.
    pub first: A,
    /// The second type, such as what the envelope carries.
    pub second: B,
}

impl<A, B> Merged<A, B> {
    /// Puts the two together.
    pub fn new(first: A, second: B) -> Self {
        Self { first, second }
    }

    /// Takes the two apart.
    pub fn into_parts(self) -> (A, B) {
        (self.first, self.second)
    }
}

impl<'de, A: DeserializeOwned, B: DeserializeOwned> Deserialize<'de> for Merged<A, B> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = raw::text(deserializer)?;
        let read = || -> Result<Self, String> {
            match Token::new(&text)? {
                Token::Object(object) => Ok(Self {
                    first: decode_str(object).map_err(|error| error.place_and_reason())?,
                    second: decode_str(object).map_err(|error| error.place_and_reason())?,
                }),
                other => Err(other.unexpected("an object")),
            }
        };
        read().map_err(serde::de::Error::custom)
    }
}

impl<A: Serialize, B: Serialize> Serialize for Merged<A, B> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Through text, not through `Value`: there a number would lose its digits.
        let first = serde_json::to_string(&self.first).map_err(S::Error::custom)?;
        let second = serde_json::to_string(&self.second).map_err(S::Error::custom)?;
        let mut members = json::Members::of(&first).map_err(S::Error::custom)?;
        for (name, value) in json::Members::of(&second).map_err(S::Error::custom)? {
            match members.iter_mut().find(|(known, _)| *known == name) {
                None => members.push((name, value)),
                Some((_, known)) if known.get() == "null" => *known = value,
                Some(_) => {}
            }
        }
        json::write_members(
            members.iter().map(|(name, value)| (&**name, *value)),
            serializer,
        )
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::Merged;
    use crate::{Decimal, InvoiceId, Items};

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Envelope {
        event: String,
        note: Option<String>,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Invoice {
        event: Option<String>,
        note: Option<String>,
        invoice_id: InvoiceId,
        totals: Items<Decimal>,
    }

    #[test]
    fn both_are_read_and_written_side_by_side() {
        let json = "{\"event\":\"order.created\",\"note\":null,\"invoice_id\":153,\"totals\":[75.000,\"\"]}";
        let both: Merged<Envelope, Invoice> = serde_json::from_str(json).unwrap();
        assert_eq!(both.first.event, "order.created");
        assert_eq!(both.second.event.as_deref(), Some("order.created"));
        assert_eq!(serde_json::to_string(&both).unwrap(), json);
        assert_eq!(both.clone().into_parts(), (both.first, both.second));
    }

    #[test]
    fn a_null_of_the_first_gives_way() {
        let (first, mut second): (Envelope, Invoice) = serde_json::from_str::<Merged<_, _>>(
            "{\"event\":\"e\",\"invoice_id\":1,\"totals\":[]}",
        )
        .unwrap()
        .into_parts();
        second.note = Some("late".to_owned());
        let json = serde_json::to_string(&Merged::new(first, second)).unwrap();
        assert_eq!(
            json,
            "{\"event\":\"e\",\"note\":\"late\",\"invoice_id\":1,\"totals\":[]}"
        );
    }

    #[test]
    fn an_error_names_the_member() {
        let reason = |json: &[u8]| {
            crate::decode::<Merged<Envelope, Invoice>>(json)
                .unwrap_err()
                .reason()
                .to_owned()
        };
        assert_eq!(
            reason(b"{\"event\":\"e\",\"invoice_id\":[]}"),
            "invoice_id: expected a string or a number, found an array"
        );
        assert_eq!(
            reason(b"{\"event\":\"e\",\"totals\":[]}"),
            "missing field `invoice_id`"
        );
        assert_eq!(reason(b"[]"), "expected an object, found an array");
    }
}
