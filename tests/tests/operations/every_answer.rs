//! Every operation and every ordinary thing that can come back: what a program is told.
//!
//! The snapshot has a block for each answer. Operations that fare alike share a line, with the error as a person reads it,
//! its outcome and how many requests were sent.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use retm::Error;
use retm::types::WriteReply;

use crate::call::Call;
use crate::calls::calls;
use crate::wire_server::{Reply, WireServer};

const TOKEN: &str = "exchange_token";

/// An answer, for each operation and attempt (from 1).
type Answer = fn(&Case, u32) -> Reply;

/// What an answer may need to know of its operation.
pub(crate) struct Case {
    /// A body that the operation answers in the sandbox.
    good: Vec<u8>,
}

const HTML: &str = "<!DOCTYPE html><html><body>Down for maintenance</body></html>";
const REFUSED: &str = r#"{"success": false, "message": "The branch is closed", "data": null}"#;

const ANSWERS: &[(&str, Answer)] = &[
    ("well-formed", |case, _| json(200, &case.good)),
    ("2xx empty", |_, _| json(200, b"")),
    ("204", |_, _| Reply::new(204, &[], b"")),
    ("2xx HTML", |_, _| {
        Reply::new(200, &[HTML_TYPE], HTML.as_bytes())
    }),
    ("2xx success: false", |_, _| json(200, REFUSED.as_bytes())),
    ("2xx error object", |_, _| {
        json(
            200,
            br#"{"error": {"code": 17, "message": "Plan expired"}}"#,
        )
    }),
    ("2xx other JSON", |_, _| json(200, br#"{"pong": 1}"#)),
    ("2xx a JSON text", |_, _| json(200, br#""done""#)),
    ("truncated", |case, _| {
        Reply::new(200, &[JSON_TYPE], &case.good[..case.good.len() / 2])
    }),
    ("broken off", |case, _| Reply::BrokenOff(case.good.clone())),
    ("too large", |_, _| json(200, &[b' '; LIMIT + 1])),
    ("too large, chunked", |_, _| {
        Reply::Chunked(vec![b' '; LIMIT + 1])
    }),
    ("byte order mark", |case, _| {
        json(200, &[b"\xef\xbb\xbf", case.good.as_slice()].concat())
    }),
    ("gzip", |case, _| Reply::gzip(&case.good)),
    ("wrong gzip label", |case, _| {
        Reply::new(200, &[JSON_TYPE, ("content-encoding", "gzip")], &case.good)
    }),
    ("windows-1256", |_, _| {
        let kind = ("content-type", "application/json; charset=windows-1256");
        Reply::new(
            200,
            &[kind],
            b"{\"name\": \"\xe3\xd1\xcd\xc8\xc7\", \"id\": \"1\"}",
        )
    }),
    ("302", |_, _| {
        Reply::new(302, &[("location", "https://retm.sa/login")], b"")
    }),
    ("400 error object", |_, _| {
        json(
            400,
            br#"{"error": {"code": "E7", "message": "Unknown branch"}}"#,
        )
    }),
    ("401 once", |case, attempt| match attempt {
        1 => json(401, br#"{"message": "Unauthenticated."}"#),
        _ => json(200, &case.good),
    }),
    ("401", |_, _| {
        json(401, br#"{"message": "Unauthenticated."}"#)
    }),
    ("403", |_, _| {
        json(403, br#"{"message": "This action is unauthorized."}"#)
    }),
    ("404 JSON", |_, _| {
        json(404, br#"{"message": "No such thing"}"#)
    }),
    ("404 HTML", |_, _| {
        Reply::new(404, &[HTML_TYPE], b"<html>404</html>")
    }),
    ("405", |_, _| {
        json(405, br#"{"message": "The GET method is not supported."}"#)
    }),
    ("402", |_, _| {
        json(402, br#"{"message": "The plan has ended"}"#)
    }),
    ("406", |_, _| json(406, br#"{"message": "Not Acceptable"}"#)),
    ("409", |_, _| json(409, br#"{"message": "Already there"}"#)),
    ("410", |_, _| json(410, br#"{"message": "It is gone"}"#)),
    ("413 HTML", |_, _| {
        Reply::new(413, &[HTML_TYPE], b"<html>413</html>")
    }),
    ("415", |_, _| json(415, br#"{"message": "Unsupported"}"#)),
    ("422 fields", |_, _| {
        json(
            422,
            br#"{"message": "The given data was invalid.", "errors": {"name.en": ["is required"]}}"#,
        )
    }),
    ("422 list of texts", |_, _| {
        json(
            422,
            br#"{"errors": ["name is required", "value is too long"]}"#,
        )
    }),
    ("422 list of objects", |_, _| {
        json(
            422,
            br#"{"errors": [{"title": "Invalid", "detail": "name is required"}]}"#,
        )
    }),
    ("422 without words", |_, _| json(422, b"{}")),
    ("423", |_, _| json(423, br#"{"message": "Locked"}"#)),
    ("429", |_, _| {
        json(429, br#"{"message": "Too Many Attempts."}"#)
    }),
    ("429 Retry-After: 1", |_, _| {
        Reply::new(429, &[("retry-after", "1")], b"")
    }),
    ("429 Retry-After: 3.0", |_, _| {
        Reply::new(429, &[("retry-after", "3.0")], b"")
    }),
    ("429 Retry-After: soon", |_, _| {
        Reply::new(429, &[("retry-after", "soon")], b"")
    }),
    ("500 HTML", |_, _| {
        Reply::new(500, &[HTML_TYPE], b"<html>500</html>")
    }),
    ("503 Retry-After: 2", |_, _| {
        Reply::new(503, &[("retry-after", "2")], b"")
    }),
    ("reset", |_, _| Reply::Reset),
    ("stall", |_, _| Reply::Stall),
];

const JSON_TYPE: (&str, &str) = ("content-type", "application/json");
const HTML_TYPE: (&str, &str) = ("content-type", "text/html");

/// How many bytes a body may have here.
const LIMIT: usize = 64 * 1024;

fn json(status: u16, body: &[u8]) -> Reply {
    Reply::new(status, &[JSON_TYPE], body)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_program_is_told_of_every_answer() {
    let sandbox = crate::call::sandbox().await;
    let mut rows: Vec<Row> = Vec::new();
    for call in calls() {
        if rows
            .iter()
            .all(|(operation, ..)| *operation != call.operation)
        {
            rows.push((call.operation, call.call(&sandbox).await, Some(call)));
        }
    }
    let token = br#"{"access_token": "hush-token", "token_type": "Bearer", "expires_in": 3600}"#;
    rows.push((TOKEN, token.to_vec(), None));
    assert_eq!(rows.len(), retm_client::OPERATIONS.len());

    // One for all: to make one takes longer than to use it.
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let http = http.build().unwrap();
    let mut text = String::new();
    for (name, answer) in ANSWERS {
        let told = rows.iter().map(|row| {
            let http = http.clone();
            async move { (row.0, told(row, *answer, http).await) }
        });
        let mut fared: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (operation, told) in futures::future::join_all(told).await {
            fared.entry(told).or_default().push(operation);
        }
        writeln!(text, "== {name}").unwrap();
        for (told, operations) in fared {
            writeln!(text, "{}\n    {told}", named(&operations)).unwrap();
        }
        text.push('\n');
    }
    insta::assert_snapshot!(text);
}

/// An operation, a good answer to it, and its call; none for the token request.
type Row = (&'static str, Vec<u8>, Option<Call>);

/// What a program is told if the operation is answered so.
async fn told((operation, good, call): &Row, answer: Answer, http: reqwest::Client) -> String {
    let case = Case { good: good.clone() };
    let stalls = matches!(answer(&case, 1), Reply::Stall);
    let server =
        WireServer::start(*operation == TOKEN, move |attempt| answer(&case, attempt)).await;
    // Nothing but a stall may run out of time, on however busy a machine.
    let timeout = Duration::from_millis(if stalls { 50 } else { 20_000 });
    let retm = server.client().http_client(http).body_limit(LIMIT);
    let retm = retm.attempt_timeout(timeout).build().unwrap();
    let business = retm.business("acme").unwrap();
    let told = match call {
        Some(call) => ended(call, call.made(business).await),
        None => match business.token().await {
            Ok(_) => "ok".to_owned(),
            Err(error) => shown(TOKEN, &error),
        },
    };
    format!("{told} [{} sent]", server.requests())
}

fn ended(call: &Call, outcome: crate::call::Outcome) -> String {
    match outcome {
        Err(error) => shown(call.operation, &error),
        Ok(body) if is_write(call.operation) => {
            format!("ok, {:?}", WriteReply::from_bytes(&body).proof())
        }
        Ok(_) => "ok".to_owned(),
    }
}

/// The error as a person reads it, without what differs between operations.
fn shown(operation: &str, error: &Error) -> String {
    let kind = error.kind().as_str();
    // How much has come is the case's own.
    let text = error.to_string().replace(operation, "{operation}");
    let text = match text.split_once("broke off after ") {
        Some((before, after)) => {
            let after = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
            format!("{before}broke off after N{after}")
        }
        None => text,
    };
    format!("{kind}, {:?}: {text}", error.outcome())
}

fn is_write(operation: &str) -> bool {
    retm_client::Operation::find(operation).is_some_and(|operation| !operation.is_safe())
}

/// Operations by groups: most answers make no other difference.
fn named(operations: &[&str]) -> String {
    let groups: [(&str, fn(&str) -> bool); 3] = [
        ("every list", |id| id.starts_with("list_")),
        ("every get", |id| id.starts_with("get_")),
        ("every write", |id| is_write(id) && id != TOKEN),
    ];
    let mut left: Vec<&str> = operations.to_vec();
    let mut names = Vec::new();
    for (name, belongs) in groups {
        let all = retm_client::OPERATIONS
            .iter()
            .filter(|operation| belongs(operation.id));
        if all.clone().all(|operation| left.contains(&operation.id)) {
            left.retain(|id| !belongs(id));
            names.push(name);
        }
    }
    names.extend(left);
    names.join(", ")
}
