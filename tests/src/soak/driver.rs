//! One process that submits orders, those that come after it, and those that recover what a kill has left.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use retm::store::OrderJournal;
use retm_sandbox::Sandbox;
use retm_store::Store;
use tokio::time::MissedTickBehavior;

use super::Broken;
use super::kills::Kills;
use super::orders::placed;
use super::process::{Shared, Worker};
use super::report::expect;
use super::submitter::{number, reference};

/// How often a process that only recovers asks again for what others hold.
const PACE: Duration = Duration::from_millis(200);

/// What the processes have said of the orders.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// The id that an order has.
    pub(super) ids: BTreeMap<usize, String>,
    /// Orders that were in doubt once.
    pub(super) doubted: BTreeSet<usize>,
    /// How often that was said.
    pub(super) doubts: usize,
    /// Orders that were not sent, each with the process that said so.
    pub(super) unsent: BTreeSet<(usize, u32)>,
    /// Orders that `recover` has gone on with to their end.
    pub(super) resumed: BTreeSet<usize>,
}

impl Told {
    fn add(&mut self, other: Self) -> Result<(), Broken> {
        for (number, id) in other.ids {
            self.done(number, &id)?;
        }
        self.doubted.extend(other.doubted);
        self.doubts += other.doubts;
        self.unsent.extend(other.unsent);
        self.resumed.extend(other.resumed);
        Ok(())
    }

    fn done(&mut self, number: usize, id: &str) -> Result<(), Broken> {
        let told = self.ids.entry(number).or_insert_with(|| id.to_owned());
        expect(&format!("order {number}, told again"), &id, &told.as_str())
    }
}

/// What one process has said until it had done all, or was killed.
#[derive(Default)]
struct Heard {
    told: Told,
    /// What it had begun and not told of.
    in_flight: BTreeSet<usize>,
    killed: bool,
}

/// Starts processes and hears them.
pub(super) struct Driver<'a> {
    pub(super) shared: &'a Shared,
    pub(super) sandbox: &'a Sandbox,
    pub(super) journal: &'a Store,
    pub(super) kills: &'a Kills,
}

impl Driver<'_> {
    /// One process and its successors, until each order was reported to have taken effect. What a killed one
    /// leaves is for a process that only recovers, beside the next one.
    pub(super) async fn run(&self, count: usize) -> Result<Told, Broken> {
        let mut told = Told::default();
        let mut left: BTreeSet<usize> = (0..count).collect();
        let mut behind = BTreeSet::new();
        // Each round ends with a kill, or with a process that has done all it could.
        for _ in 0..self.kills.most() + 20 {
            if left.is_empty() && behind.is_empty() {
                return Ok(told);
            }
            let numbers: BTreeSet<usize> = left.difference(&behind).copied().collect();
            let (heard, recovered) =
                futures::try_join!(self.submit(&numbers), self.recover(&behind))?;
            told.add(heard.told)?;
            told.add(recovered)?;
            left.retain(|number| !told.ids.contains_key(number));
            behind = heard.in_flight;
        }
        Err(Broken::new(format!("in doubt for ever: {left:?}")))
    }

    async fn submit(&self, numbers: &BTreeSet<usize>) -> Result<Heard, Broken> {
        if numbers.is_empty() {
            return Ok(Heard::default());
        }
        let mut worker = self.shared.worker("orders").await?;
        let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        worker.tell(&numbers.join(" ")).await?;
        self.hear(&mut worker).await
    }

    /// A process that only recovers, until the journal holds none of these as open.
    async fn recover(&self, behind: &BTreeSet<usize>) -> Result<Told, Broken> {
        let mut told = Told::default();
        let mut pace = tokio::time::interval(PACE);
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut worker = None;
        while !self.pending().await?.is_disjoint(behind) {
            pace.tick().await;
            let mut one = match worker.take() {
                Some(one) => one,
                None => self.shared.worker("orders").await?,
            };
            let heard = self.pass(&mut one).await?;
            told.add(heard.told)?;
            if !heard.killed {
                worker = Some(one);
            }
        }
        Ok(told)
    }

    /// The last word, when nobody submits any more: a new process recovers, has no doubt, and leaves nothing.
    pub(super) async fn last(&self) -> Result<Told, Broken> {
        let mut worker = self.shared.worker("orders").await?;
        let heard = self.pass(&mut worker).await?;
        expect("orders in doubt at last", &heard.told.doubts, &0)?;
        expect(
            "orders left in the journal",
            &self.pending().await?,
            &BTreeSet::new(),
        )?;
        Ok(heard.told)
    }

    /// One `recover`; what it says is compared with the sandbox.
    async fn pass(&self, worker: &mut Worker) -> Result<Heard, Broken> {
        worker.tell("recover").await?;
        let heard = self.hear(worker).await?;
        if !heard.told.ids.is_empty() {
            let placed = placed(self.sandbox);
            for (number, id) in &heard.told.ids {
                let there = placed.get(&reference(*number));
                let what = format!("order {number}, which was recovered");
                expect(&what, &there, &Some(&vec![id.clone()]))?;
            }
        }
        Ok(heard)
    }

    async fn pending(&self) -> Result<BTreeSet<usize>, Broken> {
        let pending = self.journal.pending(None).await?;
        pending.iter().map(|key| number(key.reference())).collect()
    }

    /// Hears a process to the end of what it was told, or of itself where it is killed.
    async fn hear(&self, worker: &mut Worker) -> Result<Heard, Broken> {
        let mut heard = Heard::default();
        let id = worker.id();
        loop {
            let line = tokio::select! {
                line = worker.line() => line?,
                () = self.kills.committed(self.sandbox, id), if !heard.killed => {
                    if self.kills.claim() {
                        heard.killed = true;
                        worker.kill_now()?;
                    }
                    continue;
                }
            };
            let Some(line) = line else {
                if !heard.killed {
                    return Err(Broken::new("a process ended by itself"));
                }
                break;
            };
            if line == "end" {
                break;
            }
            if self.take(&mut heard, &line)? && !heard.killed && self.kills.reported(self.sandbox) {
                heard.killed = true;
                worker.kill_now()?;
            }
        }
        if heard.killed {
            self.kills.killed(&heard.in_flight);
        }
        Ok(heard)
    }

    /// Takes down a line; whether it reports that an order took effect.
    fn take(&self, heard: &mut Heard, line: &str) -> Result<bool, Broken> {
        let words: Vec<&str> = line.split(' ').collect();
        let done = match words.as_slice() {
            ["begin", number] => {
                heard.in_flight.insert(number.parse()?);
                false
            }
            ["done" | "recovered", number, id, how] => {
                let number = number.parse()?;
                heard.in_flight.remove(&number);
                heard.told.done(number, id)?;
                if words.first() == Some(&"recovered") && *how != "Repeated" {
                    heard.told.resumed.insert(number);
                }
                true
            }
            ["doubt", number, ..] => {
                let number = number.parse()?;
                heard.in_flight.remove(&number);
                heard.told.doubted.insert(number);
                heard.told.doubts += 1;
                false
            }
            ["unsent", number, process, ..] => {
                let number = number.parse()?;
                heard.in_flight.remove(&number);
                heard.told.unsent.insert((number, process.parse()?));
                false
            }
            _ => return Err(Broken::new(format!("a process says {line:?}"))),
        };
        Ok(done)
    }
}
