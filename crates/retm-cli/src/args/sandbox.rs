//! `retm sandbox`

use clap::Args;
use retm_sandbox::Fault;

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
    /// Make something go wrong: KIND[=DURATION][:SETTING,...]; can be given more than once.
    ///
    /// lose-response           carries out the request, closes the connection without an answer
    /// reset                   resets the connection, carries out nothing
    /// commit-late=DURATION    answers nothing, carries out the request after this time
    /// answer-late=DURATION    carries out the request, answers after this time
    /// delay=DURATION          waits before it does anything
    /// rate-limit[=DURATION]   429, with this time as Retry-After
    /// bad-gateway             502 with an HTML page
    /// token-down              503 at the token endpoint
    /// reuse-revokes           a refresh token that is used twice ends its grant
    /// ignore-reference        the list of orders ignores the partner_reference asked for
    /// lag-list=DURATION       the list of orders does not show younger orders
    ///
    /// Settings: on=OPERATION (such as create_order), business=ID, times=N (at most),
    /// share=0..1 (of the requests, by seeded dice), and for rate-limit as-date.
    /// Durations: 500ms, 2s, 1m. The first that strikes decides; delay, reuse-revokes,
    /// ignore-reference and lag-list combine with it.
    #[arg(long = "fault", value_name = "SPEC", verbatim_doc_comment)]
    pub(crate) faults: Vec<Fault>,
}
