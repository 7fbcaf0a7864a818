//! The program that `cargo xtask soak` runs: the run itself, and the workers that it starts.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;

use retm_tests::soak::{Broken, Run, drops, fleet, tokens, worker};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["worker", task] => worker::run(task).await,
        ["tokens", rounds] => all_tokens(rounds).await,
        _ => Err(Broken::new(
            "usage: soak tokens ROUNDS | soak orders COUNT KILLS; RETM_TEST_POSTGRES_URL names the server",
        )),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(broken) => {
            eprintln!("broken: {broken}");
            ExitCode::FAILURE
        }
    }
}

fn tell(run: Run) -> Result<(), Broken> {
    println!("ok: {}", run?);
    Ok(())
}

async fn all_tokens(rounds: &str) -> Result<(), Broken> {
    let rounds: usize = rounds.parse()?;
    let program = std::env::current_exe()?;
    for _ in 0..rounds {
        tell(tokens::crowd().await)?;
    }
    for store in stores("tokens")? {
        tell(fleet::fleet(&program, &store.url, rounds).await)?;
    }
    tell(drops::drops(1000).await)
}

/// A store to run on, and what it must not outlive.
struct Place {
    url: String,
    _folder: Option<tempfile::TempDir>,
}

/// A new SQLite file, and the PostgreSQL server of the environment.
fn stores(name: &str) -> Result<Vec<Place>, Broken> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join(format!("{name}.db"));
    let mut places = vec![Place {
        url: format!("sqlite:{}", file.display()),
        _folder: Some(folder),
    }];
    match std::env::var("RETM_TEST_POSTGRES_URL") {
        Ok(url) => places.push(Place { url, _folder: None }),
        Err(_) => println!("RETM_TEST_POSTGRES_URL is not set: no run on PostgreSQL"),
    }
    Ok(places)
}
