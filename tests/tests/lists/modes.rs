//! Every way to page that is known or thought of, and every way in which a server gets it wrong: all items, or an error that
//! says what is missing.

use std::collections::BTreeSet;

use futures::stream::{self, StreamExt};
use retm_sandbox::{ListMode, Sandbox};
use retm_tests::{acme, client};

/// How many products there are: five pages of 20.
const PRODUCTS: usize = 95;

const FORMS: [Option<ListMode>; 13] = [
    None,
    Some(ListMode::Laravel),
    Some(ListMode::Meta),
    Some(ListMode::FromTo),
    Some(ListMode::CamelCase),
    Some(ListMode::TotalCount),
    Some(ListMode::HasMore),
    Some(ListMode::Cursor),
    Some(ListMode::FromZero),
    Some(ListMode::SizeOnly),
    Some(ListMode::LinkHeader),
    Some(ListMode::ItemsOnly),
    Some(ListMode::Bare),
];

const WAYS: [Option<ListMode>; 10] = [
    None,
    Some(ListMode::CutSize),
    Some(ListMode::IgnorePage),
    Some(ListMode::RepeatPage),
    Some(ListMode::DropPage),
    Some(ListMode::EmptyPage),
    Some(ListMode::ShortPage),
    Some(ListMode::EndEarly),
    Some(ListMode::NotFoundBehind),
    Some(ListMode::Changing),
];

fn name(mode: Option<ListMode>) -> &'static str {
    mode.map_or("plain", ListMode::name)
}

/// Reads the list of a server of that kind by way of a shared HTTP client, which takes long to make: how many products came, in how many requests, and why no more.
async fn outcome(http: &reqwest::Client, form: Option<ListMode>, way: Option<ListMode>) -> String {
    let modes = form.into_iter().chain(way);
    let builder = Sandbox::builder().products(PRODUCTS);
    let sandbox = modes.fold(builder, retm_sandbox::SandboxBuilder::list_mode);
    let sandbox = sandbox.start().await.unwrap();
    // A server that cuts is asked for more than it gives.
    let size = if way == Some(ListMode::CutSize) {
        50
    } else {
        20
    };
    let retm = client(&sandbox).http_client(http.clone()).build().unwrap();
    let acme = retm.business("acme").unwrap();
    let list = acme.products().list().per_page(size);
    let (items, said) = match list.collect_all().await {
        Ok(all) => (all.items, String::new()),
        Err(interrupted) => {
            assert!(interrupted.error.is_incomplete(), "{}", interrupted.error);
            assert!(interrupted.resume_token().is_some());
            let text = interrupted.error.to_string();
            let why = text.split("incomplete: ").nth(1).unwrap();
            let why = why.split(". Go on").next().unwrap();
            (interrupted.collected.items, format!(", {why}"))
        }
    };
    let ids = items
        .iter()
        .map(|item| item.id.clone().unwrap().to_string());
    let ids: BTreeSet<String> = ids.collect();
    let requests = sandbox.requests_for("list_products").len();
    let lost = ids.len() < PRODUCTS && said.is_empty();
    let silence = if lost { ", in silence" } else { "" };
    format!("{} in {requests}{said}{silence}", ids.len())
}

#[tokio::test]
async fn every_kind_of_server_gives_all_items_or_says_what_is_missing() {
    let kinds = WAYS.iter().flat_map(|way| FORMS.map(|form| (*way, form)));
    let http = reqwest::Client::new();
    let http = &http;
    let lines: Vec<String> = stream::iter(kinds)
        .map(|(way, form)| async move {
            let outcome = outcome(http, form, way).await;
            format!("{:16} {:12} {outcome}", name(way), name(form))
        })
        .buffered(4)
        .collect()
        .await;
    insta::assert_snapshot!(lines.join("\n"));
}

/// What a documented answer costs is what it cost before lists that say less were read to their end.
#[tokio::test]
async fn a_list_that_says_where_it_ends_costs_a_request_for_each_page() {
    let requests = async |form: Option<ListMode>, products: usize| {
        let builder = Sandbox::builder().products(products);
        let sandbox = form
            .into_iter()
            .fold(builder, retm_sandbox::SandboxBuilder::list_mode);
        let sandbox = sandbox.start().await.unwrap();
        let acme = acme(&sandbox).unwrap();
        let all = acme.products().list().per_page(20).collect_all().await;
        assert_eq!(all.unwrap().items.len(), products);
        let charges = acme.charges().list().collect_all().await.unwrap();
        assert!(charges.items.len() < 10);
        let category = acme.categories().list().await.unwrap().into_items();
        let category = category[0].id.clone().unwrap();
        let products = acme.categories().products(category).per_page(500);
        products.collect_all().await.unwrap();
        ["list_products", "list_charges", "get_category"]
            .map(|operation| sandbox.requests_for(operation).len())
    };
    assert_eq!(requests(None, 20).await, [1, 1, 1]);
    assert_eq!(requests(None, 95).await, [5, 1, 1]);
    assert_eq!(requests(Some(ListMode::Laravel), 95).await, [5, 1, 1]);
    assert_eq!(requests(Some(ListMode::Laravel), 20).await, [1, 1, 1]);
}
