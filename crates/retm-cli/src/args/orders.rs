//! `retm orders …`

use clap::{Args, Subcommand, ValueEnum};
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

Sent once: after a failure of the network look for its partner_reference before sending it again,\nor use `retm orders submit`.")]
    Create(CreateArgs),
    /// Submit an order so that it takes effect once, whatever fails.
    ///
    /// The order needs a partner_reference of its own. It is written into the store, sent, and where no
    /// answer comes looked for in the list of orders until it is certain what became of it; that may
    /// take minutes. The same file again gives the same order. Another order under the same reference
    /// is refused with exit code 2, as are sums that do not agree where --money-check says so. Where it
    /// cannot be found out what became of it, the exit code is 1 and `retm orders recover` goes on.
    #[command(after_help = "\
Examples:
  export RETM_STORE=sqlite:retm.db RETM_STORE_KEY_FILE=store.key
  retm orders submit --file order.json
  retm orders submit --file order.json --money-check refuse --settle 300")]
    Submit(SubmitArgs),
    /// Go on with the orders of the store that a crash or a failure has left open.
    ///
    /// Finds out what became of each, and sends it where it certainly took no effect: for the business
    /// that --business or RETM_BUSINESS names, or for all businesses of the store that this environment
    /// and client id reach. For all of them the base URL has to tell them apart: by {business_id}, as
    /// that of production does and that of staging does not. An order that another process is sending
    /// is left alone; should that process have ended, it is held until its lease ends, about a minute
    /// and a half after its last step. The exit code is 1 as long as an order is open.
    ///
    /// With a store every command that calls a business does this first, for all businesses that the
    /// base URL tells apart and for 30 seconds at most, 10 for a business that was not asked for: what
    /// is open by then is named on standard error, and the command goes on.
    #[command(after_help = "\
Examples:
  retm orders recover --wait
  retm orders recover --all-businesses
  retm orders recover --business acme --output ndjson")]
    Recover(RecoverArgs),
    /// Let go of open orders of which it cannot be found out what became.
    ///
    /// Such as those of a business that has removed the app, or whose list of orders shows no
    /// references. They are no longer looked for or sent, and count as not sent: each may or may not
    /// have taken effect, and one that is submitted again is sent again. Calls nobody and needs no
    /// secret. An order that another process holds is left alone, and the exit code is 1.
    #[command(after_help = "\
Examples:
  retm orders abandon A-1001 --business acme
  retm orders abandon A-1001 A-1002 --business acme --yes")]
    Abandon(AbandonArgs),
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
pub(crate) struct SubmitArgs {
    #[command(flatten)]
    pub(crate) body: CreateArgs,
    /// What to do where the sums of the order do not agree.
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = MoneyCheckArg::Warn)]
    pub(crate) money_check: MoneyCheckArg,
    #[command(flatten)]
    pub(crate) settle: SettleArgs,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct RecoverArgs {
    /// Wait for orders that are held until their leases end or their processes are done with them.
    #[arg(long)]
    pub(crate) wait: bool,
    /// For all businesses that can be reached, whatever RETM_BUSINESS says; not with --business.
    #[arg(long)]
    pub(crate) all_businesses: bool,
    #[command(flatten)]
    pub(crate) settle: SettleArgs,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct AbandonArgs {
    /// The partner's own ids of the orders.
    #[arg(value_name = "REFERENCE", required = true)]
    pub(crate) references: Vec<String>,
    /// Do not ask; needed where standard error is no terminal.
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct SettleArgs {
    /// How long after it was sent an order may still take effect: too short a time may double it. A
    /// longer one that the order was submitted or sent with counts. [default: 120]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) settle: Option<u64>,
}

/// What to do with sums that do not agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MoneyCheckArg {
    /// Check nothing.
    Off,
    /// Send it, and say what does not agree.
    Warn,
    /// Send nothing.
    Refuse,
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
