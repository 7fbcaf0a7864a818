//! `retm store …`

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum StoreCommand {
    /// Make a new key for a store.
    ///
    /// A file is made for its owner alone, and one that is there is never overwritten. Keep a copy:
    /// without its key a store cannot be read.
    #[command(after_help = "\
Examples:
  retm store key --file store.key
  retm store key --file - | a-vault put retm-store-key")]
    Key {
        /// Where to write it, in base64; `-` writes to standard output.
        #[arg(long, short, value_name = "FILE")]
        file: PathBuf,
    },
    /// Encrypt the store with another key.
    ///
    /// The old key is in RETM_STORE_KEY or RETM_STORE_KEY_FILE, the new one in RETM_STORE_NEW_KEY or
    /// RETM_STORE_NEW_KEY_FILE. It is one transaction: interrupted, the store keeps its old key. Other
    /// processes have to be started again with the new key.
    #[command(after_help = "\
Example:
  retm store key --file new.key
  RETM_STORE_NEW_KEY_FILE=new.key retm store rekey")]
    Rekey,
    /// Delete orders that took effect or were refused long ago.
    ///
    /// An order that is submitted again after its record is gone is sent again: keep records for
    /// longer than anybody might repeat an order.
    #[command(after_help = "Example:\n  retm store prune --older-than 90")]
    Prune {
        /// How many days ago they ended at least.
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..))]
        older_than: u32,
    },
}
