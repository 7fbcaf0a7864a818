//! What every command takes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Whom to call, and how to write the answer.
#[derive(Clone, Debug, Args)]
pub(crate) struct GlobalArgs {
    /// The business to call: the first label of its host name. [env: RETM_BUSINESS]
    #[arg(long, global = true, value_name = "NAME", help_heading = "Connection")]
    pub(crate) business: Vec<String>,
    /// Another base URL; `{business_id}` may stand in its host or path. [env: RETM_BASE_URL] [default: production]
    #[arg(long, global = true, value_name = "URL", help_heading = "Connection")]
    pub(crate) base_url: Option<String>,
    /// Call the staging environment.
    #[arg(
        long,
        global = true,
        conflicts_with = "base_url",
        help_heading = "Connection"
    )]
    pub(crate) staging: bool,
    /// A JSON object of paths by operationId, where an assumed path is wrong: {"list_orders": "/api/v3/orders"}
    #[arg(long, global = true, value_name = "FILE", help_heading = "Connection")]
    pub(crate) overrides: Option<PathBuf>,
    /// Where grants and orders are kept: sqlite:FILE, postgres://USER@HOST/DATABASE or memory:
    ///
    /// An address with a password in it is refused here: arguments show in the list of processes. Its
    /// key comes from RETM_STORE_KEY or RETM_STORE_KEY_FILE.
    ///
    /// [env: RETM_STORE] [default: memory:]
    #[arg(long, global = true, value_name = "URL", help_heading = "Connection")]
    pub(crate) store: Option<String>,
    /// Keep the body of the answer as it came; with --all only what fails or does not decode. It may hold personal data.
    #[arg(long, global = true, value_name = "FILE", help_heading = "Output")]
    pub(crate) save_body: Option<PathBuf>,
    /// How to write the answer. [default: table on a terminal, json otherwise]
    #[arg(
        long,
        short,
        global = true,
        value_enum,
        value_name = "FORMAT",
        help_heading = "Output"
    )]
    pub(crate) output: Option<Format>,
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people: the main columns.
    Table,
    /// Everything that the spec knows, as JSON; a list is one array.
    Json,
    /// Everything, one JSON value a line.
    Ndjson,
    /// One column per member; nested values as JSON.
    Csv,
}
