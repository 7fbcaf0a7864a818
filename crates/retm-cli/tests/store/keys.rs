//! `retm store key`, `rekey` and `prune`.

use std::fs;

use insta::assert_snapshot;
use retm_cli::Exit;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};

use crate::world::{World, key_of};

#[tokio::test]
async fn a_key_is_made_once_for_its_owner_alone() {
    let world = World::new().await;
    let file = world.path("store.key");
    let line = format!("store key --file {}", file.display());
    let ran = world.run(&line).await;
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Ok, ""), "{}", ran.err);
    let key = fs::read_to_string(&file).unwrap();
    assert!(!ran.err.contains(key.trim()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert_snapshot!(world.error(world.run(&line).await, 2));
    assert_eq!(fs::read_to_string(&file).unwrap(), key);
    let file = file.display().to_string();
    let with_it = [
        ("RETM_STORE_KEY", ""),
        ("RETM_STORE_KEY_FILE", file.as_str()),
    ];
    world.run_with("taxes list", &with_it).await.ok();
    let printed = world.run("store key --file -").await.ok();
    assert_ne!(printed, key);
    assert_eq!(printed.len(), key.len());
}

#[tokio::test]
async fn a_store_changes_its_key() {
    let world = World::new().await;
    world.run("auth token").await.ok();
    let missing = world.error(world.run("store rekey").await, 2);
    assert!(missing.contains("RETM_STORE_NEW_KEY_FILE"), "{missing}");
    let new = key_of(9);
    let ran = world
        .run_with("store rekey", &[("RETM_STORE_NEW_KEY", &new)])
        .await;
    assert_snapshot!(format!("{}{}", ran.out, ran.err));
    let old = world.error(world.run("auth status").await, 2);
    assert!(old.contains("another key"), "{old}");
    let with_it = [("RETM_STORE_KEY", new.as_str())];
    world.run_with("taxes list", &with_it).await.ok();
    assert_eq!(world.sandbox.requests_for("exchange_token").len(), 1);
}

#[tokio::test]
async fn a_log_that_cannot_be_emptied_is_told() {
    let world = World::new().await;
    world.run("auth token").await.ok();
    let reader = SqliteConnectOptions::new().filename(world.path("retm.db"));
    let mut reader = reader.connect().await.unwrap();
    let read = "BEGIN; SELECT count(*) FROM retm_grants;";
    reader.execute(sqlx::raw_sql(read)).await.unwrap();
    let new = key_of(9);
    let line = "store rekey --output ndjson";
    let ran = world.run_with(line, &[("RETM_STORE_NEW_KEY", &new)]).await;
    assert_eq!(ran.exit, Exit::Ok);
    assert_snapshot!(format!("{}{}", ran.out, ran.err));
    reader.close().await.unwrap();
}

#[tokio::test]
async fn old_orders_are_pruned_and_young_ones_kept() {
    let world = World::new().await;
    world.run(&world.submit("A-1", "x")).await.ok();
    let prune = "store prune --older-than 2 --output ndjson";
    assert_eq!(world.run(prune).await.ok(), "{\"pruned\":0}\n");
    let three_days = "UPDATE retm_orders SET changed_at = changed_at - 3 * 86400000000";
    world.tamper(three_days).await;
    assert_eq!(world.run(prune).await.ok(), "{\"pruned\":1}\n");
}
