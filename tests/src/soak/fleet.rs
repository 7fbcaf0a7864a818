//! Processes that share a store: one refresh, whoever is killed meanwhile.

use std::time::Duration;

use retm_sandbox::{Fault, FaultKind, Sandbox};

use super::process::{Shared, Worker};
use super::report::expect;
use super::worker::TASKS;
use super::{Broken, Run, place};
use crate::{client, until};

/// How many processes share the store.
pub(super) const PROCESSES: usize = 4;

/// Rounds in which the token of four processes with a hundred tasks each is refused; in every second one
/// the process that refreshes is killed. Refresh tokens are single-use, and a second use would revoke
/// the grant.
///
/// # Errors
///
/// Where a round makes more than one refresh, a call of a living process fails, or the grant is lost.
pub async fn fleet(program: &std::path::Path, store: &str, rounds: usize) -> Run {
    let sandbox = Sandbox::builder()
        .fault(Fault::new(FaultKind::ReuseRevokes))
        .start()
        .await?;
    let shared = Shared::new(program, &sandbox, store)?;
    install(&sandbox, &shared).await?;
    let mut workers = Vec::new();
    for _ in 0..PROCESSES {
        workers.push(shared.worker("tokens").await?);
    }
    for round in 0..rounds {
        sandbox.clear_requests();
        sandbox.expire_tokens("acme");
        let killed = round % 2 == 1;
        if killed {
            kill_one(&sandbox, &mut workers).await?;
        } else {
            tell(&mut workers).await?;
        }
        for worker in &mut workers {
            let said = worker.line().await?;
            let wanted = Some(format!("{TASKS} 0 "));
            expect("good calls of a process", &said, &wanted)?;
        }
        let tokens = sandbox.requests_for("exchange_token");
        // A request that its client has left has not been carried out.
        let carried_out = tokens.iter().filter(|one| one.status != 0);
        let statuses: Vec<u16> = carried_out.map(|one| one.status).collect();
        expect(
            &format!("refreshes of round {round}"),
            &statuses,
            &vec![200],
        )?;
        if killed {
            workers.push(shared.worker("tokens").await?);
        }
    }
    Ok(format!(
        "{PROCESSES} processes with {TASKS} tasks each on {}: {rounds} rounds, {} kills, 1 refresh a round, nothing revoked",
        place::engine(store),
        rounds / 2
    ))
}

/// Puts the grant of a code into the store: without its refresh token there is no way on.
async fn install(sandbox: &Sandbox, shared: &Shared) -> Result<(), Broken> {
    let retm = client(sandbox).store(shared.open().await?).build()?;
    retm.business("acme")?
        .authorize(sandbox.code("acme"))
        .await?;
    Ok(())
}

pub(super) async fn tell(workers: &mut [Worker]) -> Result<(), Broken> {
    for worker in workers {
        worker.tell("go").await?;
    }
    Ok(())
}

/// One process starts the refresh and is killed while the server has not carried it out.
async fn kill_one(sandbox: &Sandbox, workers: &mut Vec<Worker>) -> Result<(), Broken> {
    let Some(mut victim) = workers.pop() else {
        return Err(Broken::new("there is no process to kill"));
    };
    let delay = Fault::new(FaultKind::Delay(Duration::from_secs(60)));
    sandbox.add_fault(delay.on("exchange_token").times(1));
    victim.tell("go").await?;
    let struck = || {
        let faults = sandbox.faults();
        faults.last().is_some_and(|(_, times)| *times > 0)
    };
    until(struck).await;
    tell(workers).await?;
    victim.kill().await?;
    sandbox.clear_faults();
    sandbox.add_fault(Fault::new(FaultKind::ReuseRevokes));
    Ok(())
}
