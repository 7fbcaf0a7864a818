//! What can be written: its schema, and the columns that people want to see.

use retm_types::{
    Branch, Category, Charge, Customer, Device, Group, Invoice, Menu, Order, OrderType,
    PaymentMethod, PriceList, Product, SimpleProduct, Tax, WriteReply,
};
use serde::Serialize;

/// A value of the API that the command line can write.
pub(crate) trait Record: Serialize {
    /// The name of its schema.
    const SCHEMA: &'static str;
    /// The members that a table shows; a slash leads into a nested one.
    const COLUMNS: &'static [&'static str];
}

macro_rules! records {
    ($($record:ident: $($column:literal),*;)*) => {
        $(
            impl Record for $record {
                const SCHEMA: &'static str = stringify!($record);
                const COLUMNS: &'static [&'static str] = &[$($column),*];
            }
        )*

        #[cfg(test)]
        pub(super) const ALL: &[(&str, &[&str])] = &[$((stringify!($record), &[$($column),*])),*];
    };
}

records! {
    Order: "id", "reference", "partner_reference", "status", "delivery_status", "created_at", "total_price";
    Invoice: "invoice_id", "order_reference", "created_at", "status", "branch_id", "tax", "total_price";
    Product: "id", "name", "type", "category/title", "price";
    SimpleProduct: "id", "name", "sku", "price";
    Category: "id", "name";
    Group: "id", "name";
    Menu: "categories";
    Branch: "id", "name";
    Device: "id", "name", "branch_id";
    OrderType: "id", "name";
    PriceList: "id", "name";
    PaymentMethod: "id", "name", "type", "zatca_payment_code";
    Charge: "uuid", "name", "value", "tax/name";
    Tax: "id", "name", "type", "value";
    Customer: "id", "name", "phone", "email";
    WriteReply: "id", "order_id", "reference", "partner_reference", "status", "message";
}

#[cfg(test)]
mod tests {
    use super::ALL;
    use crate::schema::{Member, Place};

    #[test]
    fn the_columns_are_members_of_the_schema() {
        for (schema, columns) in ALL {
            for column in *columns {
                let mut place = Place::of(schema).unwrap();
                for key in column.split('/') {
                    place = match place.member(key) {
                        Member::Known(inside) => inside,
                        _ => panic!("{schema} has no {column}"),
                    };
                }
            }
        }
    }
}
