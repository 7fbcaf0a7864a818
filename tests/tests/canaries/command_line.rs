//! The command line: in this process, and as a process of its own.

use std::process::Stdio;

use retm_cli::{Exit, Io, run};
use retm_tests::server::{Server, json};
use retm_tests::{Gate, until};
use serde_json::json;
use tokio::process::Command;

use crate::canary::*;
use crate::capture::show;
use crate::orders::order;
use crate::world::{World, page, person, refused, token};

fn env(base_url: String) -> Vec<(&'static str, String)> {
    vec![
        ("RETM_BASE_URL", base_url),
        ("RETM_BUSINESS", "acme".to_owned()),
        ("RETM_CLIENT_ID", "app-7".to_owned()),
        ("RETM_CLIENT_SECRET", CLIENT_SECRET.to_owned()),
        ("RETM_CODE", CODE.to_owned()),
    ]
}

/// Runs a command; what it says of failures is for everybody, what it lists may be people.
async fn retm(world: &World, line: &str, stdin: String) -> Exit {
    let (io, captured) = Io::captured(env(world.server.base_url()), stdin);
    let exit = run(["retm"].into_iter().chain(line.split_whitespace()), io).await;
    shown(line, &captured.stdout(), captured.stderr());
    exit
}

#[track_caller]
fn shown(line: &str, stdout: &str, stderr: String) {
    show(format!("standard error of {line}"), stderr);
    // People are what these were asked for.
    let of_the_api = line.contains("list") || line.contains("create");
    match of_the_api {
        true => assert_none(line, stdout, SECRETS),
        false => show(format!("standard output of {line}"), stdout),
    }
}

pub(crate) async fn play(world: &World) {
    assert_eq!(retm(world, "auth token", String::new()).await, Exit::Ok);
    for format in ["table", "json", "ndjson", "csv"] {
        let line = format!("customers list --output {format}");
        assert_eq!(retm(world, &line, String::new()).await, Exit::Ok);
    }
    let body = serde_json::to_string(&order("C-1")).unwrap();
    let create = "orders create --file -";
    assert_eq!(retm(world, create, body.clone()).await, Exit::Ok);
    // What the server has no business to send is not passed on to standard output.
    let unasked = json!({"access_token": ACCESS, "meta": [{"client-secret": CLIENT_SECRET}]});
    for format in ["table", "json", "ndjson", "csv"] {
        world.answer(json(
            201,
            &json!({"id": "01a", "refresh_token": REFRESH, "unknown": unasked}),
        ));
        let line = format!("{create} --output {format}");
        assert_eq!(retm(world, &line, body.clone()).await, Exit::Ok);
        world.answer(json(
            200,
            &json!({"items": [{"id": "01a", "unknown": unasked}]}),
        ));
        let line = format!("customers list --output {format}");
        assert_eq!(retm(world, &line, String::new()).await, Exit::Ok);
    }
    let repeated = format!("token {ACCESS}");
    for status in [400, 422, 500, 404, 429] {
        world.answer(refused(status, &repeated));
        assert_ne!(retm(world, create, body.clone()).await, Exit::Ok);
    }
    world.answer(page(502));
    retm(world, create, body.clone()).await;
    world.answer(page(200));
    retm(world, "taxes list", String::new()).await;
    world.answer(json(
        200,
        &json!({"items": [PHONE, [EMAIL], {"id": [ADDRESS]}]}),
    ));
    retm(world, "customers list --output json", String::new()).await;
    for broken in [
        &body[..body.len() / 2],
        "{\"customer\": \"0559173846\"}",
        PHONE,
    ] {
        retm(world, create, broken.to_owned()).await;
        retm(
            world,
            "payload check --schema CreateOrder -",
            broken.to_owned(),
        )
        .await;
    }
    retm(
        world,
        "payload check --schema Customer -",
        person().to_string(),
    )
    .await;
    let said = format!("code {CODE} secret {CLIENT_SECRET}");
    world.token_answer(refused(401, &said));
    assert_eq!(retm(world, "taxes list", String::new()).await, Exit::Auth);
    let url = format!("https://app:{URL_PASSWORD}@retm.sa");
    retm(
        world,
        &format!("taxes list --base-url {url}"),
        String::new(),
    )
    .await;
    process(&["orders", "create"], &[]).await;
}

/// The binary while it waits for its answer: its arguments are searched, and then all that it has written.
pub(crate) async fn process(command: &[&str], more: &[(&str, String)]) {
    let (gate, entered) = (Gate::default(), Gate::default());
    let (held, seen) = (gate.clone(), entered.clone());
    let server = Server::raw(move |call| {
        let (held, seen) = (held.clone(), seen.clone());
        async move {
            if call.is_token() {
                return json(200, &token(ACCESS, REFRESH));
            }
            seen.open();
            held.pass().await;
            refused(422, &format!("token {ACCESS}"))
        }
    });
    let server = server.await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("order.json");
    std::fs::write(&file, serde_json::to_vec(&order("C-2")).unwrap()).unwrap();
    let process = Command::new(env!("CARGO_BIN_EXE_retm-process"))
        .args(command)
        .arg("--file")
        .arg(&file)
        .env_clear()
        .envs(env(server.base_url()))
        .envs(more.iter().map(|(name, value)| (name, value)))
        .env("RUST_LOG", "trace")
        .env("RUST_BACKTRACE", "full")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    until(|| {
        !server
            .calls()
            .iter()
            .all(retm_tests::server::Call::is_token)
    })
    .await;
    entered.pass().await;
    let id = process.id().unwrap();
    let arguments = std::fs::read(format!("/proc/{id}/cmdline")).unwrap();
    let arguments = String::from_utf8(arguments).unwrap();
    assert!(arguments.contains(&command.join("\0")), "{arguments:?}");
    show("arguments of the process", arguments);
    let stat = std::fs::read_to_string(format!("/proc/{id}/comm")).unwrap();
    show("name of the process", stat);
    gate.open();
    let ended = process.wait_with_output().await.unwrap();
    assert_eq!(ended.status.code(), Some(1));
    let text = |bytes| String::from_utf8(bytes).unwrap();
    show("standard output of the process", text(ended.stdout));
    show("standard error of the process", text(ended.stderr));
    let calls = server.calls();
    let sent = calls.last().unwrap();
    assert_eq!(sent.headers["authorization"], format!("Bearer {ACCESS}"));
    assert!(String::from_utf8_lossy(&sent.body).contains(PHONE));
}
