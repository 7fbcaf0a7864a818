//! The byte order mark that some servers and editors write before a text.

/// The bytes without a UTF-8 byte order mark at their start. Every place that reads from outside skips it here.
///
/// ```
/// assert_eq!(retm_types::without_bom(b"\xEF\xBB\xBF{}"), b"{}");
/// assert_eq!(retm_types::without_bom(b"{}"), b"{}");
/// ```
pub fn without_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

/// The text without a byte order mark at its start; see [`without_bom`].
pub fn text_without_bom(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::{text_without_bom, without_bom};

    #[test]
    fn one_mark_at_the_start_is_skipped() {
        for (text, rest) in [
            ("\u{feff}{}", "{}"),
            ("{}", "{}"),
            ("\u{feff}", ""),
            ("", ""),
            ("a\u{feff}", "a\u{feff}"),
            ("\u{feff}\u{feff}x", "\u{feff}x"),
        ] {
            assert_eq!(text_without_bom(text), rest);
            assert_eq!(without_bom(text.as_bytes()), rest.as_bytes());
        }
        assert_eq!(without_bom(b"\xEF\xBB"), b"\xEF\xBB");
    }
}
