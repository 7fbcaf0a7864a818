//! The sandbox: what it shows of itself, and what its control endpoint tells.

use retm::Credentials;
use retm_sandbox::{Fault, FaultKind, LoggedRequest, Sandbox};
use serde_json::json;

use crate::canary::*;
use crate::capture::{debug, good, show};
use crate::orders::order;

pub(crate) async fn play() {
    let builder = Sandbox::builder().credentials("app-7", CLIENT_SECRET);
    debug("SandboxBuilder", &builder);
    let sandbox = builder.start().await.unwrap();
    debug("Sandbox", &sandbox);
    let client = retm_tests::client(&sandbox).credentials(Credentials::new("app-7", CLIENT_SECRET));
    let acme = crate::world::acme(client);
    let code = sandbox.code("acme");
    acme.authorize(code.as_str()).await.unwrap();
    good("Submitted", acme.orders().submit(order("B-1")).await);
    sandbox.add_fault(Fault::new(FaultKind::BadGateway).on("list_orders").times(1));
    let _ = acme.orders().list().partner_reference(PHONE).await;
    debug("Fault", &sandbox.faults());
    debug("SandboxClock", sandbox.clock());
    debug("Sandbox", &sandbox);

    let log = sandbox.requests();
    debug("LoggedRequest", &log);
    let sent: String = log
        .iter()
        .map(|one| String::from_utf8_lossy(&one.body))
        .collect();
    let bearer = log.iter().filter_map(LoggedRequest::bearer).next().unwrap();
    assert!(
        [CLIENT_SECRET, &code, PHONE]
            .iter()
            .all(|text| sent.contains(text))
    );

    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = |path: &str| format!("{}/sandbox/{path}", sandbox.base_url());
    let mut answers = Vec::new();
    for path in [
        "faults",
        "clock",
        "orders?business=acme",
        "orders?business=none",
        "nothing",
    ] {
        let answer = http
            .get(url(path))
            .bearer_auth(bearer)
            .send()
            .await
            .unwrap();
        answers.push((path, answer.text().await.unwrap()));
        let body = json!({"advance": ACCESS, "fault": {"kind": REFRESH}, "phone": PHONE});
        let request = http.post(url(path)).bearer_auth(bearer).json(&body);
        answers.push((path, request.send().await.unwrap().text().await.unwrap()));
    }
    for (path, text) in answers {
        // The orders are what was asked for.
        match path.starts_with("orders?business=acme") {
            true => {
                assert_none(path, &text, SECRETS);
                assert!(!text.contains(bearer) && !text.contains(&code));
            }
            false => show(format!("control endpoint {path}"), text),
        }
    }
}
