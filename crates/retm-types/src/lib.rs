#![doc = include_str!("../README.md")]

mod allowed_products;
mod broken;
mod code;
mod codes;
mod decimal;
mod decimal_number;
mod decode;
mod envelope;
mod field_errors;
mod flag;
#[allow(missing_docs, unreachable_pub, clippy::all)]
#[rustfmt::skip]
mod generated;
mod id;
mod ids;
mod items;
mod json;
mod json_object;
mod lifetime;
mod listing;
mod local_time;
mod localized_text;
mod loose_string;
mod max_discount;
mod merged;
mod object;
mod pagination;
mod pass;
mod personal;
mod raw;

#[cfg(feature = "schemars")]
mod schema;
mod schema_list;
mod secret;
mod write_reply;

pub use allowed_products::AllowedProducts;
pub use broken::Broken;
pub use code::{OpenCode, ParseCodeError, UnknownCode};
pub use codes::{
    DeliveryStatus, DiscountType, InvoiceStatus, PaymentMethodType, ProductType, RewardType,
    TaxType,
};
pub use decimal::{Decimal, ParseDecimalError};
pub use decimal_number::DecimalNumber;
pub use decode::{DecodeError, decode, masked_reason};
pub use field_errors::FieldErrors;
pub use flag::{Flag, ParseFlagError};
pub use generated::*;
pub use ids::{
    AddressId, BranchId, CategoryId, ChargeId, CustomerId, DeviceId, GroupId, InvoiceId,
    ModifierItemId, OrderId, OrderNumber, OrderTypeId, PaymentMethodId, PriceListId, ProductId,
    SaleId, TaxId, VariationId,
};
pub use items::Items;
pub use json_object::JsonObject;
pub use lifetime::Lifetime;
pub use listing::{Listing, ListingForm};
pub use local_time::{LocalTime, ParseLocalTimeError};
pub use localized_text::LocalizedText;
pub use loose_string::LooseString;
pub use max_discount::{MaxDiscount, NegativeMaxDiscount};
pub use merged::Merged;
pub use pagination::Pagination;
pub use personal::{Personal, PersonalText};
pub use schema_list::Schema;
pub use secret::Secret;
pub use write_reply::WriteReply;

pub use rust_decimal;
