//! What a rule is, and how it reports.

use super::finding::Finding;
use super::index::Index;

/// One rule: what it asks for, and how to mend what breaks it.
#[derive(Debug)]
pub struct Rule {
    /// Its name in messages and of its fixture.
    pub id: &'static str,
    /// What it asks for and why.
    pub what: &'static str,
    /// What to do where it is broken.
    pub mend: &'static str,
    pub(super) check: fn(&Index<'_>, &mut Report),
}

/// Collects the findings of one rule.
pub(super) struct Report {
    rule: &'static str,
    mend: &'static str,
    findings: Vec<Finding>,
}

impl Report {
    /// Adds a finding.
    pub(super) fn add(
        &mut self,
        place: impl Into<String>,
        pointer: impl Into<String>,
        problem: impl Into<String>,
    ) {
        self.findings.push(Finding {
            rule: self.rule,
            place: place.into(),
            pointer: pointer.into(),
            problem: problem.into(),
            mend: self.mend,
        });
    }
}

impl Rule {
    /// Applies the rule.
    pub(super) fn apply(&self, index: &Index<'_>) -> Vec<Finding> {
        let mut report = Report {
            rule: self.id,
            mend: self.mend,
            findings: Vec::new(),
        };
        (self.check)(index, &mut report);
        report.findings
    }
}
