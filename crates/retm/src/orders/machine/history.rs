//! Random histories: a server that commits at any moment and lies, lost answers, crashes, several processes, leases that
//! are taken over, clocks that stand still or jump. No order is doubled, and every end tells the truth.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use bytes::Bytes;
use fastrand::Rng;
use futures::FutureExt;

use super::super::answer::{OrderProof, Reply};
use super::super::doubt::Doubt;
use super::super::lookup::Look;
use super::super::written;
use super::table::{answer, away, order, plan, prover};
use super::*;
use crate::business_id::BusinessId;
use crate::error::ErrorKind;
use crate::store::{Begun, GrantKey, IntentKey, MemoryStore, OrderJournal};
use crate::time::Clock;

/// How long after its sending an order without an answer may take effect at the server.
const SETTLE: Duration = Duration::from_secs(16);

/// By how much clocks may be wrong in one history: less than what a lease outlives the deadline by, and than what the
/// window has more than the server needs.
const SKEW: Duration = Duration::from_secs(3);

/// How many histories the suite runs; `RETM_ORDER_HISTORIES` says another number.
const HISTORIES: u64 = 3000;

#[derive(Clone, Default)]
struct TestClock(Arc<AtomicU64>);

impl TestClock {
    fn get(&self) -> Duration {
        Duration::from_micros(self.0.load(Ordering::SeqCst))
    }

    fn by(&self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap();
        self.0.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.get()
    }

    fn monotonic(&self) -> Duration {
        self.get()
    }
}

/// What is taken out of the machine.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Without {
    Nothing,
    /// An order that has no answer is over at once.
    Window,
    /// A status of success proves that the order took effect.
    Proof,
    /// An answer that proves nothing is taken for none.
    Answered,
}

/// A sending at the server.
#[derive(Clone, Debug)]
struct Sending {
    by: usize,
    /// When it takes effect, if it does.
    commits: Option<Duration>,
    /// Until when it may take effect, as far as any client can know.
    may_until: Duration,
    doubtful: bool,
}

struct Process {
    id: usize,
    owner: String,
    is_submit: bool,
    machine: Machine,
    action: Option<Action>,
    event: Option<(Event, Duration)>,
    /// How far its clock is behind.
    behind: Duration,
    wakes: Option<Duration>,
    has_answer: bool,
}

/// What a caller was told.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Told {
    Yes,
    No,
    Unknown,
}

struct World {
    rng: Rng,
    without: Without,
    time: Duration,
    journal_clock: TestClock,
    journal: MemoryStore,
    key: IntentKey,
    sendings: Vec<Sending>,
    processes: Vec<Process>,
    started: usize,
    skew: Duration,
    /// What the submits were told; a crashed one was told nothing.
    told: Vec<Told>,
    crashed: usize,
    faults: bool,
    log: Vec<String>,
}

type Verdict = Result<(), String>;

impl World {
    fn new(seed: u64, without: Without) -> Self {
        let clock = TestClock::default();
        let business = BusinessId::new("acme").unwrap();
        let grant = GrantKey::new("https://acme.retm.sa", "app", business);
        Self {
            rng: Rng::with_seed(seed),
            without,
            time: Duration::ZERO,
            journal: MemoryStore::with_clock(clock.clone()),
            journal_clock: clock,
            key: IntentKey::new(grant, "A-1"),
            sendings: Vec::new(),
            processes: Vec::new(),
            started: 0,
            skew: Duration::ZERO,
            told: Vec::new(),
            crashed: 0,
            faults: true,
            log: Vec::new(),
        }
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.rng.u32(0..100) < percent
    }

    fn pass(&mut self, time: Duration) {
        self.time += time;
        self.journal_clock.by(time);
    }

