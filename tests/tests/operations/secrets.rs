//! What the command line never writes.

use retm_sandbox::LoggedRequest;

use crate::call::{Ran, retm, sandbox};
use crate::calls::calls;
use crate::grants;

fn assert_hides(ran: &Ran, secrets: &[String], what: &str) {
    assert!(secrets.len() >= 2, "{what}");
    for secret in secrets {
        assert!(secret.len() >= 20, "{what}: too short to look for");
        let text = format!("{}\n{}", ran.out, ran.err);
        assert!(!text.contains(secret), "{what} shows a secret: {text}");
    }
}

#[tokio::test]
async fn no_command_shows_a_secret_or_a_token() {
    let sandbox = sandbox().await;
    for format in ["table", "json"] {
        for call in calls() {
            sandbox.clear_requests();
            let mut line = call.line.to_vec();
            line.extend(["--output", format]);
            let stdin = call.body.as_ref().map(ToString::to_string);
            let ran = retm(&sandbox, &line, &[], stdin.unwrap_or_default()).await;
            let log = sandbox.requests();
            let bearers = log.iter().filter_map(LoggedRequest::bearer);
            let mut secrets: Vec<String> = bearers.map(str::to_owned).collect();
            secrets.push(sandbox.client_secret().to_owned());
            assert_hides(&ran, &secrets, &call.to_string());
        }
    }
}

#[tokio::test]
async fn no_grant_shows_its_code_or_its_tokens() {
    for typed in grants::by_command_line().await {
        let body = typed.request.json().unwrap();
        let mut secrets = typed.secrets.clone();
        secrets.push(body["client_secret"].as_str().unwrap().to_owned());
        assert_hides(&typed.ran, &secrets, body["grant_type"].as_str().unwrap());
    }
}

/// A refusal names what was refused and shows nothing of what it was refused for.
#[tokio::test]
async fn no_failure_shows_a_secret() {
    let sandbox = sandbox().await;
    let secrets = [
        "hush-wrong-secret-of-this-test",
        "hush-wrong-code-of-this-test",
    ];
    for (variable, secret) in ["RETM_CLIENT_SECRET", "RETM_CODE"].iter().zip(secrets) {
        let env = [(*variable, secret.to_owned())];
        let ran = retm(&sandbox, &["taxes", "list"], &env, String::new()).await;
        assert_eq!(ran.exit, retm_cli::Exit::Auth, "{}", ran.err);
        let secrets = [secret.to_owned(), sandbox.client_secret().to_owned()];
        assert_hides(&ran, &secrets, variable);
    }
}
