//! `retm auth token` and `retm auth forget`

use std::time::{Duration, UNIX_EPOCH};

use chrono::{DateTime, SecondsFormat};
use retm::store::{GrantKey, TokenStore};
use serde::Serialize;

use super::Context;
use super::connect::CLIENT_ID;
use super::show::encode;
use crate::exit::Exit;
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

/// Forgets the grant of a business in the store, by its key alone: neither a secret nor the network is needed,
/// and what the row holds need not be readable.
pub(crate) async fn forget(cx: &mut Context) -> Result<(), Failure> {
    let store = cx.require_store().await?;
    let client_id = cx.var(CLIENT_ID)?;
    let key = cx.grant_key(client_id.as_deref().unwrap_or_default())?;
    let grants = store.grants().await?;
    let of_business: Vec<&GrantKey> = grants
        .iter()
        .map(|(known, _)| known)
        .filter(|known| known.business() == key.business())
        .collect();
    let mut fitting = of_business.iter().copied().filter(|known| match client_id {
        Some(_) => **known == key,
        None => known.origin() == key.origin(),
    });
    match (fitting.next(), fitting.next()) {
        (Some(known), None) => {
            store.forget(known).await?;
            cx.say(&format!("forgot the grant of {known}"))
        }
        (Some(_), Some(_)) => Err(Failure::usage(format!(
            "which of them? Set {CLIENT_ID}; the store has {}",
            listed(&of_business)
        ))),
        (None, _) => Err(Failure::Other(Exit::NotFound, absent(&key, &of_business))),
    }
}

fn absent(key: &GrantKey, of_business: &[&GrantKey]) -> String {
    let wanted = match key.client_id() {
        "" => format!("{} at {}", key.business(), key.origin()),
        _ => key.to_string(),
    };
    match of_business {
        [] => format!("the store has no grant of {wanted}; `retm auth status` lists those it has"),
        known => format!(
            "the store has no grant of {wanted}; it has {}: name its environment, and its client id in {CLIENT_ID}",
            listed(known)
        ),
    }
}

fn listed(keys: &[&GrantKey]) -> String {
    let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
    keys.join(", ")
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