    fn start(&mut self, is_submit: bool) {
        let mut plan = plan();
        if self.without == Without::Window {
            plan.window = Duration::ZERO;
        }
        let mut prover = prover();
        let everything: OrderProof = |_| Some(retm_types::Proof::Created);
        if self.without == Without::Proof {
            prover.custom = Some(everything);
        }
        let order = order();
        let origin = match is_submit {
            true => Origin::Submit {
                intent: written::intent(&order, &[], plan.window).unwrap(),
                order: Box::new(order),
                again: false,
            },
            false => Origin::Journal {
                wait: Duration::from_secs(self.rng.u64(0..40)),
            },
        };
        self.started += 1;
        self.processes.push(Process {
            id: self.started,
            owner: self.started.to_string(),
            is_submit,
            machine: Machine::new(origin, plan, prover),
            action: None,
            event: Some((Event::Start, Duration::ZERO)),
            behind: Duration::ZERO,
            wakes: None,
            has_answer: false,
        });
    }

    /// One moment of the world: something happens to one process.
    fn happen(&mut self) -> Verdict {
        if self.faults {
            let longest = *self.rng.choice([5, 200, 3_000, 30_000].iter()).unwrap();
            let time = Duration::from_millis(self.rng.u64(0..longest));
            self.pass(time);
            self.disturb();
        }
        let ready: Vec<usize> = (0..self.processes.len())
            .filter(|&at| self.is_ready(at))
            .collect();
        match self.rng.choice(ready.iter()) {
            Some(&at) => self.advance(at),
            None => {
                self.pass(Duration::from_millis(500));
                Ok(())
            }
        }
    }

    fn is_ready(&self, at: usize) -> bool {
        let process = &self.processes[at];
        match (&process.event, process.wakes) {
            (Some((_, not_before)), _) => self.time >= *not_before,
            (None, Some(wakes)) => self.time >= wakes,
            (None, None) => true,
        }
    }

    /// Clocks go wrong, and processes end.
    fn disturb(&mut self) {
        let wrong = Duration::from_millis(self.rng.u64(0..1500));
        if self.chance(2) && self.skew + wrong < SKEW {
            self.skew += wrong;
            match self.rng.bool() {
                true => self.journal_clock.by(wrong),
                // Suspended: its clock does not count on.
                false => {
                    self.pass(wrong);
                    for process in &mut self.processes {
                        process.behind += wrong;
                    }
                }
            }
        }
        if self.chance(3) && !self.processes.is_empty() {
            let at = self.rng.usize(0..self.processes.len());
            let gone = self.processes.remove(at);
            self.log.push(format!("{} dies", gone.id));
            self.crashed += usize::from(gone.is_submit);
        }
        if self.started < 6
            && self.chance(match self.processes.len() {
                0 => 40,
                _ => 4,
            })
        {
            let is_submit = self.rng.bool();
            self.start(is_submit);
        }
        if self.chance(1) {
            self.abandon();
        }
    }

    /// A person gives the order up.
    fn abandon(&mut self) {
        let lease = plan().lease;
        let resumed = self.journal.resume(&self.key, "person", lease);
        let Some(Begun::Leased(record)) = resumed.now_or_never().unwrap().unwrap() else {
            return;
        };
        let to = match record.intent.state {
            IntentState::Prepared => Some(IntentState::Withdrawn),
            IntentState::Sent { .. } | IntentState::Answered { .. } => {
                let settle_window = record.settle_window();
                Some(IntentState::Abandoned { settle_window })
            }
            _ => None,
        };
        if let Some(to) = to {
            self.log.push(format!("abandoned: {to:?}"));
            let advanced = self.journal.advance(&self.key, "person", &to, lease);
            assert!(advanced.now_or_never().unwrap().unwrap());
            // From here on its user has said so.
            for sending in &mut self.sendings {
                sending.doubtful = false;
            }
        }
        let released = OrderJournal::release(&self.journal, &self.key, "person");
        released.now_or_never().unwrap().unwrap();
    }

