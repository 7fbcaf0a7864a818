//! Reading: the samples come first, and pages cover everything once.

use std::collections::BTreeSet;

use retm_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::api::{Api, example};

/// Walks all pages of a list and returns its elements.
async fn all(api: &Api, path: &str, per_page: usize) -> Vec<Value> {
    let mut items = Vec::new();
    for page in 1.. {
        let got = api
            .ok(&format!("{path}?page={page}&per_page={per_page}"))
            .await;
        let pagination = &got["pagination"];
        let elements = got["items"].as_array().unwrap();
        assert_eq!(pagination["current_page"], page);
        assert_eq!(pagination["per_page"], per_page);
        assert_eq!(pagination["count"], elements.len());
        items.extend(elements.iter().cloned());
        if pagination["current_page"] == pagination["total_pages"] {
            assert_eq!(pagination["total"], items.len());
            return items;
        }
    }
    items
}

#[tokio::test]
async fn lists_start_with_the_sample_payloads() {
    let sandbox = Sandbox::start().await.unwrap();
    let api = Api::new(&sandbox, "acme").await;
    let products = api.ok("/api/v2/products/list").await;
    assert_eq!(products["items"][0], example("product"));
    let id = products["items"][0]["id"].as_str().unwrap();
    assert_eq!(
        api.ok(&format!("/api/v2/products/{id}")).await,
        example("product")
    );
    assert_eq!(api.ok("/api/v2/invoices/list").await, example("invoices"));
    assert_eq!(api.ok("/api/v2/charges/list").await, example("charges"));
    for line in example("invoices")["items"][0]["products"]
        .as_array()
        .unwrap()
    {
        let id = line["id"].as_str().unwrap();
        let product = api.ok(&format!("/api/v2/products/{id}")).await;
        assert_eq!(
            (&product["id"], &product["name"]),
            (&line["id"], &line["name"])
        );
        assert_eq!(product["category"]["title"], line["category"]["name"]);
    }
}

#[tokio::test]
async fn pages_cover_every_product_once() {
    let sandbox = Sandbox::builder().products(1_003).start().await.unwrap();
    let api = Api::new(&sandbox, "acme").await;
    let products = all(&api, "/api/v2/products/list", 100).await;
    let ids: BTreeSet<&str> = products
        .iter()
        .map(|item| item["id"].as_str().unwrap())
        .collect();
    assert_eq!((products.len(), ids.len()), (1_003, 1_003));
    let last = products.last().unwrap();
    let id = last["id"].as_str().unwrap();
    assert_eq!(&api.ok(&format!("/api/v2/products/{id}")).await, last);
    let short = all(&api, "/api/v2/products/simple-list", 500).await;
    assert_eq!(short.len(), 1_003);
    assert_eq!(short[1_002]["id"], last["id"]);
}

#[tokio::test]
async fn a_category_and_a_group_page_their_products() {
    let sandbox = Sandbox::builder().products(203).start().await.unwrap();
    let api = Api::new(&sandbox, "acme").await;
    for (resource, parts) in [("categories", 8), ("groups", 3)] {
        let holders = all(&api, &format!("/api/v2/{resource}/list"), 2).await;
        assert_eq!(holders.len(), parts);
        let mut seen = 0;
        for holder in &holders {
            let id = holder["id"].as_str().unwrap();
            let url = format!("/api/v2/{resource}/{id}");
            let first = api.ok(&format!("{url}?per_page=7")).await;
            assert_eq!(
                (&first["id"], &first["name"]),
                (&holder["id"], &holder["name"])
            );
            let total = first["products"]["pagination"]["total"].as_u64().unwrap();
            let pages = first["products"]["pagination"]["total_pages"]
                .as_u64()
                .unwrap();
            let last = api.ok(&format!("{url}?per_page=7&page={pages}")).await;
            let count = last["products"]["items"].as_array().unwrap().len() as u64;
            assert_eq!((pages - 1) * 7 + count, total);
            seen += total;
        }
        assert_eq!(seen, 203);
    }
    let menu = api.ok("/api/v2/menu").await;
    let dishes: usize = menu["categories"]
        .as_array()
        .unwrap()
        .iter()
        .map(|category| category["products"].as_array().unwrap().len())
        .sum();
    assert_eq!(dishes, 203);
}

#[tokio::test]
async fn invoices_say_their_pages_only_when_there_is_something_to_say() {
    let few = Sandbox::builder().invoices(50).start().await.unwrap();
    let api = Api::new(&few, "acme").await;
    assert!(
        api.ok("/api/v2/invoices/list")
            .await
            .get("pagination")
            .is_none()
    );
    let asked = api.ok("/api/v2/invoices/list?page=1").await;
    assert_eq!(asked["pagination"]["total_pages"], 1);
    let many = Sandbox::builder().invoices(51).start().await.unwrap();
    let api = Api::new(&many, "acme").await;
    let unasked = api.ok("/api/v2/invoices/list").await;
    assert_eq!(
        unasked["pagination"],
        json!({
            "total": 51, "count": 50, "per_page": 50, "current_page": 1, "total_pages": 2
        })
    );
    assert_eq!(all(&api, "/api/v2/invoices/list", 20).await.len(), 51);
}

#[tokio::test]
async fn a_page_beyond_the_end_is_empty_and_a_page_has_a_largest_size() {
    let sandbox = Sandbox::builder().max_per_page(60).start().await.unwrap();
    let api = Api::new(&sandbox, "acme").await;
    let beyond = api.ok("/api/v2/products/list?page=9").await;
    assert_eq!(
        (&beyond["items"], &beyond["pagination"]["count"]),
        (&json!([]), &json!(0))
    );
    let large = api.ok("/api/v2/products/list?per_page=100000").await;
    assert_eq!(large["pagination"]["per_page"], 60);
    assert_eq!(large["items"].as_array().unwrap().len(), 60);
}

#[tokio::test]
async fn charges_ignore_pages() {
    let sandbox = Sandbox::start().await.unwrap();
    let api = Api::new(&sandbox, "acme").await;
    assert_eq!(
        api.ok("/api/v2/charges/list?page=7&per_page=1").await,
        example("charges")
    );
}

#[tokio::test]
async fn a_seed_gives_the_same_bytes_and_businesses_differ() {
    let mut bytes = Vec::new();
    for seed in [5, 5, 6] {
        let sandbox = Sandbox::builder()
            .seed(seed)
            .invoices(60)
            .orders(60)
            .start()
            .await
            .unwrap();
        let mut text = sandbox.code("acme") + sandbox.client_secret();
        for business in ["acme", "globex"] {
            let api = Api::new(&sandbox, business).await;
            for path in [
                "products/list",
                "invoices/list",
                "orders/list",
                "customers/list",
                "devices/list",
            ] {
                text += &api
                    .get(&format!("/api/v2/{path}?page=1&per_page=60"))
                    .await
                    .text;
            }
        }
        bytes.push(text);
    }
    assert_eq!(bytes[0], bytes[1]);
    assert_ne!(bytes[0], bytes[2]);
    let sandbox = Sandbox::start().await.unwrap();
    let (acme, globex) = (
        Api::new(&sandbox, "acme").await,
        Api::new(&sandbox, "globex").await,
    );
    let path = "/api/v2/products/list";
    assert_ne!(
        acme.ok(path).await["items"][9],
        globex.ok(path).await["items"][9]
    );
}
