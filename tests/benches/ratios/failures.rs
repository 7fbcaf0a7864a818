//! Requests per call and calls answered where each request fails by itself, with the default budget and without one.

use retm::{Budget, Credentials, Retm};
use retm_tests::NoWait;

use crate::answers::FAILS;
use crate::harness::{ROUNDS, Row, Target, median};
use crate::server::Server;
use crate::warm_call::block_on;

const CALLS: usize = 5_000;

pub(crate) fn rows() -> Vec<Row> {
    let server = Server::start();
    let mut rows = Vec::new();
    for percent in [10, 50, 90] {
        let [default, unlimited] = block_on(compare(&server, percent));
        let subject = format!("{percent} % of requests fail");
        let mut row = |compared: &str, figures, unit, target| {
            rows.push(Row::count(
                &subject,
                compared,
                median(figures),
                unit,
                target,
            ));
        };
        let most = if percent == 10 {
            Target::None
        } else {
            Target::AtMost(1.2)
        };
        let least = if percent == 10 {
            Target::AtLeast(99.8)
        } else {
            Target::None
        };
        row(
            "requests, default budget",
            default.requests,
            " per call",
            most,
        );
        row(
            "calls answered, default budget",
            default.answered,
            " %",
            least,
        );
        row(
            "requests, no budget",
            unlimited.requests,
            " per call",
            Target::None,
        );
        row(
            "calls answered, no budget",
            unlimited.answered,
            " %",
            Target::None,
        );
    }
    rows
}

/// What the rounds give.
#[derive(Default)]
struct Figures {
    requests: Vec<f64>,
    answered: Vec<f64>,
}

async fn compare(server: &Server, percent: u64) -> [Figures; 2] {
    let mut figures = [Figures::default(), Figures::default()];
    for round in 0..ROUNDS {
        let sides = [
            ("default", Budget::default()),
            ("none", Budget::unlimited()),
        ];
        for ((name, budget), figures) in sides.into_iter().zip(&mut figures) {
            // Each round has dice of its own, and a client that has saved up nothing.
            let business = format!("{FAILS}{percent}-{round}-{name}");
            let answered = calls(server, &business, budget).await;
            let requests = server.requests(&business).await;
            figures.requests.push(requests as f64 / CALLS as f64);
            figures
                .answered
                .push(100.0 * answered as f64 / CALLS as f64);
        }
    }
    figures
}

/// Makes the calls; how many were answered.
async fn calls(server: &Server, business: &str, budget: Budget) -> usize {
    let retm = Retm::builder()
        .base_url(server.of_business())
        .credentials(Credentials::new("app", "a-secret-of-the-bench"))
        .retry_budget(budget)
        .sleep(NoWait::default())
        .build()
        .unwrap();
    let business = retm.business(business).unwrap();
    let mut answered = 0;
    for _ in 0..CALLS {
        match business.branches().list().await {
            Ok(page) => {
                assert_eq!(page.items().len(), 2);
                answered += 1;
            }
            Err(error) => assert_eq!(error.status().map(|status| status.as_u16()), Some(503)),
        }
    }
    answered
}
