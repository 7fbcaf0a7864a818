//! What surrounds the processes of a history: the journal that fails, the server that lies, and the rules.

use bytes::Bytes;
use futures::FutureExt;

use super::super::super::answer::Reply;
use super::super::super::doubt::Doubt;
use super::super::super::lookup::Look;
use super::super::table::{answer, away, plan};
use super::super::*;
use super::{SETTLE, Sending, Told, Verdict, Without, World};
use crate::error::ErrorKind;
use crate::store::OrderJournal;

impl World {
    pub(super) fn release(&mut self, at: usize) {
        let owner = &self.processes[at].owner;
        let released = OrderJournal::release(&self.journal, &self.key, owner);
        released.now_or_never().unwrap().unwrap();
    }

    /// Asks the journal, which may fail before or after it has done what it was asked for.
    pub(super) fn ask(&mut self, at: usize, action: Action) -> Event {
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

    pub(super) fn look(&mut self, at: usize, scope: Scope) -> Look {
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
    pub(super) fn post(&mut self, at: usize, since: Duration) -> Result<(Reply, Duration), String> {
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

    pub(super) fn all_were_told_no(&self) -> bool {
        let running = self.processes.iter().any(|process| process.is_submit);
        !running
            && self.crashed == 0
            && !self.told.is_empty()
            && self.told.iter().all(|told| *told == Told::No)
    }

    pub(super) fn ended(&mut self, at: usize, result: &Result<End, Error>) -> Verdict {
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

    pub(super) fn over(&self) -> Verdict {
        let commits = self.sendings.iter().filter(|one| one.commits.is_some());
        match commits.count() {
            0 => Ok(()),
            1 if self.all_were_told_no() => Err("false end: all were told no".to_owned()),
            1 => Ok(()),
            _ => Err("doubled".to_owned()),
        }
    }
}
