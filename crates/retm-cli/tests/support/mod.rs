//! Runs the command line in this process, against a sandbox or on its own.
#![allow(dead_code, reason = "each test binary uses a part")]

mod searched;

use retm_cli::{Exit, Io, run};
use retm_sandbox::Sandbox;
pub(crate) use searched::searched;

/// How a run has ended and what it wrote.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) exit: Exit,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.exit, Exit::Ok, "{}", self.err);
        self.out
    }
}

/// The environment for a sandbox's first business, with the app's own credentials.
pub(crate) fn env(sandbox: &Sandbox) -> Vec<(String, String)> {
    [
        ("RETM_BASE_URL", sandbox.base_url()),
        ("RETM_BUSINESS", sandbox.businesses().remove(0)),
        ("RETM_CLIENT_ID", sandbox.client_id().to_owned()),
        ("RETM_CLIENT_SECRET", sandbox.client_secret().to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

pub(crate) async fn retm_in(env: Vec<(String, String)>, line: &str, stdin: &str) -> Ran {
    run_in(env, line, stdin, |io| io).await
}

/// The same with other streams, signals or timer; what it writes is searched.
pub(crate) async fn run_in(
    env: Vec<(String, String)>,
    line: &str,
    stdin: &str,
    with: impl FnOnce(Io) -> Io,
) -> Ran {
    let (io, captured) = Io::captured(env, stdin);
    let args = ["retm"].into_iter().chain(line.split_whitespace());
    let exit = run(args, with(io)).await;
    searched(&captured.stdout(), &captured.stderr());
    Ran {
        exit,
        out: captured.stdout(),
        err: captured.stderr(),
    }
}

/// Runs a command line, split at blanks, against a sandbox.
pub(crate) async fn retm(sandbox: &Sandbox, line: &str) -> Ran {
    retm_in(env(sandbox), line, "").await
}

/// Runs a command line with this on its standard input.
pub(crate) async fn retm_with(sandbox: &Sandbox, line: &str, stdin: &str) -> Ran {
    retm_in(env(sandbox), line, stdin).await
}

/// Runs a command line without anything set.
pub(crate) async fn retm_alone(line: &str, stdin: &str) -> Ran {
    retm_in(Vec::new(), line, stdin).await
}
