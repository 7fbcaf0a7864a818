//! The errors of orders.

use std::time::Duration;

use crate::error::{Error, ErrorKind, Outcome};
use crate::store::StoreError;
use crate::time::whole_seconds;

/// Why it is not known what became of an order.
#[derive(Clone, Debug)]
pub(super) struct Doubt {
    why: String,
    cause: Option<Error>,
}

impl Doubt {
    pub(super) fn new(why: impl Into<String>) -> Self {
        let why = why.into();
        Self { why, cause: None }
    }

    /// A look-up that failed.
    pub(super) fn failed(error: Error) -> Self {
        Self {
            why: "the orders could not be listed; see the cause".to_owned(),
            cause: Some(error),
        }
    }

    /// It is not there, and has so long to appear.
    pub(super) fn unsettled(left: Duration) -> Self {
        let seconds = whole_seconds(left);
        Self::new(format!(
            "it is not there yet and may still take effect: its settle window ends in {seconds} s"
        ))
    }

    pub(super) fn of_store(error: StoreError) -> Self {
        Self {
            why: format!("the journal failed: {error}"),
            cause: Some(Error::of_store(error)),
        }
    }

    /// The error for an order that was looked for.
    pub(super) fn looked_for(self, reference: &str) -> Error {
        let why = format!(
            "it was looked for in the list of orders by its reference {reference:?}, but {}",
            self.why
        );
        in_doubt(why, self.cause)
    }
}

pub(super) fn in_doubt(
    why: impl Into<String>,
    cause: Option<impl std::error::Error + Send + Sync + 'static>,
) -> Error {
    let error = Error::new(ErrorKind::InDoubt).with_detail(why);
    match cause {
        Some(cause) => error.with_source(cause),
        None => error,
    }
}

/// The journal failed before anything was sent, and may hold the order all the same.
pub(super) fn store_before_sending(error: StoreError, left_behind: LeftBehind) -> Error {
    let (what, outcome) = match left_behind {
        LeftBehind::Nothing => ("nothing was sent", Outcome::NotSent),
        LeftBehind::Perhaps => (
            "nothing was sent; if the order was taken down all the same, `recover()` will send it",
            Outcome::Unknown,
        ),
        LeftBehind::Order => (
            "nothing was sent by this call, but the order stands in the journal and `recover()` will go on with it",
            Outcome::Unknown,
        ),
    };
    Error::new(ErrorKind::Store)
        .with_detail(format!("{error} ({what})"))
        .with_source(error)
        .with_outcome(outcome)
}

/// What a journal that failed holds of the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LeftBehind {
    Nothing,
    Perhaps,
    Order,
}

/// Somebody else is sending the order, and the time for waiting is up.
pub(super) fn held(reference: &str) -> Error {
    Error::new(ErrorKind::Timeout)
        .with_detail(format!(
            "somebody else is sending the order of reference {reference:?}"
        ))
        .with_outcome(Outcome::Unknown)
}

/// It was sent and took no effect, and is over by another's word.
pub(super) fn ended_by_another(reference: &str) -> Error {
    Error::new(ErrorKind::Timeout)
        .with_detail(format!(
            "the order of reference {reference:?} was not in the list of orders after its settle window, and \
             somebody else had ended it in the journal: it was not sent again"
        ))
        .with_outcome(Outcome::Rejected)
}

pub(super) fn conflict(reference: &str) -> Error {
    Error::new(ErrorKind::ReferenceConflict).with_detail(format!(
        "an order with another content was submitted as {reference:?}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_window_is_told_in_whole_seconds() {
        let told = |left| Doubt::unsettled(left).why;
        assert!(told(Duration::from_millis(1500)).contains("ends in 2 s"));
        assert!(told(Duration::MAX).contains(&format!("ends in {} s", u64::MAX)));
    }
}
