//! Reading a file that was named on the command line.

use std::io::Read;
use std::path::Path;

use super::Context;
use crate::failure::Failure;

impl Context {
    /// The bytes of a file, or of standard input where it is `-`.
    pub(crate) async fn read(&mut self, file: &Path) -> Result<Vec<u8>, Failure> {
        let name = name_of(file);
        let mut source: Box<dyn Read + Send> = if file == Path::new("-") {
            self.stdin
                .take()
                .ok_or_else(|| Failure::usage("standard input has been read already"))?
        } else {
            let opened = std::fs::File::open(file);
            Box::new(
                opened.map_err(|error| Failure::usage(format!("cannot read {name}: {error}")))?,
            )
        };
        // In a thread of its own: Ctrl-C must end a wait for standard input.
        let read = tokio::task::spawn_blocking(move || {
            let mut bytes = Vec::new();
            source.read_to_end(&mut bytes).map(|_| bytes)
        });
        match read.await {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(error)) => Err(Failure::usage(format!("cannot read {name}: {error}"))),
            Err(error) => Err(Failure::usage(format!("cannot read {name}: {error}"))),
        }
    }
}

/// What to call a file in messages.
pub(crate) fn name_of(file: &Path) -> String {
    if file == Path::new("-") {
        "standard input".to_owned()
    } else {
        file.display().to_string()
    }
}
