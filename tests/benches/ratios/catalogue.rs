//! A catalogue of 100,000 products, page by page.

use std::fmt::Write as _;

use retm_tests::root;
use serde_json::Value;

/// How many products there are.
pub(crate) const PRODUCTS: usize = 100_000;
/// Small enough for a page to take the server longer to send than the client to decode.
pub(crate) const PER_PAGE: usize = 100;
pub(crate) const PAGES: usize = PRODUCTS / PER_PAGE;

/// The texts before and after each number of a page: a page costs the server a copy.
pub(crate) struct Catalogue(Vec<String>);

impl Default for Catalogue {
    fn default() -> Self {
        let path = root().join("openapi/examples/products.json");
        let page: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let samples = page["items"].as_array().unwrap();
        let items = samples.iter().cycle().take(PER_PAGE).map(|sample| {
            let mut item = sample.clone();
            item["id"] = Value::from("#");
            item.to_string()
        });
        let items: Vec<String> = items.collect();
        let items = items.join(",");
        Self(items.split(r##""#""##).map(str::to_owned).collect())
    }
}

impl Catalogue {
    /// The page of that number, from 1; each product has an id of its own.
    pub(crate) fn page(&self, number: usize) -> String {
        let mut page = String::with_capacity(PER_PAGE * 1200);
        page.push_str(r#"{"items":["#);
        for (at, text) in self.0.iter().enumerate() {
            if at > 0 {
                let id = (number - 1) * PER_PAGE + at;
                // Writing into a string cannot fail.
                let _ = write!(page, r#""01kbz4n02zq5vjzmtn7w{id:06}""#);
            }
            page.push_str(text);
        }
        let _ = write!(
            page,
            r#"],"pagination":{{"total":{PRODUCTS},"count":{PER_PAGE},"per_page":{PER_PAGE},"current_page":{number},"total_pages":{PAGES}}}}}"#
        );
        page
    }
}
