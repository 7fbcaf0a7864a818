//! Runs one command line from start to end.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{self, Write};
use std::sync::OnceLock;
use std::time::Duration;

use futures::future::BoxFuture;

use crate::args::{Cli, Command};
use crate::commands::{Context, Keeper, dispatch, sandbox};
use crate::exit::Exit;
use crate::failure::{Failure, OneLine};
use crate::io::Io;

/// How long a token may take to be renewed and stored once the command is over.
const LONGEST_FLUSH: Duration = Duration::from_secs(20);

/// After this the person at the terminal is told why nothing seems to happen.
const SOON: Duration = Duration::from_secs(1);

/// Runs a command line: the first of `args` is the program's name.
///
/// Needs a tokio runtime. Never panics and never ends the process, so a test can run it in process.
pub async fn run<I, T>(args: I, io: Io) -> Exit
where
    I: IntoIterator<Item = T>,
    T: Into<OsString> + Clone,
{
    let Io {
        mut stdout,
        mut stderr,
        ..
    } = io;
    let cli = match Cli::read(args) {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => {
            return explain(&error, &mut *stderr, io.stderr_is_terminal);
        }
        Err(error) => return explain(&error, &mut *stdout, io.stdout_is_terminal),
    };
    let mut cx = Context {
        keeper: Keeper::new(cli.global.save_body.clone()),
        global: cli.global,
        stdin: Some(io.stdin),
        out: stdout,
        err: stderr,
        stdout_is_terminal: io.stdout_is_terminal,
        width: io.width,
        stderr_is_terminal: io.stderr_is_terminal,
        env: io.env,
        sleep: io.sleep,
        writing: false,
        store: None,
        client: OnceLock::new(),
        connected: None,
        open: BTreeSet::new(),
    };
    let again = io.again;
    let outcome = match (cx.keeper.open(), cli.command) {
        (Err(failure), _) => Err(failure),
        (Ok(()), Command::Sandbox(args)) => sandbox(&mut cx, args, io.signals).await,
        (Ok(()), command) => {
            let (interrupt, terminate) = (io.signals.interrupt, io.signals.terminate);
            let asked = futures::future::select(interrupt, terminate);
            tokio::select! {
                outcome = dispatch(&mut cx, command) => outcome,
                _ = asked => Err(Failure::Other(Exit::Interrupted, String::new())),
            }
        }
    };
    let flushed = cx.out.flush().map_err(Failure::Output);
    tokens_are_stored(&mut cx, again).await;
    end(&mut cx, outcome.and(flushed))
}

/// Waits for a token that is being renewed: its refresh token may be spent, and the process would take its successor
/// with it.
async fn tokens_are_stored(cx: &mut Context, interrupt: BoxFuture<'static, ()>) {
    let Some(client) = cx.client.get().filter(|_| cx.store.is_some()) else {
        return;
    };
    let (soon, longest) = (client.flush(SOON), client.flush(LONGEST_FLUSH));
    if soon.await {
        return;
    }
    // Standard error may be gone, which changes nothing.
    let _ = cx.say("a token is being renewed; waiting until it is stored (Ctrl-C leaves it)");
    let stored = tokio::select! {
        stored = longest => stored,
        () = interrupt => false,
    };
    if !stored {
        let _ = cx.say("warning: a token may have been renewed that is not stored; if the next command finds the grant revoked, authorize again");
    }
}

/// Says what went wrong and how the process ends.
fn end(cx: &mut Context, outcome: Result<(), Failure>) -> Exit {
    let failure = match outcome {
        Ok(()) => return Exit::Ok,
        Err(failure) if failure.is_broken_pipe() => return Exit::Ok,
        Err(failure) => failure,
    };
    if let Failure::Api(error) = &failure
        && !error.raw_body().is_empty()
        && let Err(unkept) = cx.keeper.keep(error.raw_body())
    {
        let _ = writeln!(cx.err, "error: {}", OneLine(&unkept.to_string()));
    }
    let text = match &failure {
        Failure::Other(Exit::Interrupted, _) if !cx.open.is_empty() => cx.still_open(),
        Failure::Other(Exit::Interrupted, _) if cx.writing => {
            "interrupted; whether the call took effect is unknown".to_owned()
        }
        Failure::Other(Exit::Interrupted, _) => "interrupted".to_owned(),
        other => other.to_string(),
    };
    if !text.is_empty() {
        // Nowhere is left to report that standard error cannot be written.
        let _ = writeln!(cx.err, "error: {}", OneLine(&text)).and_then(|()| cx.err.flush());
    }
    failure.exit()
}

/// Help, the version, or what is wrong with the command line.
fn explain(error: &clap::Error, stream: &mut dyn Write, terminal: bool) -> Exit {
    let text = error.render();
    let written = if terminal {
        write!(stream, "{}", text.ansi())
    } else {
        write!(stream, "{text}")
    };
    match written.and_then(|()| stream.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Exit::Failed,
        _ if error.use_stderr() => Exit::Usage,
        _ => Exit::Ok,
    }
}
