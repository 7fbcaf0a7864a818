//! Resources that can only be listed.

use retm_types::{Branch, Customer, Device, PriceList};

use super::list;
use crate::business::Business;
use crate::list::List;

macro_rules! listed {
    ($($(#[$doc:meta])* $handle:ident: $operation:ident -> $item:ty;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug)]
            pub struct $handle(pub(super) Business);

            impl $handle {
                #[doc = concat!("Lists them (`", stringify!($operation), "`; exists: documented, the rest assumed).")]
                pub fn list(&self) -> List<$item> {
                    list!(&self.0, $operation)
                }
            }
        )*
    };
}

listed! {
    /// Branches of a business.
    Branches: list_branches -> Branch;
    /// Point-of-sale devices.
    Devices: list_devices -> Device;
    /// Lists of prices.
    PriceLists: list_price_lists -> PriceList;
    /// Customers of a business.
    Customers: list_customers -> Customer;
}
