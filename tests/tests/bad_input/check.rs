//! What every error must keep to itself.

use retm::Error;
use retm_tests::watch;

/// Texts that stand for secrets and personal data in these tests.
const CANARIES: [&str; 4] = ["hush", "0551234567", "@example.com", "Sara"];

/// Neither `Display` nor `Debug`, nor those of any cause, show a canary; `raw_body` is what came.
#[track_caller]
pub(crate) fn check(error: &Error, raw: &[u8]) {
    assert_eq!(
        String::from_utf8_lossy(error.raw_body()),
        String::from_utf8_lossy(raw)
    );
    watch::error(error);
    let mut texts = vec![error.to_string(), format!("{error:?}")];
    let mut cause = std::error::Error::source(error);
    while let Some(source) = cause {
        texts.extend([source.to_string(), format!("{source:?}")]);
        cause = source.source();
    }
    for text in texts {
        for canary in CANARIES {
            assert!(!text.contains(canary), "{canary} in {text}");
        }
    }
}

/// The message with what differs from system to system masked.
macro_rules! assert_message {
    ($error:expr, @$expected:literal) => {
        insta::with_settings!({ filters => vec![(r"\(os error \d+\)", "(os error N)")] }, {
            insta::assert_snapshot!($error, @$expected);
        });
    };
}

pub(crate) use assert_message;
