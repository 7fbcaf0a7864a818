//! The command line with its store on PostgreSQL.

use std::sync::atomic::{AtomicU32, Ordering};

use retm_cli::Exit;

use crate::world::{LEASES_END, World, tamper};

/// The server to test on. Without one the test passes with a note, but not in CI.
fn server() -> Option<String> {
    let given = std::env::var("RETM_TEST_POSTGRES_URL").ok();
    let ci = std::env::var("CI").is_ok_and(|ci| !ci.is_empty() && ci != "false");
    let note = "RETM_TEST_POSTGRES_URL names no PostgreSQL server to test on; put `cargo xtask \
                postgres` before the command, which starts one";
    assert!(given.is_some() || !ci, "{note}");
    if given.is_none() {
        println!("left out: {note}");
    }
    given
}

/// Runs a test with a database of its own, and drops it afterwards.
async fn with_database<F: Future<Output = World>>(test: impl FnOnce(World) -> F) {
    static COUNT: AtomicU32 = AtomicU32::new(0);

    let Some(server) = server() else { return };
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("retm_cli_{}_{number}", std::process::id());
    tamper(&server, &format!("CREATE DATABASE {name}")).await;
    let (address, options) = server.split_once('?').unwrap_or((&server, ""));
    let (before, _) = address.rsplit_once('/').unwrap();
    let url = format!("{before}/{name}?{options}");
    let world = World::at(Some(url.trim_end_matches('?').to_owned())).await;
    let world = test(world).await;
    assert!(!world.path("retm.db").exists());
    tamper(&server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
}

/// Both ways to give the key.
fn by_file(world: &World) -> String {
    let file = world.path("store.key");
    std::fs::write(&file, format!("{}\n", world.key)).unwrap();
    file.display().to_string()
}

#[tokio::test]
async fn grants_are_kept_listed_and_forgotten() {
    with_database(|world| async {
        let file = by_file(&world);
        let by_file = [
            ("RETM_STORE_KEY", ""),
            ("RETM_STORE_KEY_FILE", file.as_str()),
        ];
        world.run("auth token").await.ok();
        world.run_with("taxes list", &by_file).await.ok();
        assert_eq!(world.sandbox.requests_for("exchange_token").len(), 1);
        let status = world.run_with("auth status --output csv", &by_file).await;
        let status = status.ok();
        assert!(status.contains("acme,http://127.0.0.1:"), "{status}");
        assert!(status.contains(",ok,"), "{status}");
        let alone = [("RETM_CLIENT_ID", ""), ("RETM_CLIENT_SECRET", "")];
        assert_eq!(world.run_with("auth forget", &alone).await.exit, Exit::Ok);
        let ran = world.run_with("auth forget", &alone).await;
        assert_eq!(ran.exit, Exit::NotFound, "{}", ran.err);
        assert_eq!(
            world
                .run("auth status --output csv")
                .await
                .ok()
                .lines()
                .count(),
            1
        );
        world
    })
    .await;
}

#[tokio::test]
async fn a_key_that_is_wrong_shows_no_password() {
    with_database(|world| async {
        world.run("auth status").await.ok();
        let other = crate::world::key_of(8);
        let ran = world
            .run_with("auth status", &[("RETM_STORE_KEY", &other)])
            .await;
        assert_eq!(ran.exit, Exit::Usage);
        assert!(ran.err.contains("another key"), "{}", ran.err);
        let url = world.url();
        let user = url.split_once("://").unwrap().1.split('@').next().unwrap();
        if let Some((_, password)) = user.split_once(':') {
            assert!(!ran.err.contains(password), "{}", ran.err);
        }
        world
    })
    .await;
}

#[tokio::test]
async fn an_order_of_a_process_that_was_killed_is_recovered_once() {
    with_database(|world| async {
        world.fault("commit-late=300ms:on=create_order,times=1");
        let submit = world.submit("A-1", "x");
        world.killed(&submit).await;
        let held = world.run("orders recover --output ndjson").await;
        assert_eq!(held.exit, Exit::Failed, "{}", held.err);
        assert!(held.out.contains(r#""state":"held""#), "{}", held.out);
        world.tamper(LEASES_END).await;
        let found = world.run("orders recover --output ndjson").await.ok();
        assert!(found.contains(r#""state":"found""#), "{found}");
        let again = world.run(&submit).await.ok();
        assert!(again.contains(r#""state": "repeated""#), "{again}");
        assert_eq!(world.count("A-1"), 1);
        assert_eq!(world.sandbox.requests_for("create_order").len(), 1);
        world
    })
    .await;
}

#[tokio::test]
async fn an_order_is_submitted_once_by_two_runs_at_once() {
    with_database(|world| async {
        world.fault("lose-response:on=create_order,times=1");
        let submit = world.submit("A-1", "x");
        let (one, other) = futures::join!(world.run(&submit), world.run(&submit));
        for ran in [one, other] {
            assert_eq!(ran.exit, Exit::Ok, "{}", ran.err);
        }
        assert_eq!(world.count("A-1"), 1);
        let other_order = world.run(&world.submit("A-1", "y")).await;
        assert_eq!(other_order.exit, Exit::Usage, "{}", other_order.err);
        world
    })
    .await;
}
