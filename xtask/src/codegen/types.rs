//! `retm-types`: a struct per object schema, an alias per list, and the list of schemas.

use progenitor::{Generator, TypeImpl};
use quote::{format_ident, quote};
use serde_json::Value;

use super::names::{self, HandWritten};
use super::polish::{self, FieldNames};
use super::prepare::{self, Responses};
use crate::spec::Spec;

/// The structs and aliases.
pub(super) fn structs(spec: &Spec) -> anyhow::Result<String> {
    let mut settings = prepare::settings();
    settings.with_derive("PartialEq");
    let mut aliases = Vec::new();
    for (name, schema, kind) in names::components(spec)? {
        let Some(kind) = kind else { continue };
        settings.with_replacement(name, format!("crate::{name}"), impls(&kind));
        if let Some(alias) = kind.alias(name) {
            let ident = format_ident!("{name}");
            let alias: syn::Type = syn::parse_str(&alias)?;
            let doc = doc(schema);
            aliases.push(quote! { #[doc = #doc] pub type #ident = #alias; });
        }
    }
    let mut generator = Generator::new(&settings);
    generator.generate_tokens(&prepare::openapi(spec, Responses::None)?)?;
    let structs = generator.get_type_space().to_stream();
    let file = syn::parse2(quote! {
        mod schemas;
        pub use self::schemas::*;
        #(#aliases)*
        #structs
    })?;
    polish::types(file, &FieldNames::of(spec))
}

fn impls(kind: &HandWritten<'_>) -> std::vec::IntoIter<TypeImpl> {
    match kind {
        HandWritten::Scalar(_) => vec![TypeImpl::Display, TypeImpl::FromStr],
        HandWritten::Items(_) | HandWritten::Listing(_) => vec![TypeImpl::Default],
        HandWritten::Merged(..) => Vec::new(),
    }
    .into_iter()
}

fn doc(schema: &Value) -> String {
    let text = schema
        .get("description")
        .and_then(Value::as_str)
        .unwrap_or_default();
    format!(" {}", text.trim().replace('\n', "\n "))
}

/// The names of all schemas, each with the function that decodes and encodes it again.
pub(super) fn schema_list(spec: &Spec) -> anyhow::Result<String> {
    let names: Vec<&str> = spec.schemas().map(|(name, _)| name.as_str()).collect();
    let idents = names.iter().map(|name| format_ident!("{name}"));
    let provenance = spec.schemas().map(|(_, schema)| {
        schema
            .get("x-provenance")
            .and_then(Value::as_str)
            .unwrap_or("assumed")
            .to_owned()
    });
    let file = syn::parse2(quote! {
        use crate::schema_list::{Schema, round_trip};

        /// Every schema of the spec, in its order.
        pub const SCHEMAS: &[Schema] = &[
            #(Schema {
                name: #names,
                provenance: #provenance,
                round_trip: round_trip::<crate::#idents>,
            },)*
        ];
    })?;
    Ok(polish::print(&file))
}
