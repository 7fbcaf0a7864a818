//! `cargo xtask soak`: long runs of what must never happen, with real processes that are killed.

use std::process::Command;

use anyhow::{Context, bail};

use crate::spec::root;
use crate::{postgres, process, tools};

/// What is run, and how long.
#[derive(Debug, clap::Subcommand)]
pub enum Soak {
    /// One token request whoever asks: crowds of tasks, processes that are killed, callers that go away.
    Tokens {
        /// How many rounds of each; in every second one a process is killed.
        #[arg(long, default_value_t = 20)]
        rounds: usize,
    },
    /// Orders that two processes submit at once, with lost answers, resets, late commits and kills.
    Orders {
        /// How many orders.
        #[arg(long, default_value_t = 2000)]
        orders: usize,
        /// How often a process is killed.
        #[arg(long, default_value_t = 20)]
        kills: usize,
    },
}

/// Builds the program and runs it, on SQLite and on a private PostgreSQL.
///
/// # Errors
///
/// Where it does not build, or when interrupted.
pub fn run(soak: &Soak) -> anyhow::Result<bool> {
    let mut build = tools::cargo(&root());
    build.args(["build", "--locked", "-p", "retm-tests", "--bin", "soak"]);
    if !process::run(&mut build)?.success() {
        bail!("the soak program does not build");
    }
    let server = match postgres::find()? {
        Ok(server) => server,
        Err(skip) => bail!("{}; {}", skip.reason, skip.mend),
    };
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into);
    let mut command = Command::new(target.join("debug").join("soak"));
    command.env(postgres::VARIABLE, server.url());
    match soak {
        Soak::Tokens { rounds } => command.args(["tokens", &rounds.to_string()]),
        Soak::Orders { orders, kills } => {
            command.args(["orders", &orders.to_string(), &kills.to_string()])
        }
    };
    let status = process::run(&mut command).context("the soak program")?;
    Ok(status.success())
}
