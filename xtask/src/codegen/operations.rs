//! `retm-client` and `retm-httpmock`: one function per operation.

use progenitor::{GenerationSettings, Generator, TypeImpl};
use quote::quote;
use serde_json::Value;

use super::names;
use super::polish;
use super::prepare::{self, Responses};
use crate::spec::Spec;

/// The generated client: a builder per operation.
pub(super) fn client(spec: &Spec) -> anyhow::Result<String> {
    let tokens = Generator::new(&settings(spec)?)
        .generate_tokens(&prepare::openapi(spec, Responses::AnySuccess)?)?;
    polish::client(syn::parse2(tokens)?)
}

/// The typed mocks.
pub(super) fn mocks(spec: &Spec) -> anyhow::Result<String> {
    let tokens = Generator::new(&settings(spec)?)
        .httpmock(&prepare::openapi(spec, Responses::Named)?, "::retm_client")?;
    polish::mocks(syn::parse2(tokens)?)
}

/// Every operation with its method, path and provenance.
pub(super) fn table(spec: &Spec) -> anyhow::Result<String> {
    let rows = spec.operations().map(|(path, method, operation)| {
        let text = |key: &str| {
            operation
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let id = text("operationId");
        let method = method.to_uppercase();
        let provenance = text("x-provenance");
        let summary = text("summary");
        let tag = operation
            .pointer("/tags/0")
            .and_then(Value::as_str)
            .unwrap_or_default();
        quote! {
            Operation {
                id: #id,
                method: #method,
                path: #path,
                tag: #tag,
                summary: #summary,
                provenance: #provenance,
            }
        }
    });
    let version = spec.version();
    let file = syn::parse2(quote! {
        use crate::Operation;

        /// The version of the API that the spec describes.
        pub const API_VERSION: &str = #version;

        /// Every operation of the spec, in its order.
        pub const OPERATIONS: &[Operation] = &[#(#rows),*];
    })?;
    Ok(polish::print(&file))
}

/// Every schema replaced by its type of `retm-types`, so that all crates share one `Invoice`.
fn settings(spec: &Spec) -> anyhow::Result<GenerationSettings> {
    let mut settings = prepare::settings();
    for (name, _, _) in names::components(spec)? {
        settings.with_replacement(
            name,
            format!("::retm_types::{name}"),
            [TypeImpl::Display, TypeImpl::FromStr].into_iter(),
        );
    }
    Ok(settings)
}
