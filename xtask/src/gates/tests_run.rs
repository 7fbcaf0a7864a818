//! Runs `cargo test` and counts what its harnesses say.

use std::process::Command;

use super::steps::{Outcome, Tests};
use crate::process;

/// Runs a test command, shows all of its output, and counts.
pub(super) fn run(command: &mut Command) -> anyhow::Result<Outcome> {
    let mut tests = Tests::default();
    let status = process::run_with_lines(command, |line| {
        println!("{line}");
        if let Some(more) = result(line) {
            tests.passed += more.passed;
            tests.failed += more.failed;
        }
    })?;
    let failure = if tests.failed > 0 {
        Some(format!("{} tests failed", tests.failed))
    } else if !status.success() {
        Some(format!("`{}` failed ({status})", process::line(command)))
    } else if tests.passed == 0 {
        Some("no test ran".to_owned())
    } else {
        None
    };
    Ok(Outcome {
        failure,
        skipped: None,
        tests: Some(tests),
    })
}

/// `test result: ok. 12 passed; 0 failed; …`.
fn result(line: &str) -> Option<Tests> {
    let counts = line.strip_prefix("test result: ")?.split_once(". ")?.1;
    let count = |word: &str| {
        counts
            .split("; ")
            .find_map(|part| part.strip_suffix(word)?.trim().parse().ok())
    };
    Some(Tests {
        passed: count("passed")?,
        failed: count("failed")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_read_from_the_harness_line() {
        let line = "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.19s";
        let found = result(line).unwrap();
        assert_eq!((found.passed, found.failed), (12, 3));
        assert!(result("test a ... ok").is_none());
    }
}
