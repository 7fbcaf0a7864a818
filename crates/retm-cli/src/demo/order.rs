//! Creating an order and reading it back.

use retm::types::{
    CreateOrder, CreateOrderCustomer, CreateOrderLine, Decimal, DecimalNumber, LocalizedText,
    Product, ProductType,
};
use rust_decimal::Decimal as Amount;

use super::error::DemoError;
use super::paper::Paper;
use super::stage::Stage;

const REFERENCE: &str = "DEMO-1001";
const QUANTITY: i64 = 2;

pub(super) async fn play(stage: &mut Stage, paper: &mut Paper<'_>) -> Result<(), DemoError> {
    paper.heading("Create an order and read it back")?;
    let acme = stage.acme.clone();
    let products = acme.products().list().await?;
    stage.sent("list_products", 1);
    let branches = stage.all("list_branches", acme.branches().list()).await?;
    let branch = branches.items.first().and_then(|branch| branch.id.as_ref());
    let branch = branch.ok_or_else(|| DemoError::unexpected("the business has no branch"))?;
    let ready =
        |product: &&Product| product.type_ == Some(ProductType::Normal) && product.price.is_some();
    let product = products.items().iter().find(ready);
    let product = product.ok_or_else(|| {
        DemoError::unexpected("the first page has no product without choices to make")
    })?;
    let price = product.price.as_ref().map_or(Amount::ZERO, Decimal::value);
    let total = price * Amount::from(QUANTITY);
    paper.fact(
        "sent",
        format!(
            "{QUANTITY} × {} at {price} = {total}, reference {REFERENCE}",
            name(product)
        ),
    )?;

    let order = build(branch.as_str(), product, total).map_err(DemoError::unexpected)?;
    let reply = acme.orders().create(order).await?;
    stage.sent("create_order", 1);
    let (number, message) = (
        reply.reference().unwrap_or("none"),
        reply.message().unwrap_or("none"),
    );
    paper.fact(
        "reply",
        format!("order number {number}, message {message:?}"),
    )?;

    let found = stage
        .all(
            "list_orders",
            acme.orders().list().partner_reference(REFERENCE),
        )
        .await?;
    let order = found
        .items
        .iter()
        .find(|order| {
            order
                .partner_reference
                .as_ref()
                .is_some_and(|reference| reference.as_str() == REFERENCE)
        })
        .ok_or_else(|| DemoError::unexpected("the order is not in the list of orders"))?;
    let status = order
        .status
        .map(|status| status.to_string())
        .unwrap_or_default();
    let delivery = order
        .delivery_status
        .map(|status| status.to_string())
        .unwrap_or_default();
    let charged = order
        .total_price
        .as_ref()
        .map_or(Amount::ZERO, Decimal::value);
    paper.fact(
        "read back",
        format!("{status}, delivery {delivery}, total {charged}"),
    )?;
    if charged != total || order.id.as_ref().map(|id| id.as_str()) != reply.id() {
        return Err(DemoError::unexpected(
            "the order read back is not the one that was sent",
        ));
    }
    paper.fact("compared", "the same id and the same total")?;
    Ok(())
}

fn name(product: &Product) -> &str {
    product
        .name
        .as_ref()
        .and_then(LocalizedText::text)
        .unwrap_or("a product")
}

fn build(branch: &str, product: &Product, total: Amount) -> Result<CreateOrder, String> {
    let id = product.id.clone().ok_or("the product has no id")?;
    let line = CreateOrderLine::builder()
        .id(id)
        .quantity(DecimalNumber::new(Amount::from(QUANTITY)))
        .total(DecimalNumber::new(total));
    let order = CreateOrder::builder()
        .branch(branch)
        .customer(CreateOrderCustomer::builder().phone("0500000000"))
        .products(vec![
            CreateOrderLine::try_from(line).map_err(|error| error.to_string())?,
        ])
        .partner_reference(REFERENCE.to_owned())
        .total(DecimalNumber::new(total));
    order
        .try_into()
        .map_err(|error: retm::types::error::ConversionError| error.to_string())
}
