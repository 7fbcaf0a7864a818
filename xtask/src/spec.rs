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
        Ok(Self {
            path: path.to_path_buf(),
            doc: parse(&text).with_context(|| format!("cannot read {}", path.display()))?,
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

/// Reads YAML. A key that stands twice in one map is refused: JSON would keep the last one and lose the first.
fn parse(text: &str) -> anyhow::Result<Value> {
    let yaml: serde_norway::Value =
        serde_norway::from_str(text.trim_start_matches('\u{feff}')).context("not valid YAML")?;
    serde_json::to_value(yaml).context("not valid as JSON")
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

#[cfg(test)]
mod tests {
    #[test]
    fn a_key_that_stands_twice_is_refused() {
        let text = "paths:\n  /a:\n    get: { x: 1 }\n    post: { x: 2 }\n    get: { x: 3 }\n";
        let error = format!("{:#}", super::parse(text).unwrap_err());
        assert!(
            error.contains("duplicate entry with key \"get\""),
            "{error}"
        );
        let once = super::parse("'200': { b: 1, a: 2 }").unwrap();
        assert_eq!(once.to_string(), r#"{"200":{"b":1,"a":2}}"#);
    }
}
