//! The watch over all that the suite says: it hears, it ends a process that says a secret, and the secrets went where they
//! have to go.

#![allow(clippy::unwrap_used, clippy::panic)]

mod kills;
mod wire;

use std::path::Path;

/// A test with a client that it makes itself has to begin the watch too, or to say why it does not.
#[test]
fn whoever_makes_a_client_is_watched() {
    let mut silent = Vec::new();
    look(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests")),
        &mut silent,
    );
    assert!(silent.is_empty(), "{silent:?} never begin the watch");
}

fn look(folder: &Path, silent: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            look(&path, silent);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let has = |parts: &[&str]| parts.iter().any(|part| text.contains(part));
            let makes = has(&[
                "Retm::builder()",
                "Io::captured(",
                "Sandbox::start",
                ".start()",
            ]);
            let watched = [
                "watch", "Server::", "World::", "client(", "acme(", "World {",
            ];
            if makes && !has(&watched) {
                silent.push(path.file_name().unwrap().display().to_string());
            }
        }
    }
}
