//! Runs `cargo test` and counts what its harnesses say.

use std::process::Command;

use super::steps::{Outcome, Tests};
use crate::process;

/// Runs a test command, shows all of its output, and counts.
pub(super) fn run(command: &mut Command) -> anyhow::Result<Outcome> {
    let mut tests = Tests::default();
    let mut details = Vec::new();
    let mut told = 0;
    let status = process::run_with_lines(command, |line| {
        println!("{line}");
        if line.contains("' panicked at ") || line.contains(") panicked at ") {
            told = PANIC_LINES;
        }
        if told > 0 || failed(line) {
            details.push(line.to_owned());
            told = told.saturating_sub(1);
        }
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
        details,
        skipped: None,
        tests: Some(tests),
    })
}

/// How much of a panic the summary shows: where, and the start of what it says.
const PANIC_LINES: usize = 4;

/// `test a::b ... FAILED`.
fn failed(line: &str) -> bool {
    line.starts_with("test ") && line.ends_with(" ... FAILED")
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
    fn a_failure_tells_its_name_and_its_panic() {
        let mut command = Command::new("sh");
        command.args([
            "-c",
            "cat <<'END'
test a::b ... FAILED
test a::c ... ok

thread 'a::b' (1) panicked at src/a.rs:1:1:
assertion failed: x
  left: 1
 right: 2
note: run it again

test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.19s
END
exit 101",
        ]);
        let outcome = run(&mut command).unwrap();
        assert_eq!(outcome.failure.as_deref(), Some("1 tests failed"));
        assert_eq!(
            outcome.details,
            [
                "test a::b ... FAILED",
                "thread 'a::b' (1) panicked at src/a.rs:1:1:",
                "assertion failed: x",
                "  left: 1",
                " right: 2",
            ]
        );
    }

    #[test]
    fn results_are_read_from_the_harness_line() {
        let line = "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.19s";
        let found = result(line).unwrap();
        assert_eq!((found.passed, found.failed), (12, 3));
        assert!(result("test a ... ok").is_none());
    }
}
