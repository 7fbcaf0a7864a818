//! The demo's own count of its requests beside the sandbox's.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use retm_sandbox::LoggedRequest;

use super::paper::Paper;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Table;

/// The requests of a demo, by operationId, as counted on either side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DemoReport {
    /// What the demo has sent by its own count.
    pub sent: BTreeMap<String, u64>,
    /// What the sandbox has in its log. A request that it took for no operation counts under its path.
    pub logged: BTreeMap<String, u64>,
}

impl DemoReport {
    pub(super) fn new(sent: BTreeMap<String, u64>, log: &[LoggedRequest]) -> Self {
        let mut logged: BTreeMap<String, u64> = BTreeMap::new();
        for request in log {
            let operation = request.operation_id.as_ref().unwrap_or(&request.path);
            *logged.entry(operation.clone()).or_default() += 1;
        }
        Self { sent, logged }
    }

    /// Whether both counted the same.
    pub fn is_consistent(&self) -> bool {
        self.sent == self.logged
    }

    pub(super) fn write(&self, paper: &mut Paper<'_>) -> io::Result<()> {
        paper.heading("Compare the requests with the sandbox's log")?;
        let mut table = Table::new(["operation", "sent", "logged"]);
        table.align_right(1);
        table.align_right(2);
        let of = |counts: &BTreeMap<String, u64>, operation: &str| {
            counts.get(operation).copied().unwrap_or_default()
        };
        let operations: BTreeSet<&String> = self.sent.keys().chain(self.logged.keys()).collect();
        for operation in operations {
            let (sent, logged) = (of(&self.sent, operation), of(&self.logged, operation));
            table.row([operation.clone(), sent.to_string(), logged.to_string()]);
        }
        let sum = |counts: &BTreeMap<String, u64>| counts.values().sum::<u64>().to_string();
        table.row(["all".to_owned(), sum(&self.sent), sum(&self.logged)]);
        table.write("   ", paper.out())?;
        paper.line("")?;
        paper.line(if self.is_consistent() {
            "Done: both counts agree."
        } else {
            "The counts differ."
        })
    }

    /// The outcome for the exit code.
    pub(crate) fn verdict(&self) -> Result<(), Failure> {
        if self.is_consistent() {
            return Ok(());
        }
        let message = "the demo's count of its requests differs from the sandbox's log".to_owned();
        Err(Failure::Other(Exit::Failed, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_more_or_less_is_a_failure() {
        let counts = |counts: &[(&str, u64)]| {
            let owned = |(operation, count): &(&str, u64)| ((*operation).to_owned(), *count);
            counts.iter().map(owned).collect::<BTreeMap<_, _>>()
        };
        let report = |logged: &[(&str, u64)]| DemoReport {
            sent: counts(&[("get_menu", 1), ("list_orders", 2)]),
            logged: counts(logged),
        };
        let same = report(&[("list_orders", 2), ("get_menu", 1)]);
        assert!(same.is_consistent() && same.verdict().is_ok());
        for logged in [
            &[("get_menu", 1)][..],
            &[("get_menu", 1), ("list_orders", 3)],
            &[("get_menu", 1), ("list_orders", 2), ("/api", 1)],
        ] {
            let report = report(logged);
            assert_eq!(report.verdict().unwrap_err().exit(), Exit::Failed);
            let mut out = Vec::new();
            report.write(&mut Paper::new(&mut out)).unwrap();
            assert!(String::from_utf8_lossy(&out).contains("The counts differ."));
        }
    }
}
