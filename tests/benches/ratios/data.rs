//! Lists of about 600 kB, made of the elements of the spec's examples.

use retm_tests::root;
use serde_json::{Value, json};

const SIZE: usize = 600_000;

/// A page of invoices, each with a number of its own.
pub(crate) fn invoices() -> Vec<u8> {
    page("invoices.json", |invoice, number| {
        invoice["invoice_id"] = json!(number);
        invoice["order_refrence"] = json!(number + 24);
        invoice["order_reference"] = json!((number + 24).to_string());
    })
}

/// A page of products. No text is written as `[]`, which the strict side could not read.
pub(crate) fn products() -> Vec<u8> {
    page("products.json", |product, number| {
        product["id"] = json!(format!("01kbz4n02zq5vjzmtn7w{number:06}"));
        if product["description"] == json!([]) {
            product["description"] = Value::Null;
        }
    })
}

fn page(file: &str, change: impl Fn(&mut Value, usize)) -> Vec<u8> {
    let path = root().join("openapi/examples").join(file);
    let mut page: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let samples = page["items"].as_array().unwrap().clone();
    let mut items = Vec::new();
    let mut size = 0;
    for (number, sample) in samples.iter().cycle().enumerate() {
        if size >= SIZE {
            break;
        }
        let mut item = sample.clone();
        change(&mut item, number);
        size += item.to_string().len() + 1;
        items.push(item);
    }
    page["items"] = Value::Array(items);
    page.to_string().into_bytes()
}
