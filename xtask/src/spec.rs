//! Reads the spec.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::{Map, Value};

/// The spec as JSON, in the order of its file.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Where it was read from; file references are relative to its folder.
    pub path: PathBuf,
    /// The document.
    pub doc: Value,
}

/// The project's root folder.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

impl Spec {
    /// Reads `openapi/retm.yaml`.
    pub fn load() -> anyhow::Result<Self> {
        Self::read(&root().join("openapi/retm.yaml"))
    }

    /// Reads a spec from a file.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        let doc = serde_norway::from_str(&text)
            .with_context(|| format!("{} is not valid YAML", path.display()))?;
        Ok(Self {
            path: path.to_path_buf(),
            doc,
        })
    }

    /// The component schemas, in file order.
    pub fn schemas(&self) -> impl Iterator<Item = (&String, &Value)> {
        members(&self.doc, "/components/schemas")
    }

    /// Every operation: path, HTTP method, the operation.
    pub fn operations(&self) -> impl Iterator<Item = (&String, &String, &Value)> {
        members(&self.doc, "/paths").flat_map(|(path, item)| {
            item.as_object()
                .into_iter()
                .flatten()
                .filter(|(method, _)| METHODS.contains(&method.as_str()))
                .map(move |(method, operation)| (path, method, operation))
        })
    }

    /// The version of the API described.
    pub fn version(&self) -> &str {
        self.doc
            .pointer("/info/version")
            .and_then(Value::as_str)
            .unwrap_or("unknown")
    }
}

/// HTTP methods that an OpenAPI path item may hold.
pub const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// The name at the end of `#/components/schemas/NAME`.
pub fn schema_name(reference: &str) -> Option<&str> {
    reference.strip_prefix("#/components/schemas/")
}

/// The members of the object at a JSON pointer, in order; none where there is no object.
pub fn members<'a>(
    doc: &'a Value,
    pointer: &str,
) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
    doc.pointer(pointer)
        .and_then(Value::as_object)
        .map(Map::iter)
        .into_iter()
        .flatten()
}
