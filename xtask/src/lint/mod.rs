//! Checks the spec: the OpenAPI meta-schema, our own rules, the example files and Spectral.
//!
//! Our own rules stand under [`rules`], one small function each, in tables of what they ask for and how to mend what
//! breaks them. Each has a fixture that breaks it under `xtask/fixtures/lint`.

mod files;
mod finding;
mod index;
mod meta;
mod rule;
mod rules;
pub mod spectral;
mod walk;

pub use finding::Finding;
pub use rule::Rule;

use std::time::Instant;

use self::index::Index;
use crate::spec::Spec;
use crate::tools::{self, Skip};

/// Our own rules, in the order in which they report.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    rules::all()
}

/// What our own rules find, all at once; reads no file.
pub fn own_rules(spec: &Spec) -> Vec<Finding> {
    let index = Index::new(spec);
    rules::all().flat_map(|rule| rule.apply(&index)).collect()
}

/// The checks that read the example files and the meta-schema: the ids of their findings.
pub fn file_rules() -> [&'static str; 4] {
    [meta::ID, files::FILE, files::UNLISTED, files::INVALID]
}

/// Everything but Spectral, all at once.
///
/// # Errors
///
/// Where the folder of examples cannot be read.
pub fn all_rules(spec: &Spec) -> anyhow::Result<Vec<Finding>> {
    let index = Index::new(spec);
    let mut findings = meta::check(&index)?;
    findings.extend(rules::all().flat_map(|rule| rule.apply(&index)));
    findings.extend(files::check(&index)?);
    Ok(findings)
}

/// What came of a lint, after everything found was printed.
#[derive(Debug)]
pub struct Verdict {
    /// Nothing was found.
    pub clean: bool,
    /// Why Spectral was left out, if it was.
    pub skipped: Option<Skip>,
}

/// Prints what all rules and Spectral find.
///
/// # Errors
///
/// Where a file cannot be read, or when interrupted.
pub fn check(spec: &Spec) -> anyhow::Result<Verdict> {
    let start = Instant::now();
    let findings = all_rules(spec)?;
    for finding in &findings {
        eprintln!("{finding}");
    }
    println!(
        "lint: {} rules, {} findings, {} ms",
        rules().count() + file_rules().len(),
        findings.len(),
        start.elapsed().as_millis()
    );
    let start = Instant::now();
    let (spectral, skipped) = match spectral::run(&spec.path)? {
        spectral::Outcome::Clean => (true, None),
        spectral::Outcome::Findings => (false, None),
        spectral::Outcome::Skipped(skip) => (true, Some(skip)),
    };
    if skipped.is_none() {
        let word = if spectral { "clean" } else { "findings, above" };
        println!("spectral: {word}, {} ms", start.elapsed().as_millis());
    }
    Ok(Verdict {
        clean: findings.is_empty() && spectral,
        skipped,
    })
}

/// Prints every finding; `Ok(false)` where there is one, or where Spectral is left out in CI.
///
/// # Errors
///
/// Those of [`check`].
pub fn run(spec: &Spec) -> anyhow::Result<bool> {
    let verdict = check(spec)?;
    if let Some(Skip { reason, mend }) = &verdict.skipped {
        eprintln!("spectral: skipped: {reason}; {mend}");
    }
    Ok(verdict.clean && (verdict.skipped.is_none() || !tools::ci()))
}
