//! Letting a token expire.

use std::time::Duration;

use retm::TokenStatus;

use super::error::DemoError;
use super::paper::{Paper, count};
use super::stage::Stage;

const LATER: Duration = Duration::from_secs(3601);

pub(super) async fn play(stage: &mut Stage, paper: &mut Paper<'_>) -> Result<(), DemoError> {
    paper.heading("Let the token expire")?;
    let before = stage.acme.token().await?;
    stage.sandbox.clock().advance(LATER);
    paper.fact(
        "the clock",
        format!(
            "goes {} s forward, to {}",
            LATER.as_secs(),
            stage.sandbox.clock().local_time()
        ),
    )?;
    let business = stage.acme.clone();
    let branches = stage
        .all("list_branches", business.branches().list())
        .await?;
    paper.fact(
        "next call",
        format!("list_branches, {}", count(branches.items.len(), "branch")),
    )?;
    let after = stage.acme.token().await?;
    if after.expires_at <= before.expires_at {
        return Err(DemoError::unexpected("the token did not refresh"));
    }
    stage.sent("exchange_token", 1);
    paper.fact(
        "refreshed",
        format!("once, before that call, by {}", after.grant_type.as_str()),
    )?;
    paper.fact("token", format!("good for {} s", left(stage, &after)))?;
    Ok(())
}

/// The seconds that a token has left.
pub(super) fn left(stage: &Stage, token: &TokenStatus) -> u64 {
    let now = stage.sandbox.clock().now();
    token
        .expires_at
        .duration_since(now)
        .unwrap_or_default()
        .as_secs()
}
