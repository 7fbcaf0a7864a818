//! A crowd of tasks in one process: one token request, whatever is wrong with the token.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::future::BoxFuture;
use retm::types::Secret;
use retm::{Business, Credentials, CredentialsProvider, RefreshPolicy};
use retm_sandbox::{Fault, FaultKind, Sandbox};
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
    // It strikes at every list, does nothing, and counts them.
    let counted = Fault::new(FaultKind::Delay(Duration::ZERO)).on("list_branches");
    let sandbox = Arc::new(Sandbox::builder().fault(counted).start().await?);
    let clock = ManualClock::default();
    let app = App {
        credentials: Credentials::new(sandbox.client_id(), sandbox.client_secret()),
        sandbox: sandbox.clone(),
        wanting: Arc::default(),
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

    let cold = app.wants(&acme, Want::Any).await?;
    expect("calls of tasks without a token", &cold, &Calls::answered())?;
    clock.advance(Duration::from_secs(3600));
    let expired = app.wants(&acme, Want::Any).await?;
    expect("calls with an expired one", &expired, &Calls::answered())?;
    sandbox.expire_tokens("acme");
    let refused = app.wants(&acme, Want::Another).await?;
    let wanted = Calls {
        refused: CROWD,
        ..Calls::answered()
    };
    expect("calls with one that is refused", &refused, &wanted)?;
    Ok(
        "1,000 tasks at once with no token, an expired and a refused one: 1 token request each"
            .to_owned(),
    )
}

/// What tasks ask for.
#[derive(Clone, Copy)]
enum Want {
    /// A token, before they send anything.
    Any,
    /// Another token than the one that was refused.
    Another,
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

/// The app's credentials. They are given for a token request only when the whole crowd wants a token.
#[derive(Clone)]
struct App {
    credentials: Credentials,
    sandbox: Arc<Sandbox>,
    wanting: Arc<Wanting>,
}

/// What has to be before the credentials are given.
#[derive(Default)]
struct Wanting {
    /// Tasks that have begun their call.
    begun: AtomicUsize,
    /// Lists that have to come before the credentials are given.
    lists: AtomicUsize,
}

impl App {
    /// Has each task of a crowd make a call, released together; what the sandbox was asked.
    async fn wants(&self, acme: &Business, want: Want) -> Result<Calls, Broken> {
        self.sandbox.clear_requests();
        self.wanting.begun.store(0, Ordering::SeqCst);
        let refused = match want {
            Want::Any => 0,
            Want::Another => CROWD,
        };
        let lists = self.lists() + refused;
        self.wanting.lists.store(lists, Ordering::SeqCst);
        let barrier = Arc::new(Barrier::new(CROWD));
        let mut tasks = JoinSet::new();
        for _ in 0..CROWD {
            let (acme, barrier) = (acme.clone(), barrier.clone());
            let wanting = self.wanting.clone();
            tasks.spawn(async move {
                barrier.wait().await;
                let mut call = acme.branches().list().into_future();
                let first = futures::poll!(&mut call);
                wanting.begun.fetch_add(1, Ordering::SeqCst);
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

    /// How many lists the sandbox has been asked for.
    fn lists(&self) -> usize {
        let faults = self.sandbox.faults();
        faults.iter().map(|(_, struck)| *struck as usize).sum()
    }
}

impl CredentialsProvider for App {
    fn client_id(&self) -> &str {
        self.credentials.client_id()
    }

    fn client_secret(&self) -> BoxFuture<'_, Result<Secret, Box<dyn Error + Send + Sync>>> {
        Box::pin(async {
            let wanting = &self.wanting;
            until(|| {
                wanting.begun.load(Ordering::SeqCst) == CROWD
                    && self.lists() == wanting.lists.load(Ordering::SeqCst)
            })
            .await;
            self.credentials.client_secret().await
        })
    }
}
