//! No token goes to a host that the base URL does not name.

use retm::{Credentials, Retm};
use retm_tests::server::{Server, TOKEN, answer, json, token};
use retm_tests::{NoWait, watch};
use serde_json::json;

use crate::acme;

/// A second listener, which nothing may reach.
async fn elsewhere() -> Server {
    let elsewhere = Server::raw(|_| async { json(200, &json!({"items": []})) });
    elsewhere.await.unwrap()
}

#[track_caller]
fn nothing_arrived(elsewhere: &Server) {
    let calls = elsewhere.calls();
    assert!(calls.is_empty(), "{calls:?}");
}

#[tokio::test]
async fn redirects_and_locations_lead_nowhere() {
    let elsewhere = elsewhere().await;
    for status in [200, 201, 300, 301, 302, 303, 307, 308, 401, 503] {
        let location = format!("{}/api/v2/products/list", elsewhere.base_url());
        let server = Server::start(move |_| {
            let location = location.clone();
            async move {
                let mut answer = answer(status, "application/json", r#"{"items":[]}"#);
                for name in ["location", "content-location", "refresh", "link"] {
                    answer.headers_mut().insert(name, location.parse().unwrap());
                }
                answer
            }
        });
        let server = server.await.unwrap();
        let acme = acme(server.client());
        assert_eq!(
            acme.products().list().await.is_ok(),
            status < 300,
            "{status}"
        );
        assert_eq!(
            acme.orders().cancel("01a").await.is_ok(),
            status < 300,
            "{status}"
        );
        // The token is on the wire, where it must be.
        let calls = server.resource_calls();
        assert!(calls.len() >= 2);
        for call in calls {
            assert_eq!(call.headers["authorization"], "Bearer hush-token");
        }
        nothing_arrived(&elsewhere);
    }
}

/// A client of the user's own may follow redirects against the advice of its documentation: even then
/// no token goes along.
#[tokio::test]
async fn a_client_that_follows_redirects_takes_no_token_elsewhere() {
    let elsewhere = elsewhere().await;
    let location = format!("{}/api/v2/products/list", elsewhere.base_url());
    let server = Server::start(move |_| {
        let location = location.clone();
        async move {
            let mut answer = answer(307, "text/plain", "");
            answer
                .headers_mut()
                .insert("location", location.parse().unwrap());
            answer
        }
    });
    let server = server.await.unwrap();
    let follows = reqwest::Client::builder().no_proxy().build().unwrap();
    let acme = acme(server.client().http_client(follows));
    acme.products().list().await.unwrap();
    let calls = server.resource_calls();
    assert_eq!(calls[0].headers["authorization"], "Bearer hush-token");
    let reached = elsewhere.calls();
    assert_eq!(reached.len(), 1);
    assert!(!reached[0].headers.contains_key("authorization"));
}

#[tokio::test]
async fn redirects_of_the_token_request_lead_nowhere() {
    let elsewhere = elsewhere().await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!("{}{TOKEN}", elsewhere.base_url());
        let server = Server::raw(move |_| {
            let location = location.clone();
            async move {
                let mut answer = answer(status, "application/json", token().to_string());
                answer
                    .headers_mut()
                    .insert("location", location.parse().unwrap());
                answer
            }
        });
        let server = server.await.unwrap();
        let acme = acme(server.client());
        acme.products().list().await.unwrap_err();
        assert_eq!(server.calls().len(), 1);
        nothing_arrived(&elsewhere);
    }
}

#[tokio::test]
async fn no_business_id_names_the_second_listener() {
    let elsewhere = elsewhere().await;
    let server = Server::start(|_| async { json(200, &json!({"items": []})) });
    let server = server.await.unwrap();
    let host = elsewhere.base_url().replace("http://", "");
    let retm = server.client();
    let retm = retm.base_url(format!("{}/b/{{business_id}}", server.base_url()));
    let retm = retm.build().unwrap();
    let hostile = [
        host.clone(),
        format!("{host}/"),
        format!("@{host}"),
        format!("x@{host}"),
        format!("..//{host}"),
        format!("//{host}"),
        format!("\\\\{host}"),
        format!("http://{host}"),
        format!("x.{host}#"),
        format!("x?{host}"),
        format!("x%2f%40{host}"),
        format!("x\r\nhost: {host}"),
    ];
    for id in hostile {
        assert!(retm.business(&id).unwrap_err().is_config(), "{id}");
    }
    nothing_arrived(&elsewhere);
    // An id of a list is a value, whatever it looks like.
    let acme = retm.business("acme").unwrap();
    let branch = format!("@{host}/");
    let _ = acme.orders().list().branch(branch.as_str()).await;
    nothing_arrived(&elsewhere);
}

#[tokio::test]
async fn no_path_override_and_no_id_name_the_second_listener() {
    let elsewhere = elsewhere().await;
    let host = elsewhere.base_url().replace("http://", "");
    for path in [
        format!("//{host}/"),
        format!("http://{host}/"),
        format!("@{host}/"),
        format!("/\\{host}/"),
        format!("/..//{host}/"),
    ] {
        let retm = Retm::builder().path_override("list_products", &path);
        assert!(retm.build().unwrap_err().is_config(), "{path}");
    }
    let server = Server::start(|_| async { json(200, &json!({})) });
    let server = server.await.unwrap();
    let odd = format!("/@{host}/x:y");
    let acme = acme(server.client().path_override("list_products", odd));
    let _ = acme.products().list().await;
    for id in [
        format!("//{host}"),
        format!("@{host}"),
        format!("\\\\{host}"),
    ] {
        let _ = acme.products().get(id).await;
    }
    assert!(!server.resource_calls().is_empty());
    nothing_arrived(&elsewhere);
}

#[tokio::test]
async fn a_proxy_does_not_see_loopback() {
    let (elsewhere, server) = (elsewhere().await, elsewhere().await);
    let retm = Retm::builder()
        .base_url(server.base_url())
        .credentials(Credentials::new("app", watch::SECRET))
        .proxy(elsewhere.base_url())
        .sleep(NoWait::default());
    let _ = acme(retm).products().list().await;
    assert!(!server.calls().is_empty());
    nothing_arrived(&elsewhere);
}
