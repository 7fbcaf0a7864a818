//! The search of what the binary writes finds what it is there for.

use std::panic::catch_unwind;
use std::process::{ExitStatus, Output};

use retm_store::StoreKey;

use crate::ran::Ran;

/// Whether a test ends that captures this.
fn ends(out: &str, err: &str) -> bool {
    let output = Output {
        status: ExitStatus::default(),
        stdout: out.into(),
        stderr: err.into(),
    };
    let ended = catch_unwind(|| Ran::from(output)).err();
    let said = ended.map(|said| said.downcast::<String>().unwrap());
    said.is_some_and(|said| said.contains(" IS SHOWN: "))
}

/// A secret in every spelling, in the middle of other text.
fn spelt(secret: &str) -> Vec<String> {
    let percent = secret.replace('-', "%2D");
    let mut spelt = vec![secret.to_owned(), percent.to_lowercase(), percent];
    for before in 0..3 {
        let mut bytes = [b'.'; 32];
        let place = before..before + secret.len();
        bytes[place].copy_from_slice(secret.as_bytes());
        spelt.push(StoreKey::from_bytes(bytes).to_base64().to_string());
    }
    for text in &mut spelt {
        *text = format!("id 7: {text}1\n");
    }
    spelt
}

#[test]
fn a_secret_on_either_stream_ends_a_test() {
    for secret in [
        "hush-",
        "sandbox-secret-",
        "sandbox-access-",
        "sandbox-refresh-",
        "sandbox-code-",
    ] {
        for text in spelt(secret) {
            assert!(ends(&text, ""), "{text}");
            assert!(ends("", &text), "{text}");
        }
    }
    for text in spelt("of-nobody-") {
        assert!(!ends(&text, &text), "{text}");
    }
}

#[test]
fn a_person_on_standard_error_ends_a_test() {
    for text in ["phone 0550000001", "to a@example.com"] {
        assert!(ends("", text), "{text}");
        assert!(!ends(text, ""), "{text}");
    }
}
