//! What a reward is worth.

use retm_types::{Decimal, Personal, ProductId};

use super::button::RewardButton;
use super::discount::{Discount, positive};
use crate::invalid_reply::InvalidReply;

/// A discount on the order or on some products. Every value of this type is a valid reply.
///
/// ```
/// use retm_webhook_types::retm_types::Decimal;
/// use retm_webhook_types::{AllowedProduct, Discount, Reward};
///
/// let order = Reward::for_order(Discount::percent("10".parse::<Decimal>()?)?)
///     .with_max_discount("25.00".parse::<Decimal>()?)?
///     .with_customer_number("C-1001");
/// let products = Reward::for_products(
///     [AllowedProduct::new("01GZK6C7J03PQP7KGRAQ3F197Y", 2_i64)?],
///     Discount::amount("5.000".parse::<Decimal>()?)?,
/// )?;
/// assert!(order.products().is_empty() && products.max_discount().is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Reward {
    discount: Discount,
    /// None for the order; never empty for products.
    products: Option<Vec<AllowedProduct>>,
    max_discount: Option<Decimal>,
    customer_number: Option<Personal>,
    button: Option<RewardButton>,
}

/// A product that a reward applies to, and how many of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedProduct {
    product_id: ProductId,
    quantity: Decimal,
}

impl AllowedProduct {
    /// So many of a product.
    ///
    /// # Errors
    ///
    /// A blank id, or a quantity of 0 or less.
    pub fn new(
        product_id: impl Into<ProductId>,
        quantity: impl Into<Decimal>,
    ) -> Result<Self, InvalidReply> {
        let product_id = product_id.into();
        if product_id.as_str().trim().is_empty() {
            return Err(InvalidReply::new(
                "data.allowed_products.product_id",
                "must not be blank",
            ));
        }
        let quantity = positive(
            quantity,
            "data.allowed_products.quantity",
            "must be more than 0",
        )?;
        Ok(Self {
            product_id,
            quantity,
        })
    }

    /// The product.
    pub fn product_id(&self) -> &ProductId {
        &self.product_id
    }

    /// How many of it the reward covers.
    pub fn quantity(&self) -> &Decimal {
        &self.quantity
    }
}

impl Reward {
    /// A discount on the whole order, without a limit.
    pub fn for_order(discount: Discount) -> Self {
        Self {
            discount,
            products: None,
            max_discount: None,
            customer_number: None,
            button: None,
        }
    }

    /// A discount on some products, without a limit.
    ///
    /// # Errors
    ///
    /// No products: use [`for_order`](Self::for_order) for a discount on everything.
    pub fn for_products(
        products: impl IntoIterator<Item = AllowedProduct>,
        discount: Discount,
    ) -> Result<Self, InvalidReply> {
        let products: Vec<_> = products.into_iter().collect();
        if products.is_empty() {
            return Err(InvalidReply::new(
                "data.allowed_products",
                "must name at least one product",
            ));
        }
        Ok(Self {
            products: Some(products),
            ..Self::for_order(discount)
        })
    }

    /// The same reward, taking off at most this amount in the merchant's currency.
    ///
    /// # Errors
    ///
    /// 0 or less. RETM reads 0 as no limit: leave the limit out for that.
    pub fn with_max_discount(mut self, amount: impl Into<Decimal>) -> Result<Self, InvalidReply> {
        self.max_discount = Some(positive(
            amount,
            "data.max_discount_amount",
            "a limit must be more than 0; leave it out for none",
        )?);
        Ok(self)
    }

    /// The same reward, naming the customer by the number with the loyalty provider. `Debug` does not show it.
    #[must_use]
    pub fn with_customer_number(mut self, number: impl Into<Personal>) -> Self {
        self.customer_number = Some(number.into());
        self
    }

    /// The same reward with a button on the point of sale.
    #[must_use]
    pub fn with_button(mut self, button: RewardButton) -> Self {
        self.button = Some(button);
        self
    }

    /// What it takes off.
    pub fn discount(&self) -> &Discount {
        &self.discount
    }

    /// Whether it is for the whole order.
    pub fn is_for_order(&self) -> bool {
        self.products.is_none()
    }

    /// The products it is for; none when it is for the order.
    pub fn products(&self) -> &[AllowedProduct] {
        self.products.as_deref().unwrap_or_default()
    }

    /// The most that it may take off, in the merchant's currency; none for no limit.
    pub fn max_discount(&self) -> Option<&Decimal> {
        self.max_discount.as_ref()
    }

    /// The customer's number with the loyalty provider.
    pub fn customer_number(&self) -> Option<&Personal> {
        self.customer_number.as_ref()
    }

    /// The button to show.
    pub fn button(&self) -> Option<&RewardButton> {
        self.button.as_ref()
    }
}
