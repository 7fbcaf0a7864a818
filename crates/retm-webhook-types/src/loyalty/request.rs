//! The two requests of the point of sale, which waits for the answer.

use std::fmt;

use retm_types::{BranchId, LooseString};
use serde::Deserialize;

use crate::error::ParseError;
use crate::event::either;
use crate::json;

/// A request on the wire. Texts may come as numbers, and the business in either spelling.
#[derive(Deserialize)]
struct Wire {
    reward_code: LooseString,
    business_refrence: Option<LooseString>,
    business_reference: Option<LooseString>,
}

#[derive(Deserialize)]
struct Place {
    branch_id: BranchId,
    date: LooseString,
    timestamp: LooseString,
}

/// The point of sale asks what a reward code is worth (`RewardCheck`). Answer with a [`LoyaltyReply`](crate::LoyaltyReply).
///
/// It carries no `event`: it is told apart from [`RedeemReward`] by the route it comes in on. `Debug` does not show the code.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CheckReward {
    reward_code: String,
    business_reference: Option<String>,
}

impl CheckReward {
    /// Reads a request from the bytes of its body.
    ///
    /// ```
    /// use retm_webhook_types::CheckReward;
    ///
    /// let check = CheckReward::parse(br#"{"reward_code": "WELCOME", "business_refrence": "acme"}"#)?;
    /// assert_eq!(check.reward_code(), "WELCOME");
    /// # Ok::<(), retm_webhook_types::ParseError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A body that is empty, cut off, not JSON or not an object; one without `reward_code`. The point of sale still
    /// waits: answer with [`Refusal::unavailable`](crate::Refusal::unavailable).
    pub fn parse(body: &[u8]) -> Result<Self, ParseError> {
        json::decode::<Wire>("RewardCheck", body).map(Self::from)
    }

    /// The code that the customer showed, as received.
    pub fn reward_code(&self) -> &str {
        &self.reward_code
    }

    /// The business, taken to be its id; none when it is missing or empty. Tell the business by the route and the
    /// Bearer token.
    pub fn business_reference(&self) -> Option<&str> {
        self.business_reference.as_deref()
    }
}

impl From<Wire> for CheckReward {
    fn from(wire: Wire) -> Self {
        Self {
            reward_code: wire.reward_code.into(),
            business_reference: either(
                wire.business_refrence.map(String::from),
                wire.business_reference.map(String::from),
            )
            .filter(|business| !business.is_empty()),
        }
    }
}

impl fmt::Debug for CheckReward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckReward")
            .field("reward_code", &format_args!("[redacted]"))
            .field("business_reference", &self.business_reference)
            .finish()
    }
}

/// The point of sale spends a reward (`RewardRedemption`). Answer with a [`LoyaltyReply`](crate::LoyaltyReply); that the
/// reply has the form of a check's is assumed.
///
/// It carries no `event`: it is told apart from [`CheckReward`] by the route it comes in on. The point of sale may ask
/// again: give the same answer to the same request. `Debug` does not show the code.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RedeemReward {
    reward: CheckReward,
    branch_id: BranchId,
    date: String,
    timestamp: String,
}

impl RedeemReward {
    /// Reads a request from the bytes of its body.
    ///
    /// ```
    /// use retm_webhook_types::RedeemReward;
    ///
    /// let redeem = RedeemReward::parse(
    ///     br#"{"reward_code": "WELCOME", "business_refrence": "acme", "branch_id": "01h1he9g",
    ///          "date": "2025-12-17", "timestamp": "2025-12-17T17:05:30Z"}"#,
    /// )?;
    /// assert_eq!(redeem.date(), "2025-12-17");
    /// # Ok::<(), retm_webhook_types::ParseError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A body that is empty, cut off, not JSON or not an object; one without `reward_code`, `branch_id`, `date` or
    /// `timestamp`. The point of sale still waits: answer with [`Refusal::unavailable`](crate::Refusal::unavailable).
    pub fn parse(body: &[u8]) -> Result<Self, ParseError> {
        const SCHEMA: &str = "RewardRedemption";
        let reward: Wire = json::decode(SCHEMA, body)?;
        let place: Place = json::decode(SCHEMA, body)?;
        Ok(Self {
            reward: reward.into(),
            branch_id: place.branch_id,
            date: place.date.into(),
            timestamp: place.timestamp.into(),
        })
    }

    /// The code that the customer showed, as received.
    pub fn reward_code(&self) -> &str {
        self.reward.reward_code()
    }

    /// The business, taken to be its id; none when it is missing or empty. Tell the business by the route and the
    /// Bearer token.
    pub fn business_reference(&self) -> Option<&str> {
        self.reward.business_reference()
    }

    /// The branch where it is spent.
    pub fn branch_id(&self) -> &BranchId {
        &self.branch_id
    }

    /// The day, year first (`2025-12-17`), as received.
    pub fn date(&self) -> &str {
        &self.date
    }

    /// The moment, taken to be an instant, as received.
    pub fn timestamp(&self) -> &str {
        &self.timestamp
    }
}

impl fmt::Debug for RedeemReward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedeemReward")
            .field("reward_code", &format_args!("[redacted]"))
            .field("business_reference", &self.business_reference())
            .field("branch_id", &self.branch_id)
            .field("date", &self.date)
            .field("timestamp", &self.timestamp)
            .finish()
    }
}
