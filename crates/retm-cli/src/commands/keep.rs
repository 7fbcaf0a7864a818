//! Keeping what the server said, for `--save-body`.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;

use crate::failure::Failure;

/// The file that bodies are kept in: made when there is something to keep.
pub(crate) struct Keeper {
    path: Option<PathBuf>,
    file: Option<File>,
}

impl Keeper {
    pub(crate) fn new(path: Option<PathBuf>) -> Self {
        Self { path, file: None }
    }

    /// Keeps a body, each on lines of its own, where the user has asked for it.
    pub(crate) fn keep(&mut self, body: &[u8]) -> Result<(), Failure> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        let file = match &mut self.file {
            Some(file) => Ok(file),
            none => private(path).map(|file| none.insert(file)),
        };
        let written = file.and_then(|file| {
            file.write_all(body)?;
            file.write_all(b"\n")
        });
        written.map_err(|error| Failure::usage(format!("--save-body {}: {error}", path.display())))
    }
}

/// A new or emptied file that nobody else can read: it may hold a customer's data.
fn private(path: &PathBuf) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
