//! Faults: what goes wrong between a client and the API, on purpose.

mod duration;
mod json;
mod plan;
mod text;

use std::time::Duration;

pub(crate) use json::read_duration as read_duration_json;
pub(crate) use plan::{Faults, Target};

use crate::error::SandboxError;
use crate::spec::Spec;

/// A fault and when it strikes: at which operation, for which business, how often.
///
/// Without settings it strikes at every request it can apply to. Of the faults that decide what the client gets, the
/// first one that strikes wins, in the order they were added; see [`FaultKind`] for those that combine with others.
/// Each fault has dice of its own: the same seed and the same requests in the same order strike the same requests.
///
/// ```
/// use retm_sandbox::{Fault, FaultKind};
///
/// let lost = Fault::new(FaultKind::LoseResponse).on("create_order").share(0.3).times(5);
/// assert_eq!(lost.to_string(), "lose-response:on=create_order,share=0.3,times=5");
/// assert_eq!("lose-response:on=create_order,share=0.3,times=5".parse(), Ok(lost));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a fault does nothing until a sandbox has it"]
pub struct Fault {
    pub(crate) kind: FaultKind,
    pub(crate) operation: Option<String>,
    pub(crate) business: Option<String>,
    pub(crate) share: f64,
    pub(crate) times: Option<u64>,
}

/// What goes wrong.
///
/// `LoseResponse`, `Reset`, `CommitLate`, `AnswerLate`, `RateLimit`, `BadGateway` and `TokenDown` decide what the client
/// gets: one of them strikes a request. `Delay`, `IgnoreReference`, `LagList` and `ReuseRevokes` combine with them and with each
/// other. Times run in real time, whatever the sandbox's clock says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// The request is carried out; the connection is closed without a byte of an answer.
    LoseResponse,
    /// The connection is reset (TCP RST) and the request is not carried out.
    Reset,
    /// The client gets no answer: the connection is held until it goes away. The request is checked when it arrives and
    /// carried out after this time, whether the client is still there or not, unless the sandbox has stopped by then.
    CommitLate(Duration),
    /// The request is carried out when it arrives, and answered this long after that, or when the sandbox stops. The
    /// log has the answer's status from the moment it is carried out, whether the client is still there or not.
    AnswerLate(Duration),
    /// `list_orders` shows the orders of every `partner_reference`, whatever the request asks for.
    IgnoreReference,
    /// `list_orders` does not show an order until this long after it was taken.
    LagList(Duration),
    /// The request waits this long before anything is done with it; when the client goes away meanwhile, nothing is.
    Delay(Duration),
    /// 429 in the API's error shape; the request is not carried out.
    RateLimit {
        /// How long the client is told to wait, in whole seconds, rounded up; `None` sends no `Retry-After`.
        retry_after: Option<Duration>,
        /// Says it as an HTTP date, counted from the answer's `Date` (the system's time), instead of in seconds.
        as_date: bool,
    },
    /// 502 with an HTML page, as a proxy answers when the API is away; the request is not carried out.
    BadGateway,
    /// 503 at the token endpoint, without a token.
    TokenDown,
    /// A refresh token that is used a second time ends its grant: every access and refresh token that came from the
    /// same exchange of a code or of the client credentials is dead. Other grants of the business stay good, and the app
    /// stays installed.
    ReuseRevokes,
}

impl FaultKind {
    /// The only operation it can strike at; `None` when it can at any.
    pub(crate) fn bound_to(&self) -> Option<&'static str> {
        match self {
            Self::IgnoreReference | Self::LagList(_) => Some("list_orders"),
            Self::TokenDown | Self::ReuseRevokes => Some("exchange_token"),
            _ => None,
        }
    }

    /// Whether it decides what the client gets.
    pub(crate) fn decides(&self) -> bool {
        matches!(
            self,
            Self::LoseResponse
                | Self::Reset
                | Self::CommitLate(_)
                | Self::AnswerLate(_)
                | Self::RateLimit { .. }
                | Self::BadGateway
                | Self::TokenDown
        )
    }
}

impl Fault {
    /// This fault at every request it can apply to.
    pub fn new(kind: FaultKind) -> Self {
        Self {
            kind,
            operation: None,
            business: None,
            share: 1.0,
            times: None,
        }
    }

    /// At this operation only, by its operationId.
    pub fn on(mut self, operation_id: impl Into<String>) -> Self {
        self.operation = Some(operation_id.into());
        self
    }

    /// For this business only.
    pub fn business(mut self, id: impl Into<String>) -> Self {
        self.business = Some(id.into().to_ascii_lowercase());
        self
    }

    /// At this share of the requests it comes to, from 0 (none) to 1 (all, the default), by seeded dice. A request that
    /// an earlier fault has decided does not come to it.
    pub fn share(mut self, share: f64) -> Self {
        self.share = if share.is_nan() {
            0.0
        } else {
            share.clamp(0.0, 1.0)
        };
        self
    }

    /// This many times at most. The default has no limit.
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// What goes wrong.
    pub fn kind(&self) -> &FaultKind {
        &self.kind
    }

    /// Refuses a fault that could never strike.
    pub(crate) fn check(
        &self,
        spec: &Spec,
        knows: impl Fn(&str) -> bool,
    ) -> Result<(), SandboxError> {
        let refused = |reason: String| SandboxError::Fault {
            fault: self.to_string(),
            reason,
        };
        if let Some(operation) = &self.operation {
            if spec.operation(operation).is_none() {
                let known: Vec<&str> = spec.operations().iter().map(|known| known.id()).collect();
                return Err(refused(format!(
                    "the spec has no operation `{operation}`; there are {}",
                    known.join(", ")
                )));
            }
            if let Some(only) = self.kind.bound_to()
                && only != operation
            {
                return Err(refused(format!("this kind strikes at `{only}` only")));
            }
        }
        match &self.business {
            Some(business) if !knows(business) => {
                Err(refused(format!("the sandbox has no business `{business}`")))
            }
            _ => Ok(()),
        }
    }
}
