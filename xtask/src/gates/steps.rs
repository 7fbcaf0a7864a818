//! The steps, in their order.
//!
//! What takes no build comes first, so that a slip shows within seconds. Clippy and the docs follow one another because
//! both need the dependencies checked only, and share that; what needs them built comes after. The tests are last: their
//! closing lines are what a reader of the log looks for.

use std::path::Path;
use std::process::Command;

use super::{packages, tests_run};
use crate::spec::{Spec, root};
use crate::tools::{self, Skip, cargo};
use crate::{codegen, lint, postgres, process, schemas};

/// One gate.
#[derive(Debug)]
pub(super) struct Step {
    /// Its name on the command line.
    pub(super) id: &'static str,
    /// What it asks for.
    pub(super) what: &'static str,
    pub(super) run: fn() -> anyhow::Result<Outcome>,
}

/// What came of a step.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) failure: Option<String>,
    /// What the summary shows of a failure, so that a reader of the log's end sees it.
    pub(super) details: Vec<String>,
    pub(super) skipped: Option<Skip>,
    pub(super) tests: Option<Tests>,
}

/// How many tests ran.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tests {
    pub(super) passed: u64,
    pub(super) failed: u64,
}

impl Outcome {
    pub(super) fn passed() -> Self {
        Self::default()
    }

    pub(super) fn failed(reason: String) -> Self {
        Self {
            failure: Some(reason),
            ..Self::default()
        }
    }

    fn of(passed: bool, problem: &str) -> Self {
        if passed {
            Self::passed()
        } else {
            Self::failed(problem.to_owned())
        }
    }
}

pub(super) const STEPS: &[Step] = &[
    Step {
        id: "format",
        what: "hand-written code is formatted",
        run: format,
    },
    Step {
        id: "codegen",
        what: "generated files are those that the spec gives",
        run: || Ok(Outcome::of(codegen::run(true)?, "generated files differ")),
    },
    Step {
        id: "lint",
        what: "the spec keeps the OpenAPI schema, our rules and Spectral's",
        run: lint_spec,
    },
    Step {
        id: "clippy",
        what: "the whole workspace without a warning",
        run: || {
            cargo_step(
                &["clippy", "--workspace", "--all-targets", "--locked"],
                LINTS,
            )
        },
    },
    Step {
        id: "clippy-features",
        what: "the type crates with JSON Schemas, the store with all it can do, the client with native TLS",
        run: clippy_features,
    },
    Step {
        id: "docs",
        what: "the documentation without a warning",
        run: docs,
    },
    Step {
        id: "schemas",
        what: "the exported JSON Schemas are those of the webhook types",
        run: || Ok(Outcome::of(schemas::run(true)?, "exported schemas differ")),
    },
    Step {
        id: "package",
        what: "every published crate builds from its package alone",
        run: package,
    },
    Step {
        id: "test-features",
        what: "the type crates with JSON Schemas and serde_json's arbitrary_precision",
        run: || {
            let mut command = cargo(&root());
            command.args(["test", "--locked", "--no-fail-fast"]);
            tests_run::run(command.args(TYPE_CRATES))
        },
    },
    Step {
        id: "test",
        what: "all tests of the workspace, with a private PostgreSQL",
        run: test,
    },
];

/// The crates that others depend on alone, with what no other step turns on.
const TYPE_CRATES: [&str; 6] = [
    "-p",
    "retm-types",
    "-p",
    "retm-webhook-types",
    "--features",
    "retm-types/arbitrary-precision-tests,retm-types/schemars,retm-webhook-types/schemars",
];

/// What the store can do beside its default, for the command line as well.
const STORE: &str = "retm-store/postgres,retm-store/keyring,retm-cli/keyring";

const LINTS: &[&str] = &["--", "-D", "warnings"];

fn cargo_step(arguments: &[&str], rest: &[&str]) -> anyhow::Result<Outcome> {
    let mut command = cargo(&root());
    finish(command.args(arguments).args(rest))
}

fn finish(command: &mut Command) -> anyhow::Result<Outcome> {
    let (status, last) = process::run_keeping_errors(command)?;
    let problem = format!("`{}` failed ({status})", process::line(command));
    let mut outcome = Outcome::of(status.success(), &problem);
    if outcome.failure.is_some() {
        outcome.details = last;
    }
    Ok(outcome)
}

fn format() -> anyhow::Result<Outcome> {
    let outcome = cargo_step(&["fmt", "--all", "--check"], &[])?;
    Ok(Outcome::of(
        outcome.failure.is_none(),
        "run `cargo fmt --all`",
    ))
}

/// Without OpenSSL, what needs it is left out.
fn clippy_features() -> anyhow::Result<Outcome> {
    let mut arguments = vec!["clippy", "--all-targets", "--locked"];
    arguments.extend(["-p", "retm-types", "-p", "retm-webhook-types"]);
    arguments.extend(["-p", "retm-store", "-p", "retm-cli", "--features", STORE]);
    arguments.extend([
        "--features",
        "retm-types/schemars,retm-webhook-types/schemars",
    ]);
    let skipped = tools::openssl()?.err();
    if skipped.is_none() {
        arguments.extend(["-p", "retm", "--features", "retm/native-tls"]);
    }
    Ok(Outcome {
        skipped,
        ..cargo_step(&arguments, LINTS)?
    })
}

/// Without PostgreSQL, what needs it is left out.
fn test() -> anyhow::Result<Outcome> {
    let mut command = cargo(&root());
    command.args(["test", "--workspace", "--locked", "--no-fail-fast"]);
    command.args(["--features", STORE]);
    match postgres::find()? {
        Ok(server) => {
            command.env(postgres::VARIABLE, server.url());
            tests_run::run(&mut command)
        }
        Err(skip) => Ok(Outcome {
            skipped: Some(skip),
            ..tests_run::run(&mut command)?
        }),
    }
}

fn lint_spec() -> anyhow::Result<Outcome> {
    let verdict = lint::check(&Spec::load()?)?;
    Ok(Outcome {
        failure: (!verdict.clean).then(|| "the spec breaks rules".to_owned()),
        skipped: verdict.skipped,
        ..Outcome::default()
    })
}

fn docs() -> anyhow::Result<Outcome> {
    let mut command = cargo(&root());
    command
        .args(["doc", "--workspace", "--no-deps", "--locked"])
        .env("RUSTDOCFLAGS", "-D warnings");
    finish(&mut command)
}

/// Everything is fetched first, so that packaging asks no network: it would ask the index twice for each crate, and one
/// answer that does not come fails it.
fn package() -> anyhow::Result<Outcome> {
    let fetched = cargo_step(&["fetch", "--locked"], &[])?;
    if fetched.failure.is_some() {
        return Ok(fetched);
    }
    let packages = packages::all(&root())?;
    packages::forget(&root(), &packages)?;
    let mut command = cargo(&root());
    command.args(["package", "--workspace", "--locked", "--offline"]);
    for package in packages.iter().filter(|package| !package.published) {
        command.args(["--exclude", &package.name]);
    }
    if dirty(&root())? {
        println!("the tree has uncommitted changes: packaging what is on disk");
        command.arg("--allow-dirty");
    }
    finish(&mut command)
}

/// Whether git sees changes that are not committed; a tree without git has none.
fn dirty(root: &Path) -> anyhow::Result<bool> {
    let mut command = Command::new("git");
    command
        .current_dir(root)
        .args(["status", "--porcelain", "--untracked-files=normal"]);
    let (status, output) = process::capture(&mut command)?;
    Ok(status.success() && !output.trim().is_empty())
}
