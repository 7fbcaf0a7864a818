//! Looks for secrets and people in what a run has written. Nothing has to be told which: what the sandbox makes says what it
//! is, and what these tests plant begins with `hush-`; a test of the binary shows that each spelling is found.

/// How secrets begin: those of the sandbox, and the tests' own, raw, percent-encoded and in base64 at each of its three
/// offsets.
const SECRETS: [&str; 24] = [
    "sandbox-secret-",
    "c2FuZGJveC1zZWNyZXQt",
    "NhbmRib3gtc2VjcmV0L",
    "zYW5kYm94LXNlY3JldC",
    "sandbox-access-",
    "c2FuZGJveC1hY2Nlc3Mt",
    "NhbmRib3gtYWNjZXNzL",
    "zYW5kYm94LWFjY2Vzcy",
    "sandbox-refresh-",
    "c2FuZGJveC1yZWZyZXNoL",
    "NhbmRib3gtcmVmcmVzaC",
    "zYW5kYm94LXJlZnJlc2gt",
    "sandbox-code-",
    "c2FuZGJveC1jb2RlL",
    "NhbmRib3gtY29kZS",
    "zYW5kYm94LWNvZGUt",
    "sandbox%2D",
    "sandbox%2d",
    "hush-",
    "hush%2D",
    "hush%2d",
    "aHVzaC",
    "h1c2gt",
    "odXNoL",
];

/// How people's data looks.
const PEOPLE: [&str; 2] = ["0550000", "@example.com"];

/// Nothing secret is on either stream, and nobody on standard error.
#[track_caller]
pub(crate) fn searched(out: &str, err: &str) {
    for secret in SECRETS {
        assert!(
            !out.contains(secret),
            "A SECRET IS SHOWN: {secret} on standard output"
        );
        assert!(
            !err.contains(secret),
            "A SECRET IS SHOWN: {secret} on standard error: {err}"
        );
    }
    for person in PEOPLE {
        assert!(
            !err.contains(person),
            "A PERSON IS SHOWN: {person} on standard error: {err}"
        );
    }
}
