//! Everything that goes wrong: each case is a clear error of its own that says what to do next, keeps
//! the raw body and shows no secret and nobody's data.

#![allow(clippy::unwrap_used)]

mod answers;
mod check;
mod grants;
mod lifetimes;
mod limits;
mod network;
mod orders;
mod setup;
mod token_answers;

use std::collections::BTreeSet;

use retm::{Error, ErrorKind};

#[tokio::test]
async fn every_case_reads_differently() {
    let cases: [(Error, ErrorKind); 13] = [
        (grants::wrong_secret().await, ErrorKind::Credentials),
        (grants::unknown_business().await, ErrorKind::UnknownBusiness),
        (grants::expired_code().await, ErrorKind::CodeRejected),
        (grants::revoked_refresh_token().await, ErrorKind::Revoked),
        (answers::missing_product().await, ErrorKind::NotFound),
        (orders::refused_order().await, ErrorKind::Validation),
        (answers::html_502().await, ErrorKind::Server),
        (answers::empty_body().await, ErrorKind::Decode),
        (answers::truncated_json().await, ErrorKind::Decode),
        (answers::broken_element().await, ErrorKind::BrokenElement),
        (setup::business("evil.com/"), ErrorKind::Config),
        (setup::business("a.b"), ErrorKind::Config),
        (setup::base_url("http://retm.sa"), ErrorKind::Config),
    ];
    let mut texts = BTreeSet::new();
    for (error, kind) in &cases {
        assert_eq!(error.kind(), *kind, "{error}");
        assert!(error.to_string().ends_with(error.advice()), "{error}");
        assert!(texts.insert(error.to_string()), "{error}");
    }
    let kinds: BTreeSet<String> = cases.iter().map(|(_, kind)| format!("{kind:?}")).collect();
    // An empty body and cut JSON share a kind, and so do the three bad values.
    assert_eq!(kinds.len(), cases.len() - 3);
}
