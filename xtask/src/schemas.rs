//! `cargo xtask schemas`: the JSON Schemas of the webhook types, for other languages.
//!
//! An example of `retm-webhook-types` writes them, because xtask links none of our crates.

use std::fs;

use anyhow::{Context, bail};

use crate::outputs::Outputs;
use crate::spec::root;
use crate::{process, tools};

/// Where they are committed.
const FOLDER: &str = "openapi/schemas";

/// Exports the schemas; with `check`, compares instead and prints what differs.
///
/// # Errors
///
/// Where the example fails or files cannot be read or written.
pub fn run(check: bool) -> anyhow::Result<bool> {
    let exported = tempfile::tempdir()?;
    let mut command = tools::cargo(&root());
    command
        .args(["run", "-q", "--locked", "-p", "retm-webhook-types"])
        .args([
            "--features",
            "schemars",
            "--example",
            "export-schemas",
            "--",
        ])
        .arg(exported.path());
    if !process::run(&mut command)?.success() {
        bail!("`{}` failed", process::line(&command));
    }
    let mut outputs = Outputs::new(root());
    outputs.own(FOLDER);
    for entry in fs::read_dir(exported.path())? {
        let path = entry?.path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .context("an exported schema has no readable name")?;
        outputs.file(&format!("{FOLDER}/{name}"), fs::read(&path)?);
    }
    if outputs.is_empty() {
        bail!("`{}` wrote no schema", process::line(&command));
    }
    if !check {
        let changed = outputs.write()?;
        println!("schemas: {} files, {changed} changed", outputs.len());
        return Ok(true);
    }
    let differences = outputs.check()?;
    for difference in &differences {
        eprintln!("{difference}");
    }
    println!(
        "schemas --check: {} files, {} differ",
        outputs.len(),
        differences.len()
    );
    if !differences.is_empty() {
        eprintln!("Run `cargo xtask schemas` and commit the result.");
    }
    Ok(differences.is_empty())
}
