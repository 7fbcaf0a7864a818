//! Which Rust type stands for which component schema.

use anyhow::{Context, bail};
use serde_json::Value;

use crate::spec::{Spec, schema_name};

/// A component schema whose Rust type is not a generated struct.
pub(super) enum HandWritten<'a> {
    /// A type of `retm-types` written by hand, by the name given.
    Scalar(&'a str),
    /// `Items<T>` of the schema named.
    Items(&'a str),
    /// `Listing<T>` of the schema named.
    Listing(&'a str),
    /// `Merged<A, B>` of the schemas named.
    Merged(&'a str, &'a str),
}

impl<'a> HandWritten<'a> {
    /// Reads `x-rust`; `None` where a struct is generated.
    pub(super) fn of(name: &'a str, schema: &'a Value) -> anyhow::Result<Option<Self>> {
        let Some(kind) = schema.get("x-rust").and_then(Value::as_str) else {
            return Ok(None);
        };
        Ok(Some(match kind {
            "Items" => Self::Items(target(name, schema, "/items")?),
            "Listing" => Self::Listing(
                target(name, schema, "/properties/items/items")
                    .or_else(|_| target(name, schema, "/items"))?,
            ),
            "Merged" => Self::Merged(
                target(name, schema, "/allOf/0")?,
                target(name, schema, "/allOf/1")?,
            ),
            "Id" => Self::Scalar(name),
            scalar => Self::Scalar(scalar),
        }))
    }

    /// The type that an alias of the component's name stands for; `None` where none is needed.
    pub(super) fn alias(&self, name: &str) -> Option<String> {
        match self {
            Self::Scalar(scalar) if *scalar == name => None,
            Self::Scalar(scalar) => Some(format!("crate::{scalar}")),
            Self::Items(element) => Some(format!("crate::Items<crate::{element}>")),
            Self::Listing(element) => Some(format!("crate::Listing<crate::{element}>")),
            Self::Merged(first, second) => {
                Some(format!("crate::Merged<crate::{first}, crate::{second}>"))
            }
        }
    }
}

fn target<'a>(name: &str, schema: &'a Value, pointer: &str) -> anyhow::Result<&'a str> {
    let reference = schema
        .pointer(pointer)
        .and_then(|node| node.get("$ref"))
        .and_then(Value::as_str)
        .with_context(|| format!("schema {name}: {pointer} should be a `$ref`"))?;
    match schema_name(reference) {
        Some(found) => Ok(found),
        None => bail!("schema {name}: `{reference}` is not a component schema"),
    }
}

/// Every component with the hand-written type it stands for, in file order.
pub(super) fn components(
    spec: &Spec,
) -> anyhow::Result<Vec<(&str, &Value, Option<HandWritten<'_>>)>> {
    spec.schemas()
        .map(|(name, schema)| Ok((name.as_str(), schema, HandWritten::of(name, schema)?)))
        .collect()
}
