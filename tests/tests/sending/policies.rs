//! Which failures are followed by another attempt, and when.

use std::time::{Duration, SystemTime};

use retm::{
    Backoff, FailedAttempt, Failure, NeverRetry, Outcome, Random, RetryPolicy, RetryTransient,
};
use retm_tests::server::{Server, answer, json};
use retm_tests::{ManualClock, NoWait};
use serde_json::json;

use crate::acme;

/// Waits a second for each failed attempt.
struct Seconds;

impl Backoff for Seconds {
    fn delay(&self, failed: u32, _: &dyn Random) -> Duration {
        Duration::from_secs(failed.into())
    }
}

/// Retries everything that it is asked about.
struct Everything;

impl RetryPolicy for Everything {
    fn retries(&self, _: &FailedAttempt) -> bool {
        true
    }
}

/// A server that always answers with that status.
async fn always(status: u16) -> Server {
    let server = Server::start(move |_| async move { json(status, &json!({"message": "no"})) });
    server.await.unwrap()
}

#[tokio::test]
async fn the_clients_policy_and_back_off_hold() {
    let (server, sleep) = (always(503).await, NoWait::default());
    let client = server.client().sleep(sleep.clone()).backoff(Seconds);
    let acme = acme(client.retry_policy(RetryTransient.attempts(4)));
    let error = acme.products().list().await.unwrap_err();
    assert!(error.is_server());
    assert_eq!((error.attempts(), server.resource_calls().len()), (4, 4));
    assert_eq!(sleep.waits(), [1, 2, 3].map(Duration::from_secs));
}

#[tokio::test]
async fn a_call_has_its_own() {
    let (server, sleep) = (always(503).await, NoWait::default());
    let acme = acme(
        server
            .client()
            .sleep(sleep.clone())
            .retry_policy(NeverRetry),
    );
    let list = acme.products().list();
    assert_eq!(list.clone().await.unwrap_err().attempts(), 1);
    let list = list
        .with_retry(RetryTransient.attempts(2))
        .with_backoff(Seconds);
    assert_eq!(list.clone().await.unwrap_err().attempts(), 2);
    assert_eq!(sleep.waits(), [Duration::from_secs(1)]);
    assert_eq!(list.without_retry().await.unwrap_err().attempts(), 1);
}

#[tokio::test]
async fn no_policy_sends_a_post_twice() {
    for status in [408, 429, 500, 502, 503, 504] {
        let server = always(status).await;
        let acme = acme(server.client().retry_policy(Everything));
        let cancel = acme.orders().cancel("01a").with_retry(Everything);
        let error = cancel.await.unwrap_err();
        assert_eq!(server.resource_calls().len(), 1, "{status}");
        let outcome = match status {
            429 => Outcome::Rejected,
            _ => Outcome::Unknown,
        };
        assert_eq!(error.outcome(), outcome, "{status}");
    }
}

#[tokio::test]
async fn a_policy_is_told_what_happened() {
    struct Recorder(std::sync::mpsc::SyncSender<FailedAttempt>);
    impl RetryPolicy for Recorder {
        fn retries(&self, failed: &FailedAttempt) -> bool {
            self.0.send(*failed).is_err()
        }
    }
    let server = always(409).await;
    let (sender, receiver) = std::sync::mpsc::sync_channel(9);
    let acme = acme(server.client());
    let list = acme.products().list().with_retry(Recorder(sender));
    assert!(list.await.unwrap_err().is_validation());
    let told = receiver.try_iter().collect::<Vec<_>>();
    let [failed] = &told[..] else {
        panic!("asked once: {told:?}");
    };
    assert_eq!((failed.operation, failed.attempts), ("list_products", 1));
    assert!(matches!(failed.failure, Failure::Status(status) if status == 409));
}

#[tokio::test]
async fn a_long_wait_says_when_to_come_back() {
    let server = Server::start(|_| async {
        let mut answer = answer(429, "application/json", "{}");
        let headers = answer.headers_mut();
        // The server's own clock does not matter where it names seconds.
        headers.insert("retry-after", "90".parse().unwrap());
        answer
    });
    let server = server.await.unwrap();
    let clock = ManualClock::default();
    clock.advance(Duration::from_secs(1000));
    let acme = acme(server.client().clock(clock));
    let error = acme.products().list().await.unwrap_err();
    assert!(error.is_rate_limited());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(90)));
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1090);
    assert_eq!(error.retry_at(), Some(at));
    insta::assert_snapshot!(error, @"list_products for acme: rate limited: the JSON body has another shape (status 429, retry after 90 s). Wait and send less often for this business.");
}

#[tokio::test]
async fn the_longest_wait_is_configurable() {
    let server = Server::start(|_| async {
        let mut answer = answer(503, "application/json", "{}");
        let headers = answer.headers_mut();
        headers.insert("retry-after", "30".parse().unwrap());
        answer
    });
    let (server, sleep) = (server.await.unwrap(), NoWait::default());
    let client = server.client().sleep(sleep.clone());
    let acme = acme(client.longest_retry_after(Duration::from_secs(30)));
    let error = acme.products().list().await.unwrap_err();
    assert_eq!((error.is_server(), error.attempts()), (true, 3));
    assert_eq!(sleep.waits(), [Duration::from_secs(30); 2]);
}

#[tokio::test]
async fn a_deadline_cuts_the_attempts_short() {
    let server = Server::start(|_| std::future::pending()).await.unwrap();
    let acme = acme(server.client());
    acme.token().await.unwrap();
    let list = acme.products().list();
    let list = list.with_deadline(Duration::from_millis(300));
    let error = list.await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(server.resource_calls().len(), 1);
    insta::assert_snapshot!(error, @"list_products for acme: no answer in time. Try again later or raise the time-out.");
}

#[tokio::test]
async fn an_attempt_has_a_time_of_its_own() {
    let server = Server::start(|_| std::future::pending()).await.unwrap();
    let acme = acme(server.client());
    let list = acme.products().list();
    let list = list.with_attempt_timeout(Duration::from_millis(20));
    let error = list.await.unwrap_err();
    assert_eq!((error.is_timeout(), error.attempts()), (true, 3));
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up() {
    let server = Server::start(|_| std::future::pending()).await.unwrap();
    let client = server.client().read_timeout(Duration::from_millis(300));
    let error = acme(client).products().list().await.unwrap_err();
    assert_eq!((error.is_timeout(), error.attempts()), (true, 3));
}
