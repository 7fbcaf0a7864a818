//! The worker that submits orders, or recovers them.

use std::time::Duration;

use futures::stream::{self, StreamExt};
use retm::types::CreateOrder;
use retm::{Builder, Business, Outcome};
use serde_json::json;
use tokio::io::{BufReader, Lines, Stdin};

use super::Broken;
use super::worker::{acme, say};

/// The header that names the process an order comes from.
pub(super) const SENDER: &str = "x-soak-process";

/// How many orders a process has under way.
const AT_ONCE: usize = 32;

/// A late commit comes after the client's time-out, and also after the lease of a process that was killed (the
/// overall time-out and a second), but within the settle window.
pub(super) const LATE: Duration = Duration::from_secs(3);
const ATTEMPT: Duration = Duration::from_millis(1200);
const OVERALL: Duration = Duration::from_millis(1500);
const SETTLE: Duration = Duration::from_secs(5);

/// Whoever recovers says a window that is over by then: what was submitted with the longer one is to be given
/// that, by whomever it is sent.
const SHORT: Duration = Duration::from_millis(1500);

/// Told to `recover` it does that alone; told numbers it recovers, and submits the orders of those numbers.
pub(super) async fn work(
    builder: Builder,
    mut lines: Lines<BufReader<Stdin>>,
) -> Result<(), Broken> {
    let builder = builder
        .attempt_timeout(ATTEMPT)
        .overall_timeout(OVERALL)
        .settle_window(SETTLE);
    let acme = acme(builder)?;
    say("ready");
    while let Some(line) = lines.next_line().await? {
        if line == "recover" {
            recover(&acme).await?;
        } else {
            let numbers: Vec<usize> = line.split(' ').map(str::parse).collect::<Result<_, _>>()?;
            let submit = async {
                let submits = stream::iter(numbers).map(|number| submit(&acme, number));
                let mut submits = submits.buffer_unordered(AT_ONCE);
                while submits.next().await.is_some() {}
                Ok(())
            };
            futures::try_join!(recover(&acme), submit)?;
        }
        say("end");
    }
    Ok(())
}

fn sender() -> String {
    std::process::id().to_string()
}

async fn recover(acme: &Business) -> Result<(), Broken> {
    let recover = acme.orders().recover().with_header(SENDER, sender());
    let mut recovered = recover.settle_window(SHORT).stream();
    while let Some(recovered) = recovered.next().await {
        let recovered = recovered?;
        if !recovered.is_held() {
            let number = number(&recovered.reference)?;
            tell("recovered", number, &recovered.result);
        }
    }
    Ok(())
}

async fn submit(acme: &Business, number: usize) {
    say(&format!("begin {number}"));
    match order(number) {
        Ok(order) => {
            let submit = acme.orders().submit(order).with_header(SENDER, sender());
            tell("done", number, &submit.await);
        }
        Err(error) => say(&format!("broken {number} {error}")),
    }
}

fn tell(what: &str, number: usize, result: &Result<retm::Submitted, retm::Error>) {
    match result {
        Ok(submitted) => match submitted.order_id() {
            Some(id) => say(&format!("{what} {number} {id} {:?}", submitted.how())),
            None => say(&format!("broken {number} the order has no id")),
        },
        Err(error) if error.outcome() == Outcome::Unknown => {
            say(&format!("doubt {number} {error}"));
        }
        // A busy machine may leave no time for it: whoever is told so has sent nothing that was taken.
        Err(error) if error.outcome() == Outcome::NotSent => {
            say(&format!("unsent {number} {} {error}", sender()));
        }
        // None of the faults lets a client know that an order was not taken.
        Err(error) => say(&format!("broken {number} {error}")),
    }
}

const PREFIX: &str = "soak-";

pub(super) fn reference(number: usize) -> String {
    format!("{PREFIX}{number}")
}

/// The number of the order of that reference.
pub(super) fn number(reference: &str) -> Result<usize, Broken> {
    Ok(reference.trim_start_matches(PREFIX).parse()?)
}

fn order(number: usize) -> serde_json::Result<CreateOrder> {
    serde_json::from_value(json!({
        "branch": "01h1he9gv7jck3xrhg7dz9hzh5",
        "customer": {"phone": "0550000000"},
        "products": [{"id": "01GZK6C7J03PQP7KGRAQ3F197Y", "quantity": 1, "total": 7}],
        "partner_reference": reference(number),
    }))
}
