//! `cargo xtask test`: every gate that a change has to pass, the same on a laptop and in CI.

mod packages;
mod report;
mod steps;
mod tests_run;

use std::time::Instant;

use anyhow::bail;

use self::report::{Done, Report};
use self::steps::{Outcome, STEPS, Step};
use crate::{process, tools};

/// Lists the steps.
pub fn list() {
    for step in STEPS {
        println!("{:<16} {}", step.id, step.what);
    }
}

/// Runs all steps, or those named, and tells at the end what failed or was left out.
///
/// A failed step does not keep the later ones from running: one run tells everything.
///
/// # Errors
///
/// Where a name is no step's, or when interrupted.
pub fn run(only: &[String]) -> anyhow::Result<bool> {
    let steps = chosen(only)?;
    let mut report = Report::default();
    for (position, step) in steps.iter().enumerate() {
        println!(
            "\n== {}/{} {}: {}",
            position + 1,
            steps.len(),
            step.id,
            step.what
        );
        let start = Instant::now();
        let outcome = match (step.run)() {
            Ok(outcome) => outcome,
            Err(error) if error.is::<process::Interrupted>() => return Err(error),
            Err(error) => Outcome::failed(format!("{error:#}")),
        };
        if let Some(reason) = &outcome.failure {
            eprintln!("{}: {reason}", step.id);
        }
        report.add(Done {
            id: step.id,
            time: start.elapsed(),
            outcome,
        });
    }
    let ci = tools::ci();
    print!("{}", report.text(ci));
    Ok(report.passed(ci))
}

fn chosen(only: &[String]) -> anyhow::Result<Vec<&'static Step>> {
    if only.is_empty() {
        return Ok(STEPS.iter().collect());
    }
    for name in only {
        if !STEPS.iter().any(|step| step.id == name) {
            bail!("`{name}` is no step; `cargo xtask test --list` lists them");
        }
    }
    Ok(STEPS
        .iter()
        .filter(|step| only.iter().any(|name| name == step.id))
        .collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn steps_have_names_of_their_own() {
        let names: BTreeSet<&str> = STEPS.iter().map(|step| step.id).collect();
        assert_eq!(names.len(), STEPS.len());
    }

    #[test]
    fn chosen_steps_keep_their_order() {
        let steps = chosen(&["lint".to_owned(), "format".to_owned()]).unwrap();
        let names: Vec<&str> = steps.iter().map(|step| step.id).collect();
        assert_eq!(names, ["format", "lint"]);
    }

    #[test]
    fn an_unknown_step_is_refused_by_name() {
        let error = chosen(&["lnt".to_owned()]).unwrap_err();
        assert!(error.to_string().starts_with("`lnt` is no step"));
    }
}
