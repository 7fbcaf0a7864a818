//! Callers that all go away while a refresh is on its way.

use std::collections::HashSet;
use std::time::Duration;

use futures::future::BoxFuture;
use retm::Business;
use retm_sandbox::{Fault, FaultKind, Sandbox};

use super::report::expect;
use super::valve::Valve;
use super::{Broken, Run};
use crate::{ManualClock, client};

/// How many callers there are each time.
const CALLERS: usize = 3;

/// Drops all callers so many times while a refresh waits for its answer, and some times at other points. The
/// refresh tokens are single-use, and the second use of one would revoke the grant.
///
/// # Errors
///
/// Where a grant is revoked or refreshed more than once, or the token of a refresh does not serve.
pub async fn drops(times: usize) -> Run {
    let sandbox = Sandbox::builder()
        .fault(Fault::new(FaultKind::ReuseRevokes))
        .start()
        .await?;
    let valve = Valve::before(sandbox.addr()).await?;
    let (direct, held) = (sandbox.addr().to_string(), valve.addr().to_string());
    let clock = ManualClock::default();
    let retm = client(&sandbox)
        .base_url(sandbox.base_url().replace(&direct, &held))
        .clock(clock.clone())
        .build()?;
    let acme = retm.business("acme")?;
    acme.authorize(sandbox.code("acme")).await?;
    let mut bearers = HashSet::new();
    for _ in 0..times {
        clock.advance(Duration::from_secs(3600));
        let bearer = during(&sandbox, &valve, &acme).await?;
        if !bearers.insert(bearer) {
            return Err(Broken::new("a token served that had served before"));
        }
    }
    let others = times / 4;
    anywhere(&sandbox, &acme, others).await?;
    Ok(format!(
        "all callers dropped {} times while a refresh waited for its answer, {others} times at other points: \
         a refresh each, whose token served; nothing revoked",
        bearers.len()
    ))
}

/// Drops the callers when the sandbox has spent the refresh token and its answer is not there yet. Gives the
/// token by which the next call is answered.
async fn during(sandbox: &Sandbox, valve: &Valve, acme: &Business) -> Result<String, Broken> {
    sandbox.expire_tokens("acme");
    sandbox.clear_requests();
    valve.shut();
    let mut callers = callers(acme);
    wait(&mut callers).await?;
    let answer = valve.held().await?;
    expect(
        "requests before the answer",
        &requests(sandbox),
        &vec![("exchange_token".to_owned(), 200)],
    )?;
    wait(&mut callers).await?;
    drop(callers);
    valve.open();
    acme.branches().list().await?;
    expect(
        "requests of a refresh and a call",
        &requests(sandbox),
        &vec![
            ("exchange_token".to_owned(), 200),
            ("list_branches".to_owned(), 200),
        ],
    )?;
    let lists = sandbox.requests_for("list_branches");
    let bearer = lists.first().and_then(|list| list.bearer());
    match bearer {
        Some(bearer) if answer.contains(bearer) => Ok(bearer.to_owned()),
        _ => Err(Broken::new("the token of the refresh does not serve")),
    }
}

/// Drops the callers at another point each time, from before the 401 to after the new token.
async fn anywhere(sandbox: &Sandbox, acme: &Business, times: usize) -> Result<(), Broken> {
    sandbox.clear_requests();
    for round in 0..times {
        sandbox.expire_tokens("acme");
        let mut callers = callers(acme);
        for _ in 0..round % 40 {
            for caller in &mut callers {
                if futures::poll!(&mut *caller).is_ready() {
                    *caller = Box::pin(futures::future::pending());
                }
            }
            tokio::task::yield_now().await;
        }
        drop(callers);
        acme.branches().list().await?;
    }
    let tokens = sandbox.requests_for("exchange_token");
    let refused = tokens.iter().filter(|one| one.status != 200).count();
    expect("refused token requests", &refused, &0)?;
    expect("token requests", &tokens.len(), &times)
}

type Call = BoxFuture<'static, Result<retm::Page<retm::types::Branch>, retm::Error>>;

fn callers(acme: &Business) -> Vec<Call> {
    (0..CALLERS)
        .map(|_| acme.branches().list().into_future())
        .collect()
}

/// Has each of them go as far as it comes, which is not its end.
async fn wait(callers: &mut [Call]) -> Result<(), Broken> {
    for caller in callers {
        if futures::poll!(caller).is_ready() {
            return Err(Broken::new("a caller did not wait for the refresh"));
        }
    }
    Ok(())
}

/// What came since the last look: operations and statuses.
fn requests(sandbox: &Sandbox) -> Vec<(String, u16)> {
    let requests = sandbox.requests();
    let line = |one: &retm_sandbox::LoggedRequest| {
        (one.operation_id.clone().unwrap_or_default(), one.status)
    };
    requests.iter().map(line).collect()
}
