//! `retm auth status`, `forget` and `token` with a store.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use insta::assert_snapshot;
use retm::GrantType;
use retm::store::{StoredGrant, StoredToken};
use retm_cli::Exit;

use crate::world::World;

/// A token that expires so long after 2025 began.
fn token(after: Duration) -> Option<StoredToken> {
    let issued_at = UNIX_EPOCH + Duration::from_secs(1_735_689_600);
    Some(StoredToken {
        access_token: "hush-token-of-the-store".into(),
        grant_type: GrantType::RefreshToken,
        issued_at,
        expires_at: issued_at + after,
    })
}

const HOUR: Duration = Duration::from_secs(3600);
const CENTURY: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

async fn four_grants() -> World {
    let world = World::new().await;
    let by_code = StoredGrant {
        refresh_token: Some("hush-refresh-token".into()),
        by_code: true,
        ..StoredGrant::default()
    };
    let with = |token, revoked_at| StoredGrant {
        token,
        revoked_at,
        ..by_code.clone()
    };
    world.grant("good", with(token(CENTURY), None)).await;
    world.grant("late", with(token(HOUR), None)).await;
    let revoked = with(token(CENTURY), Some(SystemTime::now()));
    world.grant("revoked", revoked).await;
    world.grant("broken", with(token(CENTURY), None)).await;
    let cut = "UPDATE retm_grants SET sealed = substr(sealed, 1, 40) WHERE business = 'broken'";
    world.tamper(cut).await;
    world
}

#[tokio::test]
async fn every_state_is_shown_and_a_broken_row_hides_no_other() {
    let world = four_grants().await;
    let mut all = String::new();
    for format in ["table", "json", "ndjson", "csv"] {
        let ran = world.run(&format!("auth status --output {format}")).await;
        assert_eq!(ran.exit, Exit::Failed, "{}", ran.err);
        all.push_str(&format!("{format}:\n{}{}\n", ran.out, ran.err));
    }
    assert_snapshot!(world.same(&all));
    // It needs no more than the store.
    let alone = [
        ("RETM_CLIENT_ID", ""),
        ("RETM_CLIENT_SECRET", ""),
        ("RETM_BUSINESS", ""),
    ];
    assert_eq!(
        world.run_with("auth status", &alone).await.exit,
        Exit::Failed
    );
    assert!(world.sandbox.requests().is_empty());
}

#[tokio::test]
async fn a_grant_that_cannot_be_read_can_be_forgotten() {
    let world = four_grants().await;
    let at = [
        ("RETM_BASE_URL", "https://api.example"),
        ("RETM_CLIENT_ID", "app-7"),
    ];
    let ran = world.run_with("auth forget --business broken", &at).await;
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Ok, ""), "{}", ran.err);
    assert_snapshot!(ran.err);
    let left = world.run("auth status --output csv").await.ok();
    assert_eq!(left.lines().count(), 4, "{left}");
    assert!(!left.contains("broken"), "{left}");
    assert!(world.sandbox.requests().is_empty());
}

#[tokio::test]
async fn a_token_serves_later_runs_until_it_is_forgotten() {
    let world = World::new().await;
    let exchanges = || world.sandbox.requests_for("exchange_token").len();
    world.run("auth token").await.ok();
    world.run("taxes list").await.ok();
    assert_eq!(exchanges(), 1);
    let status = world.run("auth status --output json").await.ok();
    assert!(status.contains(r#""business": "acme""#), "{status}");
    assert!(status.contains(r#""state": "ok""#), "{status}");
    assert_eq!(world.run("auth forget").await.exit, Exit::Ok);
    assert_eq!(world.run("auth status --output json").await.ok(), "[]\n");
    world.run("taxes list").await.ok();
    assert_eq!(exchanges(), 2);
}

#[tokio::test]
async fn a_code_is_exchanged_once() {
    let world = World::new().await;
    let code = world.sandbox.code("acme");
    for _ in 0..2 {
        world
            .run_with("taxes list", &[("RETM_CODE", &code)])
            .await
            .ok();
    }
    assert_eq!(world.sandbox.requests_for("exchange_token").len(), 1);
    world.run("auth forget").await;
    world.run_with("taxes list", &[("RETM_CODE", &code)]).await;
    assert_eq!(world.sandbox.requests_for("exchange_token").len(), 2);
}
