//! `retm store …`

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use retm_store::StoreKey;
use serde::Serialize;

use super::Context;
use super::open::NEW_KEY;
use super::progress::Progress;
use super::show::encode;
use crate::args::StoreCommand;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::print_one;
use crate::schema::Place;

const DAY: Duration = Duration::from_secs(24 * 3600);

pub(crate) async fn store(cx: &mut Context, command: StoreCommand) -> Result<(), Failure> {
    match command {
        StoreCommand::Key { file } => key(cx, &file),
        StoreCommand::Rekey => rekey(cx).await,
        StoreCommand::Prune { older_than } => prune(cx, older_than).await,
    }
}

fn key(cx: &mut Context, file: &Path) -> Result<(), Failure> {
    let key = StoreKey::generate()?;
    let key = key.to_base64();
    if file == Path::new("-") {
        writeln!(cx.out, "{}", *key)?;
        return Ok(());
    }
    private(file)
        .and_then(|mut file| {
            writeln!(file, "{}", *key)?;
            file.sync_all()
        })
        .map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Failure::usage(format!(
                "{} is there already and is not overwritten: without its key a store cannot be read",
                file.display()
            )),
            _ => Failure::usage(format!("cannot write {}: {error}", file.display())),
        })?;
    cx.say(&format!(
        "wrote a new key; use it with RETM_STORE_KEY_FILE={} and keep a copy",
        file.display()
    ))
}

/// A file that was not there, for its owner alone.
fn private(file: &Path) -> io::Result<std::fs::File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

#[derive(Serialize)]
struct Rekeyed {
    rewritten: u64,
    unreadable: u64,
    /// Whether nothing that the old key opens is left in the log beside the file.
    wiped: bool,
}

async fn rekey(cx: &mut Context) -> Result<(), Failure> {
    // Before the store is opened: a store that is new would be made for nothing.
    let new = cx.store_key(NEW_KEY)?;
    let store = cx.require_store().await?;
    let bar = Progress::new(cx.stderr_is_terminal);
    let rekeyed = store
        .rekey_with(new, |progress| bar.reached(progress.done, progress.total))
        .await;
    bar.done();
    let rekeyed = rekeyed?;
    write(
        cx,
        &Rekeyed {
            rewritten: rekeyed.rewritten,
            unreadable: rekeyed.unreadable,
            wiped: rekeyed.wiped,
        },
    )?;
    cx.say("the store has the new key; give it to every process in place of the old one")?;
    if !rekeyed.wiped {
        cx.say(
            "warning: the log of the file could not be emptied, because another process was reading or the disk \
             failed, so it still holds rows that the old key opens; they are gone once the last process has \
             closed the store",
        )?;
    }
    match rekeyed.unreadable {
        0 => Ok(()),
        count => Err(Failure::Other(
            Exit::Failed,
            format!(
                "{count} rows could not be read and were left as they are; `retm auth status` names the grants"
            ),
        )),
    }
}

#[derive(Serialize)]
struct Pruned {
    pruned: u64,
}

async fn prune(cx: &mut Context, days: u32) -> Result<(), Failure> {
    let store = cx.require_store().await?;
    let pruned = store.prune(DAY.saturating_mul(days)).await?;
    write(cx, &Pruned { pruned })
}

fn write<T: Serialize>(cx: &mut Context, value: &T) -> Result<(), Failure> {
    print_one(cx.look(), &Place::default(), &encode(value)?, &mut *cx.out)?;
    Ok(())
}
