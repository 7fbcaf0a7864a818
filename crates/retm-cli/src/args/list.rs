//! The arguments of lists.

use clap::Args;

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
