//! The table of operations: how each is called. An operation has as many rows as it takes to set every parameter and
//! every member that it knows. The token request has its own, see [`grants`](crate::grants).

use retm::types::{
    CreateCharge, CreateOrderType, CreatePaymentMethod, CreateTax, DecimalNumber, DeliveryStatus,
    Flag, InvoiceStatus, LocalizedText, LooseString, PaymentMethodType, TaxId, TaxType,
};
use serde_json::json;

use crate::call::Call;
use crate::order;

const PRODUCT: &str = "01GZK6C7J03PQP7KGRAQ3F197Y";
const CATEGORY: &str = "01hjnnt6d2hyasgjepb87z8gev";
const GROUP: &str = "01hq8r2s4t6v8w0x2y4z6a8b0c";
const ORDER: &str = "01kc3n5v8x2y4z6a8b0c2d4e6f";
const BRANCH: &str = "01h1he9gv7jck3xrhg7dz9hzh5";

/// A call of a list that takes no filters, for its second page.
macro_rules! list {
    ($operation:literal, $command:literal, $resource:ident . $list:ident) => {
        list!($operation, $command, "list", $resource.$list)
    };
    ($operation:literal, $command:literal, $verb:literal, $resource:ident . $list:ident) => {
        Call::new(
            $operation,
            &[$command, $verb, "--page", "2", "--per-page", "3"],
            |acme| acme.$resource().$list().page(2).per_page(3).response(),
        )
    };
}

pub(crate) fn calls() -> Vec<Call> {
    let mut calls = lists();
    calls.extend(reads());
    calls.extend(orders());
    calls.extend(settings());
    calls
}

fn lists() -> Vec<Call> {
    vec![
        Call::new(
            "list_orders",
            &[
                "orders",
                "list",
                "--branch",
                BRANCH,
                "--status",
                "pending",
                "--partner-reference",
                "PARTNER 1001/ü",
                "--from",
                "2025-12-17 00:00:00",
                "--to",
                "2025-12-17 23:59:59",
                "--page",
                "2",
                "--per-page",
                "3",
            ],
            |acme| {
                let list = acme.orders().list().branch(BRANCH);
                let list = list.status(InvoiceStatus::Pending);
                let list = list.partner_reference("PARTNER 1001/ü");
                let list = list.from("2025-12-17 00:00:00").to("2025-12-17 23:59:59");
                list.page(2).per_page(3).response()
            },
        ),
        list!("list_invoices", "invoices", invoices.list),
        list!("list_categories", "categories", categories.list),
        list!("list_groups", "groups", groups.list),
        list!("list_products", "products", products.list),
        list!(
            "list_simple_products",
            "products",
            "simple-list",
            products.simple_list
        ),
        list!("list_branches", "branches", branches.list),
        list!("list_devices", "devices", devices.list),
        list!("list_order_types", "order-types", order_types.list),
        list!("list_price_lists", "price-lists", price_lists.list),
        list!(
            "list_payment_methods",
            "payment-methods",
            payment_methods.list
        ),
        list!("list_charges", "charges", charges.list),
        list!("list_taxes", "taxes", taxes.list),
        list!("list_customers", "customers", customers.list),
        // Without a page: nothing is sent that was not asked for.
        Call::new("list_orders", &["orders", "list"], |acme| {
            acme.orders().list().response()
        }),
        Call::new("list_invoices", &["invoices", "list"], |acme| {
            acme.invoices().list().response()
        }),
        Call::new("list_charges", &["charges", "list"], |acme| {
            acme.charges().list().response()
        }),
    ]
}

fn reads() -> Vec<Call> {
    vec![
        Call::new("get_menu", &["menu", "get"], |acme| {
            acme.menu().get().response()
        }),
        Call::new("get_product", &["products", "get", PRODUCT], |acme| {
            acme.products().get(PRODUCT).response()
        }),
        Call::new("get_category", &["categories", "get", CATEGORY], |acme| {
            acme.categories().get(CATEGORY).response()
        }),
        Call::new(
            "get_category",
            &[
                "categories",
                "products",
                CATEGORY,
                "--page",
                "2",
                "--per-page",
                "3",
            ],
            |acme| {
                let products = acme.categories().products(CATEGORY);
                products.page(2).per_page(3).response()
            },
        ),
        Call::new("get_group", &["groups", "get", GROUP], |acme| {
            acme.groups().get(GROUP).response()
        }),
        Call::new(
            "get_group",
            &[
                "groups",
                "products",
                GROUP,
                "--page",
                "2",
                "--per-page",
                "3",
            ],
            |acme| {
                let products = acme.groups().products(GROUP);
                products.page(2).per_page(3).response()
            },
        ),
    ]
}

