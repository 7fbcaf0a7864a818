//! One type per kind of id, so that a branch is not given where a product is meant.

use crate::id::id;

id! {
    /// The id of a product, usually a ULID.
    ProductId
}
id! {
    /// The id of a product's variation, usually a ULID.
    VariationId
}
id! {
    /// The id of one choice of a modifier group, usually a ULID. The group itself has none.
    ModifierItemId
}
id! {
    /// The id of a category, usually a ULID.
    CategoryId
}
id! {
    /// The id of a group of products.
    GroupId
}
id! {
    /// The id of a branch, usually a ULID.
    BranchId
}
id! {
    /// The id of a point-of-sale device, usually a ULID.
    DeviceId
}
id! {
    /// The id of an invoice: a number in lists, a string in one webhook sample.
    InvoiceId
}
id! {
    /// The id of an order (form assumed).
    OrderId
}
id! {
    /// The id of a sale; the samples only show null.
    SaleId
}
id! {
    /// The number of an order as the merchant sees it: a number in one member, a string in another.
    OrderNumber
}
id! {
    /// The id of an order type (form assumed).
    OrderTypeId
}
id! {
    /// The id of a price list (form assumed).
    PriceListId
}
id! {
    /// The id of a payment method, usually a ULID.
    PaymentMethodId
}
id! {
    /// The id of a charge, usually a ULID. Its key on the wire is `uuid`.
    ChargeId
}
id! {
    /// The id of a tax, usually a ULID. Inside a charge its key on the wire is `uuid`.
    TaxId
}
id! {
    /// The id of a customer: a number in the customer webhook. Whether the customer list uses the same value is not known,
    /// so do not rely on the two being equal.
    CustomerId
}
id! {
    /// The id of a customer's address.
    AddressId
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use super::{InvoiceId, ProductId};

    #[test]
    fn case_and_form_are_kept() {
        let upper = ProductId::from("01GZK6C7J03PQP7KGRAQ3F197Y");
        assert_ne!(upper, ProductId::from("01gzk6c7j03pqp7kgraq3f197y"));
        assert_eq!(upper, "01GZK6C7J03PQP7KGRAQ3F197Y");
        let number: InvoiceId = serde_json::from_str("153").unwrap();
        assert_eq!(
            (number.to_string().as_str(), number.is_string()),
            ("153", false)
        );
        assert_eq!(
            format!("{number:?} {upper:?}"),
            "InvoiceId(153) ProductId(\"01GZK6C7J03PQP7KGRAQ3F197Y\")"
        );
        assert_eq!(serde_json::to_string(&number).unwrap(), "153");
        assert!(
            serde_json::from_str::<ProductId>("\"\"")
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn both_forms_are_the_same_key() {
        let number = InvoiceId::from(153_u64);
        let text: InvoiceId = "153".parse().unwrap();
        assert_eq!(number, text);
        assert_eq!(HashMap::from([(number.clone(), 1)]).get("153"), Some(&1));
        assert_eq!(BTreeMap::from([(text, 1)]).get(&number), Some(&1));
    }
}
