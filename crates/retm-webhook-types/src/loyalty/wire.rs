//! Replies in the documented form, members in the documented order.

use retm_types::{Decimal, Personal, ProductId, RewardType};
use serde::Serialize;

use super::refusal::Refusal;
use super::reward::Reward;

#[derive(Serialize)]
pub(super) struct Granted<'a> {
    data: Offer<'a>,
    errors: [&'a str; 0],
}

#[derive(Serialize)]
struct Offer<'a> {
    r#type: i64,
    is_percentage: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer_number: Option<&'a Personal>,
    discount_amount: &'a Decimal,
    max_discount_amount: Decimal,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allowed_products: Vec<Product<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    button: Option<Button<'a>>,
}

#[derive(Serialize)]
struct Product<'a> {
    product_id: &'a ProductId,
    quantity: Decimal,
}

#[derive(Serialize)]
struct Button<'a> {
    label: Label<'a>,
    url: &'a str,
    close_modal: bool,
}

#[derive(Serialize)]
struct Label<'a> {
    en: &'a str,
    ar: &'a str,
}

#[derive(Serialize)]
pub(super) struct Refused<'a> {
    data: [&'a str; 0],
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    errors: &'a [String],
}

impl<'a> From<&'a Reward> for Granted<'a> {
    fn from(reward: &'a Reward) -> Self {
        let scope = if reward.is_for_order() {
            RewardType::Order
        } else {
            RewardType::Products
        };
        // Amounts are strings, no limit is the number 0, quantities are numbers.
        let max_discount_amount = match reward.max_discount() {
            Some(limit) => limit.clone(),
            None => Decimal::number(Decimal::from(0_i64).value()),
        };
        let allowed_products = reward
            .products()
            .iter()
            .map(|product| Product {
                product_id: product.product_id(),
                quantity: Decimal::number(product.quantity().value()),
            })
            .collect();
        Self {
            data: Offer {
                r#type: scope.code(),
                is_percentage: reward.discount().is_percentage(),
                customer_number: reward.customer_number(),
                discount_amount: reward.discount().value(),
                max_discount_amount,
                allowed_products,
                button: reward.button().map(|button| Button {
                    label: Label {
                        en: &button.label().en,
                        ar: &button.label().ar,
                    },
                    url: button.url(),
                    close_modal: button.closes_modal(),
                }),
            },
            errors: [],
        }
    }
}

impl<'a> From<&'a Refusal> for Refused<'a> {
    fn from(refusal: &'a Refusal) -> Self {
        Self {
            data: [],
            message: refusal.message(),
            errors: refusal.errors(),
        }
    }
}
