//! `retm demo`
#![allow(clippy::unwrap_used, reason = "a failure is the test's failure")]

mod support;

use retm_cli::demo;

#[tokio::test]
async fn its_counts_equal_the_sandboxes_log() {
    let mut out = Vec::new();
    let report = demo(&mut out).await.unwrap();
    support::searched(&String::from_utf8(out).unwrap(), "");
    assert_eq!(report.sent, report.logged);
    assert!(report.is_consistent());
    assert_eq!(report.sent.get("exchange_token"), Some(&2));
    assert!(
        report
            .sent
            .get("list_products")
            .is_some_and(|pages| *pages > 2)
    );
}

#[tokio::test]
async fn what_it_writes() {
    let text = support::retm_alone("demo", "").await.ok();
    insta::assert_snapshot!(text);
    assert_eq!(text, support::retm_alone("demo", "").await.ok());
}
