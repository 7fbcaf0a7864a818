//! Orders that two processes submit at once while answers are lost, connections reset, commits late and
//! the processes killed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use retm_sandbox::{Fault, FaultKind, LoggedRequest, Sandbox};
use serde_json::Value;

use super::Run;
use super::driver::{Driver, Told};
use super::kills::Kills;
use super::process::Shared;
use super::report::expect;
use super::submitter::{LATE, SENDER, number, reference};
use super::{Broken, place};

/// The shares of the requests whose answer is lost, that are reset, and that are committed late.
const PROMISED: [f64; 3] = [0.3, 0.1, 0.1];

/// Has two processes submit each of so many orders, and kills them that many times: after a report, or as
/// soon as the sandbox has taken an order. What a kill leaves is recovered by a process that does only that.
///
/// # Errors
///
/// Where an order is in the sandbox never or twice, a process reported what is not true or was in doubt
/// without a reason, or an order is left in the journal.
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
    let planned = Kills::new(kills, count);
    let driver = Driver {
        shared: &shared,
        sandbox: &sandbox,
        journal: &shared.open().await?,
        kills: &planned,
    };
    let (one, other) = futures::try_join!(driver.run(count), driver.run(count))?;
    let last = driver.last().await?;
    let (after_report, at_commit) = planned.done();
    expect("kills", &(after_report + at_commit), &kills)?;

    let placed = placed(&sandbox);
    expect("orders in the sandbox", &placed.len(), &count)?;
    for number in 0..count {
        let ids = placed.get(&reference(number)).cloned().unwrap_or_default();
        let [id] = ids.as_slice() else {
            return Err(Broken::new(format!("order {number} is there as {ids:?}")));
        };
        expect(
            "the id that a process told",
            &one.ids.get(&number),
            &Some(id),
        )?;
        expect(
            "the id that the other told",
            &other.ids.get(&number),
            &Some(id),
        )?;
    }
    let told = [one, other, last];
    let unsent = unsent(&sandbox, &told)?;
    let doubts = doubts(&sandbox, &planned, &told)?;
    let resumed: BTreeSet<usize> = told
        .iter()
        .flat_map(|told| &told.resumed)
        .copied()
        .collect();
    let faults = sandbox.faults();
    let struck: Vec<u64> = faults.iter().take(3).map(|(_, times)| *times).collect();
    // A run in which little went wrong shows little.
    let requests = sandbox.requests_for("create_order").len();
    let rare = rare(requests, &struck);
    let what = format!("strikes that are too few for {requests} requests");
    expect(&what, &rare, &Vec::new())?;
    let idle = kills >= 10 && resumed.is_empty();
    expect("kills of which nothing was to be recovered", &idle, &false)?;
    Ok(format!(
        "{count} orders by two processes at once on {}, {kills} kills ({after_report} after a report, {at_commit} at a \
         commit), {struck:?} answers lost, reset and late, {} orders resumed by recover, {doubts} told in doubt, {unsent} told not sent: {count} \
         orders, each once, every process told the truth, nothing left in the journal",
        place::engine(store),
        resumed.len(),
    ))
}

/// Those of the faults that struck less often than chance allows of their share of so many requests.
fn rare(requests: usize, struck: &[u64]) -> Vec<u64> {
    let rare = |times: u64, share: f64| {
        let mean = requests as f64 * share;
        let least = mean - 5.0 * (mean * (1.0 - share)).sqrt();
        // Of a few requests chance would allow none; but the dice are seeded, so theirs are always the same.
        (times as f64) < least.max(3.0)
    };
    let struck = struck.iter().copied().zip(PROMISED);
    struck
        .filter(|(times, share)| rare(*times, *share))
        .map(|(times, _)| times)
        .collect()
}

/// The ids of the orders in the sandbox by their references.
pub(super) fn placed(sandbox: &Sandbox) -> BTreeMap<String, Vec<String>> {
    let mut placed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for order in sandbox.orders("acme") {
        let reference = text(&order, "partner_reference");
        let ids = placed.entry(reference).or_default();
        ids.push(text(&order, "id"));
    }
    placed
}

fn text(order: &Value, member: &str) -> String {
    order[member].as_str().unwrap_or_default().to_owned()
}

/// How many orders a process was told that it had not sent: of those it sent none that was taken.
fn unsent(sandbox: &Sandbox, told: &[Told]) -> Result<usize, Broken> {
    let unsent: BTreeSet<_> = told.iter().flat_map(|told| &told.unsent).collect();
    for request in sandbox.requests_for("create_order") {
        let process = request.header(SENDER).unwrap_or_default().parse()?;
        let order = request.json().unwrap_or_default();
        let number = number(&text(&order, "partner_reference"))?;
        if unsent.contains(&(number, process)) {
            let what = format!("what became of order {number}, which was not sent");
            expect(&what, &request.fault, &Some(FaultKind::Reset))?;
        }
    }
    Ok(unsent.len())
}

/// How often a process was in doubt: only of orders of which an answer was kept from somebody, or that a killed
/// process had under way. On a busy machine an answer may come after its time-out: then the doubt is true as well,
/// and nobody but the client knows. More than one order in a hundred would be something else.
fn doubts(sandbox: &Sandbox, kills: &Kills, told: &[Told]) -> Result<usize, Broken> {
    let first = sandbox.requests_for("exchange_token");
    let first = first.first().map(|request| request.n);
    expect("the oldest request that the log knows", &first, &Some(1))?;
    let mut doubtful = kills.in_flight();
    let unanswered = |request: &LoggedRequest| request.fault.is_some() || request.status == 0;
    for request in sandbox.requests_for("create_order") {
        if unanswered(&request) {
            let order = request.json().unwrap_or_default();
            doubtful.insert(number(&text(&order, "partner_reference"))?);
        }
    }
    let doubted: BTreeSet<usize> = told
        .iter()
        .flat_map(|told| &told.doubted)
        .copied()
        .collect();
    let late = doubted.difference(&doubtful).count();
    let few = late * 100 <= sandbox.orders("acme").len();
    expect(
        &format!("few enough doubts without a fault ({late})"),
        &few,
        &true,
    )?;
    Ok(told.iter().map(|told| told.doubts).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_half_its_promise_is_too_rare() {
        // Those of a run with 2,000 orders, of which some were sent again.
        let usual = [686, 211, 237];
        assert!(rare(2280, &usual).is_empty());
        let half = usual.map(|times| times / 2);
        assert_eq!(rare(2280, &half), half);
        assert!(rare(66, &[21, 4, 6]).is_empty());
        assert_eq!(rare(66, &[21, 2, 6]), [2]);
    }
}
