//! Processes that are killed after the server has spent the refresh token and before the store has the next.

use std::path::Path;
use std::time::Duration;

use retm::Business;
use retm::store::TokenStore;
use retm_sandbox::{Fault, FaultKind, Sandbox};
use retm_store::Store;

use super::fleet::{PROCESSES, tell};
use super::hold::Hold;
use super::process::{Shared, Worker};
use super::report::expect;
use super::worker::TASKS;
use super::{Broken, Run, place};
use crate::{client, until};

/// What a process says of its calls: all good, or all of them found the grant revoked.
const GOOD: (usize, usize) = (TASKS, 0);
const REVOKED: (usize, usize) = (0, TASKS);

/// When a process is killed.
#[derive(Clone, Copy)]
enum Moment {
    /// The server has carried the refresh out, and the answer is on its way.
    Answering,
    /// The new token serves in the process, and is not in the store yet.
    Writing,
}

/// Rounds in which the process that refreshes is killed with the only copy of a single-use refresh token.
/// The app's own credentials serve then, with one token request more; the grant of a code, in half as many
/// further rounds, is revoked, and known to be so without another request.
///
/// # Errors
///
/// Where more is sent than that, a living process's call fails that can be served, or one is served by what
/// is revoked.
pub async fn lost(program: &Path, store: &str, rounds: usize) -> Run {
    let sandbox = Sandbox::builder()
        .fault(Fault::new(FaultKind::ReuseRevokes))
        .start()
        .await?;
    let shared = Shared::new(program, &sandbox, store)?;
    let mut fleet = Fleet::start(sandbox, shared, store).await?;
    fleet.acme.branches().list().await?;
    // Calls do not wait for the store.
    while fleet.version().await?.is_none() {
        tokio::task::yield_now().await;
    }
    let codes = rounds.div_ceil(2);
    for round in 0..rounds {
        fleet.kill(moment(round)).await?;
        fleet.all_say(GOOD).await?;
        fleet.asked("200 refresh_token, 400 refresh_token, 200 client_credentials")?;
        fleet.replace().await?;
    }
    for round in 0..codes {
        // A token of the former grant would serve on.
        fleet.sandbox.expire_tokens("acme");
        let code = fleet.sandbox.code("acme");
        fleet.acme.authorize(code).await?;
        tell(&mut fleet.workers).await?;
        fleet.all_say(GOOD).await?;
        fleet.kill(moment(round + 1)).await?;
        fleet.all_say(REVOKED).await?;
        // That is known from now on, in a new process too, and nothing more is sent.
        fleet.replace().await?;
        tell(&mut fleet.workers).await?;
        fleet.all_say(REVOKED).await?;
        fleet.asked("200 refresh_token, 400 refresh_token")?;
    }
    Ok(format!(
        "{PROCESSES} processes with {TASKS} tasks each on {}: {rounds} kills after the server had spent the refresh \
         token, 1 refusal and 1 token by the app's credentials each, every living call good; {codes} kills of the \
         kind with the grant of a code, 1 refusal each, revoked for all until the next code",
        place::engine(store),
    ))
}

fn moment(round: usize) -> Moment {
    match round.is_multiple_of(2) {
        true => Moment::Answering,
        false => Moment::Writing,
    }
}

struct Fleet {
    sandbox: Sandbox,
    shared: Shared,
    store: Store,
    hold: Hold,
    /// Authorizes, and is not of the fleet.
    acme: Business,
    workers: Vec<Worker>,
}

impl Fleet {
    async fn start(sandbox: Sandbox, shared: Shared, url: &str) -> Result<Self, Broken> {
        let store = shared.open().await?;
        let retm = client(&sandbox).store(store.clone()).build()?;
        let mut fleet = Self {
            acme: retm.business("acme")?,
            hold: Hold::open(url).await?,
            workers: Vec::new(),
            sandbox,
            shared,
            store,
        };
        for _ in 0..PROCESSES {
            fleet.replace().await?;
        }
        Ok(fleet)
    }

    /// A new process in place of one that was killed.
    async fn replace(&mut self) -> Result<(), Broken> {
        self.workers.push(self.shared.worker("tokens").await?);
        Ok(())
    }

    /// Has the tokens refused, and one process killed at that moment of its refresh. The others are at it.
    async fn kill(&mut self, moment: Moment) -> Result<(), Broken> {
        let Some(mut victim) = self.workers.pop() else {
            return Err(Broken::new("there is no process to kill"));
        };
        self.sandbox.clear_requests();
        self.sandbox.expire_tokens("acme");
        let before = self.version().await?;
        let wait = match moment {
            Moment::Answering => Duration::from_secs(60),
            // Enough for the store to be held, and within the time of a token request.
            Moment::Writing => Duration::from_millis(400),
        };
        let late = Fault::new(FaultKind::AnswerLate(wait));
        self.sandbox.add_fault(late.on("exchange_token").times(1));
        victim.tell("go").await?;
        let answered = |operation: &str| {
            let requests = self.sandbox.requests_for(operation);
            requests.iter().any(|one| one.status == 200)
        };
        until(|| answered("exchange_token")).await;
        if matches!(moment, Moment::Writing) {
            self.hold.take().await?;
            until(|| answered("list_branches")).await;
        }
        tell(&mut self.workers).await?;
        victim.kill().await?;
        let after = self.version().await?;
        expect("writes of the killed process", &after, &before)?;
        if matches!(moment, Moment::Writing) {
            self.hold.give_back().await?;
        }
        self.sandbox.clear_faults();
        self.sandbox.add_fault(Fault::new(FaultKind::ReuseRevokes));
        Ok(())
    }

    /// How often the grant has been written.
    async fn version(&self) -> Result<Option<u64>, Broken> {
        match self.store.grants().await?.pop() {
            Some((_, grant)) => Ok(Some(grant?.version)),
            None => Ok(None),
        }
    }

    /// Every process says that of all its calls.
    async fn all_say(&mut self, (good, revoked): (usize, usize)) -> Result<(), Broken> {
        let wanted = Some(format!("{good} {revoked} "));
        for worker in &mut self.workers {
            let said = worker.line().await?;
            expect("good and revoked calls of a process", &said, &wanted)?;
        }
        Ok(())
    }

    /// These token requests and no more, each with its answer.
    fn asked(&self, wanted: &str) -> Result<(), Broken> {
        let requests = self.sandbox.requests_for("exchange_token");
        let said = requests.iter().map(|request| {
            let body = request.json().unwrap_or_default();
            let grant_type = body["grant_type"].as_str().unwrap_or_default();
            format!("{} {grant_type}", request.status)
        });
        let said: Vec<String> = said.collect();
        expect("token requests", &said.join(", ").as_str(), &wanted)
    }
}
