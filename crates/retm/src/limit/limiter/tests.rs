use std::sync::atomic::AtomicUsize;
use std::time::SystemTime;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::time::Instant;

use super::*;
use crate::random::SystemRandom;
use crate::time::{Clock, Sleep};

const SECOND: Duration = Duration::from_secs(1);

/// Tokio's own time, which the tests pause.
#[derive(Clone, Copy)]
struct Paused(Instant);

impl Clock for Paused {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }
}

impl Sleep for Paused {
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

fn timers() -> Timers {
    let paused = Paused(Instant::now());
    Timers {
        clock: Arc::new(paused),
        sleep: Arc::new(paused),
        random: Arc::new(SystemRandom),
    }
}

fn limiter(quota: Option<Quota>) -> Arc<Limiter> {
    Arc::new(Limiter::new("Orders", quota))
}

/// A 429 that asks for a wait.
fn refused(permit: Permit, timers: &Timers, seconds: u64) {
    permit.refused(
        timers.clock.monotonic(),
        Some(Duration::from_secs(seconds)),
        |_| unreachable!("the answer names its wait"),
    );
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_while_all_is_well() {
    let (timers, limiter) = (timers(), limiter(None));
    for _ in 0..1000 {
        let permit = limiter.admit(&timers, Duration::ZERO, None);
        permit.now_or_never().unwrap().unwrap().answered();
    }
}

#[tokio::test(start_paused = true)]
async fn a_quota_spreads_requests() {
    let (timers, limiter) = (timers(), limiter(Some(Quota::per_second(2).burst(2))));
    let mut at = Vec::new();
    for _ in 0..5 {
        limiter.admit(&timers, 60 * SECOND, None).await.unwrap();
        at.push(timers.clock.monotonic().as_millis());
    }
    assert_eq!(at, [0, 0, 500, 1000, 1500]);
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_outlasts_the_deadline_is_refused_at_once_and_costs_nothing() {
    let (timers, limiter) = (timers(), limiter(Some(Quota::per_second(1))));
    limiter.admit(&timers, SECOND, None).await.unwrap();
    for _ in 0..3 {
        let refusal = limiter.admit(&timers, SECOND, None).now_or_never();
        assert_eq!(refusal.unwrap().unwrap_err(), Refusal(SECOND));
    }
    limiter.admit(&timers, 2 * SECOND, None).await.unwrap();
    assert_eq!(timers.clock.monotonic(), SECOND);
}

#[tokio::test(start_paused = true)]
async fn after_a_429_one_request_probes() {
    let (timers, limiter) = (timers(), limiter(None));
    let first = limiter.admit(&timers, 60 * SECOND, None).await.unwrap();
    refused(first, &timers, 5);
    let late = limiter.admit(&timers, 4 * SECOND, None).now_or_never();
    assert_eq!(late.unwrap().unwrap_err(), Refusal(5 * SECOND));

    let in_flight = Arc::new(AtomicUsize::new(0));
    let mut most_by_round = Vec::new();
    let (sender, mut admitted) = tokio::sync::mpsc::unbounded_channel();
    for _ in 0..40 {
        let (timers, limiter, sender) = (timers.clone(), limiter.clone(), sender.clone());
        let in_flight = in_flight.clone();
        tokio::spawn(async move {
            let permit = limiter.admit(&timers, 60 * SECOND, None).await.unwrap();
            in_flight.fetch_add(1, Ordering::SeqCst);
            sender.send(permit).unwrap();
        });
    }
    drop(sender);
    // Each round lets all requests that are on their way be answered.
    while let Some(permit) = admitted.recv().await {
        assert!(timers.clock.monotonic() >= 5 * SECOND);
        tokio::time::sleep(Duration::from_millis(1)).await;
        let mut round = vec![permit];
        while let Ok(permit) = admitted.try_recv() {
            round.push(permit);
        }
        most_by_round.push(round.len());
        round.into_iter().for_each(Permit::answered);
    }
    assert_eq!(most_by_round, [1, 2, 4, 8, 16, 9]);
}

#[tokio::test(start_paused = true)]
async fn a_429_to_the_probe_holds_everybody_again() {
    let (timers, limiter) = (timers(), limiter(None));
    let first = limiter.admit(&timers, 60 * SECOND, None).await.unwrap();
    refused(first, &timers, 5);
    let probe = limiter.admit(&timers, 60 * SECOND, None).await.unwrap();
    let waiting = tokio::spawn({
        let (timers, limiter) = (timers.clone(), limiter.clone());
        async move { limiter.admit(&timers, 60 * SECOND, None).await.map(drop) }
    });
    tokio::task::yield_now().await;
    refused(probe, &timers, 7);
    waiting.await.unwrap().unwrap();
    assert_eq!(timers.clock.monotonic(), 12 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_goes_away_leaves_its_place_to_the_next() {
    let (timers, limiter) = (timers(), limiter(None));
    let first = limiter.admit(&timers, 60 * SECOND, None).await.unwrap();
    refused(first, &timers, 1);
    let probe = limiter.admit(&timers, 60 * SECOND, None).await.unwrap();
    let mut gone = Box::pin(limiter.admit(&timers, 60 * SECOND, None));
    assert!((&mut gone).now_or_never().is_none());
    let mut next = Box::pin(limiter.admit(&timers, 60 * SECOND, None));
    assert!((&mut next).now_or_never().is_none());
    drop(gone);
    drop(probe);
    next.now_or_never().unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_does_not_move_ends_with_the_deadline() {
    let (timers, limiter) = (timers(), limiter(None));
    let first = limiter.admit(&timers, 60 * SECOND, None).await.unwrap();
    refused(first, &timers, 1);
    let _probe = limiter.admit(&timers, 60 * SECOND, None).await.unwrap();
    let refusal = limiter.admit(&timers, 9 * SECOND, None).await;
    assert_eq!(refusal.unwrap_err(), Refusal(Duration::ZERO));
    assert_eq!(timers.clock.monotonic(), 9 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn many_429s_at_once_are_one_strike() {
    let (timers, limiter) = (timers(), limiter(None));
    let mut permits = Vec::new();
    for _ in 0..50 {
        permits.push(limiter.admit(&timers, SECOND, None).await.unwrap());
    }
    let backoff = |strikes| SECOND * strikes;
    for permit in permits {
        let until = permit.refused(timers.clock.monotonic(), None, backoff);
        assert_eq!(until, SECOND);
    }
    let probe = limiter.admit(&timers, 60 * SECOND, None).await.unwrap();
    let until = probe.refused(timers.clock.monotonic(), None, backoff);
    assert_eq!(until, 3 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_late_429_that_names_a_later_time_counts() {
    let (timers, limiter) = (timers(), limiter(None));
    let slow = limiter.admit(&timers, SECOND, None).await.unwrap();
    let first = limiter.admit(&timers, SECOND, None).await.unwrap();
    refused(first, &timers, 1);
    refused(slow, &timers, 4);
    limiter.admit(&timers, 60 * SECOND, None).await.unwrap();
    assert_eq!(timers.clock.monotonic(), 4 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn the_trouble_is_forgotten_by_and_by() {
    let (timers, limiter) = (timers(), limiter(None));
    let first = limiter.admit(&timers, SECOND, None).await.unwrap();
    refused(first, &timers, 1);
    for _ in 0..64 {
        assert!(limiter.troubled.load(Ordering::Acquire));
        let permit = limiter.admit(&timers, 60 * SECOND, None).await.unwrap();
        permit.answered();
    }
    assert!(!limiter.troubled.load(Ordering::Acquire));
}

/// A limiter whose place of the first second is taken.
async fn quota_of_one_a_second() -> (Timers, Arc<Limiter>) {
    let (timers, limiter) = (timers(), limiter(Some(Quota::per_second(1))));
    drop(limiter.admit(&timers, 60 * SECOND, None).await.unwrap());
    (timers, limiter)
}

#[tokio::test(start_paused = true)]
async fn a_request_that_goes_away_leaves_its_place_in_the_quota() {
    let (timers, limiter) = quota_of_one_a_second().await;
    for _ in 0..100 {
        let leaves = limiter.admit(&timers, 60 * SECOND, None).now_or_never();
        assert!(leaves.is_none());
    }
    limiter.admit(&timers, 60 * SECOND, None).await.unwrap();
    assert_eq!(timers.clock.monotonic(), SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_place_with_others_behind_it_is_not_given_twice() {
    let (timers, limiter) = quota_of_one_a_second().await;
    let leaves = limiter.admit(&timers, 60 * SECOND, None);
    let mut leaves = Box::pin(leaves);
    assert!((&mut leaves).now_or_never().is_none());
    let stays = limiter.admit(&timers, 60 * SECOND, None);
    let mut stays = Box::pin(stays);
    assert!((&mut stays).now_or_never().is_none());
    drop(leaves);
    // The one that stays goes at 2 s; nobody may go with it.
    limiter.admit(&timers, 60 * SECOND, None).await.unwrap();
    assert_eq!(timers.clock.monotonic(), 3 * SECOND);
    stays.await.unwrap();
}
