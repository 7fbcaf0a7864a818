//! The spec and its examples, as the project holds them.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// The project's root folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The spec as JSON: the copy that the sandbox embeds, which `cargo xtask codegen --check` keeps true.
///
/// # Panics
///
/// Where the file is not there; no test can do without.
pub fn spec() -> Value {
    let path = root().join("crates/retm-sandbox/src/generated/openapi.json");
    let Ok(bytes) = std::fs::read(&path) else {
        unreachable!("{} is not there", path.display())
    };
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// Every example of the spec: the name of its schema, its file's name, its bytes.
pub fn examples() -> Vec<(String, String, Vec<u8>)> {
    let spec = spec();
    let text = |entry: &Value, key: &str| {
        entry
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    spec.get("x-examples")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|entry| {
            let (schema, file) = (text(entry, "schema"), text(entry, "file"));
            let bytes = std::fs::read(root().join("openapi").join(&file)).unwrap_or_default();
            (schema, file, bytes)
        })
        .collect()
}
