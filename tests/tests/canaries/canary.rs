//! Texts that stand for secrets and for people.

use retm_tests::watch::found;

pub(crate) const CLIENT_SECRET: &str = "canary-client-secret-7c1f~A/+b";
pub(crate) const ACCESS: &str = "canary-access-token-9d2e~A/+b";
pub(crate) const SECOND_ACCESS: &str = "canary-second-access-41aa~A/+b";
pub(crate) const REFRESH: &str = "canary-refresh-token-5e3b~A/+b";
pub(crate) const SECOND_REFRESH: &str = "canary-second-refresh-0c17~A/+b";
pub(crate) const CODE: &str = "canary-authorization-code-1f6d~A/+b";
/// The bytes of the key of a store.
pub(crate) const STORE_KEY: &str = "canary-store-key-of-32-bytes-8a1";
pub(crate) const PROXY_PASSWORD: &str = "canary-proxy-password-3d90";
pub(crate) const URL_PASSWORD: &str = "canary-base-url-password-62be";
pub(crate) const STORE_PASSWORD: &str = "canary-store-password-a7c4";
/// The value of a header of the caller's own.
pub(crate) const HEADER: &str = "canary-request-header-b81d~A/+b";
/// The value of a header of the answer.
pub(crate) const COOKIE: &str = "canary-response-header-d5f0~A/+b";
/// What the app and RETM hand each other on installation.
pub(crate) const STATE: &str = "canary-install-state-c2e9~A/+b";
pub(crate) const REWARD_CODE: &str = "canary-reward-code-f44e~A/+b";
pub(crate) const PHONE: &str = "0559173846";
pub(crate) const EMAIL: &str = "canary.leila.8273@leak.example";
pub(crate) const NAME: &str = "Canaryna Leakvale";
pub(crate) const NAME_AR: &str = "كناريتا تسريبان";
pub(crate) const ADDRESS: &str = "1847 Canaryleak Street, Riyadh";

/// What nobody may ever see: not the one who runs the program either.
pub(crate) const SECRETS: [&str; 14] = [
    CLIENT_SECRET,
    ACCESS,
    SECOND_ACCESS,
    REFRESH,
    SECOND_REFRESH,
    CODE,
    STORE_KEY,
    PROXY_PASSWORD,
    URL_PASSWORD,
    STORE_PASSWORD,
    HEADER,
    COOKIE,
    STATE,
    REWARD_CODE,
];

/// A person's data. A list on the command line shows it: that is what it is asked for.
pub(crate) const PEOPLE: [&str; 5] = [PHONE, EMAIL, NAME, NAME_AR, ADDRESS];

/// All of them.
pub(crate) fn all() -> impl Iterator<Item = &'static str> {
    SECRETS.into_iter().chain(PEOPLE)
}

/// Nothing of these is in the text.
#[track_caller]
pub(crate) fn assert_none(
    source: &str,
    text: &str,
    canaries: impl IntoIterator<Item = &'static str>,
) {
    let leaks: Vec<String> = canaries
        .into_iter()
        .filter_map(|canary| Some(format!("{canary} in {source}, {}", found(text, canary)?)))
        .collect();
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
}
