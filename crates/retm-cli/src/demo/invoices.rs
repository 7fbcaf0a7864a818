//! Listing invoices.

use std::collections::BTreeMap;

use retm::types::InvoiceStatus;
use rust_decimal::Decimal as Amount;

use super::error::DemoError;
use super::paper::{Paper, count};
use super::stage::Stage;

const PER_PAGE: u64 = 20;

pub(super) async fn play(stage: &mut Stage, paper: &mut Paper<'_>) -> Result<(), DemoError> {
    paper.heading("List invoices")?;
    let acme = stage.acme.clone();
    let invoices = stage
        .all("list_invoices", acme.invoices().list().per_page(PER_PAGE))
        .await?;
    paper.fact(
        "invoices",
        format!(
            "{} on {} of {PER_PAGE}",
            invoices.items.len(),
            count(invoices.pages, "page")
        ),
    )?;
    let mut states: BTreeMap<InvoiceStatus, usize> = BTreeMap::new();
    for status in invoices.items.iter().filter_map(|invoice| invoice.status) {
        *states.entry(status).or_default() += 1;
    }
    let states: Vec<String> = states
        .iter()
        .map(|(status, count)| format!("{count} {status}"))
        .collect();
    paper.fact("by status", states.join(", "))?;
    let total: Amount = invoices
        .items
        .iter()
        .filter_map(|invoice| invoice.total_price.as_ref())
        .map(|total| total.value())
        .sum();
    let tax: Amount = invoices
        .items
        .iter()
        .filter_map(|invoice| invoice.tax.as_ref())
        .map(|tax| tax.value())
        .sum();
    paper.fact(
        "sold",
        format!("{total} in the merchant's currency, {tax} of it tax"),
    )?;
    let lines: usize = invoices
        .items
        .iter()
        .filter_map(|invoice| invoice.products.as_ref())
        .map(|lines| lines.len())
        .sum();
    paper.fact("lines", lines.to_string())?;
    Ok(())
}