    fn advance(&mut self, at: usize) -> Verdict {
        let process = &mut self.processes[at];
        let mono = self.time.saturating_sub(process.behind);
        if let Some((event, _)) = process.event.take() {
            let now = Now {
                at: mono,
                chance: self.rng.f64(),
                has_caller: true,
            };
            if self.log.len() < 400 {
                let shown = format!("{event:?}");
                let shown: String = shown.chars().take(90).collect();
                self.log
                    .push(format!("{:?} {}: {shown}", self.time, process.id));
            }
            process.action = Some(step(&mut process.machine, event, now));
            process.wakes = match &process.action {
                Some(Action::Wait(wait, _)) => Some(self.time + *wait),
                _ => None,
            };
            return Ok(());
        }
        let Some(action) = process.action.take() else {
            return Ok(());
        };
        process.wakes = None;
        let (event, later) = match action {
            Action::End { result, release } => {
                if release {
                    self.release(at);
                }
                return self.ended(at, &result);
            }
            Action::Wait(..) => (Event::Waited, Duration::ZERO),
            Action::Post { since, .. } => {
                let (reply, at) = self.post(at, since)?;
                (Event::Answered(Box::new(reply)), at)
            }
            Action::Look(scope) => (Event::Looked(self.look(at, scope)), Duration::ZERO),
            action => (self.ask(at, action), Duration::ZERO),
        };
        self.processes[at].event = Some((event, later));
        Ok(())
    }

    fn release(&mut self, at: usize) {
        let owner = &self.processes[at].owner;
        let released = OrderJournal::release(&self.journal, &self.key, owner);
        released.now_or_never().unwrap().unwrap();
    }

    /// Asks the journal, which may fail before or after it has done what it was asked for.
    fn ask(&mut self, at: usize, action: Action) -> Event {
        let fails = self.faults && self.chance(3);
        let before = fails && self.rng.bool();
        let owner = self.processes[at].owner.clone();
        let lease = plan().lease;
        let Self { journal, key, .. } = self;
        let done = |fails: bool| if fails { Err(away()) } else { Ok(()) };
        match action {
            Action::Begin => {
                let Origin::Submit { intent, .. } = &self.processes[at].machine.origin else {
                    panic!("only a submit begins");
                };
                let begun = (!before).then(|| journal.begin(key, intent, &owner, lease));
                let begun = begun.map(|begun| begun.now_or_never().unwrap().unwrap());
                Event::Entered(done(fails).map(|()| begun))
            }
            Action::Resume => {
                let resumed = (!before).then(|| journal.resume(key, &owner, lease));
                let resumed = resumed.map(|begun| begun.now_or_never().unwrap().unwrap());
                Event::Entered(done(fails).map(|()| resumed.flatten()))
            }
            Action::Read => {
                let read = OrderJournal::read(journal, key).now_or_never().unwrap();
                Event::Read(done(fails).and(read))
            }
            Action::Keep => {
                let ours = !before && self.renew(at);
                let read = OrderJournal::read(&self.journal, &self.key);
                let read = read.now_or_never().unwrap().unwrap();
                Event::Kept(done(fails).map(|()| read.filter(|_| ours)))
            }
            Action::Write { state, .. } => {
                let wrote = (!before).then(|| journal.advance(key, &owner, &state, lease));
                let wrote = wrote.map(|wrote| wrote.now_or_never().unwrap().unwrap());
                Event::Wrote(done(fails).map(|()| wrote.unwrap_or_default()))
            }
            other => panic!("not the journal's: {other:?}"),
        }
    }

    fn renew(&self, at: usize) -> bool {
        let owner = &self.processes[at].owner;
        let renewed = self.journal.renew(&self.key, owner, plan().lease);
        renewed.now_or_never().unwrap().unwrap()
    }

    fn is_there(&self) -> bool {
        let there = |sending: &Sending| sending.commits.is_some_and(|at| at <= self.time);
        self.sendings.iter().any(there)
    }

