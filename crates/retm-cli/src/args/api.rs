//! `retm api …`

use std::path::PathBuf;

use clap::Args;
use retm::Method;

#[derive(Clone, Debug, Args)]
pub(crate) struct ApiArgs {
    /// GET, POST, PUT, PATCH or DELETE.
    #[arg(value_parser = method)]
    pub(crate) method: Method,
    /// The path, such as /api/v2/orders/list: neither host nor query.
    pub(crate) path: String,
    /// A query parameter; may be given several times. Without --input, POST, PUT and PATCH send these as a JSON object of
    /// texts instead.
    #[arg(long, short, value_name = "NAME=VALUE", value_parser = field)]
    pub(crate) field: Vec<(String, String)>,
    /// Read a list to its end, page by page, and write its items; GET only.
    #[arg(long)]
    pub(crate) paginate: bool,
    /// The request body, as JSON; `-` reads standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) input: Option<PathBuf>,
}

fn method(text: &str) -> Result<Method, String> {
    match text.to_ascii_uppercase().as_str() {
        name @ ("GET" | "POST" | "PUT" | "PATCH" | "DELETE") => {
            Method::from_bytes(name.as_bytes()).map_err(|error| error.to_string())
        }
        _ => Err("expected GET, POST, PUT, PATCH or DELETE".to_owned()),
    }
}

fn field(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}
