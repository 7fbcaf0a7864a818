#![doc = include_str!("../README.md")]

mod error;
mod event;
mod install;
mod invalid_reply;
mod json;
mod loyalty;
mod notice;
#[cfg(feature = "schemars")]
pub mod schema;
mod web_url;

pub use error::{ParseError, ParseErrorKind};
pub use event::{CustomerEvent, InvoiceEvent, MenuEvent, OrderEvent, RawEvent, WebhookEvent};
pub use install::{InstallCallback, InstallReply};
pub use invalid_reply::InvalidReply;
pub use loyalty::{
    AllowedProduct, ButtonLabel, CheckReward, Discount, LoyaltyReply, RedeemReward, Refusal,
    Reward, RewardButton,
};
pub use notice::ErrorNotice;
pub use retm_types;
