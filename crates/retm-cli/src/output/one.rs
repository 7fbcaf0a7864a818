//! Writing one value.

use std::io::{self, Write};

use super::cell::cell;
use super::table::{Table, cells, heading};
use super::{Look, csv};
use crate::args::Format;
use crate::json::Json;
use crate::schema::{Member, Place};

/// Writes one value; the schema puts its members in order.
pub(crate) fn print_one(
    look: Look,
    place: &Place,
    value: &Json,
    out: &mut dyn Write,
) -> io::Result<()> {
    match look.format {
        Format::Table if place.names().first() == Some(&"Menu") => menu(look, place, value, out),
        Format::Table => pairs(look, place, value, out),
        Format::Json => {
            value.write_pretty(out, 0)?;
            out.write_all(b"\n")
        }
        Format::Ndjson => {
            value.write_compact(out)?;
            out.write_all(b"\n")
        }
        Format::Csv => {
            let columns = csv::columns(place, Some(value));
            csv::write_header(&columns, out)?;
            csv::write_rows(&columns, std::slice::from_ref(value), out)
        }
    }
}

fn pairs(look: Look, place: &Place, value: &Json, out: &mut dyn Write) -> io::Result<()> {
    let Json::Object(members) = value else {
        return writeln!(out, "{}", cell(value, place));
    };
    let mut table = Table::of_pairs();
    let order = place.member_names();
    let rank = |key: &str| {
        order
            .iter()
            .position(|name| *name == key)
            .unwrap_or(order.len())
    };
    let mut members: Vec<&(String, Json)> = members.iter().collect();
    members.sort_by_key(|(key, _)| rank(key));
    for (key, value) in members {
        let inside = match place.member(key) {
            Member::Known(inside) => inside,
            _ => Place::default(),
        };
        table.row([heading(key), cell(value, &inside)]);
    }
    table.fit(look.width);
    table.write("", out)
}

/// The menu is a list of categories with a list of products in each.
fn menu(look: Look, place: &Place, value: &Json, out: &mut dyn Write) -> io::Result<()> {
    const COLUMNS: [&str; 3] = ["id", "name", "price"];
    let Member::Known(categories) = place.member("categories") else {
        return pairs(look, place, value, out);
    };
    let category_place = categories.element();
    let product_place = match category_place.member("products") {
        Member::Known(products) => products.element(),
        _ => Place::default(),
    };
    let mut table = Table::new(["category", "id", "name", "price"]);
    table.align_right(3);
    for category in value
        .get("categories")
        .map(Json::elements)
        .unwrap_or_default()
    {
        let name = cells(category, &category_place, &["name"]);
        for product in category
            .get("products")
            .map(Json::elements)
            .unwrap_or_default()
        {
            let product = cells(product, &product_place, &COLUMNS);
            table.row(name.iter().cloned().chain(product));
        }
    }
    table.fit(look.width);
    table.write("", out)
}
