use crate::api::*;
use retm_sandbox::Sandbox;
#[tokio::test]
async fn speed_tmp() {
    let t = std::time::Instant::now();
    let sandbox = Sandbox::builder()
        .products(100_000)
        .invoices(100_000)
        .start()
        .await
        .unwrap();
    println!("start {:?}", t.elapsed());
    let token = grant(
        &sandbox,
        "acme",
        serde_json::json!({"grant_type": "client_credentials"}),
    )
    .await
    .json();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for (what, per) in [("products", 50), ("products", 500), ("invoices", 500)] {
        let t = std::time::Instant::now();
        let mut bytes = 0;
        for page in 1..=100_000 / per {
            let url = format!(
                "{}/api/v2/{what}/list?page={page}&per_page={per}",
                sandbox.business_url("acme")
            );
            let b = client
                .get(url)
                .bearer_auth(token["access_token"].as_str().unwrap())
                .send()
                .await
                .unwrap()
                .bytes()
                .await
                .unwrap();
            bytes += b.len();
        }
        println!("{what} {per}: {:?} {bytes}", t.elapsed());
    }
    let t = std::time::Instant::now();
    let b = Api::new(&sandbox, "acme")
        .await
        .get("/api/v2/menu")
        .await
        .text
        .len();
    println!("menu {:?} {b}", t.elapsed());
    let t = std::time::Instant::now();
    let s2 = Sandbox::builder().orders(10_000).start().await.unwrap();
    println!("start with 10k orders {:?}", t.elapsed());
    drop(s2);
}
