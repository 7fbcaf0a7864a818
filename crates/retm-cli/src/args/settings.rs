//! What most resources have: a list, and some a way to add to it.
//!
//! The texts hold placeholders for the resource, see [`name_resources`](super::resource::name_resources).

use clap::Subcommand;

use super::{CreateArgs, ListArgs};

#[derive(Debug, Subcommand)]
pub(crate) enum ListCommand {
    /// List the {things}.
    #[command(after_help = "\
Examples:
  retm {resource} list
  retm {resource} list --page 2 --per-page 100
  retm {resource} list --all --output csv > {resource}.csv")]
    List(ListArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum ListCreateCommand {
    /// List the {things}.
    #[command(after_help = "\
Examples:
  retm {resource} list
  retm {resource} list --all --output csv > {resource}.csv")]
    List(ListArgs),
    /// Create {one}.
    #[command(after_help = "\
Examples:
  retm {resource} create --file body.json
  echo '{body}' | retm {resource} create --file -")]
    Create(CreateArgs),
}
