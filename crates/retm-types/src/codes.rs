//! The API's integer codes.

use crate::code::open_code;

open_code! {
    /// Where an invoice stands, and by assumption an order.
    InvoiceStatus {
        /// Paid and done.
        1 => Closed, "closed";
        /// Not yet taken up.
        2 => Pending, "pending";
        /// Being worked on.
        3 => Active, "active";
        /// The money was given back.
        4 => Refunded, "refunded";
        /// Cancelled.
        5 => Void, "void";
    }
}

open_code! {
    /// How far the delivery of an order is. The codes are assumed: they follow a sibling platform.
    DeliveryStatus {
        /// The restaurant has not accepted it yet.
        1 => UnderReview, "under_review";
        /// Being prepared.
        2 => InProcess, "in_process";
        /// Cancelled.
        3 => Cancelled, "cancelled";
        /// Waiting for the driver.
        4 => ReadyForPickup, "ready_for_pickup";
        /// A driver was found.
        5 => Assigned, "assigned";
        /// On the way to the customer.
        6 => OutForDelivery, "out_for_delivery";
        /// At the customer's.
        7 => Delivered, "delivered";
    }
}

open_code! {
    /// What kind of product it is. One with variations may carry modifiers, too.
    ProductType {
        /// Sold as it is.
        1 => Normal, "normal";
        /// With choices to make.
        2 => WithModifiers, "with_modifiers";
        /// Not ready to be sold.
        3 => UnderProgress, "under_progress";
        /// Sold in variations, such as sizes.
        4 => WithVariations, "with_variations";
    }
}

open_code! {
    /// What kind of payment method it is.
    PaymentMethodType {
        /// Cash.
        1 => Cash, "cash";
        /// Card.
        2 => Card, "card";
        /// Anything else.
        3 => Other, "other";
        /// Gift card.
        4 => GiftCard, "gift_card";
        /// The customer's account.
        5 => CreditAccount, "credit_account";
        /// A third party, such as an aggregator.
        6 => ThirdParty, "third_party";
    }
}

open_code! {
    /// The class of a tax. Only the code that a sample shows for the 15 % VAT is known.
    TaxType {
        /// Value added tax.
        2 => Vat, "vat";
    }
}

open_code! {
    /// How the value of a discount is meant (assumed).
    DiscountType {
        /// An amount in the merchant's currency.
        1 => Amount, "amount";
        /// A percentage.
        2 => Percent, "percent";
    }
}

open_code! {
    /// What a reward takes its discount from.
    RewardType {
        /// The whole order.
        1 => Order, "order";
        /// Some products.
        2 => Products, "products";
    }
}

#[cfg(test)]
mod tests {
    use super::{DeliveryStatus, InvoiceStatus, PaymentMethodType, TaxType};

    #[test]
    fn names_are_written_and_read() {
        assert_eq!(
            DeliveryStatus::OutForDelivery.to_string(),
            "out_for_delivery"
        );
        for text in [
            "out_for_delivery",
            "Out for delivery",
            "OUT-FOR-DELIVERY",
            "OutForDelivery",
            "6",
            " 6 ",
        ] {
            assert_eq!(text.parse(), Ok(DeliveryStatus::OutForDelivery), "{text}");
        }
        assert_eq!(InvoiceStatus::from_code(9).to_string(), "unknown(9)");
        assert_eq!("unknown(9)".parse(), Ok(InvoiceStatus::from_code(9)));
        assert_eq!("unknown(5)".parse(), Ok(InvoiceStatus::Void));
        let error = "paid".parse::<InvoiceStatus>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected closed, pending, active, refunded, void or an integer code"
        );
    }

    #[test]
    fn codes_are_ordered_by_number() {
        let mut codes: Vec<TaxType> = [3, 2, -1, i64::MAX].map(TaxType::from_code).to_vec();
        codes.sort();
        assert_eq!(
            codes.iter().map(|code| code.code()).collect::<Vec<_>>(),
            [-1, 2, 3, i64::MAX]
        );
        assert!(PaymentMethodType::ALL.is_sorted());
    }

    #[test]
    fn what_is_no_code_says_what_it_is() {
        for (json, found) in [
            ("\"paid\"", "a string"),
            ("1.5", "another number"),
            ("9223372036854775808", "another number"),
            ("\"\"", "an empty string"),
            ("{}", "an object"),
        ] {
            let error = serde_json::from_str::<InvoiceStatus>(json)
                .unwrap_err()
                .to_string();
            let expected = format!("expected an integer code (InvoiceStatus), found {found}");
            assert!(error.starts_with(&expected), "{error}");
        }
    }
}
