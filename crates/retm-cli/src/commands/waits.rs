//! What an order waits for, as it is said on standard error.

use std::collections::BTreeSet;
use std::mem::{Discriminant, discriminant};

use retm::{Waiting, Why};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// The waits of some orders, each kind of each order once.
pub(super) struct Waits {
    receiver: UnboundedReceiver<Waiting>,
    said: BTreeSet<(String, String)>,
}

/// Hands waits over.
#[derive(Clone)]
pub(super) struct Teller(UnboundedSender<Waiting>);

impl Teller {
    pub(super) fn tell(&self, waiting: &Waiting) {
        // Nobody may be listening any more.
        let _ = self.0.send(waiting.clone());
    }
}

impl Waits {
    pub(super) fn new() -> (Self, Teller) {
        let (sender, receiver) = unbounded_channel();
        let said = BTreeSet::new();
        (Self { receiver, said }, Teller(sender))
    }

    /// The next wait that was not said yet, in one line; never comes back if there is none.
    pub(super) async fn next(&mut self) -> String {
        loop {
            let Some(waiting) = self.receiver.recv().await else {
                return std::future::pending().await;
            };
            let kind = kind(&waiting.why);
            if self.said.insert((waiting.reference.clone(), kind)) {
                return waiting.to_string();
            }
        }
    }
}

fn kind(why: &Why) -> String {
    let kind: Discriminant<Why> = discriminant(why);
    format!("{kind:?}")
}
