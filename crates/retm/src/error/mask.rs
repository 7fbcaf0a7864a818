//! Masks personal data in texts that people and logs see.

use std::borrow::Cow;

pub(super) const MASK: &str = "[masked]";
const DIGITS: usize = 7;

/// The text with e-mail addresses and runs of seven or more digits masked.
pub(super) fn mask(text: &str) -> Cow<'_, str> {
    let digits = text.chars().filter(|c| c.is_numeric()).count();
    if digits < DIGITS && !text.contains('@') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    for c in text.chars() {
        if in_address(c) {
            word.push(c);
        } else {
            push_word(&mut out, &word);
            word.clear();
            out.push(c);
        }
    }
    push_word(&mut out, &word);
    Cow::Owned(out)
}

/// The same for a text that stands unquoted in a line: what controls a terminal is escaped.
pub(super) fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in mask(text).chars() {
        match c.is_control() {
            true => out.extend(c.escape_default()),
            false => out.push(c),
        }
    }
    out
}

fn in_address(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '@' | '.' | '_' | '-' | '+' | '%')
}

fn push_word(out: &mut String, word: &str) {
    if word.contains('@') {
        out.push_str(MASK);
        return;
    }
    let mut run = String::new();
    for c in word.chars() {
        if c.is_numeric() {
            run.push(c);
        } else {
            push_run(out, &run);
            run.clear();
            out.push(c);
        }
    }
    push_run(out, &run);
}

fn push_run(out: &mut String, run: &str) {
    if run.chars().count() >= DIGITS {
        out.push_str(MASK);
    } else {
        out.push_str(run);
    }
}

#[cfg(test)]
mod tests {
    use super::{line, mask};

    #[test]
    fn addresses_and_long_numbers_are_masked() {
        assert_eq!(
            mask("the phone 0551234567 of a.b+c@example.com is taken, code 422"),
            "the phone [masked] of [masked] is taken, code 422"
        );
        assert_eq!(mask("٠٥٥١٢٣٤٥٦٧"), "[masked]");
        assert_eq!(mask("tel:+966551234567;"), "tel:+[masked];");
        assert_eq!(mask("order 123456"), "order 123456");
    }

    #[test]
    fn a_line_stays_a_line() {
        assert_eq!(line("a\n\u{1b}[31mb é"), "a\\n\\u{1b}[31mb é");
    }
}
