//! What the commands do.

mod auth;
mod calls;
mod completions;
mod connect;
mod context;
mod keep;
mod list;
mod payload;
mod progress;
mod read;
mod resources;
mod sandbox;
mod show;

pub(crate) use context::Context;
pub(crate) use keep::Keeper;
pub(crate) use sandbox::sandbox;

use crate::args::{AuthCommand, Command, PayloadCommand};
use crate::failure::Failure;

/// Runs a command, all but `sandbox`, which stops on signals of its own.
pub(crate) async fn dispatch(cx: &mut Context, command: Command) -> Result<(), Failure> {
    match command {
        Command::Demo => demo(cx).await,
        Command::Sandbox(_) => Ok(()),
        Command::Auth(AuthCommand::Token) => auth::token(cx).await,
        Command::Payload(PayloadCommand::Check(args)) => payload::check(cx, args).await,
        Command::Completions { shell } => completions::write(cx, shell),
        resource => resources::call(cx, resource).await,
    }
}

async fn demo(cx: &mut Context) -> Result<(), Failure> {
    crate::demo::demo(&mut *cx.out).await?.verdict()
}
