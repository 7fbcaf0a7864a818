//! `retm demo`: the whole main job against a sandbox in this process, over HTTP on loopback.

mod catalogue;
mod clock;
mod error;
mod install;
mod invoices;
mod order;
mod paper;
mod report;
mod stage;
mod token;
mod webhooks;

use std::io::Write;

pub use error::DemoError;
use paper::Paper;
pub use report::DemoReport;
use stage::Stage;

/// Runs the demo and writes what it does: one section per step, with figures. The same text on every run, without
/// a secret in it.
///
/// # Errors
///
/// Where a step fails or `out` cannot be written. That the counts differ is no error but a
/// [verdict](DemoReport::is_consistent) of the report.
pub async fn demo(out: &mut (dyn Write + Send)) -> Result<DemoReport, DemoError> {
    let mut paper = Paper::new(out);
    paper.line("The main job of an integration, against a sandbox in this process. HTTP on loopback only; no account needed.")?;
    let mut stage = Stage::set(&mut paper).await?;
    let outcome = play(&mut stage, &mut paper).await;
    // The port is free again before anything is said of the outcome.
    stage.sandbox.stop().await;
    outcome?;
    let report = DemoReport::new(stage.sent, &stage.sandbox.requests());
    report.write(&mut paper)?;
    Ok(report)
}

async fn play(stage: &mut Stage, paper: &mut Paper<'_>) -> Result<(), DemoError> {
    install::play(stage, paper).await?;
    catalogue::play(stage, paper).await?;
    token::play(stage, paper).await?;
    invoices::play(stage, paper).await?;
    order::play(stage, paper).await?;
    webhooks::play(stage, paper)
}
