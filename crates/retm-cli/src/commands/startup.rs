//! Going on with the open orders of a store before a command that calls a business.

use std::time::Duration;

use futures::StreamExt;

use super::Context;
use super::leftover::{Leftover, named, state, time};
use super::progress::Progress;
use crate::advice::explain;
use crate::failure::Failure;

/// How long a command waits for open orders before it runs.
const LIMIT: Duration = Duration::from_secs(30);

/// Connects the business for the whole run where a store is configured, and goes on with the open orders of
/// every business of the store that these credentials reach. What fails is told, and keeps no command from
/// running.
pub(crate) async fn at_start(cx: &mut Context) -> Result<(), Failure> {
    let Some(store) = cx.open_store().await? else {
        return Ok(());
    };
    let name = cx.require_business()?;
    let retm = cx.client()?;
    cx.connected = Some(cx.business_of(&retm, &name).await?);
    let leftover = match Leftover::find(&store, &retm, None).await {
        Ok(leftover) => leftover,
        Err(error) => {
            return cx.say(&format!(
                "warning: open orders cannot be looked for: {error}"
            ));
        }
    };
    if let Some(others) = leftover.others() {
        cx.say(&others)?;
    }
    if leftover.is_empty() {
        return Ok(());
    }
    cx.open = leftover.names();
    let count = leftover.count();
    cx.say(&format!(
        "recovering {count} open {} of {} first",
        if count == 1 { "order" } else { "orders" },
        leftover.whose()
    ))?;
    let in_time = recover(cx, &leftover).await?;
    if !in_time {
        cx.say(&format!(
            "still open after {}: {}; the command goes on, and `retm orders recover` goes on with them",
            time(LIMIT),
            named(cx.open.iter())
        ))?;
    }
    cx.open.clear();
    Ok(())
}

/// Tells what becomes of each; whether all of it was known in time.
async fn recover(cx: &mut Context, leftover: &Leftover) -> Result<bool, Failure> {
    let progress = Progress::new(cx.stderr_is_terminal);
    progress.message("recovering orders".to_owned());
    let mut limit = cx.sleep.sleep(LIMIT);
    let mut orders = leftover.recover(None);
    loop {
        let next = tokio::select! {
            biased;
            next = orders.next() => next,
            () = &mut limit => return Ok(false),
        };
        let line = match next {
            None => return Ok(true),
            Some((business, Err(error))) => {
                format!(
                    "warning: the orders of {business} were left: {}",
                    explain(&error)
                )
            }
            Some((business, Ok(recovered))) => {
                let order = super::leftover::name(&business, &recovered.reference);
                cx.open.remove(&order);
                match state(&recovered) {
                    (state, _, Some(error)) => format!("order {order}: {state}: {error}"),
                    (state, Some(id), None) => format!("order {order}: {state}, its id is {id}"),
                    (state, None, None) => format!("order {order}: {state}"),
                }
            }
        };
        progress.suspended(|| cx.say(&line))?;
    }
}
