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
