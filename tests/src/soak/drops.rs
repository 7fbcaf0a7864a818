//! Callers that all go away while a refresh is on its way.

use std::time::Duration;

use retm_sandbox::{Fault, FaultKind, Sandbox};

use super::Run;
use super::report::expect;
use crate::client;

/// Drops all callers during a refresh so many times; the refresh tokens are single-use, and the second
/// use of one would revoke the grant.
///
/// # Errors
///
/// Where a grant is revoked or refreshed more than once.
pub async fn drops(times: usize) -> Run {
    let sandbox = Sandbox::builder()
        .fault(Fault::new(FaultKind::ReuseRevokes))
        .fault(Fault::new(FaultKind::Delay(Duration::from_millis(1))).on("exchange_token"))
        .start()
        .await?;
    let retm = client(&sandbox).build()?;
    let acme = retm.business("acme")?;
    acme.authorize(sandbox.code("acme")).await?;
    for round in 0..times {
        sandbox.expire_tokens("acme");
        let mut callers: Vec<_> = (0..3)
            .map(|_| acme.branches().list().into_future())
            .collect();
        // They go away at another point each time, from before the 401 to after the new token.
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
    expect("token requests", &tokens.len(), &(times + 1))?;
    Ok(format!(
        "all callers dropped during a refresh {times} times: {times} refreshes, nothing revoked"
    ))
}
