//! `cargo xtask bench`: ratios of times and counts, measured by bench programs, as one table.
//!
//! The programs write a line of JSON for each row; they are processes because xtask links none of our crates.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::spec::root;
use crate::{process, tools};

/// The bench targets of `retm-tests`, in the order of the table.
const PROGRAMS: [&str; 3] = ["ratios", "allocations", "heap"];

/// Where the table is committed.
const RESULTS: &str = "tests/benches/RESULTS.md";

/// A figure and what it should be.
#[derive(Debug, Deserialize)]
struct Row {
    subject: String,
    compared: String,
    figure: f64,
    unit: String,
    at_most: Option<f64>,
    at_least: Option<f64>,
}

impl Row {
    /// Whether the figure is as it should be; true where nothing is asked of it.
    fn met(&self) -> bool {
        // What is shown decides, so that no row contradicts itself.
        let figure = (self.figure * 1000.0).round() / 1000.0;
        self.at_most.is_none_or(|most| figure <= most)
            && self.at_least.is_none_or(|least| figure >= least)
    }

    fn target(&self) -> String {
        match (self.at_most, self.at_least) {
            (Some(most), _) => format!("≤ {most}"),
            (None, Some(least)) => format!("≥ {least}"),
            (None, None) => "–".to_owned(),
        }
    }

    fn verdict(&self) -> &'static str {
        match (self.at_most.or(self.at_least), self.met()) {
            (None, _) => "–",
            (Some(_), true) => "ok",
            (Some(_), false) => "missed",
        }
    }
}

/// Measures all subjects, or the one named, prints the table and, where nothing was left out, keeps it.
///
/// # Errors
///
/// Where a program does not build or fails.
pub fn run(only: Option<&str>) -> anyhow::Result<bool> {
    let mut rows = Vec::new();
    for program in PROGRAMS {
        rows.extend(measure(program, only)?);
    }
    if rows.is_empty() {
        bail!("no benchmark has that name; `cargo xtask bench` names each one as it measures it");
    }
    // The programs' rows of one subject stand together, in the order of the first.
    let order: Vec<String> = rows.iter().map(|row| row.subject.clone()).collect();
    rows.sort_by_key(|row| order.iter().position(|subject| *subject == row.subject));

    let table = table(&rows);
    println!("{table}");
    if only.is_none() {
        let text = format!("{}\n{table}", heading(&machine()?));
        fs::write(root().join(RESULTS), text).context("cannot write the results")?;
        println!("written to {RESULTS}");
    }
    Ok(rows.iter().all(Row::met))
}

fn measure(program: &str, only: Option<&str>) -> anyhow::Result<Vec<Row>> {
    let mut command = tools::cargo(&root());
    command.args(["bench", "-q", "--locked", "-p", "retm-tests", "--bench"]);
    command.args([program, "--"]);
    if let Some(name) = only {
        command.args(["--only", name]);
    }
    let mut lines = Vec::new();
    let status = process::run_with_lines(&mut command, |line| lines.push(line.to_owned()))?;
    if !status.success() {
        bail!("`{}` failed", process::line(&command));
    }
    lines
        .iter()
        .filter(|line| line.starts_with('{'))
        .map(|line| {
            serde_json::from_str(line).context("a bench program wrote a row of another shape")
        })
        .collect()
}

/// Cores, processor and compiler.
fn machine() -> anyhow::Result<String> {
    let cores = std::thread::available_parallelism()?;
    let processor = fs::read_to_string("/proc/cpuinfo")
        .ok()
        .and_then(|text| {
            let line = text.lines().find(|line| line.starts_with("model name"))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        })
        .unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let (_, rustc) = process::capture(Command::new("rustc").arg("--version"))?;
    Ok(format!("{processor}, {cores} cores, {}", rustc.trim()))
}

fn heading(machine: &str) -> String {
    format!(
        "# Results of `cargo xtask bench`\n\nWritten by the command. Both sides of a comparison ran in turns in one run; each figure is \
         the median of 7 rounds, but for new connections, which are counted over all of them.\n\n{machine}\n"
    )
}

fn table(rows: &[Row]) -> String {
    let mut text =
        String::from("| subject | compared | figure | target | |\n|---|---|---:|---:|---|\n");
    for row in rows {
        let figure = format!("{:.3}", row.figure);
        let figure = match figure.contains('.') {
            true => figure.trim_end_matches('0').trim_end_matches('.'),
            false => &figure,
        };
        // Writing into a string cannot fail.
        let _ = writeln!(
            text,
            "| {} | {} | {figure}{} | {} | {} |",
            row.subject,
            row.compared,
            row.unit,
            row.target(),
            row.verdict()
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Row, heading, table};

    fn row(figure: f64, unit: &str, at_most: Option<f64>, at_least: Option<f64>) -> Row {
        Row {
            subject: "warm call".to_owned(),
            compared: "ours : theirs".to_owned(),
            figure,
            unit: unit.to_owned(),
            at_most,
            at_least,
        }
    }

    #[test]
    fn the_table_shows_figures_targets_and_what_was_missed() {
        let rows = [
            row(1.0831, "×", Some(1.1), None),
            row(1.1004, "×", Some(1.1), None),
            row(1.1006, "×", Some(1.1), None),
            row(0.94, "×", None, Some(0.95)),
            row(0.0, "", Some(0.0), None),
            row(120.0, " per call", None, None),
        ];
        insta::assert_snapshot!(format!("{}\n{}", heading("a processor, 2 cores, rustc"), table(&rows)), @"
        # Results of `cargo xtask bench`

        Written by the command. Both sides of a comparison ran in turns in one run; each figure is the median of 7 rounds, but for new connections, which are counted over all of them.

        a processor, 2 cores, rustc

        | subject | compared | figure | target | |
        |---|---|---:|---:|---|
        | warm call | ours : theirs | 1.083× | ≤ 1.1 | ok |
        | warm call | ours : theirs | 1.1× | ≤ 1.1 | ok |
        | warm call | ours : theirs | 1.101× | ≤ 1.1 | missed |
        | warm call | ours : theirs | 0.94× | ≥ 0.95 | missed |
        | warm call | ours : theirs | 0 | ≤ 0 | ok |
        | warm call | ours : theirs | 120 per call | – | – |
        ");
    }
}
