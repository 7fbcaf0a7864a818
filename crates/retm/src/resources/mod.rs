//! One module per section of the API's portal.

mod categories;
mod charges;
mod groups;
mod invoices;
mod lists;
mod menu;
mod order_types;
mod orders;
mod payment_methods;
mod products;
mod taxes;

pub use categories::Categories;
pub use charges::Charges;
pub use groups::Groups;
pub use invoices::Invoices;
pub use lists::{Branches, Customers, Devices, PriceLists};
pub use menu::MenuResource;
pub use order_types::OrderTypes;
pub use orders::{Cancellation, DeliveryUpdate, OrderFilter, Orders};
pub use payment_methods::PaymentMethods;
pub use products::Products;
pub use taxes::Taxes;

use crate::business::Business;

/// Declares a resource's handle and the function of [`Business`] that gives it.
macro_rules! resources {
    ($($(#[$doc:meta])* $name:ident => $handle:ident;)*) => {
        impl Business {
            $(
                $(#[$doc])*
                pub fn $name(&self) -> $handle {
                    $handle(self.clone())
                }
            )*
        }
    };
}

resources! {
    /// Orders sent to the business, and their delivery.
    orders => Orders;
    /// What the business has sold.
    invoices => Invoices;
    /// Categories of the catalogue.
    categories => Categories;
    /// Groups of products.
    groups => Groups;
    /// Products of the catalogue.
    products => Products;
    /// The whole menu at once.
    menu => MenuResource;
    /// Branches of the business.
    branches => Branches;
    /// Point-of-sale devices.
    devices => Devices;
    /// Kinds of orders, such as delivery.
    order_types => OrderTypes;
    /// Lists of prices.
    price_lists => PriceLists;
    /// Ways to pay.
    payment_methods => PaymentMethods;
    /// Charges on orders, such as a delivery charge.
    charges => Charges;
    /// Taxes of the business.
    taxes => Taxes;
    /// Customers of the business.
    customers => Customers;
}

/// A generated list operation with its paging.
macro_rules! paged {
    ($operation:expr, $paging:expr) => {{
        let mut operation = $operation;
        if let Some(page) = $paging.page {
            operation = operation.page(page);
        }
        if let Some(per_page) = $paging.per_page {
            operation = operation.per_page(per_page);
        }
        operation
    }};
}

/// A [`List`](crate::List) of an operation without filters.
macro_rules! list {
    ($business:expr, $operation:ident) => {
        crate::list::List::new(
            $business,
            stringify!($operation),
            (),
            |client, (), paging| {
                crate::transport::built(
                    crate::resources::paged!(client.$operation(), paging).request(),
                )
            },
            crate::transport::decode,
        )
    };
}

/// A [`Request`](crate::Request) of an operation that takes an id in its path.
macro_rules! get {
    ($business:expr, $operation:ident, $id:expr) => {
        crate::request::Request::by_id($business, stringify!($operation), $id, |client, id| {
            crate::transport::built(client.$operation().id(id).request())
        })
    };
}

/// A [`Request`](crate::Request) of an operation that sends a body and changes something.
macro_rules! write {
    ($business:expr, $operation:ident, $body:expr) => {
        crate::request::Request::write($business, stringify!($operation), $body, |client, body| {
            crate::transport::built(client.$operation().body(body).request())
        })
    };
}

use {get, list, paged, write};
