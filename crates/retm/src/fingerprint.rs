//! Tells a page that has come before, whatever its envelope says of page numbers.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde::Deserialize;
use serde_json::value::RawValue;

/// The members that can hold the elements: of a list, or of the list in a category or a group.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    items: Option<&'a RawValue>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(borrow)]
    products: Option<&'a RawValue>,
}

/// Stands for the elements of a list's page: two pages with the same elements have the same.
pub(crate) fn fingerprint(body: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    elements(body).unwrap_or(body).hash(&mut hasher);
    hasher.finish()
}

fn elements(body: &[u8]) -> Option<&[u8]> {
    let body = body.trim_ascii();
    if body.first() != Some(&b'{') {
        return Some(body);
    }
    let envelope: Envelope<'_> = serde_json::from_slice(body).ok()?;
    let inner = envelope.items.or(envelope.data).or(envelope.products)?;
    elements(inner.get().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn the_elements_count_and_the_envelope_does_not() {
        let one = fingerprint(br#"[{"id":1}]"#);
        for same in [
            r#"{"items":[{"id":1}],"pagination":{"current_page":2}}"#,
            r#"{"data":[{"id":1}],"next_page_url":"https://x/?page=3"}"#,
            r#"{"id":"c","items":null,"products":{"items":[{"id":1}]}}"#,
        ] {
            assert_eq!(fingerprint(same.as_bytes()), one, "{same}");
        }
        for other in [
            r#"[{"id":2}]"#,
            r#"{"items":[]}"#,
            r#"{"name":1}"#,
            "",
            "<html>",
        ] {
            assert_ne!(fingerprint(other.as_bytes()), one, "{other}");
        }
    }

    #[test]
    fn depth_is_no_trouble() {
        let deep = format!("{}[]{}", r#"{"items":"#.repeat(120), "}".repeat(120));
        assert_eq!(fingerprint(deep.as_bytes()), fingerprint(b"[]"));
    }
}
