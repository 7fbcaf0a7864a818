//! A list of 600 kB into our types, into plain strict structs and into `serde_json::Value`.

use std::hint::black_box;

use retm_types::{Listing, decode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::harness::{ROUNDS, Row, Target, interleave, median};
use crate::{data, strict};

const TURNS: usize = 40;

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = of::<retm_types::Invoice, strict::Page<strict::Invoice>>(
        "decode 600 kB of invoices",
        &data::invoices(),
    );
    rows.extend(of::<retm_types::Product, strict::Page<strict::Product>>(
        "decode 600 kB of products",
        &data::products(),
    ));
    rows
}

fn of<T: DeserializeOwned, S: DeserializeOwned>(subject: &str, json: &[u8]) -> Vec<Row> {
    let ours: Listing<T> = decode(json).unwrap();
    assert!(ours.items().is_complete() && ours.items().len() > 50);
    // As the client decodes: from the bytes of the body.
    let ours = || {
        drop(black_box(
            serde_json::from_slice::<Listing<T>>(json).unwrap(),
        ))
    };
    let strict = || drop(black_box(serde_json::from_slice::<S>(json).unwrap()));
    let value = || drop(black_box(serde_json::from_slice::<Value>(json).unwrap()));
    let against = |theirs: &dyn Fn()| {
        let round = |_| {
            let [ours, theirs] = interleave(TURNS, ours, theirs);
            ours.quantile(0.5) / theirs.quantile(0.5)
        };
        median((0..ROUNDS).map(round).collect())
    };
    vec![
        Row::ratio(
            subject,
            "our types : plain strict structs, p50",
            against(&strict),
            Target::AtMost(1.25),
        ),
        Row::ratio(
            subject,
            "our types : serde_json::Value, p50",
            against(&value),
            Target::None,
        ),
    ]
}
