//! What a run of the gates says at its end.

use std::fmt::Write;
use std::time::Duration;

use super::steps::{Outcome, Tests};

/// A step that ran.
pub(super) struct Done {
    pub(super) id: &'static str,
    pub(super) time: Duration,
    pub(super) outcome: Outcome,
}

/// All steps that ran.
#[derive(Default)]
pub(super) struct Report {
    done: Vec<Done>,
}

impl Report {
    pub(super) fn add(&mut self, done: Done) {
        self.done.push(done);
    }

    /// Whether nothing failed and, in CI, nothing was left out.
    pub(super) fn passed(&self, ci: bool) -> bool {
        self.done
            .iter()
            .all(|done| done.outcome.failure.is_none() && !(ci && done.outcome.skipped.is_some()))
    }

    /// Each step with its time, what was left out and why, and last of all the number of tests.
    pub(super) fn text(&self, ci: bool) -> String {
        let mut text = String::from("\n== summary\n");
        for Done { id, time, outcome } in &self.done {
            let word = match (&outcome.failure, &outcome.skipped) {
                (Some(_), _) => "FAILED",
                (None, Some(_)) => "skipped",
                (None, None) => "ok",
            };
            let _ = writeln!(text, "{word:<8} {id:<16} {:>7.1} s", time.as_secs_f64());
        }
        let total: Duration = self.done.iter().map(|done| done.time).sum();
        let _ = writeln!(
            text,
            "{:<8} {:<16} {:>7.1} s",
            "",
            "total",
            total.as_secs_f64()
        );
        for Done { id, outcome, .. } in &self.done {
            if let Some(reason) = &outcome.failure {
                let _ = writeln!(text, "failed: {id}: {reason}");
                for line in &outcome.details {
                    let _ = writeln!(text, "  {line}");
                }
            }
            if let Some(skip) = &outcome.skipped {
                let _ = writeln!(text, "skipped: {id}: {}; {}", skip.reason, skip.mend);
                if ci {
                    let _ = writeln!(text, "CI is set: a skipped step is a failed one");
                }
            }
        }
        let ran: Vec<Tests> = self
            .done
            .iter()
            .filter_map(|done| done.outcome.tests)
            .collect();
        if !ran.is_empty() {
            let passed: u64 = ran.iter().map(|tests| tests.passed).sum();
            let failed: u64 = ran.iter().map(|tests| tests.failed).sum();
            let _ = writeln!(text, "tests: {passed} passed, {failed} failed");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools::Skip;

    fn report() -> Report {
        let mut report = Report::default();
        for (id, outcome) in [
            ("format", Outcome::passed()),
            (
                "lint",
                Outcome {
                    skipped: Some(Skip {
                        reason: "Node.js is not installed".to_owned(),
                        mend: "install it".to_owned(),
                    }),
                    ..Outcome::passed()
                },
            ),
            (
                "test",
                Outcome {
                    tests: Some(Tests {
                        passed: 41,
                        failed: 1,
                    }),
                    details: vec!["test a::b ... FAILED".to_owned()],
                    ..Outcome::failed("1 test failed".to_owned())
                },
            ),
        ] {
            report.add(Done {
                id,
                time: Duration::from_millis(1500),
                outcome,
            });
        }
        report
    }

    #[test]
    fn the_summary_tells_times_failures_skips_and_tests() {
        assert_eq!(
            report().text(false),
            "
== summary
ok       format               1.5 s
skipped  lint                 1.5 s
FAILED   test                 1.5 s
         total                4.5 s
skipped: lint: Node.js is not installed; install it
failed: test: 1 test failed
  test a::b ... FAILED
tests: 41 passed, 1 failed
"
        );
        assert!(!report().passed(false));
    }

    #[test]
    fn a_skip_fails_in_ci_alone() {
        let mut report = report();
        report.done.pop();
        assert!(report.passed(false));
        assert!(!report.passed(true));
        assert!(report.text(true).contains("CI is set"));
    }
}
