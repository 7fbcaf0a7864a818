//! A call with a token at hand and a connection open, against the same request by reqwest alone.

use retm::{Business, Credentials, Retm};
use retm_types::BranchListing;

use crate::harness::{ROUNDS, Row, Target, interleave_calls, median};
use crate::server::Server;

const SUBJECT: &str = "warm call";
const CALLS: usize = 4_000;

/// Both sides of the comparison, warm.
pub(crate) struct Sides {
    pub(crate) server: Server,
    pub(crate) ours: Business,
    pub(crate) theirs: reqwest::Client,
    url: String,
}

impl Sides {
    /// Starts the server and sends some calls by each side.
    pub(crate) async fn start() -> Self {
        let server = Server::start();
        let http = || {
            reqwest::Client::builder()
                .user_agent("bench")
                .redirect(reqwest::redirect::Policy::none())
                .connect_timeout(std::time::Duration::from_secs(10))
                .no_proxy()
                .build()
                .unwrap()
        };
        let retm = Retm::builder()
            .base_url(&server.base_url)
            .credentials(Credentials::new("app", "a-secret-of-the-bench"))
            .http_client(http())
            .build()
            .unwrap();
        let sides = Self {
            ours: retm.business("acme").unwrap(),
            theirs: http(),
            url: format!("{}/api/v2/branches/list", server.base_url),
            server,
        };
        for _ in 0..200 {
            sides.our_call().await;
            sides.their_call().await;
        }
        sides
    }

    pub(crate) async fn our_call(&self) {
        let page = self.ours.branches().list().await.unwrap();
        assert_eq!(page.items().len(), 2);
    }

    pub(crate) async fn their_call(&self) {
        let answer = self
            .theirs
            .get(&self.url)
            .header("accept", "application/json")
            .bearer_auth("a-token-of-the-bench")
            .timeout(std::time::Duration::from_secs(30))
            .send()
            .await
            .unwrap()
            .error_for_status()
            .unwrap();
        let page: BranchListing = answer.json().await.unwrap();
        assert_eq!(page.items().len(), 2);
    }
}

/// A runtime of one thread: the server's process has the other core.
pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(work)
}

pub(crate) fn rows() -> Vec<Row> {
    block_on(async {
        let sides = Sides::start().await;
        let before = sides.server.connections(&sides.theirs).await;
        let (mut p50, mut p99) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let [ours, theirs] = interleave_calls(
                CALLS,
                async || sides.our_call().await,
                async || sides.their_call().await,
            )
            .await;
            p50.push(ours.quantile(0.5) / theirs.quantile(0.5));
            p99.push(ours.quantile(0.99) / theirs.quantile(0.99));
            eprintln!(
                "p50 {:.1} µs : {:.1} µs",
                ours.quantile(0.5) * 1e6,
                theirs.quantile(0.5) * 1e6
            );
        }
        let after = sides.server.connections(&sides.theirs).await;
        vec![
            Row::ratio(
                SUBJECT,
                "retm : bare reqwest, p50",
                median(p50),
                Target::AtMost(1.10),
            ),
            Row::ratio(
                SUBJECT,
                "retm : bare reqwest, p99",
                median(p99),
                Target::None,
            ),
            Row::count(
                SUBJECT,
                "new connections after the first, both sides",
                (after - before) as f64,
                "",
                Target::AtMost(0.0),
            ),
        ]
    })
}
