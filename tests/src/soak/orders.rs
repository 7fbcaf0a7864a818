//! Orders that two processes submit at once while answers are lost, connections reset, commits late and
//! the processes killed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::stream::{self, StreamExt};
use retm::types::CreateOrder;
use retm::{Builder, Business, Outcome};
use retm_sandbox::{Fault, FaultKind, Sandbox};
use serde_json::{Value, json};
use tokio::io::{BufReader, Lines, Stdin};

use super::process::Shared;
use super::report::expect;
use super::worker::{acme, say};
use super::{Broken, Run};

/// How many orders a process has under way.
const AT_ONCE: usize = 32;

/// A late commit comes after the client's time-out, and within the settle window.
const LATE: Duration = Duration::from_secs(2);
const ATTEMPT: Duration = Duration::from_millis(1200);
const OVERALL: Duration = Duration::from_millis(1500);
const SETTLE: Duration = Duration::from_secs(5);

/// What a process said became of an order.
type Told = BTreeMap<usize, String>;

/// Has two processes submit each of so many orders, and kills them that many times.
///
/// # Errors
///
/// Where an order is in the sandbox never or twice, or a process reported what is not true.
pub async fn orders(program: &Path, store: &str, count: usize, kills: usize) -> Run {
    // Thirty, ten and ten of a hundred: a fault comes to what the ones before it have left.
    let strikes = |kind, share| Fault::new(kind).on("create_order").share(share);
    let sandbox = Sandbox::builder()
        .business("acme")
        .real_time(true)
        .fault(strikes(FaultKind::LoseResponse, 0.3))
        .fault(strikes(FaultKind::Reset, 0.1 / 0.7))
        .fault(strikes(FaultKind::CommitLate(LATE), 0.1 / 0.6))
        .start()
        .await?;
    let shared = Shared::new(program, &sandbox, store)?;
    let killed = Kills {
        lines: AtomicUsize::new(0),
        every: (2 * count / (kills + 1)).max(1),
        done: AtomicUsize::new(0),
        most: kills,
    };
    let (one, other) = futures::try_join!(
        process(&shared, count, &killed),
        process(&shared, count, &killed)
    )?;
    expect("kills", &killed.done.load(Ordering::SeqCst), &kills)?;

    let mut placed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for order in sandbox.orders("acme") {
        let reference = text(&order, "partner_reference");
        placed
            .entry(reference)
            .or_default()
            .push(text(&order, "id"));
    }
    expect("orders in the sandbox", &placed.len(), &count)?;
    for number in 0..count {
        let ids = placed.get(&reference(number)).cloned().unwrap_or_default();
        let [id] = ids.as_slice() else {
            return Err(Broken::new(format!("order {number} is there as {ids:?}")));
        };
        expect("the id that a process told", &one.get(&number), &Some(id))?;
        expect("the id that the other told", &other.get(&number), &Some(id))?;
    }
    let struck: Vec<u64> = sandbox.faults().iter().map(|(_, times)| *times).collect();
    // A run in which little went wrong shows little.
    let enough = u64::try_from(count / 20)?;
    let rare = struck.iter().any(|times| *times < enough);
    expect("a fault that hardly ever struck", &rare, &false)?;
    let engine = store.split(':').next().unwrap_or_default();
    Ok(format!(
        "{count} orders by two processes at once on {engine}, {kills} kills, {struck:?} answers lost, reset and late: \
         {count} orders, each once, and every process told the truth"
    ))
}

fn text(order: &Value, member: &str) -> String {
    order[member].as_str().unwrap_or_default().to_owned()
}

/// When a process is killed: each time so many orders more have been reported.
struct Kills {
    lines: AtomicUsize,
    every: usize,
    done: AtomicUsize,
    most: usize,
}

impl Kills {
    /// Whether whoever reported this order is killed for it.
    fn due(&self) -> bool {
        let lines = self.lines.fetch_add(1, Ordering::SeqCst) + 1;
        let due = lines.is_multiple_of(self.every) && self.done.load(Ordering::SeqCst) < self.most;
        due && self.done.fetch_add(1, Ordering::SeqCst) < self.most
    }
}

/// One process and its successors, until each order was reported to have taken effect.
async fn process(shared: &Shared, count: usize, kills: &Kills) -> Result<Told, Broken> {
    let mut told = Told::new();
    let mut left: BTreeSet<usize> = (0..count).collect();
    // Each round ends with a kill, or with a process that has done all it could.
    for _ in 0..kills.most + 20 {
        if left.is_empty() {
            return Ok(told);
        }
        let mut worker = shared.worker("orders").await?;
        let numbers: Vec<String> = left.iter().map(ToString::to_string).collect();
        worker.tell(&numbers.join(" ")).await?;
        while let Some(line) = worker.line().await? {
            let mut words = line.splitn(3, ' ');
            match (words.next(), words.next(), words.next()) {
                (Some("end"), None, None) => break,
                (Some("done"), Some(number), Some(id)) => {
                    let number: usize = number.parse()?;
                    left.remove(&number);
                    let before = told.insert(number, id.to_owned());
                    if before.as_deref().is_some_and(|before| before != id) {
                        return Err(Broken::new(format!(
                            "order {number} was told twice otherwise"
                        )));
                    }
                    if kills.due() {
                        worker.kill_now()?;
                    }
                }
                // In doubt is the truth where nobody can know; another round resolves it.
                (Some("doubt"), Some(_), _) => {}
                _ => return Err(Broken::new(format!("a process says {line:?}"))),
            }
        }
    }
    Err(Broken::new(format!("in doubt for ever: {left:?}")))
}

/// The worker: recovers, and then submits the orders whose numbers it is told.
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
        let numbers: Vec<usize> = line.split(' ').map(str::parse).collect::<Result<_, _>>()?;
        let recover = recover(&acme);
        let submit = async {
            let submits = stream::iter(numbers).map(|number| submit(&acme, number));
            let mut submits = submits.buffer_unordered(AT_ONCE);
            while submits.next().await.is_some() {}
            Ok(())
        };
        futures::try_join!(recover, submit)?;
        say("end");
    }
    Ok(())
}

async fn recover(acme: &Business) -> Result<(), Broken> {
    for recovered in acme.orders().recover().await?.orders {
        let number = recovered.reference.trim_start_matches("soak-").parse()?;
        tell(number, &recovered.result);
    }
    Ok(())
}

async fn submit(acme: &Business, number: usize) {
    match order(number) {
        Ok(order) => tell(number, &acme.orders().submit(order).await),
        Err(error) => say(&format!("broken {number} {error}")),
    }
}

fn tell(number: usize, result: &Result<retm::Submitted, retm::Error>) {
    match result {
        Ok(submitted) => match submitted.order_id() {
            Some(id) => say(&format!("done {number} {id}")),
            None => say(&format!("broken {number} the order has no id")),
        },
        Err(error) if error.outcome() == Outcome::Unknown => {
            say(&format!("doubt {number} {error}"));
        }
        // None of the faults lets a client know that an order was not taken.
        Err(error) => say(&format!("broken {number} {error}")),
    }
}

fn reference(number: usize) -> String {
    format!("soak-{number}")
}

fn order(number: usize) -> serde_json::Result<CreateOrder> {
    serde_json::from_value(json!({
        "branch": "01h1he9gv7jck3xrhg7dz9hzh5",
        "customer": {"phone": "0550000000"},
        "products": [{"id": "01GZK6C7J03PQP7KGRAQ3F197Y", "quantity": 1, "total": 7}],
        "partner_reference": reference(number),
    }))
}
