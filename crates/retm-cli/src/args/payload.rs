//! `retm payload …`

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum PayloadCommand {
    /// Check that the types lose nothing of a captured payload.
    ///
    /// Decodes the file with the type of the schema, encodes it again and compares: the same members
    /// and values, strings byte for byte, numbers by value. An explicit null equals a missing member.
    /// What differs is named by JSON pointer, without its value: as `lost`, `changed`, `unknown` to
    /// the spec, or `broken` (an element of a list that does not decode); the exit code is 1 then,
    /// and 2 where the file does not decode at all.
    #[command(after_help = "\
Examples:
  retm payload check --schema Product product.json
  curl -s … | retm payload check --schema InvoiceListing -
  retm payload check --list")]
    Check(CheckArgs),
}

#[derive(Clone, Debug, Args)]
pub(crate) struct CheckArgs {
    /// The schema's name in the spec, such as Product or InvoiceWebhook.
    #[arg(long, short, value_name = "NAME", required_unless_present = "list")]
    pub(crate) schema: Option<String>,
    /// The payload, as JSON; `-` reads standard input.
    #[arg(value_name = "FILE", required_unless_present = "list")]
    pub(crate) file: Option<PathBuf>,
    /// List the schemas and how well each is known.
    #[arg(long, conflicts_with_all = ["schema", "file"])]
    pub(crate) list: bool,
}
