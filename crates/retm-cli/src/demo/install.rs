//! Installing the app with an authorization code.

use retm_webhook_types::InstallCallback;
use serde_json::json;

use super::error::DemoError;
use super::paper::Paper;
use super::stage::Stage;

pub(super) async fn play(stage: &mut Stage, paper: &mut Paper<'_>) -> Result<(), DemoError> {
    paper.heading("Install the app")?;
    let body =
        json!({"code": stage.sandbox.code("acme"), "business_id": "acme", "data": {"shop": "42"}});
    let callback = InstallCallback::parse(body.to_string().as_bytes())
        .map_err(|error| DemoError::unexpected(format!("the install callback: {error}")))?;
    paper.fact(
        "callback",
        format!(
            "business {}, a code, data of {} member",
            callback.business_id,
            callback.data.len()
        ),
    )?;
    let token = stage.acme.authorize(callback.code).await?;
    stage.sent("exchange_token", 1);
    paper.fact("grant", token.grant_type.as_str())?;
    let renewable = if token.renewable {
        "renewable without the merchant"
    } else {
        "not renewable"
    };
    paper.fact(
        "token",
        format!(
            "good for {} s, {renewable}",
            super::token::left(stage, &token)
        ),
    )?;
    Ok(())
}
