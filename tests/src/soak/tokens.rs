//! A crowd of tasks in one process: one token request, whatever is wrong with the token.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::BoxFuture;
use retm::types::Secret;
use retm::{Business, Credentials, CredentialsProvider, RefreshPolicy};
use retm_sandbox::Sandbox;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::report::expect;
use super::{Broken, Run};
use crate::{ManualClock, client, until};

/// How long the crowd may take to gather.
const PATIENCE: Duration = Duration::from_secs(120);

/// How many tasks want a token at once.
const CROWD: usize = 1000;

/// A thousand tasks with no token, with one that has expired, and with one that the API refuses.
///
/// All their calls go over one HTTP/2 connection, since a process may not open sockets for a thousand everywhere.
///
/// # Errors
///
/// Where they make more than one token request each time, or a call fails.
pub async fn crowd() -> Run {
    let sandbox = Arc::new(Sandbox::start().await?);
    let clock = ManualClock::default();
    let app = App {
        credentials: Credentials::new(sandbox.client_id(), sandbox.client_secret()),
        sandbox: sandbox.clone(),
        begun: Arc::default(),
    };
    let http = reqwest::Client::builder()
        .http2_prior_knowledge()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy();
    let retm = client(&sandbox)
        .http_client(http.build()?)
        .credentials(app.clone())
        .clock(clock.clone())
        // On a busy machine it takes a while until the whole crowd is there.
        .refresh_policy(RefreshPolicy::default().lease(PATIENCE))
        .attempt_timeout(PATIENCE)
        .overall_timeout(2 * PATIENCE)
        .build()?;
    let acme = retm.business("acme")?;

    let cold = app.wants(&acme).await?;
    expect("calls of tasks without a token", &cold, &Calls::answered())?;
    clock.advance(Duration::from_secs(3600));
    let expired = app.wants(&acme).await?;
    expect("calls with an expired one", &expired, &Calls::answered())?;
    sandbox.expire_tokens("acme");
    let refused = app.wants(&acme).await?;
    // Whoever comes after the first refusal does not send the token again.
    let some = (1..=CROWD).contains(&refused.refused);
    expect("some calls that were refused", &some, &true)?;
    let wanted = Calls {
        refused: refused.refused,
        ..Calls::answered()
    };
    expect("calls with one that is refused", &refused, &wanted)?;
    Ok(
        "1,000 tasks at once with no token, an expired and a refused one: 1 token request each"
            .to_owned(),
    )
}

/// What the sandbox was asked.
#[derive(Debug, PartialEq)]
struct Calls {
    tokens: usize,
    answered: usize,
    refused: usize,
}

impl Calls {
    /// All calls are answered, by one token.
    fn answered() -> Self {
        Self {
            tokens: 1,
            answered: CROWD,
            refused: 0,
        }
    }
}

/// The app's credentials. They are given for a token request only when the whole crowd has begun.
#[derive(Clone)]
struct App {
    credentials: Credentials,
    sandbox: Arc<Sandbox>,
    /// Tasks that have begun their call.
    begun: Arc<AtomicUsize>,
}

impl App {
    /// Has each task of a crowd make a call, released together; what the sandbox was asked.
    async fn wants(&self, acme: &Business) -> Result<Calls, Broken> {
        self.sandbox.clear_requests();
        self.begun.store(0, Ordering::SeqCst);
        let barrier = Arc::new(Barrier::new(CROWD));
        let mut tasks = JoinSet::new();
        for _ in 0..CROWD {
            let (acme, barrier) = (acme.clone(), barrier.clone());
            let begun = self.begun.clone();
            tasks.spawn(async move {
                barrier.wait().await;
                let mut call = acme.branches().list().into_future();
                let first = futures::poll!(&mut call);
                begun.fetch_add(1, Ordering::SeqCst);
                match first.is_pending() {
                    true => Ok(call.await?),
                    false => Err(Broken::new("a call was over before its token was there")),
                }
            });
        }
        while let Some(ended) = tasks.join_next().await {
            ended??;
        }
        let lists = self.sandbox.requests_for("list_branches");
        let of = |status| lists.iter().filter(|list| list.status == status).count();
        Ok(Calls {
            tokens: self.sandbox.requests_for("exchange_token").len(),
            answered: of(200),
            refused: of(401),
        })
    }
}

impl CredentialsProvider for App {
    fn client_id(&self) -> &str {
        self.credentials.client_id()
    }

    fn client_secret(&self) -> BoxFuture<'_, Result<Secret, Box<dyn Error + Send + Sync>>> {
        Box::pin(async {
            until(|| self.begun.load(Ordering::SeqCst) == CROWD).await;
            self.credentials.client_secret().await
        })
    }
}
