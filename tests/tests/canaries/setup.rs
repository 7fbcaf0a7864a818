//! What is refused before anything is sent.

use retm::{Credentials, Environment, Retm};

use crate::canary::*;
use crate::capture::{debug, failed};
use crate::world::acme;

pub(crate) fn play() {
    let credentials = Credentials::new("app-7", CLIENT_SECRET);
    debug("Credentials", &credentials);
    for url in [
        format!("https://app:{URL_PASSWORD}@retm.sa"),
        format!("https://{URL_PASSWORD}@retm.sa"),
        format!("http://app:{URL_PASSWORD}@retm.sa"),
        format!("ftp://app:{URL_PASSWORD}@127.0.0.1"),
        format!("https://app:{URL_PASSWORD}@retm sa"),
        format!("https://app:{URL_PASSWORD}@{{business}}.retm.sa"),
        format!("app:{URL_PASSWORD}@retm.sa"),
        format!("//app:{URL_PASSWORD}@retm.sa"),
        format!("https://app:{URL_PASSWORD}@retm.sa:99999"),
        format!("https://retm.sa/?password={URL_PASSWORD}"),
        format!("https://retm.sa/#{URL_PASSWORD}"),
    ] {
        debug("Environment", &Environment::BaseUrl(url.clone()));
        let builder = Retm::builder()
            .base_url(&url)
            .credentials(credentials.clone());
        debug("Builder", &builder);
        failed("base URL", builder.build());
    }
    for url in [
        format!("http://app:{PROXY_PASSWORD}@127.0.0.1:1"),
        format!("http://app:{PROXY_PASSWORD}@proxy host"),
        format!("app:{PROXY_PASSWORD}@proxy.example:99999"),
        format!("ftp://app:{PROXY_PASSWORD}@proxy.example"),
        format!("//app:{PROXY_PASSWORD}@"),
    ] {
        let builder = Retm::builder().proxy(&url);
        debug("Builder", &builder);
        match builder.build() {
            Ok(retm) => debug("Retm", &retm),
            Err(error) => {
                failed("proxy", Err::<(), _>(error));
            }
        }
    }
    let retm = Retm::builder().credentials(credentials).build().unwrap();
    debug("Retm", &retm);
    for id in [
        format!("app:{URL_PASSWORD}@evil.example"),
        format!("{EMAIL}/"),
        format!("{PHONE}."),
        format!("https://app:{URL_PASSWORD}@evil.example/"),
    ] {
        failed("business id", retm.business(&id));
    }
    for path in [
        format!("https://app:{URL_PASSWORD}@evil.example/"),
        format!("//app:{URL_PASSWORD}@evil.example/"),
        format!("/api?phone={PHONE}"),
    ] {
        let builder = Retm::builder().path_override("list_orders", &path);
        debug("Builder", &builder);
        failed("path override", builder.build());
    }
    failed(
        "app name",
        Retm::builder().app_name(format!("{PHONE}\n")).build(),
    );
    let acme = acme(Retm::builder().base_url("http://127.0.0.1:1"));
    debug("Business", &acme);
    for id in [format!("../{PHONE}"), format!("a/{EMAIL}")] {
        let request = acme.products().get(id);
        debug("Request", &request);
        let refused = futures::FutureExt::now_or_never(request.into_future());
        failed("id", refused.unwrap());
    }
}
