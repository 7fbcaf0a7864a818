//! Regenerates, from the spec, everything that is generated: `retm-types`' structs, `retm-client`,
//! `retm-httpmock` and the copies of the spec that crates embed.

mod embedded;
mod names;
mod operations;
mod polish;
mod prepare;
mod requests;
mod types;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::time::Instant;

use anyhow::bail;

use crate::lint;
use crate::outputs::Outputs;
use crate::spec::{Spec, root};

/// Generates and writes; with `check`, compares instead and prints what differs.
pub fn run(check: bool) -> anyhow::Result<bool> {
    let start = Instant::now();
    let spec = Spec::load()?;
    let findings = lint::own_rules(&spec);
    if !findings.is_empty() {
        for finding in &findings {
            eprintln!("{finding}");
        }
        bail!(
            "{} broken rule(s) in {}; nothing was generated",
            findings.len(),
            spec.path.display()
        );
    }
    let outputs = generate(&spec, &root())?;
    if !check {
        let changed = outputs.write()?;
        println!(
            "codegen: {} files, {changed} changed, {} ms",
            outputs.len(),
            start.elapsed().as_millis()
        );
        return Ok(true);
    }
    let differences = outputs.check()?;
    for difference in &differences {
        eprintln!("{difference}");
    }
    println!(
        "codegen --check: {} files, {} differ, {} ms",
        outputs.len(),
        differences.len(),
        start.elapsed().as_millis()
    );
    if !differences.is_empty() {
        eprintln!(
            "Run `cargo xtask codegen` and commit the result; generated files are never edited."
        );
    }
    Ok(differences.is_empty())
}

/// Every generated file of the project below `root`; the same bytes for the same spec.
pub fn generate(spec: &Spec, root: &Path) -> anyhow::Result<Outputs> {
    let mut outputs = Outputs::new(root.to_path_buf());
    for krate in [
        "retm-types",
        "retm-client",
        "retm-httpmock",
        "retm-sandbox",
        "retm-cli",
    ] {
        outputs.own(&format!("crates/{krate}/src/generated"));
    }
    outputs.file(
        "crates/retm-types/src/generated/mod.rs",
        types::structs(spec)?,
    );
    outputs.file(
        "crates/retm-types/src/generated/schemas.rs",
        types::schema_list(spec)?,
    );
    outputs.file(
        "crates/retm-client/src/generated/mod.rs",
        operations::client(spec)?,
    );
    outputs.file(
        "crates/retm-client/src/generated/operations.rs",
        operations::table(spec)?,
    );
    outputs.file(
        "crates/retm-httpmock/src/generated/mod.rs",
        operations::mocks(spec)?,
    );
    outputs.file(
        "crates/retm-sandbox/src/generated/openapi.json",
        embedded::sandbox(spec)?,
    );
    outputs.file(
        "crates/retm-cli/src/generated/spec.rs",
        embedded::cli(spec)?,
    );
    let (schemas, examples) = (embedded::schemas(spec)?, embedded::examples(spec)?);
    for krate in ["retm-sandbox", "retm-cli"] {
        let folder = format!("crates/{krate}/src/generated");
        outputs.file(&format!("{folder}/schemas.json"), schemas.as_str());
        outputs.file(&format!("{folder}/examples.json"), examples.as_str());
    }
    Ok(outputs)
}
