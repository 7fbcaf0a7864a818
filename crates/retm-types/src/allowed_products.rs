//! The products that a reward applies to.

use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json::{self, Token};
use crate::{Decimal, ProductId};

/// The products that a reward applies to, each with a quantity.
///
/// The vendor shows two forms: an array of `{product_id, quantity}`, which is the one to send and the one that is made here,
/// and one object `{product_id: [ids], quantity}`. Both are read, and what was read is written back in its form.
#[derive(Clone, Debug, PartialEq)]
pub struct AllowedProducts(Form);

#[derive(Clone, Debug, PartialEq)]
enum Form {
    Array(Vec<Entry>),
    Object(Entry),
    Null,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Entry {
    product_id: Products,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<Decimal>,
}

#[derive(Clone, Debug, PartialEq)]
enum Products {
    One(ProductId),
    Many(Vec<ProductId>),
}

impl AllowedProducts {
    /// Every product with its quantity, written in the array form. Quantities are written as numbers.
    pub fn new<P, Q>(products: impl IntoIterator<Item = (P, Q)>) -> Self
    where
        P: Into<ProductId>,
        Q: Into<rust_decimal::Decimal>,
    {
        let entry = |(product, quantity): (P, Q)| Entry {
            product_id: Products::One(product.into()),
            quantity: Some(Decimal::number(quantity.into())),
        };
        Self(Form::Array(products.into_iter().map(entry).collect()))
    }

    /// The products, each with its quantity where one was given.
    pub fn iter(&self) -> impl Iterator<Item = (&ProductId, Option<&Decimal>)> {
        let entries = match &self.0 {
            Form::Array(entries) => entries.as_slice(),
            Form::Object(entry) => std::slice::from_ref(entry),
            Form::Null => &[],
        };
        entries.iter().flat_map(|entry| {
            let products = match &entry.product_id {
                Products::One(product) => std::slice::from_ref(product),
                Products::Many(products) => products.as_slice(),
            };
            products
                .iter()
                .map(|product| (product, entry.quantity.as_ref()))
        })
    }

    /// Whether no product is named.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }
}

impl Default for AllowedProducts {
    /// No products, in the array form.
    fn default() -> Self {
        Self(Form::Array(Vec::new()))
    }
}

impl Entry {
    fn from_json(json: &str) -> Result<Self, String> {
        let token = Token::new(json)?;
        let Token::Object(object) = token else {
            return Err(token.unexpected("a product with a quantity"));
        };
        let members = json::Members::of(object)?;
        let product_id = match json::member(&members, "product_id") {
            Some(products) => Products::from_json(products.get())
                .map_err(|reason| format!("product_id: {reason}"))?,
            None => {
                return Err("expected a product with a quantity, found no product_id".to_owned());
            }
        };
        let quantity = match json::member(&members, "quantity") {
            None => None,
            Some(quantity) => match Token::new(quantity.get())? {
                Token::Null => None,
                token => Some(
                    Decimal::from_token(&token).map_err(|reason| format!("quantity: {reason}"))?,
                ),
            },
        };
        Ok(Self {
            product_id,
            quantity,
        })
    }
}

impl Products {
    fn from_json(json: &str) -> Result<Self, String> {
        let id = |token: &Token<'_>| {
            crate::LooseString::from_token(token)
                .map(ProductId::from)
                .ok_or_else(|| token.unexpected("a product id"))
        };
        match Token::new(json)? {
            Token::Array(array) => json::elements(array)?
                .into_iter()
                .map(|element| id(&Token::new(element.get())?))
                .collect::<Result<_, _>>()
                .map(Self::Many),
            token => id(&token).map(Self::One),
        }
    }
}

impl Serialize for Products {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(product) => product.serialize(serializer),
            Self::Many(products) => products.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for AllowedProducts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json::read(deserializer, |token| match token {
            Token::Null => Ok(Self(Form::Null)),
            Token::Object(object) => {
                Entry::from_json(object).map(|entry| Self(Form::Object(entry)))
            }
            Token::Array(array) => json::elements(array)?
                .into_iter()
                .map(|element| Entry::from_json(element.get()))
                .collect::<Result<_, _>>()
                .map(|entries| Self(Form::Array(entries))),
            other => Err(other.unexpected("an array of products, or one object")),
        })
    }
}

impl Serialize for AllowedProducts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Form::Null => serializer.serialize_unit(),
            Form::Object(entry) => entry.serialize(serializer),
            Form::Array(entries) => {
                let mut array = serializer.serialize_seq(Some(entries.len()))?;
                for entry in entries {
                    array.serialize_element(entry)?;
                }
                array.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::AllowedProducts;

    fn read(json: &str) -> AllowedProducts {
        let products: AllowedProducts = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&products).unwrap(), json);
        products
    }

    fn list(products: &AllowedProducts) -> Vec<(String, Option<String>)> {
        products
            .iter()
            .map(|(id, quantity)| (id.to_string(), quantity.map(ToString::to_string)))
            .collect()
    }

    #[test]
    fn both_forms_say_the_same() {
        let array =
            read("[{\"product_id\":\"a\",\"quantity\":2},{\"product_id\":\"b\",\"quantity\":2}]");
        let object = read("{\"product_id\":[\"a\",\"b\"],\"quantity\":2}");
        assert_eq!(list(&array), list(&object));
        assert_eq!(list(&array).len(), 2);
        assert_eq!(
            list(&read("{\"product_id\":7,\"quantity\":\"1.000\"}")),
            [("7".to_owned(), Some("1.000".to_owned()))]
        );
        assert!(
            read("[]").is_empty()
                && read("null").is_empty()
                && read("{\"product_id\":[]}").is_empty()
        );
    }

    #[test]
    fn what_is_made_has_the_array_form() {
        let made = AllowedProducts::new([("a", 2_u32), ("b", 1)]);
        assert_eq!(
            made,
            read("[{\"product_id\":\"a\",\"quantity\":2},{\"product_id\":\"b\",\"quantity\":1}]")
        );
        assert_eq!(
            serde_json::to_string(&AllowedProducts::default()).unwrap(),
            "[]"
        );
    }

    #[test]
    fn another_shape_is_refused() {
        for (json, reason) in [
            (
                "5",
                "expected an array of products, or one object, found a number",
            ),
            ("[7]", "expected a product with a quantity, found a number"),
            (
                "[{\"quantity\":1}]",
                "expected a product with a quantity, found no product_id",
            ),
            (
                "{\"product_id\":[[]]}",
                "product_id: expected a product id, found an array",
            ),
            (
                "{\"product_id\":1,\"quantity\":\"\"}",
                "quantity: an empty string is no amount",
            ),
        ] {
            let error = serde_json::from_str::<AllowedProducts>(json)
                .unwrap_err()
                .to_string();
            assert!(error.starts_with(reason), "{error}");
        }
    }
}
