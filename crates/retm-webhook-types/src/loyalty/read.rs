//! Replies as the point of sale reads them, in every documented form.

use retm_types::{AllowedProducts, LocalizedText, RewardOffer, RewardType};

use super::button::{ButtonLabel, RewardButton};
use super::discount::Discount;
use super::refusal::Refusal;
use super::reply::LoyaltyReply;
use super::reward::{AllowedProduct, Reward};
use crate::error::{ParseError, ParseErrorKind};
use crate::invalid_reply::InvalidReply;
use crate::json;

impl LoyaltyReply {
    /// Reads a reply from its status and the bytes of its body, as the point of sale would: for tests of a loyalty
    /// provider, and for sandboxes.
    ///
    /// Any 2xx grants and 400 refuses. Products may come as an array or as one object, the limit as a number or a string.
    ///
    /// ```
    /// use retm_webhook_types::LoyaltyReply;
    ///
    /// let reply = LoyaltyReply::parse(400, br#"{"errors": ["unknown code"]}"#)?;
    /// assert!(matches!(reply, LoyaltyReply::Refused(refusal) if refusal.reason() == "unknown code"));
    /// # Ok::<(), retm_webhook_types::ParseError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Another status; a body that is empty, cut off, not JSON or not an object; a member that is missing or breaks a
    /// rule of [`Reward`] or [`Refusal`].
    pub fn parse(status: u16, body: &[u8]) -> Result<Self, ParseError> {
        match status {
            200..=299 => {
                const SCHEMA: &str = "RewardReply";
                let wire: retm_types::RewardReply = json::decode(SCHEMA, body)?;
                reward(wire.data)
                    .map(Self::grant)
                    .map_err(|error| ParseError::invalid(SCHEMA, error, body))
            }
            400 => {
                const SCHEMA: &str = "RewardRefusal";
                let wire: retm_types::RewardRefusal = json::decode(SCHEMA, body)?;
                let errors = wire.errors.unwrap_or_default();
                let errors = errors.into_iter().map(String::from).collect();
                Refusal::read(wire.message, errors)
                    .map(Self::Refused)
                    .map_err(|error| ParseError::invalid(SCHEMA, error, body))
            }
            _ => Err(ParseError::new(
                "RewardReply",
                ParseErrorKind::Status,
                format!("status {status} neither grants nor refuses"),
                body,
            )),
        }
    }
}

fn reward(offer: RewardOffer) -> Result<Reward, InvalidReply> {
    let discount = if offer.is_percentage {
        Discount::percent(offer.discount_amount)?
    } else {
        Discount::amount(offer.discount_amount)?
    };
    let mut reward = match offer.type_ {
        RewardType::Order => Reward::for_order(discount),
        RewardType::Products => {
            Reward::for_products(products(offer.allowed_products.as_ref())?, discount)?
        }
        _ => {
            return Err(InvalidReply::new(
                "data.type",
                "must be 1 (the order) or 2 (products)",
            ));
        }
    };
    if let Some(limit) = offer.max_discount_amount.and_then(|max| max.limit()) {
        reward = reward.with_max_discount(limit)?;
    }
    if let Some(number) = offer.customer_number {
        reward = reward.with_customer_number(number);
    }
    if let Some(button) = offer.button {
        let shown = RewardButton::new(label(&button.label), button.url)?;
        reward = reward.with_button(match button.close_modal {
            Some(true) => shown.closing_modal(),
            _ => shown,
        });
    }
    Ok(reward)
}

fn products(allowed: Option<&AllowedProducts>) -> Result<Vec<AllowedProduct>, InvalidReply> {
    allowed
        .into_iter()
        .flat_map(AllowedProducts::iter)
        .map(|(product, quantity)| match quantity {
            Some(quantity) => AllowedProduct::new(product.clone(), quantity.clone()),
            None => Err(InvalidReply::new(
                "data.allowed_products.quantity",
                "missing",
            )),
        })
        .collect()
}

fn label(text: &LocalizedText) -> ButtonLabel {
    ButtonLabel::new(text.en().unwrap_or_default(), text.ar().unwrap_or_default())
}
