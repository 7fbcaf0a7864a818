//! Going on with the open orders of a store before a command that calls a business.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures::StreamExt;
use retm_store::Store;

use super::Context;
use super::leftover::{Leftover, NAMED, OfOthers, Told, left_alone, name, named, state, time};
use super::progress::Progress;
use super::recover::ELSEWHERE;
use crate::advice::explain;
use crate::failure::Failure;

/// How long a command waits for open orders before it runs.
const LIMIT: Duration = Duration::from_secs(30);

/// How long it waits for those of one business at most, but for the one that it calls.
const LIMIT_EACH: Duration = Duration::from_secs(10);

/// Connects the business for the whole run where a store is configured, and goes on with the open orders of
/// every business of the store that these credentials reach and the base URL tells apart. What fails is told,
/// and keeps no command from running.
pub(crate) async fn at_start(cx: &mut Context) -> Result<(), Failure> {
    let Some(store) = cx.open_store().await? else {
        return Ok(());
    };
    let name = cx.require_business()?;
    let retm = cx.client()?;
    let business = cx.business_of(&retm, &name).await?;
    cx.connected = Some(business.clone());
    let of_others = match cx.environment()?.tells_businesses_apart() {
        true => OfOthers::Recovered,
        false => OfOthers::Counted,
    };
    match Leftover::find(&store, &retm, Some(business.id()), of_others).await {
        Ok(leftover) => go_on(cx, &store, leftover).await,
        Err(error) => cx.say(&format!(
            "warning: open orders cannot be looked for: {error}"
        )),
    }
}

async fn go_on(cx: &mut Context, store: &Store, mut leftover: Leftover) -> Result<(), Failure> {
    if let Some(unasked) = leftover.unasked() {
        cx.say(&format!("{unasked}: {ELSEWHERE}"))?;
    }
    if let Some(others) = leftover.others() {
        cx.say(&others)?;
    }
    if let Some(revoked) = left_alone(&leftover.without_revoked(store).await) {
        cx.say(&format!(
            "{revoked}, because the app was removed there: they are gone on with once it is installed again, and `retm orders abandon` lets go of them"
        ))?;
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
    let mut report = Report::default();
    let in_time = recover(cx, &leftover, &mut report).await;
    report.end(cx)?;
    in_time?;
    if !cx.open.is_empty() {
        // They stay in the context: their last steps go on beside the command.
        cx.say(&format!(
            "still open: {}; the command goes on. They may be held for up to about a minute and a half, which {} waits for",
            named(cx.open.iter()),
            cx.recover_command(&cx.open)
        ))?;
    }
    Ok(())
}

/// Takes down what becomes of each, until all is known or the time is up.
async fn recover(
    cx: &mut Context,
    leftover: &Leftover,
    report: &mut Report,
) -> Result<(), Failure> {
    let progress = Progress::new(cx.stderr_is_terminal);
    progress.message("recovering orders".to_owned());
    let mut limit = cx.sleep.sleep(LIMIT);
    let mut untold = leftover.references();
    let mut orders = leftover.recover(None, Some((LIMIT_EACH, cx.sleep.clone())));
    loop {
        let next = tokio::select! {
            biased;
            next = orders.next() => next,
            () = &mut limit => return Ok(()),
        };
        let line = match next {
            None => return Ok(()),
            Some((business, Told::Over)) => {
                for reference in untold.remove(&business).unwrap_or_default() {
                    cx.open.remove(&name(&business, &reference));
                }
                None
            }
            Some((business, Told::Unread(error))) => {
                let explained = explain(&error);
                let line = format!("warning: the orders of {business} were left: {explained}");
                report.failed("businesses not read").then_some(line)
            }
            Some((business, Told::Order(recovered))) => {
                let order = name(&business, &recovered.reference);
                cx.open.remove(&order);
                if let Some(left) = recovered.held_for() {
                    report.held(order, left);
                    continue;
                }
                match state(&recovered) {
                    (state, _, Some(error)) => report
                        .failed(state)
                        .then(|| format!("order {order}: {state}: {error}")),
                    (state, Some(id), None) => report
                        .worked(state)
                        .then(|| format!("order {order}: {state}, its id is {id}")),
                    (state, None, None) => report
                        .worked(state)
                        .then(|| format!("order {order}: {state}")),
                }
            }
        };
        if let Some(line) = line {
            progress.suspended(|| cx.say(&line))?;
        }
    }
}

/// What was told, and what is counted because enough was told.
#[derive(Default)]
struct Report {
    worked: usize,
    failed: usize,
    counted: BTreeMap<&'static str, usize>,
    held: BTreeSet<String>,
    /// When the first lease of what is held ends.
    ends: Option<Duration>,
}

impl Report {
    /// Whether there is room to tell of an order that took effect; else it is counted.
    fn worked(&mut self, what: &'static str) -> bool {
        self.worked += 1;
        self.told(self.worked, what)
    }

    /// The same of what did not work.
    fn failed(&mut self, what: &'static str) -> bool {
        self.failed += 1;
        self.told(self.failed, what)
    }

    fn told(&mut self, number: usize, what: &'static str) -> bool {
        let room = number <= NAMED;
        if !room {
            *self.counted.entry(what).or_default() += 1;
        }
        room
    }

    fn held(&mut self, order: String, left: Duration) {
        self.held.insert(order);
        self.ends = Some(self.ends.map_or(left, |ends| ends.min(left)));
    }

    /// Tells in a line each what was counted and what is held.
    fn end(self, cx: &mut Context) -> Result<(), Failure> {
        if !self.counted.is_empty() {
            let counted = self.counted.iter();
            let counted: Vec<String> = counted
                .map(|(what, count)| format!("{count} {what}"))
                .collect();
            cx.say(&format!("not named here: {}", counted.join(", ")))?;
        }
        let Some(ends) = self.ends else {
            return Ok(());
        };
        let command = cx.recover_command(&self.held);
        cx.say(&format!(
            "held by other processes: {}. If those have ended, the first can be taken over in {}, which {command} waits for",
            named(self.held.iter()),
            time(ends)
        ))
    }
}
