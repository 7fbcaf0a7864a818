//! A journal that stops at a step, as a process that is killed there, or held up, would.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use futures::future::BoxFuture;
use retm::store::{
    Begun, GrantKey, IntentKey, IntentRecord, IntentState, NewIntent, OrderJournal, StoreError,
    StoreErrorKind,
};
use retm_tests::Gate;

/// Where in a step it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// Before the step changes anything.
    Before,
    /// After the step has changed what it changes, and before anybody is told.
    After,
}

/// What happens there.
#[derive(Clone)]
pub(crate) enum What {
    /// Nothing more, until the gate opens.
    Stop(Gate),
    /// The step fails, and so does every further one until that is over.
    Fail,
}

/// A journal in which something happens at one step. Clones count the steps together.
#[derive(Clone)]
pub(crate) struct Steps<J> {
    inner: J,
    left: Arc<AtomicI64>,
    at: At,
    what: What,
    reached: Arc<AtomicBool>,
    mended: Arc<AtomicBool>,
}

impl<J> Steps<J> {
    /// Something happens at that step, from 0.
    pub(crate) fn new(inner: J, step: i64, at: At, what: What) -> Self {
        Self {
            inner,
            left: Arc::new(AtomicI64::new(step)),
            at,
            what,
            reached: Arc::default(),
            mended: Arc::default(),
        }
    }

    /// Whether it came to that step.
    pub(crate) fn is_reached(&self) -> bool {
        self.reached.load(Ordering::SeqCst)
    }

    /// From now on no step fails.
    pub(crate) fn mend(&self) {
        self.mended.store(true, Ordering::SeqCst);
    }

    async fn pass<'a, T: Send>(
        &self,
        step: impl FnOnce() -> BoxFuture<'a, Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        let left = self.left.fetch_sub(1, Ordering::SeqCst);
        let here = match self.what {
            What::Stop(_) => left == 0,
            What::Fail => left <= 0 && !self.mended.load(Ordering::SeqCst),
        };
        if !here {
            return step().await;
        }
        if self.at == At::Before {
            self.happen().await?;
            return step().await;
        }
        let result = step().await;
        self.happen().await?;
        result
    }

    async fn happen(&self) -> Result<(), StoreError> {
        self.reached.store(true, Ordering::SeqCst);
        match &self.what {
            What::Stop(gate) => {
                gate.pass().await;
                Ok(())
            }
            What::Fail => Err(StoreError::new(
                StoreErrorKind::Unavailable,
                "the journal is away",
            )),
        }
    }
}

macro_rules! steps {
    ($($name:ident($($argument:ident: $type:ty),*) -> $result:ty;)*) => {
        $(
            fn $name<'a>(
                &'a self,
                $($argument: $type,)*
            ) -> BoxFuture<'a, Result<$result, StoreError>> {
                // A step of the memory's begins when it is called.
                Box::pin(self.pass(move || self.inner.$name($($argument),*)))
            }
        )*
    };
}

impl<J: OrderJournal> OrderJournal for Steps<J> {
    steps! {
        begin(key: &'a IntentKey, intent: &'a NewIntent, owner: &'a str, lease: Duration) -> Begun;
        resume(key: &'a IntentKey, owner: &'a str, lease: Duration) -> Option<Begun>;
        read(key: &'a IntentKey) -> Option<IntentRecord>;
        advance(key: &'a IntentKey, owner: &'a str, state: &'a IntentState, lease: Duration) -> bool;
        renew(key: &'a IntentKey, owner: &'a str, lease: Duration) -> bool;
        release(key: &'a IntentKey, owner: &'a str) -> ();
        pending(grant: Option<&'a GrantKey>) -> Vec<IntentKey>;
    }
}
