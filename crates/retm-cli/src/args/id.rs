//! The argument of what concerns one thing.

use clap::Args;

#[derive(Clone, Debug, Args)]
pub(crate) struct IdArgs {
    /// Its id, as a list shows it.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
}
