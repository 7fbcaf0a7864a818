//! A crowd of tasks in one process: one token request, whatever is wrong with the token.

use std::time::Duration;

use futures::StreamExt;
use futures::future::maybe_done;
use futures::stream;
use retm::Business;
use retm_sandbox::Sandbox;

use super::report::expect;
use super::{Broken, Run};
use crate::{ManualClock, client};

/// How many tasks want a token at once.
const CROWD: usize = 1000;

/// How many of them use a socket at once.
const SOCKETS: usize = 64;

/// A thousand tasks with no token, with one that has expired, and with one that the API refuses.
///
/// # Errors
///
/// Where they make more than one token request each time, or a call fails.
pub async fn crowd() -> Run {
    let sandbox = Sandbox::start().await?;
    let clock = ManualClock::default();
    let retm = client(&sandbox).clock(clock.clone()).build()?;
    let acme = retm.business("acme")?;
    let asked = |times: usize| {
        let asked = sandbox.requests_for("exchange_token").len();
        expect("token requests of a thousand tasks", &asked, &times)
    };
    all(&acme).await?;
    asked(1)?;
    clock.advance(Duration::from_secs(3600));
    all(&acme).await?;
    asked(2)?;
    sandbox.expire_tokens("acme");
    all(&acme).await?;
    asked(3)?;
    Ok("1,000 tasks with no token, an expired and a refused one: 1 token request each".to_owned())
}

/// Has every task under way before the first is answered.
async fn all(acme: &Business) -> Result<(), Broken> {
    let mut calls: Vec<_> = (0..CROWD)
        .map(|_| Box::pin(maybe_done(acme.branches().list().into_future())))
        .collect();
    for call in &mut calls {
        let _ = futures::poll!(call);
    }
    let answers = stream::iter(calls).map(|mut call| async move {
        call.as_mut().await;
        call.as_mut().take_output()
    });
    let mut answers = answers.buffer_unordered(SOCKETS);
    while let Some(answer) = answers.next().await {
        answer.ok_or_else(|| Broken::new("a call has no outcome"))??;
    }
    Ok(())
}
