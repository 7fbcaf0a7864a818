//! `retm orders …`

use clap::{Args, Subcommand};
use retm_types::{DeliveryStatus, InvoiceStatus, OpenCode};

use super::{CreateArgs, ListArgs};

#[derive(Debug, Subcommand)]
pub(crate) enum OrdersCommand {
    /// List orders.
    #[command(after_help = "\
Examples:
  retm orders list --status pending
  retm orders list --all --from '2025-12-01 00:00:00' --output csv > orders.csv")]
    List(OrderListArgs),
    /// Create an order.
    #[command(after_help = "\
Examples:
  retm orders create --file order.json
  jq '.partner_reference = \"A-1001\"' order.json | retm orders create --file -

Sent once: after a failure of the network look for its partner_reference before sending it again.")]
    Create(CreateArgs),
    /// Cancel an order.
    #[command(
        after_help = "Example:\n  retm orders cancel 01kc3n5v8x2y4z6a8b0c2d4e6f --reason 'out of stock'"
    )]
    Cancel(CancelArgs),
    /// Say how far the delivery of an order is.
    #[command(
        after_help = "Example:\n  retm orders set-delivery-status 01kc3n5v8x2y4z6a8b0c2d4e6f out_for_delivery"
    )]
    SetDeliveryStatus(DeliveryStatusArgs),
}

/// Which orders. All filters are assumed: RETM has not published them.
#[derive(Clone, Debug, Args)]
pub(crate) struct OrderListArgs {
    #[command(flatten)]
    pub(crate) list: ListArgs,
    /// Only orders of this branch.
    #[arg(long, value_name = "ID")]
    pub(crate) branch: Option<String>,
    #[arg(long, value_name = "STATUS", value_parser = status, help = format!("Only orders with this status: {}, or a code", names::<InvoiceStatus>()))]
    pub(crate) status: Option<InvoiceStatus>,
    /// Only orders with this id of the partner's own.
    #[arg(long, value_name = "REFERENCE")]
    pub(crate) partner_reference: Option<String>,
    /// Only orders from this time on, in the merchant's local time: 2025-12-17 19:26:35
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<String>,
    /// Only orders up to this time.
    #[arg(long, value_name = "TIME")]
    pub(crate) to: Option<String>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct CancelArgs {
    /// The order's id.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// Why it is cancelled.
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct DeliveryStatusArgs {
    /// The order's id.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[arg(value_name = "STATUS", value_parser = delivery_status, help = format!("{}, or a code", names::<DeliveryStatus>()))]
    pub(crate) status: DeliveryStatus,
    /// A remark.
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
}

fn status(text: &str) -> Result<InvoiceStatus, String> {
    text.parse::<InvoiceStatus>()
        .map_err(|error| error.to_string())
}

fn delivery_status(text: &str) -> Result<DeliveryStatus, String> {
    text.parse::<DeliveryStatus>()
        .map_err(|error| error.to_string())
}

fn names<C: OpenCode>() -> String {
    let names: Vec<&str> = C::ALL.iter().filter_map(|code| code.name()).collect();
    names.join(", ")
}