    fn look(&mut self, at: usize, scope: Scope) -> Look {
        if scope.whole && !self.renew(at) {
            return Look::Lost;
        }
        if self.faults && self.chance(10) {
            return Look::Doubt(Doubt::new("the list could not be read"));
        }
        match self.is_there() {
            // A filter that lags shows nothing.
            true if scope.whole || self.chance(80) => Look::Found(Bytes::from_static(
                b"{\"id\":7,\"partner_reference\":\"A-1\"}",
            )),
            _ => Look::Absent,
        }
    }

    /// A sending comes to the server, which answers as it likes; when its answer is there.
    fn post(&mut self, at: usize, since: Duration) -> Result<(Reply, Duration), String> {
        let process = &self.processes[at];
        let (by, behind) = (process.id, process.behind);
        let left = plan()
            .deadline
            .saturating_sub(self.time.saturating_sub(behind).saturating_sub(since));
        if left.is_zero() {
            return Ok((Err(Error::new(ErrorKind::Timeout)), self.time));
        }
        self.may_be_sent(at)?;
        let now = self.time;
        let answered = now + left.mul_f64(self.rng.f64());
        let soon = now + (answered - now).mul_f64(self.rng.f64());
        let late = now + (answered + SETTLE - now).mul_f64(self.rng.f64());
        let effect = self.rng.bool();
        let unknown = |reply| (reply, effect.then_some(late), answered + SETTLE);
        let certain = |reply, commits: Option<Duration>| (reply, commits, answered);
        let kind = if self.faults { self.rng.u32(0..16) } else { 0 };
        let (reply, commits, may_until) = match kind {
            0..=2 => certain(answer(200, "{\"id\":7}"), Some(soon)),
            3 => certain(answer(201, "{\"success\":true}"), Some(soon)),
            4 => certain(answer(200, "<html>"), effect.then_some(soon)),
            5 => certain(answer(200, ""), effect.then_some(soon)),
            6 => certain(answer(200, "{\"success\":false}"), effect.then_some(soon)),
            7 => certain(answer(422, "{}"), None),
            8 => certain(answer(429, "{}"), None),
            9 => certain(answer(401, "{}"), None),
            10 => certain(Err(Error::new(ErrorKind::Connect).with_attempts(1)), None),
            11 if self.is_there() => certain(answer(409, "{}"), None),
            12 => unknown(answer(503, "")),
            13 => unknown(answer(500, "<html>")),
            _ => unknown(Err(Error::new(ErrorKind::Timeout).with_attempts(1))),
        };
        let doubtful = matches!(&reply, Ok(_) if (4..=6).contains(&kind));
        self.log
            .push(format!("{now:?} {by} sends, {kind} {commits:?}"));
        self.processes[at].has_answer |= doubtful;
        self.sendings.push(Sending {
            by,
            commits,
            may_until,
            doubtful,
        });
        let reply = match self.without {
            Without::Answered if doubtful => Err(Error::new(ErrorKind::Timeout).with_attempts(1)),
            _ => reply,
        };
        Ok((reply, answered))
    }

    /// The rules that hold whenever the order leaves a process.
    fn may_be_sent(&mut self, at: usize) -> Verdict {
        let process = &self.processes[at];
        if let Some(earlier) = self.sendings.iter().find(|one| one.may_until > self.time) {
            return Err(format!(
                "doubled: sent while the one of {} may take effect",
                earlier.by
            ));
        }
        if self.is_there() {
            return Err("doubled: sent after it took effect".to_owned());
        }
        let is_noted = self.sendings.iter().any(|sending| sending.doubtful) && self.is_answered();
        if process.has_answer || is_noted {
            return Err("sent again after an answer that proves nothing".to_owned());
        }
        if !process.is_submit && self.all_were_told_no() {
            return Err("false end: every caller was told that it took no effect".to_owned());
        }
        Ok(())
    }

    /// Whether the journal has ever kept an answer since the order was begun.
    fn is_answered(&self) -> bool {
        let record = OrderJournal::read(&self.journal, &self.key);
        let record = record.now_or_never().unwrap().unwrap();
        record.is_some_and(|record| matches!(record.intent.state, IntentState::Answered { .. }))
    }

