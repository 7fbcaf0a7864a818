//! `retm completions`

use clap_complete::Shell;

use super::Context;
use crate::failure::Failure;

pub(crate) fn write(cx: &mut Context, shell: Shell) -> Result<(), Failure> {
    // Into memory first: the generator panics on a writer that fails.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut crate::args::command(), "retm", &mut script);
    cx.out.write_all(&script)?;
    Ok(())
}
