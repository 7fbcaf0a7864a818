//! Listing the catalogue through several pages.

use retm::types::{LocalizedText, Product};

use super::error::DemoError;
use super::paper::{Paper, count};
use super::stage::Stage;

const PER_PAGE: u64 = 25;

pub(super) async fn play(stage: &mut Stage, paper: &mut Paper<'_>) -> Result<(), DemoError> {
    paper.heading("List the catalogue")?;
    let acme = stage.acme.clone();
    let products = stage
        .all("list_products", acme.products().list().per_page(PER_PAGE))
        .await?;
    if products.pages < 2 {
        return Err(DemoError::unexpected("the products fit on one page"));
    }
    paper.fact(
        "products",
        format!(
            "{} on {} of {PER_PAGE}",
            products.items.len(),
            count(products.pages, "page")
        ),
    )?;
    let categories = stage
        .all("list_categories", acme.categories().list())
        .await?;
    paper.fact(
        "categories",
        names(
            categories
                .items
                .iter()
                .map(|category| category.name.as_ref()),
        ),
    )?;
    if let Some(id) = categories
        .items
        .first()
        .and_then(|category| category.id.as_ref())
    {
        let within = stage
            .all("get_category", acme.categories().products(id))
            .await?;
        let (products, pages) = (
            count(within.items.len(), "product"),
            count(within.pages, "page"),
        );
        paper.fact("the first one", format!("{products} on {pages}"))?;
    }
    let groups = stage.all("list_groups", acme.groups().list()).await?;
    paper.fact(
        "groups",
        names(groups.items.iter().map(|group| group.name.as_ref())),
    )?;
    let menu = acme.menu().get().await?;
    stage.sent("get_menu", 1);
    let categories = menu.categories.unwrap_or_default();
    let on_menu: usize = categories
        .iter()
        .filter_map(|category| category.products.as_ref())
        .map(|products| products.len())
        .sum();
    paper.fact(
        "menu",
        format!(
            "{} with {}",
            count(categories.len(), "category"),
            count(on_menu, "product")
        ),
    )?;
    if let Some(id) = products
        .items
        .first()
        .and_then(|product| product.id.as_ref())
    {
        let product = acme.products().get(id).await?;
        stage.sent("get_product", 1);
        paper.fact("one product", describe(&product))?;
    }
    Ok(())
}

fn describe(product: &Product) -> String {
    let kind = product
        .type_
        .map(|kind| kind.to_string())
        .unwrap_or_default();
    let price = product
        .price
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    let name = product
        .name
        .as_ref()
        .and_then(LocalizedText::text)
        .unwrap_or_default();
    let choices = product.modifiers.as_ref().map_or(0, |groups| groups.len());
    let taxes = product.taxes.as_ref().map_or(0, |taxes| taxes.len());
    format!(
        "{name}: {price}, {kind}, {}, {}",
        count(choices, "modifier group"),
        count(taxes, "tax")
    )
}

fn names<'a>(names: impl Iterator<Item = Option<&'a LocalizedText>>) -> String {
    let names: Vec<&str> = names
        .map(|name| name.and_then(LocalizedText::text).unwrap_or("(no name)"))
        .collect();
    format!("{}: {}", names.len(), names.join(", "))
}
