//! A sandbox in a process of its own, for tests that measure the client alone. Serves until its
//! standard input is closed.

use std::io::{Read, Write};

use retm_sandbox::Sandbox;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let products = std::env::args().nth(1).unwrap_or_default().parse()?;
    let sandbox = Sandbox::builder()
        .products(products)
        .log_limit(0)
        .start_blocking()?;
    let mut out = std::io::stdout().lock();
    for line in [
        sandbox.base_url(),
        sandbox.client_id().to_owned(),
        sandbox.client_secret().to_owned(),
    ] {
        writeln!(out, "{line}")?;
    }
    out.flush()?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
