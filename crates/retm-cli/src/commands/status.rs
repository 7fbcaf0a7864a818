//! `retm auth status`

use std::time::{SystemTime, UNIX_EPOCH};

use retm::store::{GrantKey, StoreError, StoredGrant, TokenStore, Versioned};
use serde::Serialize;

use super::Context;
use super::auth::utc;
use super::show::encode;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::ListPrinter;

/// What may be shown of a grant; the fields are the columns, in their order.
#[derive(Serialize)]
struct Row<'a> {
    business: &'a str,
    environment: &'a str,
    client_id: &'a str,
    grant_type: Option<&'static str>,
    expires_at: Option<String>,
    refreshed_at: Option<String>,
    renewable: Option<bool>,
    state: &'static str,
    error: Option<String>,
}

const COLUMNS: &[&str] = &[
    "business",
    "environment",
    "client_id",
    "grant_type",
    "expires_at",
    "refreshed_at",
    "renewable",
    "state",
    "error",
];

/// Lists the grants of the store; one that cannot be read hides no other.
pub(crate) async fn status(cx: &mut Context) -> Result<(), Failure> {
    let store = cx.require_store().await?;
    let grants = store.grants().await?;
    let now = SystemTime::now();
    let mut printer = ListPrinter::of_columns(cx.look(), COLUMNS);
    let rows = grants
        .iter()
        .map(|(key, stored)| encode(&row(key, stored, now)))
        .collect::<Result<Vec<_>, _>>()?;
    printer.page(&rows, &mut *cx.out)?;
    printer.finish(&mut *cx.out)?;
    match grants.iter().filter(|(_, stored)| stored.is_err()).count() {
        0 => Ok(()),
        count => Err(Failure::Other(
            Exit::Failed,
            format!(
                "{count} of {} grants cannot be read; restore the store from a backup, or `retm auth forget` them",
                grants.len()
            ),
        )),
    }
}

fn row<'a>(key: &'a GrantKey, stored: &Result<Versioned, StoreError>, now: SystemTime) -> Row<'a> {
    let grant = stored
        .as_ref()
        .ok()
        .and_then(|stored| stored.grant.as_ref());
    let token = grant.and_then(|grant| grant.token.as_ref());
    Row {
        business: key.business().as_str(),
        environment: key.origin(),
        client_id: key.client_id(),
        grant_type: token.map(|token| token.grant_type.as_str()),
        expires_at: token.map(|token| time(token.expires_at)),
        refreshed_at: token.map(|token| time(token.issued_at)),
        renewable: grant.map(|grant| grant.refresh_token.is_some() || !grant.by_code),
        state: match stored {
            Err(_) => "unreadable",
            Ok(_) => grant.map_or("stale", |grant| state(grant, now)),
        },
        error: stored.as_ref().err().map(ToString::to_string),
    }
}

fn state(grant: &StoredGrant, now: SystemTime) -> &'static str {
    match &grant.token {
        _ if grant.revoked_at.is_some() => "revoked",
        Some(token) if token.expires_at > now => "ok",
        _ => "stale",
    }
}

fn time(time: SystemTime) -> String {
    utc(time.duration_since(UNIX_EPOCH).unwrap_or_default())
}
