//! Reading the catalogue, the invoices and the customers.

use serde_json::Value;

use super::{Desk, Reply};
use crate::data::{Dataset, Members, object};
use crate::refuse;

pub(super) fn products(desk: &mut Desk<'_>) -> Reply {
    let data = &desk.business.data;
    let total = data.counts().products;
    Ok(desk.page().envelope(total, |index| data.product(index)))
}

pub(super) fn simple_products(desk: &mut Desk<'_>) -> Reply {
    let data = &desk.business.data;
    let total = data.counts().products;
    Ok(desk
        .page()
        .envelope(total, |index| data.simple_product(index)))
}

pub(super) fn product(desk: &mut Desk<'_>) -> Reply {
    let data = &desk.business.data;
    match data.find_product(desk.call.parameter("id")) {
        Some(index) => Ok(data.product(index)),
        None => Err(refuse::not_found("Product not found.")),
    }
}

/// The vendor's sample has no `pagination`: it is left out as long as everything fits and nobody asked for a page.
pub(super) fn invoices(desk: &mut Desk<'_>) -> Reply {
    let data = &desk.business.data;
    let total = data.counts().invoices;
    let page = desk.page();
    let mut envelope = page.envelope(total, |index| data.invoice(index));
    if !page.asked
        && page.fits(total)
        && let Some(members) = envelope.as_object_mut()
    {
        members.remove("pagination");
    }
    Ok(envelope)
}

pub(super) fn customers(desk: &mut Desk<'_>) -> Reply {
    let data = &desk.business.data;
    let total = data.counts().customers;
    Ok(desk.page().envelope(total, |index| data.customer(index)))
}

pub(super) fn categories(desk: &mut Desk<'_>) -> Reply {
    let list = desk.business.data.categories();
    let element = |index: usize| list.get(index).cloned().unwrap_or_default();
    Ok(desk.page().envelope(list.len(), element))
}

pub(super) fn category(desk: &mut Desk<'_>) -> Reply {
    let data = &desk.business.data;
    match named(data.categories(), desk.call.parameter("id")) {
        Some((index, category)) => {
            let members = data.category_members(index);
            Ok(with_products(desk, category.clone(), &members))
        }
        None => Err(refuse::not_found("Category not found.")),
    }
}

pub(super) fn groups(desk: &mut Desk<'_>) -> Reply {
    let list = desk.business.data.groups();
    let element = |index: usize| list.get(index).cloned().unwrap_or_default();
    Ok(desk.page().envelope(list.len(), element))
}

pub(super) fn group(desk: &mut Desk<'_>) -> Reply {
    let data = &desk.business.data;
    match named(data.groups(), desk.call.parameter("id")) {
        Some((index, group)) => {
            let members = data.group_members(index);
            Ok(with_products(desk, group.clone(), &members))
        }
        None => Err(refuse::not_found("Group not found.")),
    }
}

/// The whole menu: it is not paged.
pub(super) fn menu(desk: &mut Desk<'_>) -> Reply {
    let data = &desk.business.data;
    let categories: Vec<Value> = data
        .categories()
        .iter()
        .enumerate()
        .map(|(index, category)| {
            let mut category = category.clone();
            let members = data.category_members(index);
            category["products"] = (0..members.len())
                .map(|n| short_of_category(data, members.nth(n)))
                .collect();
            category
        })
        .collect();
    Ok(object([("categories", categories.into())]))
}

fn named<'a>(list: &'a [Value], id: &str) -> Option<(usize, &'a Value)> {
    list.iter()
        .enumerate()
        .find(|(_, element)| element["id"] == id)
}

fn with_products(desk: &Desk<'_>, mut holder: Value, members: &Members) -> Value {
    let data = &desk.business.data;
    holder["products"] = desk
        .page()
        .envelope(members.len(), |n| short_of_category(data, members.nth(n)));
    holder
}

/// A product inside its category says neither its category nor its taxes, as on the vendor's page.
fn short_of_category(data: &Dataset, index: usize) -> Value {
    let mut product = data.product(index);
    if let Some(members) = product.as_object_mut() {
        members.remove("category");
        members.remove("taxes");
    }
    product
}
