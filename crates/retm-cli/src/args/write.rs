//! The argument of what creates something.

use std::path::PathBuf;

use clap::Args;

#[derive(Clone, Debug, Args)]
pub(crate) struct CreateArgs {
    /// The request body, as JSON; `-` reads standard input.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) file: PathBuf,
}
