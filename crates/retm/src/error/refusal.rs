//! What a failed answer says.

use retm_types::{FieldErrors, JsonObject, server_message};
use serde_json::value::RawValue;

/// The words of a failed answer. Every shape is assumed, so a member that does not fit loses none of the others.
///
/// | said in | read as |
/// |---|---|
/// | `message`, `error_description` | the message |
/// | `error`: a text | the code (OAuth), and the message if there is no other |
/// | `error`: an object with `code` and `message` | code and message |
/// | `errors`: texts, texts by field, objects with `title` and `detail` | reasons by field, and the message if there is no other |
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// What happened, for people.
    pub(crate) message: Option<String>,
    /// Which error it is, for programs: OAuth's `error`, or a code of the server's own.
    pub(crate) code: Option<String>,
    /// The reasons, each with its field; of one without a field the name is empty.
    pub(crate) fields: Vec<(String, String)>,
}

impl Refusal {
    /// `None` if the body says nothing.
    pub(crate) fn of(body: &[u8]) -> Option<Self> {
        let object: JsonObject = match serde_json::from_slice(body) {
            Ok(object) => object,
            Err(_) => return Self::of_other(body),
        };
        let said = |name| object.get_str(name).filter(|text| !text.trim().is_empty());
        let error = object.get("error").and_then(|error| {
            let inner: JsonObject = serde_json::from_str(error.get()).ok()?;
            (!inner.is_empty()).then_some(inner)
        });
        let errors = object.get("errors").map(RawValue::get);
        let errors: Option<FieldErrors> = errors.and_then(|json| serde_json::from_str(json).ok());
        let reasons = errors.iter().flat_map(FieldErrors::iter);
        let fields: Vec<(String, String)> = reasons
            .map(|(field, reason)| (field.unwrap_or_default().to_owned(), reason.to_owned()))
            .collect();
        let code = said("error").or_else(|| {
            let error = error.as_ref()?;
            ["code", "type"]
                .iter()
                .find_map(|name| code(error.get(name)?))
        });
        // What is said of a field may repeat its value; `field_errors` has it.
        let nameless = fields.iter().filter(|(field, _)| field.is_empty());
        let reasons: Vec<&str> = nameless.map(|(_, reason)| reason.as_str()).collect();
        let other = || fields.is_empty().then(|| server_message(body)).flatten();
        let message = said("message")
            .or_else(|| said("error_description"))
            .or_else(|| said("error"))
            .or_else(|| error.is_some().then(|| server_message(body)).flatten())
            .or_else(|| Some(reasons.join("; ")).filter(|reasons| !reasons.is_empty()))
            .or_else(other);
        let refusal = Self {
            message,
            code,
            fields,
        };
        (refusal != Self::default()).then_some(refusal)
    }

    /// A JSON text, or an array of one object.
    fn of_other(body: &[u8]) -> Option<Self> {
        let text = serde_json::from_slice::<String>(body).ok();
        let text = text.filter(|text| !text.trim().is_empty());
        Some(Self {
            message: Some(text.or_else(|| server_message(body))?),
            ..Self::default()
        })
    }
}

/// A code as a text, however it is written.
fn code(json: &RawValue) -> Option<String> {
    match serde_json::from_str(json.get()).ok()? {
        serde_json::Value::String(text) if !text.trim().is_empty() => Some(text),
        serde_json::Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Refusal;

    fn read(body: &str) -> (Option<String>, Option<String>, Vec<(String, String)>) {
        let refusal = Refusal::of(body.as_bytes()).unwrap_or_default();
        (refusal.message, refusal.code, refusal.fields)
    }

    #[track_caller]
    fn says(body: &str, message: Option<&str>, code: Option<&str>, fields: &[(&str, &str)]) {
        let owned = |text: &str| text.to_owned();
        let fields: Vec<_> = fields.iter().map(|(a, b)| (owned(a), owned(b))).collect();
        let expected = (message.map(owned), code.map(owned), fields);
        assert_eq!(read(body), expected, "{body}");
    }

    #[test]
    fn the_shapes_of_laravel_and_oauth() {
        says(r#"{"message": "No"}"#, Some("No"), None, &[]);
        says(
            r#"{"message": "Invalid.", "errors": {"name.en": ["is required"]}}"#,
            Some("Invalid."),
            None,
            &[("name.en", "is required")],
        );
        says(
            r#"{"error": "invalid_grant", "error_description": "Gone"}"#,
            Some("Gone"),
            Some("invalid_grant"),
            &[],
        );
        says(
            r#"{"error": true, "message": "Gone", "errors": 5}"#,
            Some("Gone"),
            None,
            &[],
        );
    }

    #[test]
    fn an_error_object_says_its_message_and_its_code() {
        says(
            r#"{"error": {"code": "E7", "message": "Unknown branch"}}"#,
            Some("Unknown branch"),
            Some("E7"),
            &[],
        );
        says(
            r#"{"error": {"code": 17, "detail": "Unknown branch"}}"#,
            Some("Unknown branch"),
            Some("17"),
            &[],
        );
    }

    #[test]
    fn errors_of_titles_and_details_say_the_reasons() {
        says(
            r#"{"errors": [{"title": "Invalid", "detail": "name is required"}, {"title": "Too long", "source": {"pointer": "/value"}}]}"#,
            Some("name is required; Too long"),
            None,
            &[("", "name is required"), ("/value", "Too long")],
        );
    }

    #[test]
    fn reasons_are_told_apart() {
        says(
            r#"{"errors": ["name is required", "value is too long"]}"#,
            Some("name is required; value is too long"),
            None,
            &[("", "name is required"), ("", "value is too long")],
        );
    }

    #[test]
    fn other_bodies() {
        says(r#""Unknown branch""#, Some("Unknown branch"), None, &[]);
        says(
            r#"[{"message": "Unknown branch"}]"#,
            Some("Unknown branch"),
            None,
            &[],
        );
        for body in [
            "",
            "{}",
            "null",
            "[]",
            "<html>",
            "\"\"",
            r#"{"message": 5}"#,
            r#"{"error": {}}"#,
        ] {
            assert_eq!(Refusal::of(body.as_bytes()), None, "{body}");
        }
    }
}
