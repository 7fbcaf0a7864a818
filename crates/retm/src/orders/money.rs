//! Whether the sums of an order agree.

use retm_types::rust_decimal::Decimal as Amount;
use retm_types::{CreateOrder, CreateOrderDiscount, DecimalNumber, DiscountType};

/// What [`submit`](crate::resources::Orders::submit) does with an order whose sums do not agree.
///
/// The rule is assumed, so an order that breaks it may still be right: `Warn` is the default.
///
/// - `total` = `subtotal` − discounts + `tax`, exactly;
/// - the totals of the lines, which are taken to include tax, come to `total`, where the order has no
///   discount of its own;
/// - the amounts of `taxes` come to `tax`.
///
/// The last two within half a unit of the last decimal for each line, since tax is rounded line by line
/// or on the whole. What the order leaves out is not made up: where a sum lacks a part (a discount in
/// percent without its `amount`, an order without `tax`) it is not checked. Neither are prices, which
/// no order names. Amounts have two decimals at least; no step goes through a float.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MoneyCheck {
    /// Nothing is checked.
    Off,
    /// The order is sent; what does not agree is logged and stands in
    /// [`Submitted::warnings`](crate::Submitted::warnings).
    #[default]
    Warn,
    /// The order is refused with [`ErrorKind::MoneyMismatch`](crate::ErrorKind::MoneyMismatch) before
    /// anything is written or sent.
    Refuse,
}

/// The sums that do not agree, each in a clause without anybody's data.
pub(super) fn mismatches(order: &CreateOrder) -> Vec<String> {
    let sums = Sums::of(order);
    [sums.total(), sums.lines(), sums.taxes()]
        .into_iter()
        .flatten()
        .collect()
}

struct Sums<'a> {
    order: &'a CreateOrder,
    /// The discounts of the whole order; `None` where one is not said in money.
    discounts: Option<Amount>,
    /// What rounding may make of the lines.
    tolerance: Amount,
}

impl<'a> Sums<'a> {
    fn of(order: &'a CreateOrder) -> Self {
        let lines = Amount::from(order.products.len());
        let half = Amount::new(5, decimals(order) + 1);
        Self {
            order,
            discounts: sum(order.discount.iter().flatten().map(discount)),
            tolerance: half.checked_mul(lines).unwrap_or(Amount::MAX),
        }
    }

    fn total(&self) -> Option<String> {
        let CreateOrder {
            subtotal,
            tax,
            total,
            ..
        } = self.order;
        let (subtotal, tax, total) = (value(subtotal)?, value(tax)?, value(total)?);
        let discounts = self.discounts?;
        let due = subtotal.checked_sub(discounts)?.checked_add(tax)?;
        (due != total).then(|| {
            format!(
                "total {total} is not subtotal {subtotal} − discounts {discounts} + tax {tax} = {due}"
            )
        })
    }

    fn lines(&self) -> Option<String> {
        let total = value(&self.order.total)?;
        if self.order.products.is_empty() || !self.discounts?.is_zero() {
            return None;
        }
        let lines = sum(self
            .order
            .products
            .iter()
            .map(|line| Some(line.total.value())))?;
        (!self.close(lines, total))
            .then(|| format!("the totals of the lines come to {lines}, not to total {total}"))
    }

    fn taxes(&self) -> Option<String> {
        let (tax, taxes) = (value(&self.order.tax)?, self.order.taxes.as_deref()?);
        if taxes.is_empty() {
            return None;
        }
        let taxes = sum(taxes.iter().map(|tax| Some(tax.amount.value())))?;
        (!self.close(taxes, tax)).then(|| format!("the taxes come to {taxes}, not to tax {tax}"))
    }

    fn close(&self, a: Amount, b: Amount) -> bool {
        a.checked_sub(b)
            .is_some_and(|difference| difference.abs() <= self.tolerance)
    }
}

fn value(number: &Option<DecimalNumber>) -> Option<Amount> {
    number.as_ref().map(DecimalNumber::value)
}

/// What a discount comes to; a percentage does not say of what.
fn discount(discount: &CreateOrderDiscount) -> Option<Amount> {
    value(&discount.amount).or_else(|| match discount.type_ {
        DiscountType::Amount => Some(discount.value.value()),
        _ => None,
    })
}

/// `None` where a part is missing or the sum does not fit.
fn sum(mut parts: impl Iterator<Item = Option<Amount>>) -> Option<Amount> {
    parts.try_fold(Amount::ZERO, |sum, part| sum.checked_add(part?))
}

/// The decimals of the amounts: 19 and 30.5 beside 6.391 are 19.000 and 30.500.
fn decimals(order: &CreateOrder) -> u32 {
    let totals = [&order.subtotal, &order.tax, &order.total];
    let lines = order.products.iter().map(|line| line.total.value());
    let taxes = order.taxes.iter().flatten().map(|tax| tax.amount.value());
    let amounts = totals
        .into_iter()
        .filter_map(value)
        .chain(lines)
        .chain(taxes);
    // Room for one more decimal within what fits.
    amounts
        .map(|amount| amount.scale())
        .fold(2, u32::max)
        .min(27)
}

#[cfg(test)]
#[path = "money_tests.rs"]
mod tests;
