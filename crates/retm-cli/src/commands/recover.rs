//! `retm orders recover`

use std::time::Duration;

use futures::StreamExt;
use retm::{BusinessId, Recovered};
use serde::Serialize;

use super::Context;
use super::leftover::{Leftover, are, name, named, state, time};
use super::progress::Progress;
use super::show::encode;
use crate::args::RecoverArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::ListPrinter;

/// What became of an order; the fields are the columns, in their order.
#[derive(Serialize)]
struct Row<'a> {
    business: &'a str,
    partner_reference: &'a str,
    state: &'static str,
    order_id: Option<String>,
    error: Option<String>,
}

const COLUMNS: &[&str] = &[
    "business",
    "partner_reference",
    "state",
    "order_id",
    "error",
];

/// How long to wait at least and at most before another look at orders that are held: their process may be
/// done with them sooner than its leases end.
const WAITS: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(10));

/// Goes on with the orders of the store and lists what became of them.
pub(crate) async fn recover(cx: &mut Context, args: RecoverArgs) -> Result<(), Failure> {
    let leftover = find(cx).await?;
    cx.open = leftover.names();
    let mut pass = Pass {
        printer: ListPrinter::of_columns(cx.look(), COLUMNS),
        progress: Progress::new(cx.stderr_is_terminal),
        wait: args.wait,
        tally: Tally::default(),
    };
    let mut held = pass.run(cx, &leftover, args.settle.window()).await?;
    let mut told = false;
    while let Some((left, orders)) = held.take() {
        cx.open = orders.names();
        let waiting = format!(
            "waiting for what another process holds: {}; the first lease ends in {}",
            named(cx.open.iter()),
            time(left)
        );
        pass.progress.message(waiting.clone());
        if !cx.stderr_is_terminal && !told {
            cx.say(&waiting)?;
            told = true;
        }
        let (least, most) = WAITS;
        cx.sleep.clone().sleep(left.clamp(least, most)).await;
        held = pass.run(cx, &orders, args.settle.window()).await?;
    }
    cx.open.clear();
    pass.progress.done();
    pass.printer.finish(&mut *cx.out)?;
    pass.tally.verdict()
}

/// The orders of the business that was asked for, else of all.
async fn find(cx: &mut Context) -> Result<Leftover, Failure> {
    let store = cx.require_store().await?;
    let retm = cx.client()?;
    let business = match cx.business_name()? {
        Some(name) => Some(cx.business_of(&retm, &name).await?),
        None => None,
    };
    if business.is_none() && cx.var("RETM_CODE")?.is_some() {
        cx.say("RETM_CODE is not used: it belongs to one business, and none was named")?;
    }
    let only = business.as_ref().map(retm::Business::id);
    let leftover = Leftover::find(&store, &retm, only).await?;
    if let Some(others) = leftover.others() {
        cx.say(&others)?;
    }
    Ok(leftover)
}

/// What all passes over the orders share.
struct Pass {
    printer: ListPrinter,
    progress: Progress,
    /// Whether orders that are held are kept for a further pass.
    wait: bool,
    tally: Tally,
}

impl Pass {
    /// Goes on with the orders and lists them. Those to wait for, and how long the first of them is held.
    async fn run(
        &mut self,
        cx: &mut Context,
        orders: &Leftover,
        window: Option<Duration>,
    ) -> Result<Option<(Duration, Leftover)>, Failure> {
        self.progress.message("recovering orders".to_owned());
        let mut waiting: Option<(Duration, Leftover)> = None;
        let mut told = orders.recover(window);
        while let Some((business, recovered)) = told.next().await {
            let recovered = match recovered {
                Ok(recovered) => recovered,
                Err(error) => {
                    self.tally.unread.get_or_insert(error);
                    continue;
                }
            };
            match recovered.held_for() {
                Some(left) if self.wait => {
                    let (first, held) = waiting.get_or_insert_with(|| (left, Leftover::default()));
                    *first = left.min(*first);
                    held.add(orders, &business, recovered.reference);
                }
                _ => self.list(cx, &business, &recovered)?,
            }
        }
        Ok(waiting)
    }

    fn list(
        &mut self,
        cx: &mut Context,
        business: &BusinessId,
        recovered: &Recovered,
    ) -> Result<(), Failure> {
        cx.open.remove(&name(business, &recovered.reference));
        let (state, order_id, error) = state(recovered);
        self.tally.count(state);
        let row = encode(&Row {
            business: business.as_str(),
            partner_reference: &recovered.reference,
            state,
            order_id,
            error,
        })?;
        let Self {
            printer, progress, ..
        } = self;
        progress.suspended(|| printer.page(std::slice::from_ref(&row), &mut *cx.out))?;
        Ok(cx.out.flush()?)
    }
}

/// How it went.
#[derive(Default)]
struct Tally {
    open: usize,
    refused: usize,
    /// The first of the journal's failures.
    unread: Option<retm::Error>,
}

impl Tally {
    fn count(&mut self, state: &str) {
        match state {
            "held" | "open" => self.open += 1,
            "refused" => self.refused += 1,
            _ => {}
        }
    }

    fn verdict(self) -> Result<(), Failure> {
        if let Some(error) = self.unread {
            return Err(error.into());
        }
        let why = match (self.open, self.refused) {
            (0, 0) => return Ok(()),
            (0, refused) => format!(
                "{} refused by the API; refused orders took no effect",
                are(refused, "order")
            ),
            (open, _) => format!(
                "{} still open; run `retm orders recover` again later",
                are(open, "order")
            ),
        };
        Err(Failure::Other(Exit::Failed, why))
    }
}

impl Context {
    /// What an interrupted run says of the orders that it had in hand.
    pub(crate) fn still_open(&self) -> String {
        let next = match self.store {
            Some(_) => "`retm orders recover --wait` goes on",
            None => "look in the list of orders before you submit again",
        };
        format!(
            "interrupted; still open: {}; {next}",
            named(self.open.iter())
        )
    }
}
