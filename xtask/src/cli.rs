//! The command line of `cargo xtask`.

use clap::{Parser, Subcommand};

use crate::spec::Spec;
use crate::{audit, bench, codegen, fresh_clone, gates, lint, postgres, process, schemas, soak};

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
    /// Check openapi/retm.yaml against the OpenAPI 3.0 meta-schema, our own rules and Spectral.
    Lint,
    /// Export the JSON Schemas of the webhook types into openapi/schemas.
    Schemas {
        /// Write nothing; fail with a diff where a committed file differs.
        #[arg(long)]
        check: bool,
    },
    /// Run every gate: format, codegen, lint, clippy, docs, schemas, packaging, tests.
    Test {
        /// Run this step alone; may be given several times.
        #[arg(long, value_name = "STEP")]
        only: Vec<String>,
        /// List the steps and do nothing.
        #[arg(long)]
        list: bool,
    },
    /// Measure against plain code, print one table of ratios and keep it in tests/benches/RESULTS.md.
    Bench {
        /// Measure this subject alone; the kept table stays as it is.
        #[arg(long, value_name = "NAME")]
        only: Option<String>,
    },
    /// Run a command with a private PostgreSQL, whose address it finds in RETM_TEST_POSTGRES_URL.
    Postgres {
        /// The command and its arguments.
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<String>,
    },
    /// Run for long what must never happen: a second refresh, a doubled or lost order.
    #[command(subcommand)]
    Soak(soak::Soak),
    /// Check licences, bans, sources and advisories of all dependencies with a pinned cargo-deny.
    Audit,
    /// Clone HEAD into a temporary folder and run the README's commands there.
    FreshClone,
}

/// Runs the task named on the command line; `Ok(false)` is a failed check.
pub fn run() -> anyhow::Result<bool> {
    let task = Args::parse().task;
    process::listen()?;
    match task {
        Task::Codegen { check } => codegen::run(check),
        Task::Lint => lint::run(&Spec::load()?),
        Task::Schemas { check } => schemas::run(check),
        Task::Test { list: true, .. } => {
            gates::list();
            Ok(true)
        }
        Task::Test { only, list: false } => gates::run(&only),
        Task::Bench { only } => bench::run(only.as_deref()),
        Task::Postgres { command } => postgres::run(&command),
        Task::Soak(run) => soak::run(&run),
        Task::Audit => audit::run(),
        Task::FreshClone => fresh_clone::run(),
    }
}
