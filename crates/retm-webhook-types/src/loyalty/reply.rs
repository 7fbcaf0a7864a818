//! What the app answers to a loyalty request.

use super::refusal::Refusal;
use super::reward::Reward;
use super::wire;
use crate::invalid_reply::InvalidReply;
use crate::json;

/// The reply to [`CheckReward`](crate::CheckReward) and [`RedeemReward`](crate::RedeemReward): a reward or a reason.
///
/// Send [`status`](Self::status) and [`to_json`](Self::to_json) as `application/json`.
///
/// ```
/// use retm_webhook_types::retm_types::Decimal;
/// use retm_webhook_types::{Discount, LoyaltyReply, Reward};
///
/// let reply = LoyaltyReply::grant(Reward::for_order(Discount::amount("5.00".parse::<Decimal>()?)?));
/// assert_eq!(reply.status(), 200);
/// assert_eq!(LoyaltyReply::refuse("This reward has been used")?.status(), 400);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum LoyaltyReply {
    /// The reward is granted, or spent.
    Granted(Box<Reward>),
    /// It is not.
    Refused(Refusal),
}

impl LoyaltyReply {
    /// Grants a reward.
    pub fn grant(reward: Reward) -> Self {
        Self::Granted(Box::new(reward))
    }

    /// Refuses with a message for the cashier.
    ///
    /// # Errors
    ///
    /// A blank message.
    pub fn refuse(message: impl Into<String>) -> Result<Self, InvalidReply> {
        Refusal::new(message).map(Self::Refused)
    }

    /// The HTTP status to answer with: 200 or 400.
    pub fn status(&self) -> u16 {
        match self {
            Self::Granted(_) => 200,
            Self::Refused(_) => 400,
        }
    }

    /// The bytes to answer with. They may name a customer: do not log them.
    pub fn to_json(&self) -> Vec<u8> {
        match self {
            Self::Granted(reward) => json::encode(&wire::Granted::from(&**reward)),
            Self::Refused(refusal) => json::encode(&wire::Refused::from(refusal)),
        }
    }
}

impl From<Reward> for LoyaltyReply {
    fn from(reward: Reward) -> Self {
        Self::grant(reward)
    }
}

impl From<Refusal> for LoyaltyReply {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
