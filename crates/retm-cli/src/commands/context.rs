//! What a command works with.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::sync::{Arc, OnceLock};

use retm::{Business, Retm, Sleep};
use retm_store::Store;

use super::Keeper;
use crate::args::{Format, GlobalArgs};
use crate::failure::{Failure, OneLine};
use crate::io::Env;
use crate::output::Look;

pub(crate) struct Context {
    pub(crate) global: GlobalArgs,
    /// Taken by the first who reads it.
    pub(crate) stdin: Option<Box<dyn Read + Send>>,
    pub(crate) out: Box<dyn Write + Send>,
    pub(crate) err: Box<dyn Write + Send>,
    pub(crate) stdout_is_terminal: bool,
    pub(crate) width: Option<u16>,
    pub(crate) stderr_is_terminal: bool,
    pub(crate) env: Env,
    pub(crate) keeper: Keeper,
    pub(crate) sleep: Arc<dyn Sleep>,
    /// Whether something is being changed: an interruption leaves it open whether it was.
    pub(crate) writing: bool,
    /// The store that was asked for, once it is open.
    pub(crate) store: Option<Store>,
    /// The client of this run, once something has asked for it.
    pub(crate) client: OnceLock<Retm>,
    /// The business to call, where it was connected for the whole run.
    pub(crate) connected: Option<Business>,
    /// The orders that are being sent or looked for, as they are named to the person at the terminal.
    pub(crate) open: BTreeSet<String>,
}

impl Context {
    /// How to write an answer: as asked for, else a table for people and JSON for programs.
    pub(crate) fn look(&self) -> Look {
        let usual = if self.stdout_is_terminal {
            Format::Table
        } else {
            Format::Json
        };
        Look {
            format: self.global.output.unwrap_or(usual),
            width: self.width,
        }
    }

    /// A line to the person at the terminal, after everything written before it.
    pub(crate) fn say(&mut self, line: &str) -> Result<(), Failure> {
        self.out.flush()?;
        // Nobody may be reading standard error; that is no failure of the command.
        let _ = writeln!(self.err, "{}", OneLine(line)).and_then(|()| self.err.flush());
        Ok(())
    }

    /// A variable of the environment, as text.
    pub(crate) fn var(&self, name: &str) -> Result<Option<String>, Failure> {
        match self.env.get(name).map(std::ffi::OsString::into_string) {
            None => Ok(None),
            Some(Ok(value)) => Ok(Some(value)),
            Some(Err(_)) => Err(Failure::usage(format!("{name} is not valid UTF-8"))),
        }
    }
}
