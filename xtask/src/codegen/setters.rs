//! The setters of what is sent: a builder per schema of a request or of a reply to a webhook, and nothing for answers.
//!
//! A setter takes whatever converts into its member, also where that can fail (`.total("22.000")`); the first failure
//! is kept until the struct is built. A schema that is never sent has public fields and `Default`; where members are
//! required, `new` takes them.

use std::collections::BTreeSet;

use anyhow::Context;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, File, GenericArgument, Ident, Item, ItemStruct, PathArguments, Type, parse_quote,
};

use super::prepare::rust_name;
use crate::spec::{Spec, schema_name};

/// Adds the module `builder`, and `builder` and `new` to the structs.
pub(super) fn add(file: &mut File, spec: &Spec) -> anyhow::Result<()> {
    let sent = sent(spec);
    let (mut builders, mut impls) = (Vec::new(), Vec::<Item>::new());
    for item in &file.items {
        let Item::Struct(item) = item else { continue };
        let name = item.ident.to_string();
        let members = members(item, spec).with_context(|| format!("schema {name}"))?;
        if sent.contains(&name) {
            builders.push(builder(&item.ident, &members));
            impls.push(entries(&item.ident, &members));
        } else if members.iter().any(|member| member.required) {
            impls.push(constructor(item, &members));
        }
    }
    file.items.extend(impls);
    file.items.push(parse_quote! {
        /// The setters of what is sent.
        pub mod builder {
            use crate::setter::Setters;
            #(#builders)*
        }
    });
    Ok(())
}

/// The schemas that are reached from the bodies of requests and from the replies to webhooks.
fn sent(spec: &Spec) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, _, operation) in spec.operations() {
        if let Some(body) = operation.get("requestBody") {
            reach(body, spec, &mut found);
        }
    }
    for (_, hook) in crate::spec::members(&spec.doc, "/x-webhooks") {
        if let Some(replies) = hook.pointer("/post/responses") {
            reach(replies, spec, &mut found);
        }
    }
    found
}

fn reach(node: &Value, spec: &Spec, found: &mut BTreeSet<String>) {
    match node {
        Value::Object(object) => {
            let name = object.get("$ref").and_then(Value::as_str);
            if let Some(name) = name.and_then(schema_name)
                && found.insert(name.to_owned())
                && let Some(schema) = spec.doc.pointer(&format!("/components/schemas/{name}"))
            {
                reach(schema, spec, found);
            }
            object.values().for_each(|value| reach(value, spec, found));
        }
        Value::Array(list) => list.iter().for_each(|value| reach(value, spec, found)),
        _ => {}
    }
}

struct Member {
    ident: Ident,
    docs: Vec<Attribute>,
    /// Its type without `Option`.
    ty: Type,
    /// The element's type, if it is a `Vec`.
    element: Option<Type>,
    required: bool,
}

/// The members of a struct: the required ones first, in the order in which the spec requires them.
fn members(item: &ItemStruct, spec: &Spec) -> anyhow::Result<Vec<Member>> {
    let schema = format!("/components/schemas/{}", item.ident);
    let schema = spec.doc.pointer(&schema).context("it is not in the spec")?;
    let order: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(|wire| {
            let property = &schema["properties"][wire];
            rust_name(property).unwrap_or(wire)
        })
        .collect();
    let mut members = Vec::new();
    for field in &item.fields {
        let ident = field.ident.clone().context("a field has no name")?;
        let optional = argument(&field.ty, "Option");
        let required = optional.is_none();
        let ty = optional.unwrap_or_else(|| field.ty.clone());
        let docs = field
            .attrs
            .iter()
            .filter(|attr| attr.path().is_ident("doc"));
        members.push(Member {
            element: argument(&ty, "Vec"),
            docs: docs.cloned().collect(),
            ident,
            ty,
            required,
        });
    }
    members.sort_by_key(|member| {
        let name = member.ident.to_string();
        let name = name.trim_end_matches('_');
        order
            .iter()
            .position(|wire| *wire == name)
            .unwrap_or(usize::MAX)
    });
    Ok(members)
}

/// `T` of `Option<T>` or `Vec<T>`.
fn argument(ty: &Type, of: &str) -> Option<Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(inner) if last.ident == of => Some(inner.clone()),
        _ => None,
    }
}

