//! The spec's schemas, walked along a payload.

use std::sync::LazyLock;

use crate::json::Json;

static SCHEMAS: LazyLock<Json> =
    LazyLock::new(|| Json::parse(include_bytes!("generated/schemas.json")).unwrap_or(Json::Null));

/// What the spec says of one place in a payload.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    /// The schemas by name that this place refers to, outermost first.
    names: Vec<&'static str>,
    /// The schemas without references that may hold here.
    schemas: Vec<&'static Json>,
}

/// What the spec says of a member.
pub(crate) enum Member {
    /// It is there under this name.
    Known(Place),
    /// It is there, and this is another spelling of its name.
    Alias(&'static str),
    Unknown,
}

impl Place {
    /// The place that a schema describes.
    pub(crate) fn of(schema: &str) -> Option<Self> {
        let (name, _) = definitions().iter().find(|(name, _)| name == schema)?;
        let mut place = Self::default();
        place.refer(name, 0);
        Some(place)
    }

    /// The names of the schemas that hold here, outermost first.
    pub(crate) fn names(&self) -> &[&'static str] {
        &self.names
    }

    /// The names of the members in the spec's order.
    pub(crate) fn member_names(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        for (name, _) in self.schemas.iter().flat_map(|schema| properties(schema)) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }

    /// What the spec says of a member of this place.
    pub(crate) fn member(&self, key: &str) -> Member {
        if self.is_free() {
            return Member::Known(Self::default());
        }
        let mut place = Self::default();
        let mut known = false;
        for schema in &self.schemas {
            let own = properties(schema).iter().find(|(name, _)| {
                name == key || (is_listing(schema) && name == "items" && key == "data")
            });
            let other = schema
                .get("additionalProperties")
                .filter(|other| **other != Json::Bool(false));
            if let Some(member) = own.map(|(_, member)| member).or(other) {
                known = true;
                place.add(member, 0);
            }
        }
        if known {
            return Member::Known(place);
        }
        let spelt_otherwise = |schema: &&'static Json| {
            let (name, _) = properties(schema)
                .iter()
                .find(|(_, member)| is_alias(member, key))?;
            Some(name.as_str())
        };
        match self.schemas.iter().find_map(spelt_otherwise) {
            Some(name) => Member::Alias(name),
            None => Member::Unknown,
        }
    }

    /// The place of an array's elements.
    pub(crate) fn element(&self) -> Self {
        let mut place = Self::default();
        for schema in &self.schemas {
            let array = match schema.get("properties").and_then(|all| all.get("items")) {
                // The whole list may be a bare array.
                Some(items) if is_listing(schema) => items,
                _ => schema,
            };
            if let Some(element) = array.get("items") {
                place.add(element, 0);
            }
        }
        place
    }

    /// Whether the spec says nothing of what may stand here.
    fn is_free(&self) -> bool {
        self.schemas.iter().all(|schema| {
            ["properties", "items", "type"]
                .iter()
                .all(|word| schema.get(word).is_none())
        })
    }

    fn add(&mut self, schema: &'static Json, depth: usize) {
        // The spec has no such nesting; a loop of references must not hang.
        if depth > 32 {
            return;
        }
        if let Some(reference) = schema.get("$ref").and_then(Json::as_text) {
            if let Some(name) = reference.strip_prefix("#/$defs/") {
                self.refer(name, depth + 1);
            }
            return;
        }
        let mut composed = false;
        for word in ["allOf", "anyOf", "oneOf"] {
            for part in schema.get(word).map(Json::elements).unwrap_or_default() {
                composed = true;
                self.add(part, depth + 1);
            }
        }
        let is_null = schema.get("type").and_then(Json::as_text) == Some("null");
        if !composed && !is_null {
            self.schemas.push(schema);
        }
    }

    fn refer(&mut self, name: &'static str, depth: usize) {
        if let Some((_, schema)) = definitions().iter().find(|(known, _)| known == name) {
            self.names.push(name);
            self.add(schema, depth);
        }
    }
}

fn definitions() -> &'static [(String, Json)] {
    SCHEMAS.get("$defs").map(Json::members).unwrap_or_default()
}

fn properties(schema: &'static Json) -> &'static [(String, Json)] {
    schema
        .get("properties")
        .map(Json::members)
        .unwrap_or_default()
}

fn is_listing(schema: &Json) -> bool {
    schema.get("x-rust").and_then(Json::as_text) == Some("Listing")
}

/// The aliases stand on the member itself or beside its reference.
fn is_alias(member: &Json, key: &str) -> bool {
    let own = member
        .get("x-aliases")
        .map(Json::elements)
        .unwrap_or_default();
    own.iter().any(|alias| alias.as_text() == Some(key))
        || ["anyOf", "allOf", "oneOf"]
            .iter()
            .flat_map(|word| member.get(word).map(Json::elements).unwrap_or_default())
            .any(|part| is_alias(part, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_is_embedded() {
        for schema in retm_types::SCHEMAS {
            let place = Place::of(schema.name).unwrap_or_else(|| panic!("{}", schema.name));
            assert_eq!(place.names().first(), Some(&schema.name));
        }
        assert!(Place::of("Nonsense").is_none());
    }

    #[test]
    fn references_are_followed() {
        let listing = Place::of("InvoiceListing").unwrap();
        for envelope in ["items", "data"] {
            let Member::Known(items) = listing.member(envelope) else {
                panic!("{envelope}")
            };
            assert_eq!(items.element().names(), ["Invoice"]);
        }
        assert_eq!(listing.element().names(), ["Invoice"]);
        let Member::Known(lines) = Place::of("Invoice").unwrap().member("products") else {
            panic!()
        };
        assert_eq!(lines.names(), ["InvoiceLines"]);
        assert_eq!(lines.element().names(), ["InvoiceLine"]);
        assert!(matches!(
            Place::of("Invoice").unwrap().member("nonsense"),
            Member::Unknown
        ));
    }

    #[test]
    fn a_merged_schema_has_the_members_of_both() {
        let webhook = Place::of("InvoiceWebhook").unwrap();
        assert!(matches!(webhook.member("timestamp"), Member::Known(_)));
        assert!(matches!(webhook.member("products"), Member::Known(_)));
        assert!(matches!(
            webhook.member("business_reference"),
            Member::Alias("business_refrence")
        ));
        assert!(matches!(webhook.member("nonsense"), Member::Unknown));
    }

    #[test]
    fn a_free_object_knows_every_member() {
        let Member::Known(data) = Place::of("InstallCallback").unwrap().member("data") else {
            panic!()
        };
        let Member::Known(inner) = data.member("anything") else {
            panic!()
        };
        assert!(matches!(inner.member("below"), Member::Known(_)));
    }

    #[test]
    fn members_come_in_the_order_of_the_spec() {
        let names = Place::of("SimpleProduct").unwrap().member_names();
        assert_eq!(names, ["id", "name", "sku", "price"]);
    }
}
