//! The copies of the spec that crates embed, so that none reads outside its own folder.

use anyhow::Context;
use quote::quote;
use serde_json::{Map, Value, json};

use super::polish;
use crate::spec::Spec;

/// The whole spec as JSON.
pub(super) fn sandbox(spec: &Spec) -> anyhow::Result<String> {
    pretty(&spec.doc)
}

/// All component schemas as one JSON Schema document.
pub(super) fn schemas(spec: &Spec) -> anyhow::Result<String> {
    pretty(&crate::json_schema::to_json_schema(&spec.doc))
}

/// The example payloads by their file name, each with its schema.
pub(super) fn examples(spec: &Spec) -> anyhow::Result<String> {
    let folder = spec.path.parent().context("the spec has no folder")?;
    let mut examples = Map::new();
    for entry in spec
        .doc
        .get("x-examples")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
        let file = text("file");
        let bytes =
            std::fs::read(folder.join(file)).with_context(|| format!("x-examples: {file}"))?;
        let body: Value =
            serde_json::from_slice(&bytes).with_context(|| format!("x-examples: {file}"))?;
        let name = file
            .trim_start_matches("examples/")
            .trim_end_matches(".json");
        examples.insert(
            name.to_owned(),
            json!({ "schema": text("schema"), "body": body }),
        );
    }
    pretty(&Value::Object(examples))
}

/// What the command line says of the spec.
pub(super) fn cli(spec: &Spec) -> anyhow::Result<String> {
    let version = spec.version();
    let file = syn::parse2(quote! {
        /// The version of the API that the spec describes.
        pub(crate) const SPEC_VERSION: &str = #version;
    })?;
    Ok(polish::print(&file))
}

fn pretty(value: &Value) -> anyhow::Result<String> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    Ok(text)
}
