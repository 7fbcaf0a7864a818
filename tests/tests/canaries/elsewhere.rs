//! A list whose pages say that the next one is at another host.

use futures::TryStreamExt as _;
use retm_tests::server::{Server, json};
use serde_json::json;

use crate::world::acme;

#[tokio::test]
async fn the_next_page_is_asked_of_the_same_host() {
    let elsewhere = Server::raw(|_| async { json(200, &json!({"items": []})) });
    let elsewhere = elsewhere.await.unwrap();
    let url = format!("{}/api/v2/products/list?page=2", elsewhere.base_url());
    for envelope in [
        json!({"current_page": 1, "last_page": 2, "next_page_url": url, "path": url}),
        json!({"links": {"next": url, "last": url}, "meta": {"current_page": 1, "last_page": 2}}),
        json!({"meta": {"pagination": {"current_page": 1, "total_pages": 2, "links": {"next": url}}}}),
        json!({"pagination": {"current_page": 1, "total_pages": 2, "next_page_url": url}}),
    ] {
        let server = Server::start(move |call| {
            let mut page = envelope.clone();
            page["data"] = json!([{"id": call.page().to_string()}]);
            if call.page() == 2 {
                page = json!({"data": [{"id": "2"}]});
            }
            async move { json(200, &page) }
        });
        let server = server.await.unwrap();
        let pages = acme(server.client()).products().list().pages();
        let pages: Vec<_> = pages.try_collect().await.unwrap();
        // The second page came, from where the first was, with the token.
        assert_eq!((pages.len(), server.resource_calls().len()), (2, 2));
        for call in server.resource_calls() {
            assert_eq!(call.headers["authorization"], "Bearer hush-token");
        }
        assert!(elsewhere.calls().is_empty());
    }
}
