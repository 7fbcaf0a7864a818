//! The passes over a text.
//!
//! A broken element is kept with its JSON, and a number with its digits: both need the text of the value, and serde_json
//! scans a value once more to give it. Nearly every answer is whole, so whoever holds the text of a list decodes it in a
//! **quick** pass first, in which our types read values straight from the input and fail on anything that needs its text. What
//! fails is decoded again in the **thorough** pass, and only that one's errors are seen.
//!
//! The repair asks in a **strict** pass whether a value fits: there a list fails with its first broken element.

use std::cell::Cell;

#[derive(Clone, Copy, PartialEq)]
enum Pass {
    Quick,
    Thorough,
    Strict,
}

thread_local! {
    static PASS: Cell<Pass> = const { Cell::new(Pass::Thorough) };
}

/// The JSON that stands for a broken element in the strict pass: a list takes it, and no other type that reads texts does,
/// since it is half of a character.
pub(crate) const BROKEN: &str = "\"\\ud800\"";

/// Whether a failure now is followed by another pass over the same text.
pub(crate) fn is_quick() -> bool {
    PASS.get() == Pass::Quick
}

/// Whether a broken element is a failure of its list.
pub(crate) fn is_strict() -> bool {
    PASS.get() == Pass::Strict
}

/// Decodes with failures that are tried again.
pub(crate) fn quickly<T>(decode: impl FnOnce() -> T) -> T {
    within(Pass::Quick, decode)
}

/// Decodes with failures that count.
pub(crate) fn thoroughly<T>(decode: impl FnOnce() -> T) -> T {
    within(Pass::Thorough, decode)
}

/// Decodes with broken elements that count as failures.
pub(crate) fn strictly<T>(decode: impl FnOnce() -> T) -> T {
    within(Pass::Strict, decode)
}

fn within<T>(pass: Pass, decode: impl FnOnce() -> T) -> T {
    /// Also where a `Deserialize` of the caller's panics.
    struct Restore(Pass);
    impl Drop for Restore {
        fn drop(&mut self) {
            PASS.set(self.0);
        }
    }
    let _restore = Restore(PASS.replace(pass));
    decode()
}
