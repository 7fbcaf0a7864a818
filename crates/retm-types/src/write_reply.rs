//! What the API answers to a write.

use std::borrow::Cow;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::json::{self, Token};
use crate::{LooseString, OrderId};

/// The reply to a request that creates or changes something. Its shape is not published.
///
/// Any JSON is taken, so that an order that was created is never reported as failed because the reply looks different.
/// Members are looked for at the top level and then under `data` (both assumed). `Debug` shows the ids and the status only.
#[derive(Clone)]
pub struct WriteReply {
    body: Body,
    id: Option<LooseString>,
    order_id: Option<OrderId>,
    reference: Option<LooseString>,
    partner_reference: Option<LooseString>,
    status: Option<LooseString>,
    message: Option<LooseString>,
}

#[derive(Clone)]
enum Body {
    Empty,
    Json(Box<RawValue>),
    /// What is not JSON, such as a gateway's page.
    Text(String),
}

impl WriteReply {
    /// A reply without a body.
    pub fn empty() -> Self {
        Self::of(Body::Empty)
    }

    /// Takes a body as it is: JSON, nothing at all, or something else, of which bytes that are not UTF-8 are replaced.
    pub fn from_bytes(body: &[u8]) -> Self {
        if body.trim_ascii().is_empty() {
            return Self::empty();
        }
        match serde_json::from_slice::<&RawValue>(body) {
            Ok(raw) => Self::json(raw.to_owned()),
            Err(_) => Self::of(Body::Text(String::from_utf8_lossy(body).into_owned())),
        }
    }

    /// The id of what was created.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The id of the order concerned, from `order_id`.
    pub fn order_id(&self) -> Option<&OrderId> {
        self.order_id.as_ref()
    }

    /// The number that the merchant sees.
    pub fn reference(&self) -> Option<&str> {
        self.reference.as_deref()
    }

    /// The partner's own id, given back.
    pub fn partner_reference(&self) -> Option<&str> {
        self.partner_reference.as_deref()
    }

    /// How the request went, or the state of what was created: a code, a word, `true`.
    pub fn status(&self) -> Option<&str> {
        self.status.as_deref()
    }

    /// A remark for people. It may repeat a person's data.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The body as received; empty where there was none.
    pub fn raw(&self) -> &str {
        match &self.body {
            Body::Empty => "",
            Body::Json(raw) => raw.get(),
            Body::Text(text) => text,
        }
    }

    /// Whether there was no body, or null.
    pub fn is_empty(&self) -> bool {
        matches!(self.body, Body::Empty)
    }

    /// Whether the body is JSON.
    pub fn is_json(&self) -> bool {
        matches!(self.body, Body::Json(_))
    }

    fn of(body: Body) -> Self {
        Self {
            body,
            id: None,
            order_id: None,
            reference: None,
            partner_reference: None,
            status: None,
            message: None,
        }
    }

    fn json(raw: Box<RawValue>) -> Self {
        if raw.get().trim() == "null" {
            return Self::empty();
        }
        let mut reply = Self::of(Body::Empty);
        {
            let top = object(&raw);
            let data = json::member(&top, "data").map(object).unwrap_or_default();
            let find = |name| {
                [&top, &data]
                    .into_iter()
                    .filter_map(|members| json::member(members, name))
                    .find_map(|value| LooseString::from_token(&Token::new(value.get()).ok()?))
            };
            reply.id = find("id");
            reply.order_id = find("order_id").map(OrderId::from);
            reply.reference = find("reference");
            reply.partner_reference = find("partner_reference");
            reply.status = find("status");
            reply.message = find("message");
        }
        reply.body = Body::Json(raw);
        reply
    }
}

/// The members, where the value is an object.
fn object(value: &RawValue) -> Vec<(Cow<'_, str>, &RawValue)> {
    match Token::new(value.get()) {
        Ok(Token::Object(object)) => json::Members::of(object).unwrap_or_default(),
        _ => Vec::new(),
    }
}

impl Default for WriteReply {
    fn default() -> Self {
        Self::empty()
    }
}

impl fmt::Debug for WriteReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteReply")
            .field("id", &self.id)
            .field("order_id", &self.order_id)
            .field("reference", &self.reference)
            .field("partner_reference", &self.partner_reference)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl PartialEq for WriteReply {
    /// By the body as received.
    fn eq(&self, other: &Self) -> bool {
        self.is_json() == other.is_json() && self.raw() == other.raw()
    }
}

impl<'de> Deserialize<'de> for WriteReply {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Self::json)
    }
}

impl Serialize for WriteReply {
    /// The JSON received; null for an empty body, a string for one that is not JSON.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.body {
            Body::Empty => serializer.serialize_unit(),
            Body::Json(raw) => raw.serialize(serializer),
            Body::Text(text) => serializer.serialize_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::WriteReply;

    fn read(json: &str) -> WriteReply {
        let reply: WriteReply = serde_json::from_str(json).unwrap();
        assert_eq!(reply, WriteReply::from_bytes(json.as_bytes()));
        assert_eq!(serde_json::to_string(&reply).unwrap(), json);
        reply
    }

    #[test]
    fn members_are_found_at_the_top_and_under_data() {
        let reply = read(
            "{\"status\":true,\"id\":null,\"data\":{\"id\":7,\"order_id\":\"01h\",\"partner_reference\":\"p-1\",\"status\":2},\"message\":\"done\"}",
        );
        assert_eq!(
            (reply.id(), reply.status(), reply.message()),
            (Some("7"), Some("true"), Some("done"))
        );
        assert_eq!(reply.order_id().map(|id| id.as_str()), Some("01h"));
        assert_eq!(
            (reply.partner_reference(), reply.reference()),
            (Some("p-1"), None)
        );
    }

    #[test]
    fn any_json_is_taken() {
        for json in [
            "[]",
            "{}",
            "true",
            "\"ok\"",
            "5",
            "{\"data\":[]}",
            "{\"id\":{}}",
        ] {
            let reply = read(json);
            assert!(reply.is_json() && !reply.is_empty());
            assert_eq!((reply.raw(), reply.id()), (json, None));
        }
        assert!(read("null").is_empty());
    }

    #[test]
    fn a_body_that_is_not_json_is_kept() {
        for body in ["", " \n"] {
            assert_eq!(WriteReply::from_bytes(body.as_bytes()), WriteReply::empty());
        }
        let page = WriteReply::from_bytes(b"<html>\xff");
        assert_eq!(page.raw(), "<html>\u{fffd}");
        assert!(!page.is_json() && !page.is_empty());
        assert_eq!(serde_json::to_string(&page).unwrap(), "\"<html>\u{fffd}\"");
    }

    #[test]
    fn debug_shows_ids_and_status_only() {
        let reply = read(
            "{\"id\":\"7\",\"message\":\"called 0551234567\",\"customer\":{\"phone\":\"0551234567\"}}",
        );
        let shown = format!("{reply:?}");
        assert!(
            shown.contains("id: Some(\"7\")") && !shown.contains("0551234567"),
            "{shown}"
        );
    }
}
