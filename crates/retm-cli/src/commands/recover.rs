//! `retm orders recover`

use std::collections::BTreeSet;
use std::time::Duration;

use futures::StreamExt;
use retm::store::OrderJournal;
use retm::{Business, BusinessId};
use retm_store::Store;
use serde::Serialize;

use super::Context;
use super::ended::{self, ended};
use super::leftover::{Leftover, OfOthers, Told, are, name, named, state, time};
use super::progress::Progress;
use super::show::encode;
use super::waits::Waits;
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
    let store = cx.require_store().await?;
    let leftover = find(cx, &store, args.all_businesses).await?;
    cx.open = leftover.names();
    let mut pass = Pass {
        store,
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
async fn find(cx: &mut Context, store: &Store, all: bool) -> Result<Leftover, Failure> {
    let by_argument = !cx.global.business.is_empty();
    if all && by_argument {
        return Err(Failure::usage(
            "--all-businesses and --business contradict each other; give one",
        ));
    }
    let retm = cx.client()?;
    let name = cx.business_name()?;
    let apart = cx.environment()?.tells_businesses_apart();
    if !apart && (all || name.is_none()) {
        return Err(Failure::usage(
            "this base URL does not tell businesses apart, so the orders of all would go to one: give --business NAME, or a base URL with {business_id} in it",
        ));
    }
    let business = match name {
        Some(name) => Some(cx.business_of(&retm, &name).await?),
        None => None,
    };
    if business.is_none() && cx.var("RETM_CODE")?.is_some() {
        cx.say("RETM_CODE is not used: it belongs to one business, and none was named")?;
    }
    let of_others = match business {
        Some(_) if by_argument => OfOthers::Ignored,
        Some(_) if !all => OfOthers::Counted,
        _ => OfOthers::Recovered,
    };
    let named = business.as_ref().map(Business::id);
    let leftover = Leftover::find(store, &retm, named, of_others).await?;
    if let Some(unasked) = leftover.unasked() {
        let how = match apart {
            true => "--all-businesses goes on with them, too",
            false => ELSEWHERE,
        };
        cx.say(&format!("{unasked}: {how}"))?;
    }
    if let Some(others) = leftover.others() {
        cx.say(&others)?;
    }
    Ok(leftover)
}

/// What to do about orders that this base URL may send to the wrong business.
pub(super) const ELSEWHERE: &str = "this base URL does not tell businesses apart; run `retm orders recover --business NAME` with the base URL of that business";

/// What all passes over the orders share.
struct Pass {
    store: Store,
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
        let mut untold = orders.references();
        let (mut waits, teller) = Waits::new();
        let mut stream = orders.recover(window, &teller);
        loop {
            let (business, told) = tokio::select! {
                biased;
                next = stream.next() => match next {
                    Some(next) => next,
                    None => break,
                },
                line = waits.next() => {
                    self.progress.message(line.clone());
                    self.progress.suspended(|| cx.say(&line))?;
                    continue;
                }
            };
            match told {
                Told::Unread(error) => {
                    self.tally.unread.get_or_insert(error.into());
                }
                Told::Order(recovered) => {
                    if let Some(references) = untold.get_mut(&business) {
                        references.remove(&recovered.reference);
                    }
                    match recovered.held_for() {
                        Some(left) if self.wait => {
                            let (first, held) =
                                waiting.get_or_insert_with(|| (left, Leftover::default()));
                            *first = left.min(*first);
                            held.add(orders, &business, recovered.reference);
                        }
                        _ => self.list(cx, &business, &recovered.reference, state(&recovered))?,
                    }
                }
                Told::Over => {
                    let untold = untold.remove(&business).unwrap_or_default();
                    self.look_up(cx, orders, &business, untold).await?;
                }
            }
        }
        Ok(waiting)
    }

    /// Lists orders that another process has gone on with meanwhile, as the store has them.
    async fn look_up(
        &mut self,
        cx: &mut Context,
        orders: &Leftover,
        business: &BusinessId,
        references: BTreeSet<String>,
    ) -> Result<(), Failure> {
        for reference in references {
            let Some(key) = orders.key(business, &reference) else {
                continue;
            };
            match OrderJournal::read(&self.store, &key).await {
                Ok(record) => self.list(cx, business, &reference, ended(record))?,
                Err(error) => {
                    self.tally.unread.get_or_insert(error.into());
                }
            }
        }
        Ok(())
    }

    fn list(
        &mut self,
        cx: &mut Context,
        business: &BusinessId,
        reference: &str,
        (state, order_id, error): ended::Told,
    ) -> Result<(), Failure> {
        cx.open.remove(&name(business, reference));
        self.tally.count(state);
        let row = encode(&Row {
            business: business.as_str(),
            partner_reference: reference,
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
    withdrawn: usize,
    /// The first of the journal's failures.
    unread: Option<Failure>,
}

impl Tally {
    fn count(&mut self, state: &str) {
        match state {
            "held" | "open" | "unproven" => self.open += 1,
            "refused" => self.refused += 1,
            "withdrawn" | "abandoned" | "gone" => self.withdrawn += 1,
            _ => {}
        }
    }

    fn verdict(self) -> Result<(), Failure> {
        if let Some(failure) = self.unread {
            return Err(failure);
        }
        let why = match (self.open, self.refused, self.withdrawn) {
            (0, 0, 0) => return Ok(()),
            (0, 0, withdrawn) => format!(
                "{} no longer in the hands of the store; see why above, and look in the list of orders",
                are(withdrawn, "order")
            ),
            (0, refused, _) => format!(
                "{} refused by the API; refused orders took no effect",
                are(refused, "order")
            ),
            (open, ..) => format!(
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
        let what = match self.writing {
            true => "interrupted; whether the call took effect is unknown; still open",
            false => "interrupted; still open",
        };
        let next = match self.store {
            Some(_) => format!("{} goes on", self.recover_command(&self.open)),
            None => "look in the list of orders before you submit again".to_owned(),
        };
        format!("{what}: {}; {next}", named(self.open.iter()))
    }

    /// The command that goes on with these orders.
    pub(super) fn recover_command(&self, orders: &BTreeSet<String>) -> String {
        let own = self.business_name().ok().flatten();
        let own = own.and_then(|name| BusinessId::new(&name).ok());
        let is_own = |order: &String| match (&own, order.rsplit_once(" of ")) {
            (Some(own), Some((_, business))) => own.as_str() == business,
            _ => true,
        };
        // Refused for a base URL of one business.
        let apart = self
            .environment()
            .is_ok_and(|environment| environment.tells_businesses_apart());
        let all = apart && !orders.iter().all(is_own);
        let which = match (all, self.global.business.as_slice()) {
            (true, _) => " --all-businesses".to_owned(),
            // Named by an argument, it has to be named again.
            (false, [name]) => format!(" --business {name}"),
            (false, _) => String::new(),
        };
        format!("`retm orders recover --wait{which}`")
    }
}
