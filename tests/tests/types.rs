//! What the types promise at compile time, and that the codes are those of the spec.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use retm::resources::{
    Branches, Cancellation, Categories, Charges, Customers, DeliveryUpdate, Devices, Groups,
    Invoices, MenuResource, OrderFilter, OrderTypes, Orders, PaymentMethods, PriceLists, Products,
    Taxes,
};
use retm::types::{
    CreateOrder, DeliveryStatus, DiscountType, InvoiceStatus, Order, PaymentMethodType, Product,
    ProductType, RewardType, TaxType, WriteReply,
};
use retm::{
    Builder, Business, BusinessId, Collected, Credentials, Environment, Error, ErrorKind,
    GrantType, List, MoneyCheck, Page, Recover, Recovered, Recovery, Request, Response, Retm,
    Submission, Submit, Submitted, SweepCheckpoint, SystemTimer, TokenStatus,
};
use retm_store::{Store, StoreKey};
use retm_tests::watch;
use serde_json::{Value, json};
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
    Request<Cancellation, WriteReply>,
    Request<DeliveryUpdate, WriteReply>,
    Request<String, Product>,
    Submit,
    Submitted,
    Submission,
    MoneyCheck,
    Recover,
    Recovered,
    Recovery,
    Page<Order>,
    Collected<Order>,
    Response<Page<Order>>,
    Error,
    ErrorKind,
    BusinessId,
    Credentials,
    Environment,
    GrantType,
    TokenStatus,
    SystemTimer,
    Store,
);

assert_impl_all!(Error: std::error::Error);
const_assert!(size_of::<Error>() <= 16);

/// Only what owns everything can be given to another thread for as long as it likes.
fn owned<T: Send + 'static>(value: T) -> T {
    value
}

/// What borrows can be moved to another thread all the same, as a task is between two polls.
fn sent<T: Send>(value: T) -> T {
    value
}

#[test]
fn builders_futures_and_streams_are_owned() {
    watch::begin();
    let client = Retm::builder()
        .attempt_timeout(Duration::from_secs(1))
        .build()
        .unwrap();
    let acme = owned(client.business("acme").unwrap());
    let of_client = (
        owned(client.grant_events()),
        owned(client.flush(Duration::ZERO)),
    );
    drop(client);
    let (orders, products, business) = (owned(acme.orders()), acme.products(), acme.clone());
    let invoices = acme.invoices();
    let (categories, groups) = (acme.categories(), acme.groups());
    drop(acme);
    let of_business = (
        owned(business.token()),
        owned(business.authorize("code")),
        owned(business.menu().get().into_future()),
    );
    drop(business);
    let of_products = (
        owned(products.get("id").into_future()),
        owned(products.get("id").response()),
        owned(products.get_opt(String::from("id"))),
        owned(categories.get_opt("id")),
        owned(groups.get_opt("id")),
        owned(categories.products("id").pages()),
        owned(groups.products("id").stream()),
    );
    drop((products, categories, groups));
    let order = json!({"branch": "b", "customer": {"phone": watch::PHONE}, "products": []});
    let order = serde_json::from_value(order).unwrap();
    let writes = (
        owned(orders.cancel("id").reason("why").into_future()),
        owned(
            orders
                .set_delivery_status("id", DeliveryStatus::Delivered)
                .response(),
        ),
        owned(orders.submit(order).into_future()),
    );
    let recover = orders.recover();
    let recovered = (
        owned(recover.clone().into_future()),
        owned(recover.stream()),
    );
    let sweeps = (
        owned(orders.list().sweep(SweepCheckpoint::new()).unwrap()),
        owned(invoices.list().sweep(SweepCheckpoint::new()).unwrap()),
    );
    drop(invoices);
    let list = owned(orders.list().status(InvoiceStatus::Pending));
    drop(orders);
    let futures = (
        owned(list.clone().into_future()),
        owned(list.clone().response()),
        owned(list.clone().collect_all()),
    );
    let streams = (owned(list.clone().stream()), owned(list.pages()));
    drop((of_client, of_business, of_products, writes, recovered));
    drop((sweeps, futures, streams));
}

#[tokio::test]
async fn the_calls_of_a_store_can_be_made_in_any_task() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("retm.db").display());
    let key = || StoreKey::generate().unwrap();
    let store = sent(Store::open(&url, key())).await.unwrap();
    assert_eq!(sent(store.prune(Duration::ZERO)).await.unwrap(), 0);
    let rekeyed = sent(store.rekey(key())).await.unwrap();
    let again = sent(store.rekey_with(key(), |_| {})).await.unwrap();
    assert_eq!((rekeyed.unreadable, again.unreadable), (0, 0));
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
