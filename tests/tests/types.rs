//! What the types promise at compile time, and that the codes are those of the spec.

use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::BoxStream;
use retm::resources::{
    Branches, Categories, Charges, Customers, Devices, Groups, Invoices, MenuResource, OrderFilter,
    OrderTypes, Orders, PaymentMethods, PriceLists, Products, Taxes,
};
use retm::types::{
    CreateOrder, DeliveryStatus, DiscountType, InvoiceStatus, Order, PaymentMethodType, Product,
    ProductType, RewardType, TaxType, WriteReply,
};
use retm::{Builder, Business, Error, List, Page, Request, Response, Retm};
use serde_json::Value;
use static_assertions::{assert_impl_all, const_assert};

macro_rules! handles {
    ($($handle:ty),* $(,)?) => {
        $(assert_impl_all!($handle: Send, Sync, Clone, std::fmt::Debug);)*
    };
}

handles!(
    Retm,
    Builder,
    Business,
    Orders,
    Invoices,
    Categories,
    Groups,
    Products,
    MenuResource,
    Branches,
    Devices,
    OrderTypes,
    PriceLists,
    PaymentMethods,
    Charges,
    Taxes,
    Customers,
    List<Order, OrderFilter>,
    List<Product, String>,
    Request<CreateOrder, WriteReply>,
    Request<String, Product>,
    Page<Order>,
    Response<Page<Order>>,
    Error,
);

assert_impl_all!(BoxFuture<'static, Result<Page<Order>, Error>>: Send, Unpin);
assert_impl_all!(BoxStream<'static, Result<Order, Error>>: Send, Unpin);
const_assert!(size_of::<Error>() <= 16);

/// Only what owns everything can be given to another thread for as long as it likes.
fn owned<T: Send + 'static>(value: T) -> T {
    value
}

#[test]
fn builders_futures_and_streams_are_owned() {
    let client = Retm::builder()
        .attempt_timeout(Duration::from_secs(1))
        .build()
        .unwrap();
    let acme = owned(client.business("acme").unwrap());
    drop(client);
    let orders = owned(acme.orders());
    drop(acme);
    let list = owned(orders.list().status(InvoiceStatus::Pending));
    drop(orders);
    let futures = (
        owned(list.clone().into_future()),
        owned(list.clone().response()),
        owned(list.clone().collect_all()),
    );
    let streams = (owned(list.clone().stream()), owned(list.pages()));
    drop((futures, streams));
}

macro_rules! codes {
    ($($code:ident),* $(,)?) => {
        vec![$((
            stringify!($code),
            $code::ALL
                .iter()
                .map(|code| (code.code(), code.name().unwrap_or_default().to_owned()))
                .collect::<Vec<_>>(),
        )),*]
    };
}

#[test]
fn the_codes_are_those_of_the_spec() {
    let ours = codes!(
        DeliveryStatus,
        DiscountType,
        InvoiceStatus,
        PaymentMethodType,
        ProductType,
        RewardType,
        TaxType,
    );
    let spec = retm_tests::spec();
    let theirs: Vec<(&str, Vec<(i64, String)>)> = spec
        .pointer("/components/schemas")
        .and_then(Value::as_object)
        .unwrap()
        .iter()
        .filter_map(|(name, schema)| {
            let codes = schema.get("x-codes")?.as_object()?.iter();
            let codes = codes
                .map(|(code, name)| (code.parse().unwrap(), snake_case(name.as_str().unwrap())));
            Some((name.as_str(), codes.collect()))
        })
        .collect();
    assert_eq!(theirs.len(), ours.len());
    for (name, codes) in theirs {
        let found = ours.iter().find(|(ours, _)| *ours == name);
        assert_eq!(found.map(|(_, codes)| codes), Some(&codes), "{name}");
    }
}

fn snake_case(variant: &str) -> String {
    let mut name = String::new();
    for c in variant.chars() {
        if c.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(c.to_lowercase());
    }
    name
}
