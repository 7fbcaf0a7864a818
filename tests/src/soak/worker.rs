//! What a worker process does: it says `ready`, and then as it is told on standard input.

use std::time::Duration;

use futures::future::join_all;
use retm::{Builder, Business, Environment, RefreshPolicy, Retm};
use retm_store::{Store, StoreKey};
use tokio::io::{AsyncBufReadExt, BufReader, Lines, Stdin};

use super::{Broken, submitter};

/// How long a process that was killed keeps the others waiting.
pub(super) const LEASE: Duration = Duration::from_secs(2);

/// How many tasks of a worker call at once.
pub(super) const TASKS: usize = 100;

/// Runs the worker of that task until its standard input is closed.
///
/// # Errors
///
/// Where the environment, the store or a line is no good.
pub async fn run(task: &str) -> Result<(), Broken> {
    let store = Store::open(&variable("RETM_STORE")?, StoreKey::from_env()?).await?;
    let builder = Retm::builder()
        .environment(Environment::BaseUrl(variable("RETM_BASE_URL")?))
        .credentials_from_env()?
        .refresh_policy(RefreshPolicy::default().lease(LEASE))
        .store(store);
    let lines = BufReader::new(tokio::io::stdin()).lines();
    match task {
        "tokens" => tokens(builder, lines).await,
        "orders" => submitter::work(builder, lines).await,
        other => Err(Broken::new(format!("no worker is called {other}"))),
    }
}

fn variable(name: &str) -> Result<String, Broken> {
    std::env::var(name).map_err(|_| Broken::new(format!("{name} is not set")))
}

pub(super) fn acme(builder: Builder) -> Result<Business, Broken> {
    Ok(builder.build()?.business("acme")?)
}

/// For each line a hundred calls at once, and how many of them succeeded, how many found the grant revoked,
/// and another error.
async fn tokens(builder: Builder, mut lines: Lines<BufReader<Stdin>>) -> Result<(), Broken> {
    let acme = acme(builder)?;
    say("ready");
    while lines.next_line().await?.is_some() {
        let calls = (0..TASKS).map(|_| tokio::spawn(acme.branches().list().into_future()));
        let (mut good, mut revoked) = (0, 0);
        let mut bad = String::new();
        for call in join_all(calls).await {
            match call? {
                Ok(_) => good += 1,
                Err(error) if error.is_revoked() => revoked += 1,
                Err(error) => bad = error.to_string(),
            }
        }
        say(&format!("{good} {revoked} {bad}"));
    }
    Ok(())
}

#[allow(clippy::print_stdout)]
pub(super) fn say(line: &str) {
    println!("{line}");
}
