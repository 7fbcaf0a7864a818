//! `retm products …`, `retm categories …`, `retm groups …`, `retm menu …`

use clap::Subcommand;

use super::{IdArgs, ListArgs, ProductsOfArgs};

#[derive(Debug, Subcommand)]
pub(crate) enum ListGetCommand {
    /// List the {things}.
    #[command(after_help = "\
Examples:
  retm {resource} list
  retm {resource} list --all --output json | jq '.[].name'")]
    List(ListArgs),
    /// Show {one}, with the first page of its products.
    #[command(after_help = "Example:\n  retm {resource} get 01h8z0q4w6e8r0t2y4u6i8o0p2")]
    Get(IdArgs),
    /// List the products in {one}.
    #[command(after_help = "Example:\n  retm {resource} products 01h8z0q4w6e8r0t2y4u6i8o0p2 --all")]
    Products(ProductsOfArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProductsCommand {
    /// List products.
    #[command(after_help = "\
Examples:
  retm products list
  retm products list --all --output csv > products.csv")]
    List(ListArgs),
    /// List products in brief: id, name, SKU and price.
    #[command(after_help = "Example:\n  retm products simple-list --all")]
    SimpleList(ListArgs),
    /// Show one product.
    #[command(
        after_help = "Example:\n  retm products get 01GZK6C7J03PQP7KGRAQ3F197Y --output json"
    )]
    Get(IdArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum MenuCommand {
    /// Show the menu: every category with its products.
    #[command(after_help = "\
Examples:
  retm menu get
  retm menu get --output json | jq '.categories | length'")]
    Get,
}
