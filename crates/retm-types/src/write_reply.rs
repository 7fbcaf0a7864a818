//! What the API answers to a write.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::json::Token;
use crate::verdict::{Answer, Verdict};
use crate::{LooseString, OrderId};

/// The reply to a request that creates or changes something. Its shape is not published.
///
/// Any JSON is taken, so that an order that was created is never reported as failed because the reply looks different.
/// Members are looked for at the top level and then under `data`, `order` and `data.order`; each may be an array of one
/// object (all assumed). `Debug` shows the ids and the status only.
#[derive(Clone)]
pub struct WriteReply {
    body: Body,
    id: Option<LooseString>,
    order_id: Option<OrderId>,
    created_id: Option<OrderId>,
    reference: Option<LooseString>,
    partner_reference: Option<LooseString>,
    status: Option<LooseString>,
    message: Option<LooseString>,
    verdict: Verdict,
    said: Option<String>,
}

/// What a reply with a status of success proves about the write. See [`WriteReply::proof`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Proof {
    /// It took effect.
    Created,
    /// The server says that it failed.
    Refused,
    /// Neither: a page of HTML, nothing, JSON that says nothing or contradicts itself.
    Unproven,
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

    /// The id of what was created: the first usable one of `order_id`, `id`, `invoice_id` and `uuid`, a number that is not 0
    /// or a text that is not empty.
    pub fn created_id(&self) -> Option<&OrderId> {
        self.created_id.as_ref()
    }

    /// Whether the reply says that the write succeeded or failed.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// The server's words about a failure: `message`, or what `error` or `errors` hold. They may repeat a person's data.
    pub fn server_message(&self) -> Option<&str> {
        self.said.as_deref()
    }

    /// What a reply with status 200 proves, whichever `partner_reference` was sent. A 2xx alone proves nothing: gateways
    /// answer 200 with a page of their own, and Laravel APIs with `{"success": false}`. See [`proof_of`](Self::proof_of).
    pub fn proof(&self) -> Proof {
        self.proof_of(200, None)
    }

    /// What a reply with that status proves about a request with that `partner_reference`.
    ///
    /// [`Created`](Proof::Created): JSON without a word of failure, and with an id, our reference, a word of success (see
    /// [`Verdict`]) or status 201. [`Refused`](Proof::Refused): a word of failure, no word of success, and no id.
    /// [`Unproven`](Proof::Unproven): anything else, and whatever shows another's reference or has no status of success.
    pub fn proof_of(&self, status: u16, reference: Option<&str>) -> Proof {
        if !self.is_json() || !(200..300).contains(&status) {
            return Proof::Unproven;
        }
        let shown = self.partner_reference().filter(|shown| !shown.is_empty());
        let is_anothers = matches!((shown, reference), (Some(shown), Some(ours)) if shown != ours);
        let has_success = self.verdict.has_success() || status == 201;
        let is_shown = self.created_id.is_some() || shown.is_some();
        match (has_success, self.verdict.has_failure()) {
            _ if is_anothers => Proof::Unproven,
            (true, false) => Proof::Created,
            (false, false) if is_shown => Proof::Created,
            (false, true) if self.created_id.is_none() => Proof::Refused,
            _ => Proof::Unproven,
        }
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
            created_id: None,
            reference: None,
            partner_reference: None,
            status: None,
            message: None,
            verdict: Verdict::Silent,
            said: None,
        }
    }

    fn json(raw: Box<RawValue>) -> Self {
        if raw.get().trim() == "null" {
            return Self::empty();
        }
        let mut reply = Self::of(Body::Empty);
        if let Some(answer) = Answer::of(&raw) {
            let find = |name| answer.find(name, |token| LooseString::from_token(&token));
            reply.id = find("id");
            reply.order_id = find("order_id").map(OrderId::from);
            reply.created_id = ["order_id", "id", "invoice_id", "uuid"]
                .iter()
                .find_map(|name| answer.find(name, id))
                .map(OrderId::from);
            reply.reference = find("reference");
            reply.partner_reference = find("partner_reference");
            reply.status = find("status");
            reply.message = find("message");
            reply.verdict = answer.verdict();
            reply.said = answer.message();
        }
        reply.body = Body::Json(raw);
        reply
    }
}

/// An id that names something.
fn id(token: Token<'_>) -> Option<LooseString> {
    let text = match &token {
        Token::Number(number) => number,
        Token::Text(text) => text.trim(),
        _ => return None,
    };
    (!matches!(text, "" | "0")).then(|| LooseString::from_token(&token))?
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
    fn what_a_reply_proves() {
        use super::Proof::{Created, Refused, Unproven};
        for (body, proof) in [
            (r#"{"id":7}"#, Created),
            (r#"{"data":{"order_id":"01h"}}"#, Created),
            (r#"{"order":{"uuid":"u"}}"#, Created),
            (
                r#"{"data":{"order":{"invoice_id":5}},"errors":[]}"#,
                Created,
            ),
            (r#"[{"id":"7"}]"#, Created),
            (r#"{"data":[{"id":"7"}]}"#, Created),
            (r#"{"partner_reference":"A-1"}"#, Created),
            (r#"{"success":true}"#, Created),
            (r#"{"status":"ok","message":"done"}"#, Created),
            (
                r#"{"success":false,"message":"The branch is closed"}"#,
                Refused,
            ),
            (r#"{"status":422,"errors":{"branch":["closed"]}}"#, Refused),
            (r#"{"success":false,"id":0}"#, Refused),
            (r#"{"success":false,"partner_reference":"A-1"}"#, Refused),
            ("<html><body>Maintenance</body></html>", Unproven),
            ("", Unproven),
            ("null", Unproven),
            ("{}", Unproven),
            (r#"{"status":1}"#, Unproven),
            (r#"{"id":""}"#, Unproven),
            (r#"{"id":0}"#, Unproven),
            (r#"[{"id":1},{"id":2}]"#, Unproven),
            (r#"{"success":true,"errors":["x"]}"#, Unproven),
            (r#"{"success":false,"id":7}"#, Unproven),
            (r#"{"partner_reference":"A-2","id":7}"#, Unproven),
            (r#"{"success":true,"data":{"id"#, Unproven),
        ] {
            let reply = WriteReply::from_bytes(body.as_bytes());
            assert_eq!(reply.proof_of(200, Some("A-1")), proof, "{body}");
        }
        let silent = WriteReply::from_bytes(b"{\"status\":1}");
        assert_eq!(silent.proof_of(201, None), Created);
        assert_eq!(WriteReply::empty().proof_of(201, None), Unproven);
        assert_eq!(read("{\"id\":7}").proof_of(302, None), Unproven);
        assert_eq!(read("{\"partner_reference\":\"A-2\"}").proof(), Created);
    }

    #[test]
    fn the_id_is_found_in_every_place_of_the_table() {
        for (body, id) in [
            (r#"{"id":7,"order_id":"01h"}"#, Some("01h")),
            (r#"{"id":"","data":{"id":7}}"#, Some("7")),
            (r#"{"data":{"order":{"uuid":"u"}}}"#, Some("u")),
            (r#"{"order":[{"invoice_id":5}]}"#, Some("5")),
            (r#"{"id":true}"#, None),
        ] {
            let reply = WriteReply::from_bytes(body.as_bytes());
            assert_eq!(reply.created_id().map(|id| id.as_str()), id, "{body}");
        }
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
