//! The arguments of lists.

use clap::Args;
use retm::ResumeToken;

/// Which part of a list.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ListArgs {
    /// Every page, one after the other.
    #[arg(long)]
    pub(crate) all: bool,
    /// This page; with --all the one to start with. [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) page: Option<u64>,
    /// How many items a page should have. [default: the server's choice]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) per_page: Option<u64>,
    /// The members to show, in a table or as CSV; a `/` leads into an object: --columns id,name,category/name
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) columns: Vec<String>,
    /// Go on with a list that failed on its way, to its end; the error names the token.
    #[arg(long, value_name = "TOKEN", conflicts_with = "page")]
    pub(crate) resume: Option<ResumeToken>,
    /// Set an item aside, and exit with 1, if one of its members does not fit; otherwise that member is left out and named.
    #[arg(long, conflicts_with = "raw")]
    pub(crate) strict: bool,
    /// Write the items as they came, with members that the spec does not have.
    #[arg(long)]
    pub(crate) raw: bool,
    /// Take a list for whole although fewer items came than the server's total, if that is known to be wrong.
    #[arg(long)]
    pub(crate) accept_incomplete: bool,
}

/// Which part of the products of a category or a group.
#[derive(Clone, Debug, Args)]
pub(crate) struct ProductsOfArgs {
    /// The id of the category or group.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) list: ListArgs,
}
