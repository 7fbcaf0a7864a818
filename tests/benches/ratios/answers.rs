//! What the server answers to a business, by its name.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Response, Uri};

use crate::catalogue::Catalogue;

/// Answers tokens late.
pub(crate) const SLOW_TOKENS: &str = "slow-tokens";
/// Answers with pages of a catalogue, each after [`LATENCY`].
pub(crate) const CATALOGUE: &str = "catalogue";
/// Answers 429 to everything: `storm-` and anything.
pub(crate) const STORM: &str = "storm-";
/// Answers so many percent of the requests with 503: `fails-10-` and anything that seeds the dice.
pub(crate) const FAILS: &str = "fails-";

/// How long a page of the catalogue takes.
pub(crate) const LATENCY: Duration = Duration::from_millis(5);
const TOKEN_LATENCY: Duration = Duration::from_millis(200);

pub(crate) const LIST: &str = r#"{"items":[{"id":"01h1he9gv7jck3xrhg7dz9hzh5","name":{"en":"Main branch","ar":"الفرع الرئيسي"}},{"id":"01h1hf2w6pq0r8m4t5c9x7b3ns","name":"Airport"}],"pagination":{"total":2,"count":2,"per_page":15,"current_page":1,"total_pages":1}}"#;
pub(crate) const TOKEN: &str =
    r#"{"access_token":"a-token-of-the-bench","token_type":"Bearer","expires_in":86400}"#;

/// What the server knows.
#[derive(Default)]
pub(crate) struct Answers {
    requests: Mutex<HashMap<String, usize>>,
    catalogue: Catalogue,
}

impl Answers {
    pub(crate) fn requests(&self, business: &str) -> usize {
        let requests = self.requests.lock();
        let requests = requests.unwrap_or_else(PoisonError::into_inner);
        requests.get(business).copied().unwrap_or_default()
    }

    pub(crate) async fn answer(&self, business: &str, path: &str, uri: &Uri) -> Response<Body> {
        if path == "api/oAuth/token" {
            if business == SLOW_TOKENS {
                tokio::time::sleep(TOKEN_LATENCY).await;
            }
            return json(TOKEN);
        }
        let number = self.count(business);
        if business == CATALOGUE {
            let page = self.catalogue.page(page(uri));
            tokio::time::sleep(LATENCY).await;
            return json(page);
        }
        if business.starts_with(STORM) {
            return refusal(429, Some("1"));
        }
        let percent = business
            .strip_prefix(FAILS)
            .and_then(|rest| rest.split('-').next()?.parse().ok());
        match percent {
            Some(percent) if dice(business, number) < percent => refusal(503, None),
            _ => json(LIST),
        }
    }

    fn count(&self, business: &str) -> usize {
        let requests = self.requests.lock();
        let mut requests = requests.unwrap_or_else(PoisonError::into_inner);
        let number = requests.entry(business.to_owned()).or_default();
        *number += 1;
        *number
    }
}

/// A number below 100 that depends on nothing but the business and the number of the request.
fn dice(business: &str, number: usize) -> u64 {
    let mut hasher = DefaultHasher::new();
    (business, number).hash(&mut hasher);
    hasher.finish() % 100
}

fn page(uri: &Uri) -> usize {
    let query = uri.query().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "page")
        .and_then(|(_, page)| page.parse().ok())
        .unwrap_or(1)
}

pub(crate) fn json(body: impl Into<Body>) -> Response<Body> {
    Response::builder()
        .header("content-type", "application/json")
        .body(body.into())
        .unwrap()
}

fn refusal(status: u16, retry_after: Option<&str>) -> Response<Body> {
    let mut response = json(r#"{"message":"not now"}"#);
    *response.status_mut() = axum::http::StatusCode::from_u16(status).unwrap();
    if let Some(seconds) = retry_after {
        let seconds = seconds.parse().unwrap();
        response.headers_mut().insert("retry-after", seconds);
    }
    response
}
