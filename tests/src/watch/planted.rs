//! What the suite plants, so that it is recognized wherever it comes out.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use super::spelling::{around, spellings};

/// The secret of the app at a server of a test.
pub const SECRET: &str = "hush-secret";

/// The access token that a server of a test gives.
pub const TOKEN: &str = "hush-token";

/// The phone of the customer of the tests' own orders.
pub const PHONE: &str = "0551234567";

/// What nobody may ever see, by how it begins: everything that a test plants, and what the sandbox makes.
const SECRETS: [(&str, &str); 5] = [
    ("a secret of a test", "hush-"),
    ("an access token of the sandbox", "sandbox-access-"),
    ("a refresh token of the sandbox", "sandbox-refresh-"),
    ("a code of the sandbox", "sandbox-code-"),
    ("the client secret of the sandbox", "sandbox-secret-"),
];

/// A person's data: of the tests' orders, of the sample payloads and of the sandbox's customers.
const PEOPLE: [(&str, &str); 3] = [
    ("a phone of a test", PHONE),
    ("a phone of the sandbox", "0550000"),
    ("an e-mail", "@example.com"),
];

/// What a text must not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// Secrets. People are what the text is about.
    Secrets,
    /// Secrets and people's data.
    All,
}

struct Search {
    needles: Vec<Needle>,
    automaton: AhoCorasick,
}

struct Needle {
    class: &'static str,
    spelling: &'static str,
    secret: bool,
    digits: bool,
}

fn search() -> &'static Search {
    static SEARCH: OnceLock<Search> = OnceLock::new();
    SEARCH.get_or_init(|| {
        let mut needles = Vec::new();
        let mut texts = Vec::new();
        for (classes, secret) in [(&SECRETS[..], true), (&PEOPLE[..], false)] {
            for &(class, stem) in classes {
                for (spelling, text) in spellings(stem) {
                    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
                    needles.push(Needle {
                        class,
                        spelling,
                        secret,
                        digits,
                    });
                    texts.push(text);
                }
            }
        }
        // The needles are constants: there is no text that it cannot be built of.
        #[allow(clippy::expect_used)]
        let automaton = AhoCorasick::new(&texts).expect("an automaton of a few texts");
        Search { needles, automaton }
    })
}

/// The first secret in a text: what it is, in which spelling, and what is around it.
pub fn leak(text: &str, hidden: Hidden) -> Option<String> {
    let search = search();
    search.automaton.find_iter(text).find_map(|found| {
        let (needle, at) = (
            search.needles.get(found.pattern().as_usize())?,
            found.start(),
        );
        // The inside of a longer number is nobody's phone.
        let inside = |before: char| before.is_ascii_alphanumeric() || before == '.';
        let number = needle.digits && text[..at].ends_with(inside);
        let looked_for = needle.secret || hidden == Hidden::All;
        (looked_for && !number).then(|| {
            format!(
                "{}, {}: {}",
                needle.class,
                needle.spelling,
                around(text, at)
            )
        })
    })
}
