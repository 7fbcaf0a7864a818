//! Going on with orders that were left open: `retm orders recover`, and before every call of a business.

use futures::TryStreamExt;
use retm::store::OrderJournal;
use retm::{Business, Outcome, Recovered};
use serde::Serialize;

use super::Context;
use super::progress::Progress;
use super::show::encode;
use super::submit::state_of;
use crate::advice::{advised, explain};
use crate::args::RecoverArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::ListPrinter;

/// What became of an order; the fields are the columns, in their order.
#[derive(Serialize)]
struct Row {
    partner_reference: String,
    state: &'static str,
    order_id: Option<String>,
    error: Option<String>,
}

const COLUMNS: &[&str] = &["partner_reference", "state", "order_id", "error"];

/// More references than this are counted, not named.
const NAMED: usize = 10;

/// Goes on with the orders of the store and lists what became of them.
pub(crate) async fn recover(cx: &mut Context, args: RecoverArgs) -> Result<(), Failure> {
    cx.require_store().await?;
    let business = cx.business().await?;
    note_open(cx, &business).await?;
    let mut recover = business.orders().recover();
    if let Some(window) = args.settle.window() {
        recover = recover.settle_window(window);
    }
    let progress = Progress::new(cx.stderr_is_terminal);
    progress.message("recovering orders".to_owned());
    let mut printer = ListPrinter::of_columns(cx.look(), COLUMNS);
    let (mut open, mut refused) = (0_usize, 0_usize);
    let mut orders = recover.stream();
    while let Some(recovered) = orders.try_next().await? {
        cx.open.remove(&recovered.reference);
        let row = row(&recovered);
        match row.state {
            "held" | "open" => open += 1,
            "refused" => refused += 1,
            _ => {}
        }
        let row = encode(&row)?;
        progress.suspended(|| printer.page(std::slice::from_ref(&row), &mut *cx.out))?;
        cx.out.flush()?;
    }
    cx.open.clear();
    progress.done();
    printer.finish(&mut *cx.out)?;
    let why = match (open, refused) {
        (0, 0) => return Ok(()),
        (0, refused) => format!(
            "{}; refused orders took no effect",
            are(refused, "refused by the API")
        ),
        (open, _) => format!(
            "{}; run `retm orders recover` again later",
            are(open, "still open")
        ),
    };
    Err(Failure::Other(Exit::Failed, why))
}

/// How many orders are what.
fn are(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 order is {what}"),
        count => format!("{count} orders are {what}"),
    }
}

/// Connects the business for the whole run where a store is configured, and recovers its orders. What
/// fails is told, and keeps no command from running.
pub(crate) async fn at_start(cx: &mut Context) -> Result<(), Failure> {
    if cx.open_store().await?.is_none() {
        return Ok(());
    }
    let business = cx.business().await?;
    cx.connected = Some(business.clone());
    if let Err(error) = note_open(cx, &business).await {
        return cx.say(&format!(
            "warning: open orders cannot be looked for: {error}"
        ));
    }
    if cx.open.is_empty() {
        return Ok(());
    }
    let count = cx.open.len();
    cx.say(&format!(
        "recovering {count} open {} of {} first",
        if count == 1 { "order" } else { "orders" },
        business.id()
    ))?;
    let progress = Progress::new(cx.stderr_is_terminal);
    progress.message("recovering orders".to_owned());
    let mut orders = business.orders().recover().stream();
    loop {
        let recovered = match orders.try_next().await {
            Ok(Some(recovered)) => recovered,
            Ok(None) => break,
            Err(error) => {
                progress.suspended(|| cx.say(&format!("warning: {}", explain(&error))))?;
                break;
            }
        };
        cx.open.remove(&recovered.reference);
        let Row {
            partner_reference,
            state,
            order_id,
            error,
        } = row(&recovered);
        let line = match (order_id, error) {
            (_, Some(error)) => format!("order {partner_reference}: {state}: {error}"),
            (Some(id), None) => format!("order {partner_reference}: {state}, its id is {id}"),
            (None, None) => format!("order {partner_reference}: {state}"),
        };
        progress.suspended(|| cx.say(&line))?;
    }
    cx.open.clear();
    Ok(())
}

/// Takes down which orders are open, to name them should the run be interrupted.
async fn note_open(cx: &mut Context, business: &Business) -> Result<(), Failure> {
    let Some(store) = &cx.store else {
        return Ok(());
    };
    let keys = store.pending(Some(&business.grant_key())).await?;
    cx.open = keys.iter().map(|key| key.reference().to_owned()).collect();
    Ok(())
}

fn row(recovered: &Recovered) -> Row {
    let (state, order_id, error) = match &recovered.result {
        Ok(submitted) => (state_of(submitted.how()), submitted.order_id(), None),
        Err(error) if recovered.is_held() => {
            let advice = "Its process is at work, or has ended a moment ago: it can be taken over in two minutes.";
            ("held", None, Some(advised(error, advice)))
        }
        Err(error) if error.outcome() == Outcome::Rejected => {
            ("refused", None, Some(explain(error)))
        }
        Err(error) => {
            let advice = "Run `retm orders recover` again later.";
            ("open", None, Some(advised(error, advice)))
        }
    };
    Row {
        partner_reference: recovered.reference.clone(),
        state,
        order_id: order_id.map(|id| id.to_string()),
        error,
    }
}

impl Context {
    /// What an interrupted run says of the orders that it had in hand.
    pub(crate) fn still_open(&self) -> String {
        let named: Vec<&str> = self.open.iter().take(NAMED).map(String::as_str).collect();
        let more = match self.open.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let next = match self.store {
            Some(_) => "`retm orders recover` goes on, from two minutes on",
            None => "look in the list of orders before you submit again",
        };
        format!(
            "interrupted; still open: {}{more}; {next}",
            named.join(", ")
        )
    }
}
