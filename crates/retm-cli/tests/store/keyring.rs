//! The key of a store from the system's keyring, as far as this build offers it.

use insta::assert_snapshot;

use crate::world::World;

const NO_KEY: (&str, &str) = ("RETM_STORE_KEY", "");

#[cfg(not(feature = "keyring"))]
#[tokio::test]
async fn a_build_without_the_keyring_says_so() {
    let world = World::new().await;
    let ran = world
        .run_with(
            "auth status",
            &[NO_KEY, ("RETM_STORE_KEYRING", "retm/store")],
        )
        .await;
    assert_snapshot!(world.error(ran, 2), @"error: RETM_STORE_KEYRING is set, but this retm was built without the feature `keyring`; set RETM_STORE_KEY_FILE");
}

/// As a process of its own: the keyring is looked for by the environment of the process.
#[cfg(all(feature = "keyring", unix))]
#[tokio::test]
async fn where_there_is_no_keyring_it_is_said() {
    let world = World::new().await;
    let mut process = std::process::Command::new(env!("CARGO_BIN_EXE_retm"));
    let env = world.env().into_iter();
    process
        .args(["auth", "status"])
        .env_clear()
        .envs(env.filter(|(name, _)| name != "RETM_STORE_KEY"))
        .env("RETM_STORE_KEYRING", "retm/store-of-a-test")
        .env(
            "DBUS_SESSION_BUS_ADDRESS",
            format!("unix:path={}", world.path("no-bus").display()),
        );
    let ended = process.output().unwrap();
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    let said = String::from_utf8(ended.stderr).unwrap();
    crate::support::searched(&String::from_utf8_lossy(&ended.stdout), &said);
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(
        said.starts_with("error: RETM_STORE_KEYRING: the operating system's keyring "),
        "{said}"
    );
    assert!(!world.path("retm.db").exists());
}

#[tokio::test]
async fn an_entry_has_a_service_and_a_user() {
    let world = World::new().await;
    let entry = [NO_KEY, ("RETM_STORE_KEYRING", "retm")];
    let ran = world.run_with("auth status", &entry).await;
    assert_snapshot!(world.error(ran, 2), @"error: RETM_STORE_KEYRING names an entry of the keyring as SERVICE/USER");
}
