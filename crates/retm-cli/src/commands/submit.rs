//! `retm orders submit`

use std::future::IntoFuture;
use std::time::Duration;

use retm::types::CreateOrder;
use retm::{Error, MoneyCheck, Outcome, Submission};
use serde::Serialize;

use super::Context;
use super::calls::{Body, body};
use super::leftover::name;
use super::progress::Progress;
use super::show::encode;
use super::waits::Waits;
use crate::advice::advised;
use crate::args::{MoneyCheckArg, SettleArgs, SubmitArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::print_one;
use crate::schema::Place;

/// What is told of an order that took effect.
#[derive(Serialize)]
struct Order<'a> {
    partner_reference: &'a str,
    state: &'static str,
    order_id: Option<String>,
}

/// Submits the order in a file and writes how it is known to have taken effect.
pub(crate) async fn submit(cx: &mut Context, args: SubmitArgs) -> Result<(), Failure> {
    let Body { value, extra }: Body<CreateOrder> = body(cx, "CreateOrder", &args.body).await?;
    let business = cx.business().await?;
    let reference = value.partner_reference.clone().unwrap_or_default();
    if cx.store.is_none() {
        cx.say("warning: no store is set, so a crash or a second run knows nothing of this order; set RETM_STORE")?;
    }
    let mut submit = business
        .orders()
        .submit(value)
        .money_check(args.money_check.into());
    if let Some(window) = args.settle.window() {
        submit = submit.settle_window(window);
    }
    if args.send_again {
        submit = submit.send_again();
    }
    for (pointer, member) in extra {
        submit = submit.with_extra(pointer, member);
    }
    let progress = Progress::new(cx.stderr_is_terminal);
    progress.message(format!("submitting {reference}"));
    let order = name(business.id(), &reference);
    cx.open.insert(order.clone());
    let (mut waits, teller) = Waits::new();
    let submit = submit.on_wait(move |waiting| teller.tell(waiting));
    let mut submit = submit.into_future();
    let submitted = loop {
        tokio::select! {
            biased;
            submitted = &mut submit => break submitted,
            line = waits.next() => {
                progress.message(line.clone());
                progress.suspended(|| cx.say(&line))?;
            }
        }
    };
    cx.open.remove(&order);
    progress.done();
    let submitted = match submitted {
        Ok(submitted) => submitted,
        Err(error) => return Err(failed(cx, &reference, error)),
    };
    let kept = cx.keeper.keep(submitted.raw_body());
    let order = Order {
        partner_reference: submitted.reference(),
        state: state_of(submitted.how()),
        order_id: submitted.order_id().map(|id| id.to_string()),
    };
    print_one(cx.look(), &Place::default(), &encode(&order)?, &mut *cx.out)?;
    for warning in submitted.warnings() {
        cx.say(&format!("warning: {warning}"))?;
    }
    kept
}

/// What is left to do after a failure depends on whether anything remembers the order.
fn failed(cx: &mut Context, reference: &str, error: Error) -> Failure {
    if error.outcome() != Outcome::Unknown {
        return Failure::Api(error);
    }
    if error.status().is_some_and(|status| status.is_success()) {
        let advice = match cx.store {
            Some(_) => format!(
                "The order is unproven: it is not sent again. `retm orders recover` looks it up once more; if it is not \
                 there, `retm orders abandon {reference}` gives it up, and `retm orders submit --send-again` sends it once more."
            ),
            None => format!(
                "The order is unproven: look for it with `retm orders list --partner-reference {reference}` before you \
                 submit it again."
            ),
        };
        keep(cx, &error);
        return Failure::Other(Exit::Failed, advised(&error, &advice));
    }
    let advice = match cx.store {
        Some(_) => "Run `retm orders recover` until it is known, or submit the same file again: neither sends it twice.".to_owned(),
        None => format!("No store remembers it: look for it with `retm orders list --partner-reference {reference}` before you submit it again."),
    };
    keep(cx, &error);
    Failure::Other(Exit::Failed, advised(&error, &advice))
}

fn keep(cx: &mut Context, error: &Error) {
    if !error.raw_body().is_empty()
        && let Err(unkept) = cx.keeper.keep(error.raw_body())
    {
        // What became of the order comes first, and nothing can be done if standard error is gone.
        let _ = cx.say(&format!("warning: {unkept}"));
    }
}

/// How it is known that an order took effect, in a word.
pub(super) fn state_of(how: Submission) -> &'static str {
    match how {
        Submission::Found => "found",
        Submission::Repeated => "repeated",
        _ => "sent",
    }
}

impl SettleArgs {
    pub(crate) fn window(self) -> Option<Duration> {
        self.settle.map(Duration::from_secs)
    }
}

impl From<MoneyCheckArg> for MoneyCheck {
    fn from(check: MoneyCheckArg) -> Self {
        match check {
            MoneyCheckArg::Off => Self::Off,
            MoneyCheckArg::Warn => Self::Warn,
            MoneyCheckArg::Refuse => Self::Refuse,
        }
    }
}