    fn all_were_told_no(&self) -> bool {
        let running = self.processes.iter().any(|process| process.is_submit);
        !running
            && self.crashed == 0
            && !self.told.is_empty()
            && self.told.iter().all(|told| *told == Told::No)
    }

    fn ended(&mut self, at: usize, result: &Result<End, Error>) -> Verdict {
        let process = self.processes.remove(at);
        let told = match result {
            Ok(End::Submitted(_)) => Told::Yes,
            Err(error) if error.outcome() != crate::Outcome::Unknown => Told::No,
            _ => Told::Unknown,
        };
        self.log
            .push(format!("{:?} {} ends: {told:?}", self.time, process.id));
        if process.is_submit {
            self.told.push(told);
        }
        let own = |sending: &&Sending| sending.by == process.id && sending.commits.is_some();
        match told {
            Told::Yes if !self.is_there() => Err("false end: it did not take effect".to_owned()),
            Told::No if self.sendings.iter().any(|sending| own(&sending)) => {
                Err("false end: it took effect, and its caller was told no".to_owned())
            }
            _ => Ok(()),
        }
    }

    fn over(&self) -> Verdict {
        let commits = self.sendings.iter().filter(|one| one.commits.is_some());
        match commits.count() {
            0 => Ok(()),
            1 if self.all_were_told_no() => Err("false end: all were told no".to_owned()),
            1 => Ok(()),
            _ => Err("doubled".to_owned()),
        }
    }
}

/// Runs one history; what went wrong, with what happened.
fn history(seed: u64, without: Without) -> Result<usize, String> {
    let mut world = World::new(seed, without);
    world.start(true);
    let verdict = (|| {
        let mut steps = 0;
        while steps < 400 && (!world.processes.is_empty() || world.started < 3) {
            world.happen()?;
            steps += 1;
        }
        // Calm: those that are left end, and one more looks after what is open.
        world.faults = false;
        world.pass(Duration::from_secs(60));
        world.start(false);
        while !world.processes.is_empty() && steps < 3000 {
            world.happen()?;
            steps += 1;
        }
        match world.processes.is_empty() {
            true => world.over(),
            false => Err("it does not end".to_owned()),
        }
    })();
    match verdict {
        Ok(()) => Ok(world.sendings.len()),
        Err(why) => Err(format!("seed {seed}: {why}\n{}", world.log.join("\n"))),
    }
}

fn first_fault(without: Without, what: &str) -> Option<u64> {
    (0..20_000).find(|seed| matches!(history(*seed, without), Err(why) if why.contains(what)))
}

#[test]
fn no_order_is_doubled_and_every_end_tells_the_truth() {
    let asked = std::env::var("RETM_ORDER_HISTORIES").ok();
    let histories = asked.map_or(HISTORIES, |asked| asked.parse().unwrap());
    let (mut sendings, mut more) = (0, 0);
    for seed in 0..histories {
        match history(seed, Without::Nothing) {
            Ok(sent) => {
                sendings += sent;
                more += usize::from(sent > 1);
            }
            Err(why) => panic!("{why}"),
        }
    }
    println!("{histories} histories, {sendings} sendings, {more} histories with more than one");
    // The histories are worth something: orders are sent, and sent again.
    assert!(sendings as u64 > histories && more as u64 > histories / 10);
}

#[test]
fn without_the_window_an_order_is_doubled() {
    let seed = first_fault(Without::Window, "doubled");
    assert!(seed.is_some());
}

#[test]
fn without_the_proof_an_end_is_false() {
    let seed = first_fault(Without::Proof, "false end: it did not take effect");
    assert!(seed.is_some());
}

#[test]
fn with_a_proofless_answer_taken_for_none_an_order_is_sent_again() {
    let seed = first_fault(Without::Answered, "sent again after an answer");
    assert!(seed.is_some());
}
