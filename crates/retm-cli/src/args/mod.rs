//! The command line's grammar and its help.

mod auth;
mod catalogue;
mod global;
mod id;
mod list;
mod orders;
mod payload;
mod resource;
mod sandbox;
mod settings;
mod store;
mod write;

use std::ffi::OsString;
use std::sync::LazyLock;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub(crate) use auth::AuthCommand;
pub(crate) use catalogue::{ListGetCommand, MenuCommand, ProductsCommand};
pub(crate) use global::{Format, GlobalArgs};
pub(crate) use id::IdArgs;
pub(crate) use list::{ListArgs, ProductsOfArgs};
pub(crate) use orders::{
    AbandonArgs, MoneyCheckArg, OrderListArgs, OrdersCommand, RecoverArgs, SettleArgs, SubmitArgs,
};
pub(crate) use payload::{CheckArgs, PayloadCommand};
pub(crate) use sandbox::SandboxArgs;
pub(crate) use settings::{ListCommand, ListCreateCommand};
pub(crate) use store::StoreCommand;
pub(crate) use write::CreateArgs;

use crate::generated::SPEC_VERSION;

static VERSION: LazyLock<String> =
    LazyLock::new(|| format!("{} (API spec {SPEC_VERSION})", env!("CARGO_PKG_VERSION")));

/// The last lines of the help; builds with the keyring name its variable.
static CLOSING: LazyLock<String> = LazyLock::new(|| {
    let keyring = match cfg!(feature = "keyring") {
        true => ", or\n  RETM_STORE_KEYRING            SERVICE/USER of it in the system's keyring",
        false => "",
    };
    format!(
        "\
Try it, without an account:
  retm demo

Then against a sandbox of your own, in two terminals:
  retm sandbox --port 8080 | tee sandbox.env
  export $(cat sandbox.env); retm products list

Environment:
  RETM_BUSINESS, RETM_BASE_URL  as --business and --base-url, which come first
  RETM_CLIENT_ID                the client id that RETM gave the app
  RETM_CLIENT_SECRET            its secret, or
  RETM_CLIENT_SECRET_FILE       a file that holds it
  RETM_CODE                     the code of an installation, to be exchanged
  RETM_STORE                    as --store; it may hold a password
  RETM_STORE_KEY                the key of the store: 32 bytes in base64, or
  RETM_STORE_KEY_FILE           a file that holds it{keyring}

Exit codes: 0 ok, 1 API error or failed check, 2 usage, 3 auth, 4 not found,
5 rate limited, 6 network, 130 interrupted."
    )
});

/// The whole command line, for help texts, completions and tests.
pub fn command() -> clap::Command {
    resource::name_resources(Cli::command())
}

impl Cli {
    /// Reads a command line; the first argument is the program's name.
    pub(crate) fn read<I, T>(args: I) -> Result<Self, clap::Error>
    where
        I: IntoIterator<Item = T>,
        T: Into<OsString> + Clone,
    {
        let mut command = command();
        let mut matches = command.try_get_matches_from_mut(args)?;
        Self::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
    }
}

/// The RETM restaurant point-of-sale API from the command line.
#[derive(Debug, Parser)]
#[command(
    name = "retm",
    version = VERSION.as_str(),
    max_term_width = 100,
    arg_required_else_help = true,
    after_help = CLOSING.as_str()
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the whole main job against a sandbox in this process.
    ///
    /// Installs an app, lists the catalogue, lets a token expire, lists invoices, creates an order
    /// and reads it back, parses webhooks, and compares its requests with the sandbox's own log.
    /// Uses loopback only and leaves nothing behind.
    #[command(after_help = "Example:\n  retm demo")]
    Demo,
    /// Serve a stateful RETM on this machine until Ctrl-C.
    ///
    /// Prints the environment to call it with, one variable a line, as soon as it accepts
    /// connections. Ctrl-C and SIGTERM end it with exit code 0.
    #[command(after_help = "\
Examples:
  retm sandbox --port 8080 --products 500
  retm sandbox --business acme --business globex --single-use-codes
  retm sandbox --fault lose-response:on=create_order,share=0.3 --fault delay=5ms")]
    Sandbox(SandboxArgs),
    /// Tokens, and the grants of a store.
    #[command(subcommand)]
    Auth(AuthCommand),
    /// Orders and their delivery.
    #[command(subcommand)]
    Orders(OrdersCommand),
    /// What the business has sold.
    #[command(subcommand)]
    Invoices(ListCommand),
    /// Categories of products.
    #[command(subcommand)]
    Categories(ListGetCommand),
    /// Groups of products.
    #[command(subcommand)]
    Groups(ListGetCommand),
    /// Products of the catalogue.
    #[command(subcommand)]
    Products(ProductsCommand),
    /// The whole menu at once.
    #[command(subcommand)]
    Menu(MenuCommand),
    /// Branches of the business.
    #[command(subcommand)]
    Branches(ListCommand),
    /// Point-of-sale devices.
    #[command(subcommand)]
    Devices(ListCommand),
    /// Kinds of orders, such as delivery.
    #[command(subcommand)]
    OrderTypes(ListCreateCommand),
    /// Lists of prices.
    #[command(subcommand)]
    PriceLists(ListCommand),
    /// Ways to pay.
    #[command(subcommand)]
    PaymentMethods(ListCreateCommand),
    /// Charges on orders, such as a delivery charge.
    #[command(subcommand)]
    Charges(ListCreateCommand),
    /// Taxes of the business.
    #[command(subcommand)]
    Taxes(ListCreateCommand),
    /// Customers of the business.
    #[command(subcommand)]
    Customers(ListCommand),
    /// The store that RETM_STORE names: its key, and what it no longer needs.
    #[command(subcommand)]
    Store(StoreCommand),
    /// Compare captured payloads with the spec.
    #[command(subcommand)]
    Payload(PayloadCommand),
    /// Print a completion script for a shell.
    #[command(after_help = "\
Examples:
  retm completions bash > ~/.local/share/bash-completion/completions/retm
  retm completions zsh > ~/.zfunc/_retm")]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn every_command_has_a_help_and_every_leaf_an_example() {
        fn visit(command: &clap::Command, path: &str) {
            let path = format!("{path} {}", command.get_name());
            assert!(command.get_about().is_some(), "{path}: no help");
            for argument in command.get_arguments() {
                assert!(
                    argument.get_help().is_some(),
                    "{path} {}: no help",
                    argument.get_id()
                );
            }
            if command.has_subcommands() {
                command
                    .get_subcommands()
                    .for_each(|command| visit(command, &path));
            } else {
                let after = command
                    .get_after_help()
                    .map(ToString::to_string)
                    .unwrap_or_default();
                assert!(after.contains("Example"), "{path}: no example");
            }
        }
        visit(&command(), "");
    }

    #[test]
    fn the_environment_fits_a_terminal_of_80_columns() {
        let text = command().get_after_help().unwrap().to_string();
        assert!(text.contains("RETM_STORE_KEY_FILE"));
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }

    #[test]
    fn every_placeholder_is_filled_in() {
        fn visit(mut command: clap::Command) {
            let help = command.render_long_help().to_string();
            for placeholder in ["{resource}", "{things}", "{one}", "{body}"] {
                assert!(!help.contains(placeholder), "{help}");
            }
            command.get_subcommands().cloned().for_each(visit);
        }
        visit(command());
    }

    #[test]
    fn the_version_names_the_spec() {
        let version = command().render_version();
        assert_eq!(
            version,
            format!(
                "retm {} (API spec {SPEC_VERSION})\n",
                env!("CARGO_PKG_VERSION")
            )
        );
    }
}
