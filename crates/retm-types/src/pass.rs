//! The quick pass over a text, before the forgiving one.
//!
//! A broken element is kept with its JSON, and a number with its digits: both need the text of the value, and serde_json
//! scans a value once more to give it. Nearly every answer is whole, so whoever holds the text of a list decodes it in a
//! quick pass first, in which our types read values straight from the input and fail on anything that needs its text. What
//! fails is decoded again in the forgiving pass, and only that one's errors are seen.

use std::cell::Cell;

thread_local! {
    static QUICK: Cell<bool> = const { Cell::new(false) };
}

/// Whether a failure now is followed by another pass over the same text.
pub(crate) fn is_quick() -> bool {
    QUICK.get()
}

/// Decodes with failures that are tried again.
pub(crate) fn quickly<T>(decode: impl FnOnce() -> T) -> T {
    within(true, decode)
}

/// Decodes with failures that count.
pub(crate) fn thoroughly<T>(decode: impl FnOnce() -> T) -> T {
    within(false, decode)
}

fn within<T>(quick: bool, decode: impl FnOnce() -> T) -> T {
    /// Also where a `Deserialize` of the caller's panics.
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            QUICK.set(self.0);
        }
    }
    let _restore = Restore(QUICK.replace(quick));
    decode()
}
