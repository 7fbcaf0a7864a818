//! Keeping what the server said, for `--save-body`.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::exit::Exit;
use crate::failure::Failure;

/// The file that bodies are kept in. Where nothing was kept, it is as it was before.
pub(crate) struct Keeper {
    path: Option<PathBuf>,
    file: Option<File>,
    /// Whether there was no such file.
    made: bool,
    kept: bool,
}

impl Keeper {
    pub(crate) fn new(path: Option<PathBuf>) -> Self {
        Self {
            path,
            file: None,
            made: false,
            kept: false,
        }
    }

    /// Opens the file. Comes before anything is sent, so that no call takes effect whose answer cannot be kept.
    pub(crate) fn open(&mut self) -> Result<(), Failure> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        let (file, made) = private(path)
            .map_err(|error| Failure::usage(format!("--save-body {}: {error}", path.display())))?;
        (self.file, self.made) = (Some(file), made);
        Ok(())
    }

    /// Keeps a body, each on lines of its own, where the user has asked for it.
    pub(crate) fn keep(&mut self, body: &[u8]) -> Result<(), Failure> {
        let (Some(path), Some(file)) = (&self.path, &mut self.file) else {
            return Ok(());
        };
        let first = !std::mem::replace(&mut self.kept, true);
        append(file, body, first).map_err(|error| {
            let what = format!(
                "the answer came, but --save-body {}: {error}",
                path.display()
            );
            Failure::Other(Exit::Failed, what)
        })
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        if let (Some(path), true, false) = (&self.path, self.made, self.kept) {
            // It is empty; nothing is lost where it stays.
            let _ = std::fs::remove_file(path);
        }
    }
}

fn append(file: &mut File, body: &[u8], first: bool) -> io::Result<()> {
    if first && file.metadata()?.is_file() {
        file.set_len(0)?;
    }
    file.write_all(body)?;
    file.write_all(b"\n")
}

/// A file that nobody else can read, since it may hold a customer's data, and whether it is new.
fn private(path: &Path) -> io::Result<(File, bool)> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(file) => Ok((file, true)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            // What a link leads to may be missing.
            options.create_new(false).create(true).truncate(false);
            Ok((options.open(path)?, false))
        }
        Err(error) => Err(error),
    }
}
