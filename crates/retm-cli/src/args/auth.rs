//! `retm auth …`

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum AuthCommand {
    /// Get a token; show its grant, its expiry and whether it can be renewed, never the token.
    #[command(after_help = "\
Examples:
  retm auth token
  RETM_CODE=the-code-of-an-installation retm auth token --output json")]
    Token,
    /// List the grants of the store: business, environment, expiry, last refresh, state.
    ///
    /// The state is `ok`, `stale` (there is no token that is still valid: the next call gets one
    /// where `renewable` is true, else the merchant has to authorize the app again), `revoked` (the
    /// merchant has to, too) or `unreadable` (the row is damaged; exit code 1). Asks nothing of the
    /// network and needs no client id.
    #[command(after_help = "\
Examples:
  RETM_STORE=sqlite:retm.db RETM_STORE_KEY_FILE=store.key retm auth status
  retm auth status --output json | jq '.[] | select(.state != \"ok\")'")]
    Status,
    /// Forget the grant of a business in the store, even one that cannot be read.
    ///
    /// For a merchant who has removed the app, or installs it again with a new code. Asks nothing of
    /// the network and needs no client secret; without RETM_CLIENT_ID it takes the one grant that the
    /// store has of the business in that environment. Where there is none the exit code is 4.
    #[command(after_help = "\
Examples:
  retm auth forget --business acme
  retm auth forget && RETM_CODE=the-new-code retm auth token")]
    Forget,
}
