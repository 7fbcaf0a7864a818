//! The pass over generated code: what the generator cannot say by itself, and the formatting.

use std::collections::BTreeMap;

use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, GenericArgument, Item, ItemEnum, ItemMod, ItemStruct, PathArguments, Type,
    parse_quote,
};

use super::prepare::rust_name;
use super::requests;
use crate::spec::{Spec, members};

/// Struct and field name of each property that goes by another name on the wire, with its further spellings.
pub(super) struct FieldNames(BTreeMap<(String, String), WireName>);

struct WireName {
    name: String,
    aliases: Vec<String>,
}

impl FieldNames {
    pub(super) fn of(spec: &Spec) -> Self {
        let mut names = BTreeMap::new();
        for (schema, body) in spec.schemas() {
            for (wire, property) in members(body, "/properties") {
                let field = rust_name(property).unwrap_or(wire);
                let aliases: Vec<String> = property
                    .get("x-aliases")
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                    .filter_map(|alias| alias.as_str().map(str::to_owned))
                    .collect();
                if field != wire || !aliases.is_empty() {
                    let name = wire.clone();
                    names.insert(
                        (schema.clone(), field.to_owned()),
                        WireName { name, aliases },
                    );
                }
            }
        }
        Self(names)
    }
}

/// Structs of `retm-types`: open to new fields, under their wire names, with JSON Schemas behind a feature.
pub(super) fn types(mut file: syn::File, names: &FieldNames) -> anyhow::Result<String> {
    let mut pass = TypesPass { names };
    pass.visit_file_mut(&mut file);
    Ok(print(&file))
}

struct TypesPass<'a> {
    names: &'a FieldNames,
}

impl VisitMut for TypesPass<'_> {
    fn visit_item_mod_mut(&mut self, module: &mut ItemMod) {
        match module.ident.to_string().as_str() {
            // Builders and the conversion error are plumbing: they gain nothing here.
            "builder" | "error" => {}
            _ => visit_mut::visit_item_mod_mut(self, module),
        }
    }

    fn visit_item_struct_mut(&mut self, item: &mut ItemStruct) {
        open(&mut item.attrs);
        let owner = item.ident.to_string();
        for field in &mut item.fields {
            if is_optional_struct(&field.ty) {
                field
                    .attrs
                    .push(parse_quote! { #[serde(default, deserialize_with = "crate::object::or_empty_list")] });
            }
            let Some(ident) = &field.ident else { continue };
            let key = (owner.clone(), ident.to_string());
            if let Some(wire) = self.names.0.get(&key) {
                let name = &wire.name;
                if *ident != name.as_str() {
                    field.attrs.push(parse_quote! { #[serde(rename = #name)] });
                }
                for alias in &wire.aliases {
                    field.attrs.push(parse_quote! { #[serde(alias = #alias)] });
                }
            }
        }
    }

    fn visit_item_enum_mut(&mut self, item: &mut ItemEnum) {
        open(&mut item.attrs);
    }
}

/// Whether a type is `Option<T>` of a struct generated beside it, which goes by its bare name.
fn is_optional_struct(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else {
        return false;
    };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return false;
    };
    last.ident == "Option"
        && matches!(arguments.args.first(), Some(GenericArgument::Type(Type::Path(inner)))
            if inner.path.get_ident().is_some_and(|ident| ident.to_string().starts_with(char::is_uppercase)))
}

fn open(attrs: &mut Vec<Attribute>) {
    let at = attrs
        .iter()
        .position(|attr| attr.path().is_ident("derive"))
        .map_or(attrs.len(), |derive| derive + 1);
    attrs.insert(at, parse_quote! { #[non_exhaustive] });
    attrs.insert(
        at,
        parse_quote! { #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))] },
    );
}

/// The client: its `types` are those of `retm-types`, and each operation can build its request without sending it.
pub(super) fn client(mut file: syn::File) -> anyhow::Result<String> {
    for item in &mut file.items {
        if let Item::Mod(module) = item
            && module.ident == "types"
        {
            *item = parse_quote! {
                /// Types used as operation parameters and responses.
                pub mod types {
                    #[doc(inline)]
                    pub use ::retm_types::*;
                }
            };
        } else if let Item::Mod(module) = item
            && module.ident == "builder"
        {
            requests::split(module)?;
        }
    }
    file.items.insert(0, parse_quote! { mod operations; });
    file.items.insert(
        1,
        parse_quote! { pub use self::operations::{API_VERSION, OPERATIONS}; },
    );
    Ok(print(&file))
}

/// The mocks, as generated.
pub(super) fn mocks(file: syn::File) -> anyhow::Result<String> {
    Ok(print(&file))
}

/// Formats a file and marks it as generated.
pub(super) fn print(file: &syn::File) -> String {
    format!(
        "// @generated by `cargo xtask codegen` from openapi/retm.yaml. Do not edit: change the spec.\n\n{}",
        prettyplease::unparse(file)
    )
}
