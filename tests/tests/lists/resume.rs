//! A list goes on where it was left off, in another client.

use futures::TryStreamExt;
use retm::types::{InvoiceStatus, Product};
use retm::{ErrorKind, ResumeToken};
use retm_sandbox::Sandbox;
use retm_tests::{acme, client};
use serde_json::json;

use crate::{asked, ids, lists, page_of};

/// The token as another process gets it.
fn stored(token: Option<ResumeToken>) -> ResumeToken {
    token.unwrap().to_string().parse().unwrap()
}

#[tokio::test]
async fn pages_go_on_in_another_client() {
    let sandbox = Sandbox::builder().products(25).start().await.unwrap();
    let list = acme(&sandbox).unwrap().products().list().per_page(10);
    let all = list.clone().collect_all().await.unwrap().items;
    let mut pages = list.clone().pages();
    assert_eq!(stored(pages.resume_token()), {
        let first = list.clone().page(1).pages();
        first.resume_token().unwrap()
    });
    let page = pages.try_next().await.unwrap().unwrap();
    let token = stored(page.resume_token());
    assert_eq!(pages.resume_token().as_ref(), Some(&token));
    drop(pages);

    // The size of the pages is in the token.
    let list = acme(&sandbox).unwrap().products().list();
    let mut pages = list.resume(&token).unwrap().pages();
    let second = pages.try_next().await.unwrap().unwrap();
    assert_eq!((second.number(), second.items()), (2, &all[10..20]));
    let third = pages.try_next().await.unwrap().unwrap();
    assert_eq!((third.items(), third.resume_token()), (&all[20..], None));
    assert_eq!(pages.resume_token(), None);
    assert!(pages.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn items_go_on_at_the_very_item() {
    let with_broken = |page: u64| {
        let items = json!([{"id": format!("{page}a")}, {"id": ["?"]}, {"id": format!("{page}b")}]);
        json!({"items": items, "pagination": {"total_pages": 2}})
    };
    let (_server, acme) = lists(with_broken).await;
    let list = acme.products().list();
    let read = async |token: Option<&ResumeToken>, at_most: usize| {
        let list = list.clone();
        let list = token.map_or(Ok(list.clone()), |token| list.resume(token));
        let mut items = list.unwrap().stream();
        let mut read = Vec::new();
        while read.len() < at_most {
            match items.try_next().await {
                Ok(Some(item)) => read.push(item.id.unwrap().to_string()),
                Ok(None) => break,
                Err(error) => read.push(format!("{:?}", error.kind())),
            }
        }
        (read, items.resume_token())
    };
    let (all, end) = read(None, 99).await;
    assert_eq!(
        all,
        ["1a", "1b", "BrokenElement", "2a", "2b", "BrokenElement"]
    );
    assert_eq!(end, None);
    for at in 0..all.len() {
        let (head, token) = read(None, at).await;
        let (rest, end) = read(Some(&stored(token)), 99).await;
        assert_eq!(
            (head, rest, end),
            (all[..at].to_vec(), all[at..].to_vec(), None)
        );
    }
    // Pages go on at the start of the page.
    let (_, token) = read(None, 4).await;
    let mut pages = list.clone().resume(&stored(token)).unwrap().pages();
    let page = pages.try_next().await.unwrap().unwrap();
    assert_eq!((page.number(), page.len()), (2, 3));
}

#[tokio::test]
async fn a_token_that_is_not_used_up_stays_where_it_is() {
    let (server, acme) = lists(page_of(3)).await;
    let list = acme.products().list();
    let mut items = list.clone().stream();
    for _ in 0..3 {
        items.try_next().await.unwrap();
    }
    let token = items.resume_token().unwrap();
    drop(items);
    let again = list.clone().resume(&token).unwrap().stream();
    assert_eq!(again.resume_token(), Some(token));
    let before = asked(&server).len();
    let rest: Vec<Product> = again.try_collect().await.unwrap();
    assert_eq!(ids(&rest), ["4", "5", "6"]);
    assert_eq!(asked(&server)[before..], [2, 3]);
}

#[tokio::test]
async fn a_token_of_something_else_is_refused() {
    let sandbox = Sandbox::builder().business("acme").business("other");
    let sandbox = sandbox.orders(9).start().await.unwrap();
    let retm = client(&sandbox).build().unwrap();
    let orders = retm.business("acme").unwrap().orders().list();
    let pending = orders.clone().per_page(2).partner_reference("R-0551234567");
    let token = pending.clone().pages().resume_token().unwrap();
    let without_size = orders.clone().partner_reference("R-0551234567");
    let by_server = without_size.clone().pages().resume_token().unwrap();
    let products = retm.business("acme").unwrap().products().list();
    let other = retm.business("other").unwrap().orders().list();

    let errors = [
        products.resume(&token).unwrap_err(),
        orders.clone().resume(&token).unwrap_err(),
        pending
            .clone()
            .status(InvoiceStatus::Void)
            .resume(&token)
            .unwrap_err(),
        other
            .partner_reference("R-0551234567")
            .resume(&token)
            .unwrap_err(),
        pending.clone().per_page(3).resume(&token).unwrap_err(),
        pending.clone().resume(&by_server).unwrap_err(),
    ];
    assert!(
        errors
            .iter()
            .all(|error| error.kind() == ErrorKind::InvalidRequest)
    );
    insta::assert_snapshot!(errors.map(|error| error.to_string()).join("\n"));
    assert!(!token.to_string().contains("0551234567"));
    assert!(sandbox.requests().is_empty());
    assert!(pending.resume(&token).is_ok() && without_size.resume(&token).is_ok());
}

#[tokio::test]
async fn the_last_number_of_all_has_no_successor() {
    let link = |_| json!({"data": [{"id": "1"}], "next_page_url": "https://acme.retm.sa/?page=n"});
    let (_server, acme) = lists(link).await;
    let page = acme.products().list().page(u64::MAX).await.unwrap();
    assert_eq!((page.next(), page.resume_token()), (None, None));
}