impl Member {
    /// What a setter takes.
    fn taken(&self) -> Type {
        let (ty, element) = (&self.ty, &self.element);
        match element {
            Some(element) => {
                parse_quote! { impl IntoIterator<Item: TryInto<#element, Error: ::std::fmt::Display>> }
            }
            None => parse_quote! { impl TryInto<#ty, Error: ::std::fmt::Display> },
        }
    }
}

/// `builder` and, if members are required, `new`.
fn entries(name: &Ident, members: &[Member]) -> Item {
    let required = members.iter().filter(|member| member.required);
    let (idents, taken): (Vec<_>, Vec<_>) = required
        .map(|member| (&member.ident, member.taken()))
        .unzip();
    let new = (!idents.is_empty()).then(|| {
        quote! {
            /// Its setters, with the required members set.
            pub fn new(#(#idents: #taken),*) -> builder::#name {
                Self::builder()#(.#idents(#idents))*
            }
        }
    });
    parse_quote! {
        impl #name {
            #new
            /// Its setters, with nothing set.
            pub fn builder() -> builder::#name {
                ::std::default::Default::default()
            }
        }
    }
}

/// `new` of an answer with required members; the others are absent.
fn constructor(item: &ItemStruct, members: &[Member]) -> Item {
    let name = &item.ident;
    let required = members.iter().filter(|member| member.required);
    let (idents, types): (Vec<_>, Vec<_>) =
        required.map(|member| (&member.ident, &member.ty)).unzip();
    let absent = members.iter().filter(|member| !member.required);
    let absent = absent.map(|member| &member.ident);
    parse_quote! {
        impl #name {
            /// One with the required members; the others are absent.
            pub fn new(#(#idents: impl Into<#types>),*) -> Self {
                Self { #(#idents: #idents.into(),)* #(#absent: None,)* }
            }
        }
    }
}

fn builder(name: &Ident, members: &[Member]) -> proc_macro2::TokenStream {
    let doc = format!(" The setters of [`{name}`](super::{name}).");
    let slots = members.iter().map(|Member { ident, ty, .. }| {
        let ty = from_within(ty);
        quote! { #ident: Option<#ty>, }
    });
    let setters = members.iter().map(|member| {
        let Member {
            ident,
            docs,
            element,
            ..
        } = member;
        let taken = from_within(&member.taken());
        let text = ident.to_string();
        let text = text.trim_end_matches('_');
        let set = format_ident!("{}", if element.is_some() { "set_all" } else { "set" });
        quote! {
            #(#docs)*
            pub fn #ident(mut self, value: #taken) -> Self {
                self.setters.#set(#text, &mut self.#ident, value);
                self
            }
        }
    });
    let values = members.iter().map(
        |Member {
             ident, required, ..
         }| {
            let text = ident.to_string();
            let text = text.trim_end_matches('_');
            if *required {
                quote! { #ident: Setters::required(#text, self.#ident)?, }
            } else {
                quote! { #ident: self.#ident, }
            }
        },
    );
    quote! {
        #[doc = #doc]
        #[derive(Clone, Debug, Default)]
        #[must_use = "setters do nothing until the struct is built or sent"]
        pub struct #name {
            setters: Setters,
            #(#slots)*
        }

        impl #name {
            #(#setters)*

            /// The struct.
            ///
            /// # Errors
            ///
            /// A required member is missing, or a value did not convert into its member. The error names the member
            /// and repeats no value.
            pub fn build(self) -> Result<super::#name, super::error::ConversionError> {
                self.setters.check()?;
                Ok(super::#name { #(#values)* })
            }
        }

        impl TryFrom<#name> for super::#name {
            type Error = super::error::ConversionError;

            fn try_from(setters: #name) -> Result<Self, Self::Error> {
                setters.build()
            }
        }
    }
}

/// A type as it is named from within the module `builder`, where a bare name is the builder's.
fn from_within(ty: &Type) -> Type {
    struct Outward;
    impl VisitMut for Outward {
        fn visit_type_path_mut(&mut self, path: &mut syn::TypePath) {
            visit_mut::visit_type_path_mut(self, path);
            if let Some(ident) = path.path.get_ident()
                && ident.to_string().starts_with(char::is_uppercase)
            {
                *path = parse_quote! { super::#ident };
            }
        }
    }
    let mut ty = ty.clone();
    Outward.visit_type_mut(&mut ty);
    ty
}
