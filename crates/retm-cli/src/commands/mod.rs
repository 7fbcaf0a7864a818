//! What the commands do.

mod abandon;
mod auth;
mod calls;
mod completions;
mod connect;
mod context;
mod ended;
mod keep;
mod leftover;
mod list;
mod open;
mod payload;
mod progress;
mod read;
mod recover;
mod resources;
mod sandbox;
mod show;
mod startup;
mod status;
mod store;
mod submit;

pub(crate) use context::Context;
pub(crate) use keep::Keeper;
pub(crate) use sandbox::sandbox;

use crate::args::{AuthCommand, Command, OrdersCommand, PayloadCommand};
use crate::failure::Failure;

/// Runs a command, all but `sandbox`, which stops on signals of its own.
pub(crate) async fn dispatch(cx: &mut Context, command: Command) -> Result<(), Failure> {
    match command {
        Command::Demo => demo(cx).await,
        Command::Sandbox(_) => Ok(()),
        Command::Auth(AuthCommand::Status) => status::status(cx).await,
        Command::Auth(AuthCommand::Forget) => auth::forget(cx).await,
        Command::Store(command) => store::store(cx, command).await,
        Command::Payload(PayloadCommand::Check(args)) => payload::check(cx, args).await,
        Command::Completions { shell } => completions::write(cx, shell),
        calling => {
            let about_open_orders = matches!(
                calling,
                Command::Orders(OrdersCommand::Recover(_) | OrdersCommand::Abandon(_))
            );
            if !about_open_orders {
                startup::at_start(cx).await?;
            }
            match calling {
                Command::Auth(_) => auth::token(cx).await,
                resource => resources::call(cx, resource).await,
            }
        }
    }
}

async fn demo(cx: &mut Context) -> Result<(), Failure> {
    crate::demo::demo(&mut *cx.out).await?.verdict()
}