fn orders() -> Vec<Call> {
    vec![
        Call::new(
            "create_order",
            &["orders", "create", "--file", "-"],
            |acme| acme.orders().create(order::whole()).response(),
        )
        .body(order::whole_body()),
        Call::new(
            "create_order",
            &["orders", "create", "--file", "-"],
            |acme| acme.orders().create(order::least()).response(),
        )
        .body(order::least_body()),
        Call::new(
            "cancel_order",
            &["orders", "cancel", ORDER, "--reason", "out of stock"],
            |acme| {
                acme.orders()
                    .cancel(ORDER)
                    .reason("out of stock")
                    .response()
            },
        )
        .body(json!({"order_id": ORDER, "reason": "out of stock"})),
        Call::new("cancel_order", &["orders", "cancel", ORDER], |acme| {
            acme.orders().cancel(ORDER).response()
        })
        .body(json!({"order_id": ORDER})),
        Call::new(
            "update_delivery_status",
            &[
                "orders",
                "set-delivery-status",
                ORDER,
                "out_for_delivery",
                "--note",
                "the driver has left",
            ],
            |acme| {
                let status = DeliveryStatus::OutForDelivery;
                let update = acme.orders().set_delivery_status(ORDER, status);
                update.note("the driver has left").response()
            },
        )
        .body(json!({"order_id": ORDER, "status": 6, "note": "the driver has left"})),
        Call::new(
            "update_delivery_status",
            &["orders", "set-delivery-status", ORDER, "7"],
            |acme| {
                let status = DeliveryStatus::Delivered;
                acme.orders().set_delivery_status(ORDER, status).response()
            },
        )
        .body(json!({"order_id": ORDER, "status": 7})),
    ]
}

fn settings() -> Vec<Call> {
    vec![
        Call::new(
            "create_order_type",
            &["order-types", "create", "--file", "-"],
            |acme| {
                let name = LocalizedText::new("Drive-through", "طلبات السيارات");
                let body = CreateOrderType::builder().name(name);
                acme.order_types()
                    .create(body.try_into().unwrap())
                    .response()
            },
        )
        .body(json!({"name": {"en": "Drive-through", "ar": "طلبات السيارات"}})),
        Call::new(
            "create_payment_method",
            &["payment-methods", "create", "--file", "-"],
            |acme| {
                let body = CreatePaymentMethod::builder()
                    .name(LocalizedText::new("Card", "بطاقة"))
                    .type_(PaymentMethodType::Card)
                    .auto_open_drawer(Flag::from(false))
                    .ecr_enabled(Flag::from(true))
                    .zatca_payment_code(Some(LooseString::from("48")));
                acme.payment_methods()
                    .create(body.try_into().unwrap())
                    .response()
            },
        )
        .body(json!({
            "name": {"en": "Card", "ar": "بطاقة"},
            "type": 2,
            "auto_open_drawer": 0,
            "ecr_enabled": 1,
            "zatca_payment_code": "48",
        })),
        Call::new(
            "create_charge",
            &["charges", "create", "--file", "-"],
            |acme| {
                let body = CreateCharge::builder()
                    .name(LocalizedText::new("Delivery", "توصيل"))
                    .value(DecimalNumber::from(20))
                    .tax_id(Some(TaxId::from("01GZERV8JS80XC4FCV0Y90ATJ6")));
                acme.charges().create(body.try_into().unwrap()).response()
            },
        )
        .body(json!({
            "name": {"en": "Delivery", "ar": "توصيل"},
            "value": 20,
            "tax_id": "01GZERV8JS80XC4FCV0Y90ATJ6",
        })),
        Call::new("create_tax", &["taxes", "create", "--file", "-"], |acme| {
            let body = CreateTax::builder()
                .name(LocalizedText::new("VAT", "ضريبة"))
                .value("12.5".parse::<DecimalNumber>().unwrap())
                .type_(TaxType::Vat);
            acme.taxes().create(body.try_into().unwrap()).response()
        })
        .body(json!({"name": {"en": "VAT", "ar": "ضريبة"}, "value": 12.5, "type": 2})),
    ]
}
