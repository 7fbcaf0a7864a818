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
mod walk;

pub use finding::Finding;
pub use rule::Rule;

use self::index::Index;
use crate::spec::Spec;

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

/// Prints every finding; `Ok(false)` where there is one.
pub fn run(spec: &Spec) -> anyhow::Result<bool> {
    let findings = all_rules(spec)?;
    for finding in &findings {
        eprintln!("{finding}");
    }
    Ok(findings.is_empty())
}
