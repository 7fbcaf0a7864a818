//! Submitting an order.

use std::fmt;
use std::future::IntoFuture;
use std::time::Duration;

use futures::future::BoxFuture;
use retm_types::CreateOrder;

use super::doubt;
use super::drive::{Drive, End, Origin};
use super::money::{self, MoneyCheck};
use super::plan::Plan;
use super::submitted::Submitted;
use super::ticket::Ticket;
use super::written;
use crate::business::Business;
use crate::error::{Error, ErrorKind};
use crate::observe;
use crate::options::{CallOptions, call_options};
use crate::store::IntentKey;

/// An order that has not been submitted; `.await` submits it. See
/// [`Orders::submit`](crate::resources::Orders::submit).
#[must_use = "an order is not submitted until it is awaited"]
#[derive(Clone)]
pub struct Submit {
    business: Business,
    order: CreateOrder,
    options: CallOptions,
    window: Option<Duration>,
    check: MoneyCheck,
}

impl Submit {
    pub(crate) fn new(business: &Business, order: CreateOrder) -> Self {
        Self {
            check: business.core().orders.money_check,
            business: business.clone(),
            order,
            options: CallOptions::default(),
            window: None,
        }
    }

    call_options!();

    /// How long this order may still take effect after it was sent, in place of the client's
    /// [`settle_window`](crate::Builder::settle_window). It counts from the end of the sending, which may wait
    /// for a token or its turn; after a crash, from the latest time by the call's deadline. The journal keeps
    /// it: whoever goes on with the order, also after a crash, waits for the longer of what it was first
    /// submitted and last sent with.
    pub fn settle_window(mut self, window: Duration) -> Self {
        self.window = Some(window);
        self
    }

    /// What is done where the sums of this order do not agree, in place of the client's
    /// [`money_check`](crate::Builder::money_check).
    pub fn money_check(mut self, check: MoneyCheck) -> Self {
        self.check = check;
        self
    }

    async fn submit(self) -> Result<Submitted, Error> {
        let business = self.business.clone();
        let result = self.checked().await;
        result.map_err(|error| error.of_call("create_order", business.id()))
    }

    async fn checked(self) -> Result<Submitted, Error> {
        let reference = written::reference(&self.order)?.to_owned();
        let warnings = self.check_money()?;
        let core = self.business.core();
        let plan = Plan::new(core, &self.options, self.window);
        let intent = written::intent(&self.order, plan.window)?;
        let key = IntentKey::new(core.grant_key(self.business.id()), reference);
        let ticket = Ticket::new(core, key, plan.lease);
        let origin = Origin::Submit(Box::new(self.order), intent);
        let drive = Drive::new(self.business, ticket, plan, self.options, origin);
        match drive.run().await? {
            End::Submitted(mut submitted) => {
                submitted.warn_first(warnings);
                Ok(*submitted)
            }
            End::Held(error, _) => Err(error),
            End::Gone => Err(doubt::in_doubt(
                "the journal says that it is over, and not how",
                None::<Error>,
            )),
        }
    }

    fn check_money(&self) -> Result<Vec<String>, Error> {
        if self.check == MoneyCheck::Off {
            return Ok(Vec::new());
        }
        let mismatches = money::mismatches(&self.order);
        if mismatches.is_empty() {
            return Ok(mismatches);
        }
        let all = mismatches.join("; ");
        if self.check == MoneyCheck::Refuse {
            return Err(Error::new(ErrorKind::MoneyMismatch).with_detail(all));
        }
        observe::sums_disagree(self.business.id(), mismatches.len());
        Ok(mismatches)
    }
}

impl IntoFuture for Submit {
    type Output = Result<Submitted, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.submit())
    }
}

impl fmt::Debug for Submit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Submit")
            .field("business", self.business.id())
            .field("reference", &self.order.partner_reference)
            .field("check", &self.check)
            .finish_non_exhaustive()
    }
}
