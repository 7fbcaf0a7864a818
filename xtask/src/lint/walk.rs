//! Every schema of the spec, with what it is and where it stands.

use serde_json::Value;

use super::index::{Operation, Parameter, escape, list, text};
use crate::spec::members;

/// A schema anywhere in the spec.
pub(super) struct Schema<'a> {
    pub(super) value: &'a Value,
    pub(super) role: Role<'a>,
    /// The component it belongs to; `None` in parameters, bodies and headers.
    pub(super) component: Option<&'a str>,
    pub(super) source: Source,
    pub(super) place: String,
    pub(super) pointer: String,
}

/// What a schema is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role<'a> {
    /// A component itself.
    Component,
    /// A property of an object.
    Property { name: &'a str, required: bool },
    /// The elements of an array.
    Element,
    /// A part of `allOf`, `anyOf`, `oneOf` or `not`.
    Part,
    /// The values of further members.
    Values,
    /// A parameter's or header's.
    Parameter,
    /// A request's or response's.
    Body,
}

/// Where the Rust type of a schema comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The generator makes it.
    Generated,
    /// An alias of a generic type: `Items`, `Listing` or `Merged`.
    Generic,
    /// `retm-types` has it, written by hand.
    HandWritten,
}

impl Source {
    pub(super) fn of(component: &Value) -> Self {
        match text(component, "x-rust") {
            "" => Self::Generated,
            "Items" | "Listing" | "Merged" => Self::Generic,
            _ => Self::HandWritten,
        }
    }
}

impl<'a> Schema<'a> {
    pub(super) fn generated(&self) -> bool {
        self.source == Source::Generated
    }

    /// Its name where it is a property.
    pub(super) fn property(&self) -> Option<&'a str> {
        match self.role {
            Role::Property { name, .. } => Some(name),
            _ => None,
        }
    }
}

/// All schemas, in the order of the document's sections.
pub(super) fn schemas<'a>(
    doc: &'a Value,
    parameters: &[Parameter<'a>],
    operations: &[Operation<'a>],
) -> Vec<Schema<'a>> {
    let mut walk = Walk { found: Vec::new() };
    for (name, value) in members(doc, "/components/schemas") {
        walk.visit(Schema {
            value,
            role: Role::Component,
            component: Some(name),
            source: Source::of(value),
            place: format!("schema {name}"),
            pointer: format!("#/components/schemas/{}", escape(name)),
        });
    }
    for parameter in parameters {
        if let Some(schema) = parameter.value.get("schema") {
            walk.outside(
                Role::Parameter,
                schema,
                parameter.place.clone(),
                format!("{}/schema", parameter.pointer),
            );
        }
    }
    for (name, response) in members(doc, "/components/responses") {
        let pointer = format!("#/components/responses/{}", escape(name));
        walk.body(response, &format!("response {name}"), &pointer);
    }
    for (name, body) in members(doc, "/components/requestBodies") {
        let pointer = format!("#/components/requestBodies/{}", escape(name));
        walk.body(body, &format!("request body {name}"), &pointer);
    }
    for operation in operations {
        let (place, pointer) = (operation.place(), &operation.pointer);
        if let Some(body) = operation.value.get("requestBody") {
            let place = format!("{place}, request body");
            walk.body(body, &place, &format!("{pointer}/requestBody"));
        }
        for (status, response) in members(operation.value, "/responses") {
            let place = format!("{place}, response {status}");
            walk.body(response, &place, &format!("{pointer}/responses/{status}"));
        }
    }
    walk.found
}

struct Walk<'a> {
    found: Vec<Schema<'a>>,
}

impl<'a> Walk<'a> {
    fn outside(&mut self, role: Role<'a>, value: &'a Value, place: String, pointer: String) {
        self.visit(Schema {
            value,
            role,
            component: None,
            source: Source::Generated,
            place,
            pointer,
        });
    }

    /// The schemas of a request body or a response: its content and its headers.
    fn body(&mut self, body: &'a Value, place: &str, pointer: &str) {
        for (media, content) in members(body, "/content") {
            if let Some(schema) = content.get("schema") {
                let pointer = format!("{pointer}/content/{}/schema", escape(media));
                self.outside(Role::Body, schema, place.to_owned(), pointer);
            }
        }
        for (name, header) in members(body, "/headers") {
            if let Some(schema) = header.get("schema") {
                let pointer = format!("{pointer}/headers/{}/schema", escape(name));
                let place = format!("{place}, header {name}");
                self.outside(Role::Parameter, schema, place, pointer);
            }
        }
    }

    fn visit(&mut self, schema: Schema<'a>) {
        let Schema { value, .. } = schema;
        for (name, property) in members(value, "/properties") {
            let required = list(value, "required").any(|entry| entry == name.as_str());
            self.below(
                &schema,
                Role::Property { name, required },
                property,
                &format!(", property {name}"),
                &format!("properties/{}", escape(name)),
            );
        }
        if let Some(items) = value.get("items") {
            self.below(&schema, Role::Element, items, ", items", "items");
        }
        if let Some(values) = value.get("additionalProperties")
            && values.is_object()
        {
            let place = ", additionalProperties";
            self.below(&schema, Role::Values, values, place, "additionalProperties");
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for (index, part) in list(value, keyword).enumerate() {
                let place = format!(", {keyword} {index}");
                self.below(
                    &schema,
                    Role::Part,
                    part,
                    &place,
                    &format!("{keyword}/{index}"),
                );
            }
        }
        if let Some(not) = value.get("not") {
            self.below(&schema, Role::Part, not, ", not", "not");
        }
        self.found.push(schema);
    }

    fn below(
        &mut self,
        parent: &Schema<'a>,
        role: Role<'a>,
        value: &'a Value,
        place: &str,
        segment: &str,
    ) {
        self.visit(Schema {
            value,
            role,
            component: parent.component,
            source: parent.source,
            place: format!("{}{place}", parent.place),
            pointer: format!("{}/{segment}", parent.pointer),
        });
    }
}
