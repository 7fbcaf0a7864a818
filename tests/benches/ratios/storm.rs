//! Calls of several businesses while another one of the same client is answered 429 by a server that it hammers.
//!
//! A business that was refused is held back by its own limiter, and then one request a second probes. So each storm is one
//! of another business, which begins with everybody's request at once, and how many were refused is a figure too.

use std::time::{Duration, Instant};

use futures::future::join_all;
use retm::{Business, Credentials, Retm};
use tokio::task::JoinSet;

use crate::answers::STORM;
use crate::harness::{ROUNDS, Row, Target, median};
use crate::server::Server;
use crate::warm_call::block_on;

const SUBJECT: &str = "one business in a 429 storm";
const OTHERS: usize = 8;
/// How often a round measures each side.
const TURNS: usize = 4;
/// Of each of the others in a turn.
const CALLS: usize = 2_000;
const HAMMERING: usize = 100;

pub(crate) fn rows() -> Vec<Row> {
    let server = Server::start();
    block_on(async {
        let retm = Retm::builder()
            .base_url(server.of_business())
            .credentials(Credentials::new("app", "a-secret-of-the-bench"))
            .build()
            .unwrap();
        let others: Vec<Business> = (0..OTHERS)
            .map(|number| retm.business(&format!("calm-{number}")).unwrap())
            .collect();
        work(&others).await;

        let (mut ratios, mut storms) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            let mut refused = 0;
            let (mut during, mut without) = (Duration::ZERO, Duration::ZERO);
            // Each side comes first every second time.
            for turn in 0..TURNS {
                if turn % 2 == 0 {
                    without += work(&others).await;
                }
                let name = format!("{STORM}{round}-{turn}");
                let stormy = retm.business(&name).unwrap();
                let mut storm = JoinSet::new();
                for _ in 0..HAMMERING {
                    storm.spawn(hammer(stormy.clone()));
                }
                during += work(&others).await;
                storm.shutdown().await;
                refused += server.requests(&name).await;
                if turn % 2 == 1 {
                    without += work(&others).await;
                }
            }
            storms.push(refused as f64);
            ratios.push(without.as_secs_f64() / during.as_secs_f64());
            eprintln!("{during:?} in a storm of {refused} requests, {without:?} without");
        }
        vec![
            Row::ratio(
                SUBJECT,
                "the others' throughput : without the storm",
                median(ratios),
                Target::AtLeast(0.95),
            ),
            Row::count(
                SUBJECT,
                "requests refused in four storms of 100 callers",
                median(storms),
                "",
                // Some callers may come when the first was refused already.
                Target::AtLeast((TURNS * HAMMERING) as f64 / 2.0),
            ),
        ]
    })
}

/// Calls over and over, whatever comes of it.
async fn hammer(business: Business) {
    loop {
        let refused = business.branches().list().await;
        assert!(refused.is_err());
        // A call that is refused before it is sent has not waited for anything.
        tokio::task::yield_now().await;
    }
}

/// The calls of all others at the same time.
async fn work(others: &[Business]) -> Duration {
    let start = Instant::now();
    join_all(others.iter().map(async |business| {
        for _ in 0..CALLS {
            let page = business.branches().list().await.unwrap();
            assert_eq!(page.items().len(), 2);
        }
    }))
    .await;
    start.elapsed()
}
