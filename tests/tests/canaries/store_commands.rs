//! The command line with a store: grants, orders that are sent once, keys, and stores that cannot be opened.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use retm_cli::{Exit, Io, run};
use retm_sandbox::{Fault, Sandbox};
use retm_tests::watch;

use crate::canary::*;
use crate::capture::show;
use crate::command_line::process;
use crate::orders::order;

struct Stage {
    sandbox: Sandbox,
    env: Vec<(&'static str, String)>,
}

impl Stage {
    async fn new() -> Self {
        let sandbox = Sandbox::builder().credentials("app-7", CLIENT_SECRET);
        let sandbox = sandbox.start().await.unwrap();
        let env = vec![
            ("RETM_BASE_URL", sandbox.base_url()),
            ("RETM_BUSINESS", "acme".to_owned()),
            ("RETM_CLIENT_ID", "app-7".to_owned()),
            ("RETM_CLIENT_SECRET", CLIENT_SECRET.to_owned()),
            ("RETM_CODE", sandbox.code("acme")),
        ];
        Self { sandbox, env }
    }

    /// Runs a command on these variables besides those of the sandbox; neither stream may show anything.
    async fn retm(&self, line: &str, more: &[(&'static str, String)], stdin: String) -> Exit {
        let env = self.env.iter().chain(more).cloned();
        let (io, captured) = Io::captured(env, stdin);
        let exit = run(["retm"].into_iter().chain(line.split_whitespace()), io).await;
        let command: Vec<&str> = line.split_whitespace().take(2).collect();
        let command = command.join(" ");
        show(format!("standard error of {command}"), captured.stderr());
        show(format!("standard output of {command}"), captured.stdout());
        exit
    }

    fn fault(&self, text: &str) {
        self.sandbox.add_fault(text.parse::<Fault>().unwrap());
    }
}

fn body(reference: &str) -> String {
    serde_json::to_string(&order(reference)).unwrap()
}

pub(crate) async fn play() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::new().await;
    let file = folder.path().join("cli.db");
    let url = format!("sqlite:{}", file.display());
    let key = STANDARD.encode(STORE_KEY);
    kept(&stage, &url, &key).await;
    let dump = watch::store(&url).await.unwrap();
    assert!(
        dump.contains("retm_grants") && dump.contains("L-1"),
        "the store is empty"
    );
    show("files of the command line's store", dump);
    keys(&stage, folder.path(), &url, &key).await;
    corrupted(&stage, &file, &url, &key).await;
    addresses(&stage, &key).await;
    let store = [("RETM_STORE", url), ("RETM_STORE_KEY", key.clone())];
    std::fs::remove_file(&file).unwrap();
    process(&["orders", "submit"], &store).await;
    let got = stage.sandbox.requests();
    let got: String = got
        .iter()
        .map(|one| String::from_utf8_lossy(&one.body))
        .collect();
    assert!([CLIENT_SECRET, PHONE].iter().all(|text| got.contains(text)));

    let Ok(server) = std::env::var("RETM_TEST_POSTGRES_URL") else {
        return;
    };
    // Of the server's own password nothing may come out either.
    let mut secrets = vec![server.clone()];
    let password = server
        .split_once("//")
        .and_then(|(_, rest)| rest.split_once('@'));
    let password = password.and_then(|(user, _)| user.split_once(':'));
    secrets.extend(password.map(|(_, password)| password.to_owned()));
    assert_eq!(secrets.len(), 2, "the server wants no password");
    let database = crate::stores::postgres::Database::new("cli").await;
    kept(&stage, &database.url, &key).await;
    show(
        "dump of the server's tables",
        watch::store(&database.url).await.unwrap(),
    );
    let store = [
        ("RETM_STORE", database.url.clone()),
        ("RETM_STORE_KEY", key),
    ];
    process(&["orders", "submit"], &store).await;
    database.remove().await;
    crate::capture::assert_unsaid(&secrets);
}

/// Every command that keeps or reads something.
async fn kept(stage: &Stage, url: &str, key: &str) {
    let store = [
        ("RETM_STORE", url.to_owned()),
        ("RETM_STORE_KEY", key.to_owned()),
    ];
    assert_eq!(
        stage.retm("auth token", &store, String::new()).await,
        Exit::Ok
    );
    stage.sandbox.expire_tokens("acme");
    for format in ["table", "json", "ndjson", "csv"] {
        let line = format!("auth status --output {format}");
        assert_eq!(stage.retm(&line, &store, String::new()).await, Exit::Ok);
    }
    let submit = "orders submit --file - --settle 1";
    for _ in 0..2 {
        assert_eq!(stage.retm(submit, &store, body("L-1")).await, Exit::Ok);
    }
    let other = body("L-1").replace("\"quantity\":1", "\"quantity\":2");
    assert_ne!(stage.retm(submit, &store, other).await, Exit::Ok);
    let refused = body("L-2").replace("01GZK6C7J03PQP7KGRAQ3F197Y", PHONE);
    assert_ne!(stage.retm(submit, &store, refused).await, Exit::Ok);
    // Waits for seconds: once is enough.
    if url.starts_with("sqlite:") {
        in_doubt(stage, &store).await;
    }
    for format in ["ndjson", "table"] {
        let line = format!("orders recover --output {format}");
        assert_eq!(stage.retm(&line, &store, String::new()).await, Exit::Ok);
    }
    for line in ["store prune --older-than 1", "auth forget", "auth status"] {
        assert_eq!(
            stage.retm(line, &store, String::new()).await,
            Exit::Ok,
            "{line}"
        );
    }
    assert_eq!(
        stage.retm("auth token", &store, String::new()).await,
        Exit::Ok
    );
}

/// An order of which nothing is known until the list is there again.
async fn in_doubt(stage: &Stage, store: &[(&'static str, String)]) {
    stage.fault("lose-response:on=create_order,times=1");
    stage.fault("bad-gateway:on=list_orders");
    let submit = "orders submit --file - --settle 1";
    assert_ne!(stage.retm(submit, store, body("L-3")).await, Exit::Ok);
    let recover = "orders recover --settle 1";
    assert_ne!(stage.retm(recover, store, String::new()).await, Exit::Ok);
    stage.sandbox.clear_faults();
}

/// Keys from files, changed, wrong, and none.
async fn keys(stage: &Stage, folder: &Path, url: &str, key: &str) {
    let file = folder.join("store.key");
    std::fs::write(&file, key).unwrap();
    let store = ("RETM_STORE", url.to_owned());
    let by_file = ("RETM_STORE_KEY_FILE", file.display().to_string());
    let line = "auth status";
    let with_file = [store.clone(), by_file.clone()];
    assert_eq!(stage.retm(line, &with_file, String::new()).await, Exit::Ok);
    let both = [
        store.clone(),
        by_file.clone(),
        ("RETM_STORE_KEY", key.to_owned()),
    ];
    assert_ne!(stage.retm(line, &both, String::new()).await, Exit::Ok);

    let made = folder.join("made.key");
    let make = format!("store key --file {}", made.display());
    assert_eq!(stage.retm(&make, &[], String::new()).await, Exit::Ok);
    assert_ne!(stage.retm(&make, &[], String::new()).await, Exit::Ok);
    let made_key = std::fs::read_to_string(&made).unwrap().trim().to_owned();
    let change = |from: (&'static str, String), to: String| {
        vec![store.clone(), from, ("RETM_STORE_NEW_KEY", to)]
    };
    let there = change(by_file.clone(), made_key.clone());
    assert_eq!(
        stage.retm("store rekey", &there, String::new()).await,
        Exit::Ok
    );
    let with_old = stage.retm(line, &with_file, String::new()).await;
    assert_ne!(with_old, Exit::Ok, "the old key is good");
    let by_made = ("RETM_STORE_KEY_FILE", made.display().to_string());
    let back = change(by_made, key.to_owned());
    assert_eq!(
        stage.retm("store rekey", &back, String::new()).await,
        Exit::Ok
    );

    for wrong in [
        STANDARD.encode(b"another key of thirty-two bytes!"),
        STORE_KEY.to_owned(),
        format!("{key}{key}"),
        STANDARD.encode(ACCESS),
    ] {
        for line in ["auth status", "auth token", "orders recover", "store rekey"] {
            let with = [store.clone(), ("RETM_STORE_KEY", wrong.clone())];
            assert_ne!(stage.retm(line, &with, String::new()).await, Exit::Ok);
        }
        std::fs::write(&file, &wrong).unwrap();
        let with = [
            store.clone(),
            ("RETM_STORE_KEY_FILE", file.display().to_string()),
        ];
        assert_ne!(stage.retm(line, &with, String::new()).await, Exit::Ok);
    }
    crate::capture::assert_unsaid(&[made_key]);
}

/// A file that is none any more.
async fn corrupted(stage: &Stage, file: &Path, url: &str, key: &str) {
    for suffix in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", file.display()));
    }
    std::fs::write(file, crate::world::everything()).unwrap();
    let store = [
        ("RETM_STORE", url.to_owned()),
        ("RETM_STORE_KEY", key.to_owned()),
    ];
    for line in [
        "auth status",
        "auth token",
        "orders recover",
        "store prune --older-than 1",
    ] {
        assert_ne!(
            stage.retm(line, &store, String::new()).await,
            Exit::Ok,
            "{line}"
        );
    }
}

/// Addresses with a password: no server, no address, and as an argument.
async fn addresses(stage: &Stage, key: &str) {
    let ended = [
        format!("postgres://retm:{STORE_PASSWORD}@127.0.0.1:1/retm"),
        format!("postgres://127.0.0.1:1/retm?password={STORE_PASSWORD}"),
        format!("postgres://retm:{STORE_PASSWORD}@127.0.0.1:99999/retm"),
        format!("mysql://retm:{STORE_PASSWORD}@127.0.0.1/retm"),
    ]
    .map(|url| async move {
        let argument = format!("auth status --store {url}");
        let key = ("RETM_STORE_KEY", key.to_owned());
        let store = [("RETM_STORE", url), key.clone()];
        [
            stage.retm("auth status", &store, String::new()).await,
            stage.retm(&argument, &[key], String::new()).await,
        ]
    });
    // At once: a server that is away is waited for a little.
    let ended = futures::future::join_all(ended).await;
    assert!(ended.iter().flatten().all(|exit| *exit != Exit::Ok));
}
