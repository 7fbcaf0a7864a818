//! What most resources have: a list, and some a way to add to it.

use clap::Subcommand;

use super::{CreateArgs, ListArgs};

#[derive(Debug, Subcommand)]
pub(crate) enum ListCommand {
    /// List them.
    #[command(after_help = "\
Examples:
  retm branches list
  retm invoices list --all --output ndjson | jq .total_price
  retm customers list --page 2 --per-page 100")]
    List(ListArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum ListCreateCommand {
    /// List them.
    #[command(after_help = "\
Examples:
  retm taxes list
  retm charges list --all --output csv > charges.csv")]
    List(ListArgs),
    /// Create one.
    #[command(after_help = "\
Examples:
  echo '{\"name\": {\"en\": \"Delivery\", \"ar\": \"توصيل\"}}' | retm order-types create --file -
  retm payment-methods create --file method.json")]
    Create(CreateArgs),
}
