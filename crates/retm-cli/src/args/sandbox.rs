//! `retm sandbox`

use clap::Args;

#[derive(Clone, Debug, Args)]
pub(crate) struct SandboxArgs {
    /// The port on 127.0.0.1; 0 takes any free one.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) port: u16,
    /// The seed of all generated data, ids and credentials.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// How many products each business has.
    #[arg(long, value_name = "N", default_value_t = 120)]
    pub(crate) products: usize,
    /// How many invoices each business has.
    #[arg(long, value_name = "N", default_value_t = 30)]
    pub(crate) invoices: usize,
    /// Make an authorization code good for one exchange only.
    #[arg(long)]
    pub(crate) single_use_codes: bool,
}
