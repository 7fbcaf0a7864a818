//! `retm sandbox`

use std::time::Duration;

use futures::FutureExt;
use retm_sandbox::{Sandbox, SandboxError};

use super::Context;
use crate::args::SandboxArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::io::Signals;

/// A code that is printed is still good when it is used, however long the sandbox has run by then.
const CODE_LIFETIME: Duration = Duration::from_secs(365 * 24 * 3600);

/// Serves until Ctrl-C or SIGTERM, which is how it is meant to end.
pub(crate) async fn sandbox(
    cx: &mut Context,
    args: SandboxArgs,
    signals: Signals,
) -> Result<(), Failure> {
    let mut builder = Sandbox::builder()
        .port(args.port)
        .seed(args.seed)
        .products(args.products)
        .invoices(args.invoices)
        .single_use_codes(args.single_use_codes)
        .code_lifetime(CODE_LIFETIME)
        .real_time(true)
        // Nobody reads the log here, and it would grow for as long as the sandbox runs.
        .log_limit(0);
    for fault in args.faults {
        builder = builder.fault(fault);
    }
    for business in &cx.global.business {
        builder = builder.business(business);
    }
    // Caught from here on: whoever has read the lines may send the signal at once.
    let mut stopped = futures::future::select(signals.interrupt, signals.terminate);
    let already = (&mut stopped).now_or_never().is_some();
    let sandbox = builder.start().await.map_err(failure)?;
    let written = announce(cx, &sandbox);
    if written.is_ok() && !already {
        stopped.await;
    }
    sandbox.stop().await;
    written
}

/// The environment to call it with, one variable a line, to be used as it is.
fn announce(cx: &mut Context, sandbox: &Sandbox) -> Result<(), Failure> {
    let businesses = sandbox.businesses();
    let (first, others) = businesses
        .split_first()
        .map_or(("", [].as_slice()), |(first, others)| {
            (first.as_str(), others)
        });
    writeln!(cx.out, "RETM_BASE_URL={}", sandbox.base_url())?;
    writeln!(cx.out, "RETM_BUSINESS={first}")?;
    writeln!(cx.out, "RETM_CLIENT_ID={}", sandbox.client_id())?;
    writeln!(cx.out, "RETM_CLIENT_SECRET={}", sandbox.client_secret())?;
    writeln!(cx.out, "RETM_CODE={}", sandbox.code(first))?;
    cx.out.flush()?;
    for business in others {
        cx.say(&format!(
            "also serves {business}: RETM_BUSINESS={business} RETM_CODE={}",
            sandbox.code(business)
        ))?;
    }
    cx.say("Serving; Ctrl-C stops.")
}

fn failure(error: SandboxError) -> Failure {
    match error {
        SandboxError::Business { .. } | SandboxError::Fault { .. } => {
            Failure::usage(error.to_string())
        }
        SandboxError::PortInUse { .. } | SandboxError::Listen { .. } => {
            Failure::Other(Exit::Network, error.to_string())
        }
        other => Failure::Other(Exit::Failed, other.to_string()),
    }
}
