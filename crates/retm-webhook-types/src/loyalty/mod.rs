//! Loyalty: what the point of sale asks, and what the app answers. Neither side carries an `event`.

mod button;
mod discount;
mod read;
mod refusal;
mod reply;
mod request;
mod reward;
#[cfg(test)]
mod tests;
mod wire;

pub use button::{ButtonLabel, RewardButton};
pub use discount::Discount;
pub use refusal::Refusal;
pub use reply::LoyaltyReply;
pub use request::{CheckReward, RedeemReward};
pub use reward::{AllowedProduct, Reward};
