//! The program that `cargo xtask soak` runs: the run itself, and the workers that it starts.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;

use retm_tests::soak::{Broken, Place, Run, drops, fleet, lost, orders, tokens, worker};
use retm_tests::watch;

#[tokio::main]
async fn main() -> ExitCode {
    watch::begin();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["worker", task] => worker::run(task).await,
        ["tokens", rounds] => all_tokens(rounds).await,
        ["orders", count, kills] => all_orders(count, kills).await,
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
    for place in places("tokens").await? {
        let run = fleet::fleet(&program, place.url(), rounds).await;
        place.remove().await?;
        tell(run)?;
    }
    for place in places("lost").await? {
        let run = lost::lost(&program, place.url(), rounds).await;
        place.remove().await?;
        tell(run)?;
    }
    tell(drops::drops(1000).await)
}

async fn all_orders(count: &str, kills: &str) -> Result<(), Broken> {
    let (count, kills) = (count.parse()?, kills.parse()?);
    let program = std::env::current_exe()?;
    for place in places("orders").await? {
        let run = orders::orders(&program, place.url(), count, kills).await;
        place.remove().await?;
        tell(run)?;
    }
    Ok(())
}

async fn places(name: &str) -> Result<Vec<Place>, Broken> {
    let mut places = vec![Place::sqlite()?];
    match Place::postgres(name).await? {
        Some(place) => places.push(place),
        None => println!("RETM_TEST_POSTGRES_URL is not set: no run on PostgreSQL"),
    }
    Ok(places)
}
