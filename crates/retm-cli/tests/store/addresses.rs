//! Where the store is and with which key, and what is said where that is wrong.

use insta::assert_snapshot;

use crate::world::{World, key_of};

#[tokio::test]
async fn the_key_is_missing_wrong_or_no_key() {
    let world = World::new().await;
    let line = "taxes list";
    let ran = world.run_with(line, &[("RETM_STORE_KEY", "")]).await;
    assert_snapshot!(world.error(ran, 2));
    let ran = world
        .run_with(line, &[("RETM_STORE_KEY", "aHVzaC1rZXk=")])
        .await;
    assert_snapshot!(world.error(ran, 2));
    let both = [("RETM_STORE_KEY_FILE", "somewhere")];
    assert_snapshot!(world.error(world.run_with(line, &both).await, 2));
    let file = [
        ("RETM_STORE_KEY", ""),
        ("RETM_STORE_KEY_FILE", "no/such/file"),
    ];
    assert_snapshot!(world.error(world.run_with(line, &file).await, 2));
    world.run(line).await.ok();
    let ran = world
        .run_with(line, &[("RETM_STORE_KEY", &key_of(8))])
        .await;
    assert_snapshot!(world.error(ran, 2));
}

#[tokio::test]
async fn a_store_of_a_newer_version_is_left_alone() {
    let world = World::new().await;
    drop(world.store().await);
    let newer = "INSERT INTO retm_migrations (version, description, success, checksum, execution_time) \
                 VALUES (99, 'of the future', TRUE, x'00', 0)";
    world.tamper(newer).await;
    assert_snapshot!(world.error(world.run("auth status").await, 2));
    assert!(world.sandbox.requests().is_empty());
}

#[tokio::test]
async fn a_password_is_no_argument() {
    let world = World::new().await;
    let line = "taxes list --store postgres://user:hush-3@host/db";
    let error = world.error(world.run(line).await, 2);
    assert_snapshot!(error);
    let elsewhere = format!(
        "taxes list --store sqlite:{}",
        world.path("other.db").display()
    );
    world.run(&elsewhere).await.ok();
    assert!(world.path("other.db").exists() && !world.path("retm.db").exists());
}

#[tokio::test]
async fn what_is_no_store_is_told() {
    let world = World::new().await;
    let ran = world
        .run_with("taxes list", &[("RETM_STORE", "mysql://x")])
        .await;
    assert_snapshot!(world.error(ran, 2));
    for line in [
        "auth status",
        "auth forget",
        "orders recover",
        "store prune --older-than 1",
    ] {
        for store in ["", "memory:"] {
            let ran = world.run_with(line, &[("RETM_STORE", store)]).await;
            let error = world.error(ran, 2);
            assert!(error.starts_with("error: which store?"), "{line}: {error}");
        }
    }
    // A call needs neither a store nor a key.
    let memory = [("RETM_STORE", "memory:"), ("RETM_STORE_KEY", "")];
    world.run_with("taxes list", &memory).await.ok();
}
