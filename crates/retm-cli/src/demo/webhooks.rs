//! Parsing one webhook of each family, from the spec's own examples.

use std::sync::LazyLock;

use retm_webhook_types::{
    CheckReward, ErrorNotice, InstallCallback, ParseError, RedeemReward, WebhookEvent,
};

use super::error::DemoError;
use super::paper::{Paper, count};
use super::stage::Stage;
use crate::json::Json;

static EXAMPLES: LazyLock<Json> = LazyLock::new(|| {
    Json::parse(include_bytes!("../generated/examples.json")).unwrap_or(Json::Null)
});

/// What there is to say of a payload that was parsed.
type Parse = fn(&[u8]) -> Result<String, ParseError>;

/// One example of each family: its name here, the example's, and how it is parsed.
const FAMILIES: [(&str, &str, Parse); 8] = [
    ("invoice", "webhook_invoice_created", event),
    ("order", "webhook_order_created", event),
    ("menu", "webhook_menu", event),
    ("customer", "webhook_customer", event),
    ("loyalty: check", "reward_check", check_reward),
    ("loyalty: redeem", "reward_redemption", redeem_reward),
    ("install", "install_callback", install),
    ("error", "error_notice", notice),
];

pub(super) fn play(_: &mut Stage, paper: &mut Paper<'_>) -> Result<(), DemoError> {
    paper.heading("Parse one webhook of each family")?;
    for (family, example, parse) in FAMILIES {
        let body = EXAMPLES
            .get(example)
            .and_then(|example| example.get("body"));
        let body =
            body.ok_or_else(|| DemoError::unexpected(format!("there is no example {example}")))?;
        let said = parse(body.compact().as_bytes())
            .map_err(|error| DemoError::unexpected(format!("{example}: {error}")))?;
        paper.fact(family, said)?;
    }
    Ok(())
}

fn event(body: &[u8]) -> Result<String, ParseError> {
    let event = WebhookEvent::parse(body)?;
    let about = match &event {
        WebhookEvent::InvoiceCreated(event) | WebhookEvent::InvoiceRefunded(event) => {
            let total = event
                .invoice
                .total_price
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default();
            let lines = event
                .invoice
                .products
                .as_ref()
                .map_or(0, |lines| lines.len());
            format!("total {total}, {}", count(lines, "line"))
        }
        WebhookEvent::DeliveryCreated(event) | WebhookEvent::DeliveryUpdated(event) => {
            let status = event
                .order
                .delivery_status
                .map(|status| status.to_string())
                .unwrap_or_default();
            format!("delivery {status}")
        }
        WebhookEvent::MenuUpdated(event) => count(event.products.len(), "product"),
        WebhookEvent::CustomerCreated(_)
        | WebhookEvent::CustomerUpdated(_)
        | WebhookEvent::CustomerDeleted(_) => "a customer, whose data is not shown".to_owned(),
        _ => "an event that this version does not know".to_owned(),
    };
    Ok(format!("{}: {about}", event.name()))
}

fn check_reward(body: &[u8]) -> Result<String, ParseError> {
    let check = CheckReward::parse(body)?;
    Ok(format!(
        "reward code of {}",
        count(check.reward_code().chars().count(), "character")
    ))
}

fn redeem_reward(body: &[u8]) -> Result<String, ParseError> {
    let redeem = RedeemReward::parse(body)?;
    Ok(format!(
        "reward code of {}, on {}",
        count(redeem.reward_code().chars().count(), "character"),
        redeem.date()
    ))
}

fn install(body: &[u8]) -> Result<String, ParseError> {
    let install = InstallCallback::parse(body)?;
    Ok(format!("business {}, a code", install.business_id))
}

fn notice(body: &[u8]) -> Result<String, ParseError> {
    let notice = ErrorNotice::parse(body)?;
    let code = notice.code.map(|code| code.to_string()).unwrap_or_default();
    Ok(format!(
        "code {code}, {:?}",
        notice.message.unwrap_or_default()
    ))
}
