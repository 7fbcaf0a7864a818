//! What a command that calls a business says first of the open orders of the store. It sends none of them.

use std::collections::BTreeSet;

use retm::store::{IntentKey, OrderJournal};
use retm_store::Store;

use super::Context;
use super::leftover::{are, name};
use crate::failure::Failure;

/// Connects the business for the whole run if a store is configured, and says how many of its orders are open.
pub(crate) async fn at_start(cx: &mut Context) -> Result<(), Failure> {
    let Some(store) = cx.open_store().await? else {
        return Ok(());
    };
    let business = cx.require_business()?;
    let retm = cx.client()?;
    cx.connected = Some(cx.business_of(&retm, &business).await?);
    say_open(cx, &store).await
}

async fn say_open(cx: &mut Context, store: &Store) -> Result<(), Failure> {
    let pending = match store.pending(None).await {
        Ok(pending) => pending,
        Err(error) => return cx.say(&format!("warning: open orders cannot be read: {error}")),
    };
    if pending.is_empty() {
        return Ok(());
    }
    let named = |key: &IntentKey| name(key.grant().business(), key.reference());
    let orders: BTreeSet<String> = pending.iter().map(named).collect();
    let command = cx.recover_command(&orders);
    let them = match pending.len() {
        1 => "it",
        _ => "them",
    };
    cx.say(&format!(
        "{} open in the store: {command} finds out what became of {them}",
        are(pending.len(), "order")
    ))
}
