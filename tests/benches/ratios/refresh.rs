//! Calls while their token is renewed ahead of time at a token endpoint that takes 200 ms, against calls without.

use std::time::Duration;

use futures::{FutureExt, StreamExt};
use retm::{Credentials, GrantEventKind, Retm};
use retm_tests::ManualClock;

use crate::answers::SLOW_TOKENS;
use crate::harness::{ROUNDS, Row, Target, Times, median, timed_call};
use crate::server::Server;
use crate::warm_call::block_on;

const SUBJECT: &str = "calls during a refresh";
/// How many refreshes there are in a round; some hundred calls go by in each.
const REFRESHES: usize = 8;
/// From a fresh token into its advisory window, well before the mandatory one.
const TO_ADVISORY: Duration = Duration::from_secs(86_400 - 200);

pub(crate) fn rows() -> Vec<Row> {
    let server = Server::start();
    block_on(async {
        let clock = ManualClock::default();
        let retm = Retm::builder()
            .base_url(server.of_business())
            .credentials(Credentials::new("app", "a-secret-of-the-bench"))
            .clock(clock.clone())
            .build()
            .unwrap();
        let business = retm.business(SLOW_TOKENS).unwrap();
        let mut call = async || {
            let page = business.branches().list().await.unwrap();
            assert_eq!(page.items().len(), 2);
        };
        let mut events = retm.grant_events();
        for _ in 0..500 {
            call().await;
        }
        while events.next().now_or_never().is_some() {}

        let (mut p50, mut p99) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let (mut during, mut without) = (Times::default(), Times::default());
            for _ in 0..REFRESHES {
                clock.advance(TO_ADVISORY);
                let mut calls = 0;
                loop {
                    during.push(timed_call(&mut call).await);
                    calls += 1;
                    if let Some(event) = events.next().now_or_never() {
                        let kind = event.unwrap().kind;
                        assert!(matches!(kind, GrantEventKind::Refreshed { .. }), "{kind:?}");
                        break;
                    }
                }
                assert!(calls > 50, "calls waited for the refresh: {calls} in it");
                for _ in 0..calls {
                    without.push(timed_call(&mut call).await);
                }
            }
            let ratio = |share| during.quantile(share) / without.quantile(share);
            p50.push(ratio(0.5));
            p99.push(ratio(0.99));
            eprintln!(
                "p99 {:.1} µs : {:.1} µs",
                during.quantile(0.99) * 1e6,
                without.quantile(0.99) * 1e6
            );
        }
        vec![
            Row::ratio(SUBJECT, "during : without, p50", median(p50), Target::None),
            Row::ratio(
                SUBJECT,
                "during : without, p99",
                median(p99),
                Target::AtMost(1.1),
            ),
        ]
    })
}
