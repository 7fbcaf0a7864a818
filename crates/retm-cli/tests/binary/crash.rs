//! A submit that is killed while its order is on its way.

use std::process::Stdio;

use retm_sandbox::{Fault, Sandbox};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _};

use crate::ran::{Ran, at, end, store_key};

/// Lets the lease of the process that was killed run out.
fn lease_ends(file: &std::path::Path) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
        let mut connection = options.connect().await.unwrap();
        let sql =
            "UPDATE retm_orders SET lease_owner = NULL, lease_from = NULL, lease_until = NULL";
        connection.execute(sql).await.unwrap();
        connection.close().await.unwrap();
    });
}

/// Kills a submit in flight; then `line` has to find its order, once.
fn killed(line: &str, says: impl Fn(&str, &str)) {
    let sandbox = Sandbox::builder().start_blocking().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("order.json");
    let samples = include_str!("../../src/generated/examples.json");
    let mut samples: serde_json::Value = serde_json::from_str(samples).unwrap();
    let order = &mut samples["create_order"]["body"];
    // The sample's own reference is taken by one of the sandbox's seeded orders.
    order["partner_reference"] = "A-1".into();
    std::fs::write(&file, order.to_string()).unwrap();
    let store = folder.path().join("retm.db");
    let key = store_key().to_base64();
    let with_store = |line: &str| {
        let mut command = at(&sandbox, line);
        command
            .env("RETM_STORE", format!("sqlite:{}", store.display()))
            .env("RETM_STORE_KEY", key.as_str());
        command
    };
    let late: Fault = "commit-late=300ms:on=create_order,times=1".parse().unwrap();
    sandbox.add_fault(late);
    let orders = || {
        let all = sandbox.orders("acme");
        let ours = all
            .iter()
            .filter(|order| order["partner_reference"] == "A-1");
        ours.count()
    };
    let submit = format!("orders submit --file {}", file.display());
    let mut process = with_store(&submit)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while sandbox.faults().iter().all(|(_, strikes)| *strikes == 0) {
        assert!(process.try_wait().unwrap().is_none());
        std::thread::yield_now();
    }
    process.kill().unwrap();
    assert_eq!(Ran::from(process.wait_with_output().unwrap()).code, None);
    let held = end(&mut with_store("orders recover --output ndjson"));
    assert_eq!(held.code, Some(1), "{}", held.err);
    assert!(held.out.contains(r#""state":"held""#), "{}", held.out);
    lease_ends(&store);
    let found = end(&mut with_store(line));
    assert_eq!(found.code, Some(0), "{}", found.err);
    says(&found.out, &found.err);
    assert_eq!(orders(), 1);
    let again = end(&mut with_store(&submit)).ok();
    assert!(again.contains(r#""state": "repeated""#), "{again}");
    assert_eq!(orders(), 1);
    assert_eq!(sandbox.requests_for("create_order").len(), 1);
}

#[test]
fn recover_finds_the_order_of_a_process_that_was_killed() {
    killed("orders recover --output ndjson", |out, _| {
        assert!(out.contains(r#""state":"found""#), "{out}");
    });
}

#[test]
fn every_command_recovers_before_it_runs() {
    killed("taxes list --output ndjson", |out, err| {
        assert!(!out.is_empty());
        let lines: Vec<&str> = err.lines().collect();
        assert_eq!(lines.len(), 2, "{err}");
        assert_eq!(lines[0], "recovering 1 open order of acme first");
        assert!(
            lines[1].starts_with("order A-1 of acme: found, its id is "),
            "{err}"
        );
    });
}
