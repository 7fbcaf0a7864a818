//! The command line of `cargo xtask`.

use clap::{Parser, Subcommand};

use crate::spec::Spec;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Maintainers' tasks", version)]
struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Regenerate the generated crates from openapi/retm.yaml.
    Codegen {
        /// Write nothing; fail with a diff where a committed file differs.
        #[arg(long)]
        check: bool,
    },
    /// Check openapi/retm.yaml against the OpenAPI 3.0 meta-schema and our own rules.
    Lint,
}

/// Runs the task named on the command line; `Ok(false)` is a failed check.
pub fn run() -> anyhow::Result<bool> {
    match Args::parse().task {
        Task::Codegen { check } => crate::codegen::run(check),
        Task::Lint => crate::lint::run(&Spec::load()?),
    }
}
