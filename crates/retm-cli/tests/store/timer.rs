//! A timer for the waits of the command itself.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;

/// A timer whose waits are over when something has happened.
#[derive(Clone)]
pub(crate) struct Timer {
    asked: Arc<Mutex<Vec<Duration>>>,
    happens: Arc<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync>,
}

impl Timer {
    pub(crate) fn new<F>(happens: impl Fn(Duration) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self {
            asked: Arc::default(),
            happens: Arc::new(move |time| happens(time).boxed()),
        }
    }

    pub(crate) fn asked(&self) -> Vec<Duration> {
        self.asked.lock().unwrap().clone()
    }
}

impl retm::Sleep for Timer {
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.asked.lock().unwrap().push(duration);
        (self.happens)(duration)
    }
}
