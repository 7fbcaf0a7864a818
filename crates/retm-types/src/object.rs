//! Optional objects: PHP writes an empty one as `[]`.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Reads an object; `[]` and `null` are none. Any other array is an error: a derived struct would take
/// its elements for members, in whatever order they come.
pub(crate) fn or_empty_list<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_any(Object(PhantomData))
}

struct Object<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Some)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        match elements.next_element::<serde::de::IgnoredAny>()? {
            None => Ok(None),
            Some(_) => Err(A::Error::custom(
                "expected an object, found an array with elements",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Order, decode};

    #[test]
    fn an_empty_object_may_be_an_empty_list() {
        let order: Order = decode(br#"{"id": "1", "customer": []}"#).unwrap();
        assert!(order.customer.is_none());
        let order: Order = decode(br#"{"id": "1", "customer": null}"#).unwrap();
        assert!(order.customer.is_none());
        let order: Order = decode(br#"{"customer": {"name": {"en": "x"}, "phone": 55}}"#).unwrap();
        assert_eq!(order.customer.unwrap().phone.unwrap().expose_str(), "55");
    }

    #[test]
    fn elements_are_not_taken_for_members() {
        let error = decode::<Order>(br#"{"customer": ["a@b.c", 1, null, "x"]}"#).unwrap_err();
        assert_eq!(error.path(), "customer");
        assert_eq!(
            error.reason(),
            "expected an object, found an array with elements"
        );
    }
}
