//! What 429s teach of one business and group: hold everything until the time named, then let one
//! request probe, then more and more at once.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::oneshot;

use super::queue::Turn;

/// So many requests at once without a 429, and the trouble is over.
const RECOVERED: u32 = 64;

/// The state of a group that has seen a 429.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    /// Counts the holds: a 429 to a request that was sent before one says nothing new.
    hold: u64,
    /// Whether nothing is sent, and until when.
    held: bool,
    until: Duration,
    /// How many holds have followed each other without a success.
    strikes: u32,
    /// How many requests may be on their way at once, and how many are.
    window: u32,
    in_flight: u32,
    waiting: VecDeque<oneshot::Sender<Turn>>,
}

/// What a request that asks to be sent is told.
pub(super) enum Told {
    /// It may go, in this hold.
    Go(u64),
    /// Nothing is sent until then.
    HeldUntil(Duration),
    /// Others go first.
    Queue(oneshot::Receiver<Turn>),
}

impl Trouble {
    /// Asks for a place. Whoever has slept until a time need not look at the clock again.
    pub(super) fn ask(&mut self, now: Duration, slept_until: Option<Duration>) -> Told {
        if self.held {
            if now.max(slept_until.unwrap_or_default()) < self.until {
                return Told::HeldUntil(self.until);
            }
            self.held = false;
        }
        if self.in_flight < self.window {
            self.in_flight += 1;
            return Told::Go(self.hold);
        }
        let (waiter, turn) = oneshot::channel();
        self.waiting.push_back(waiter);
        Told::Queue(turn)
    }

    /// A 429 to a request that was let through in that hold. Gives when the next may be sent, and who
    /// must ask again.
    pub(super) fn strike(
        &mut self,
        of: u64,
        now: Duration,
        retry_after: Option<Duration>,
        backoff: impl FnOnce(u32) -> Duration,
    ) -> (Duration, Vec<oneshot::Sender<Turn>>) {
        let news = of == self.hold;
        if news {
            self.hold += 1;
            self.strikes = self.strikes.saturating_add(1);
            self.window = 1;
        }
        let wait = retry_after.unwrap_or_else(|| backoff(self.strikes));
        let until = now.saturating_add(wait);
        if !news && (retry_after.is_none() || until <= self.until) {
            return (self.until, Vec::new());
        }
        self.held = true;
        self.until = until;
        (until, self.waiting.drain(..).collect())
    }

    /// Gives a place back.
    pub(super) fn leave(&mut self, of: u64, answered: bool) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if answered && of == self.hold {
            self.strikes = 0;
            self.window = self.window.saturating_add(1);
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.window > RECOVERED
    }

    pub(super) fn hold(&self) -> u64 {
        self.hold
    }

    /// The next to go, with a place taken for it.
    pub(super) fn next(&mut self) -> Option<oneshot::Sender<Turn>> {
        if self.held || self.in_flight >= self.window {
            return None;
        }
        while let Some(waiter) = self.waiting.pop_front() {
            if !waiter.is_closed() {
                self.in_flight += 1;
                return Some(waiter);
            }
        }
        None
    }
}
