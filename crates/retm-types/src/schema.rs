//! JSON Schemas of the types written by hand: what they take, the lenient forms included.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use crate::{
    AllowedProducts, Decimal, DecimalNumber, FieldErrors, Flag, Items, JsonObject, Lifetime,
    Listing, LocalTime, LocalizedText, LooseString, MaxDiscount, Merged, OpenCode, Pagination,
    Personal, ProductId, Secret, WriteReply,
};

/// A plain decimal number as text, as [`Decimal`] takes it.
const DECIMAL: &str = r"^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)$";

pub(crate) fn id() -> Schema {
    json_schema!({
        "description": "An id, kept in the form received.",
        "type": ["string", "number", "boolean"],
    })
}

pub(crate) fn code<C: OpenCode>() -> Schema {
    let names: Vec<String> = C::ALL
        .iter()
        .filter_map(|code| Some(format!("{} {}", code.code(), code.name()?)))
        .collect();
    json_schema!({
        "description": format!("An integer code, or the same as a string. Known: {}. Others are kept.", names.join(", ")),
        "type": ["integer", "string"],
        "pattern": r"^[-+]?[0-9]+$",
    })
}

macro_rules! schemas {
    ($( $name:ident => $schema:tt; )+) => {$(
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )+};
}

schemas! {
    Decimal => {
        "description": "An amount, a quantity or a rate: a decimal string, or a number.",
        "type": ["string", "number"],
        "pattern": DECIMAL,
    };
    DecimalNumber => {
        "description": "An amount or a quantity: a number, or a decimal string.",
        "type": ["number", "string"],
        "pattern": DECIMAL,
    };
    Secret => {
        "description": "A credential, a code or a token. Not to be logged.",
        "type": "string",
    };
    LooseString => {
        "description": "A text that may come as a number or a boolean.",
        "type": ["string", "number", "boolean"],
    };
    LocalizedText => {
        "description": "A text by language, a plain text, or an empty array or null for none.",
        "type": ["object", "string", "number", "boolean", "array", "null"],
        "additionalProperties": { "type": ["string", "number", "boolean", "null"] },
        "maxItems": 0,
    };
    LocalTime => {
        "description": "A date and time of day without a zone: 2025-12-17 19:26:35 or 2025-12-17T19:26:35. \
            0001-01-01T00:00:00 stands for none.",
        "type": "string",
    };
    Flag => {
        "description": "A yes or no: 1 or 0, also as a boolean or a string.",
        "anyOf": [
            { "type": "integer", "enum": [0, 1] },
            { "type": "boolean" },
            { "type": "string", "pattern": "^(0|1|[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$" },
        ],
    };
    Lifetime => {
        "description": "A lifetime in seconds: a number, or a numeric string.",
        "type": ["number", "string"],
        "pattern": r"^\s*[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)\s*$",
    };
    MaxDiscount => {
        "description": "The most that a discount may take off: 0 for no limit, else a decimal string or a number.",
        "type": ["number", "string"],
        "minimum": 0,
        "pattern": r"^(\+?([0-9]+\.?[0-9]*|\.[0-9]+)|-(0+\.?0*|\.0+))$",
    };
    FieldErrors => {
        "description": "What is wrong with a request: messages by field, or messages alone. Anything else is kept unread.",
    };
    JsonObject => {
        "description": "A free object, or an empty array or null for an empty one.",
        "type": ["object", "array", "null"],
        "maxItems": 0,
    };
    WriteReply => {
        "description": "The reply to a write: any JSON. Members are read where they are present.",
    };
    Pagination => {
        "description": "Where a page of a list stands. Every member is optional.",
        "type": ["object", "array", "null"],
        "maxItems": 0,
        "properties": {
            "total": true,
            "count": true,
            "per_page": true,
            "current_page": true,
            "total_pages": true,
            "last_page": true,
            "next_page_url": true,
        },
    };
}

impl JsonSchema for AllowedProducts {
    fn schema_name() -> Cow<'static, str> {
        "AllowedProducts".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let id = generator.subschema_for::<ProductId>();
        let quantity = generator.subschema_for::<Option<Decimal>>();
        let entry = json_schema!({
            "type": "object",
            "required": ["product_id"],
            "properties": {
                "product_id": { "anyOf": [id, { "type": "array", "items": id }] },
                "quantity": quantity,
            },
        });
        json_schema!({
            "description": "The products that a reward applies to: an array of products with a quantity each, or one object with several products.",
            "anyOf": [{ "type": "array", "items": entry }, entry, { "type": "null" }],
        })
    }
}

impl<T: JsonSchema> JsonSchema for Personal<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Personal_{}", T::schema_name()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("retm_types::Personal<{}>", T::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A piece of a person's data. Not to be logged.",
            "allOf": [generator.subschema_for::<T>()],
        })
    }
}

impl<T: JsonSchema> JsonSchema for Items<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Items_{}", T::schema_name()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("retm_types::Items<{}>", T::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "An array. Null reads as an empty one.",
            "type": ["array", "null"],
            "items": generator.subschema_for::<T>(),
        })
    }
}

impl<T: JsonSchema> JsonSchema for Listing<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Listing_{}", T::schema_name()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("retm_types::Listing<{}>", T::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let items = generator.subschema_for::<Items<T>>();
        json_schema!({
            "description": "A list: a bare array, or an object with items or data and, where it is paged, the page's place.",
            "anyOf": [
                { "type": "array", "items": generator.subschema_for::<T>() },
                { "type": "object", "required": ["items"], "properties": { "items": items } },
                { "type": "object", "required": ["data"], "properties": { "data": items } },
            ],
        })
    }
}

impl<A: JsonSchema, B: JsonSchema> JsonSchema for Merged<A, B> {
    fn schema_name() -> Cow<'static, str> {
        format!("Merged_{}_{}", A::schema_name(), B::schema_name()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("retm_types::Merged<{}, {}>", A::schema_id(), B::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let both: Vec<Value> = vec![
            generator.subschema_for::<A>().to_value(),
            generator.subschema_for::<B>().to_value(),
        ];
        json_schema!({
            "description": "The members of two types side by side.",
            "type": "object",
            "allOf": both,
        })
    }
}
