//! The `retm` binary: everything it does is in the library beside it.

use std::process::ExitCode;

use retm_cli::{Exit, Io, run};

fn main() -> ExitCode {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    else {
        return Exit::Failed.into();
    };
    let exit = runtime.block_on(run(std::env::args_os(), Io::process()));
    // A thread that still reads standard input must not keep the process.
    runtime.shutdown_background();
    exit.into()
}
