//! `retm auth token` and `retm auth forget`

use std::time::{Duration, UNIX_EPOCH};

use chrono::{DateTime, SecondsFormat};
use serde::Serialize;

use super::Context;
use super::show::encode;
use crate::failure::Failure;
use crate::output::print_one;
use crate::schema::Place;

/// What may be shown of a token.
#[derive(Serialize)]
struct Token<'a> {
    business: &'a str,
    grant_type: &'static str,
    expires_at: String,
    renewable: bool,
}

pub(crate) async fn token(cx: &mut Context) -> Result<(), Failure> {
    let business = cx.business().await?;
    let status = business.token().await?;
    let since = status
        .expires_at
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let token = Token {
        business: business.id().as_str(),
        grant_type: status.grant_type.as_str(),
        expires_at: utc(since),
        renewable: status.renewable,
    };
    print_one(cx.look(), &Place::default(), &encode(&token)?, &mut *cx.out)?;
    Ok(())
}

/// Forgets the grant of a business in the store.
pub(crate) async fn forget(cx: &mut Context) -> Result<(), Failure> {
    cx.require_store().await?;
    let business = cx.handle()?;
    business.forget_grant().await?;
    cx.say(&format!("forgot the grant of {}", business.grant_key()))
}

pub(super) fn utc(since_epoch: Duration) -> String {
    i64::try_from(since_epoch.as_secs())
        .ok()
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        .map_or_else(
            || "never".to_owned(),
            |time| time.to_rfc3339_opts(SecondsFormat::Secs, true),
        )
}
