//! One member that does not fit costs that member: for every schema of an answer or an event, and every member that is not
//! required, each JSON value that the member's type refuses alone.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};

use retm_tests::{examples, spec};
use retm_types::{CreateOrder, Schema, decode, decode_repaired};
use serde_json::{Map, Value, json};

/// Values of every kind, some of which every type refuses.
const VALUES: [&str; 16] = [
    "\"\"",
    "\"text\"",
    "\"1,250.50\"",
    "\"\\ud83d\"",
    "false",
    "true",
    "0",
    "-7",
    "1.5",
    "1e400",
    "1763740800",
    "[]",
    "[1]",
    "[[]]",
    "{}",
    "{\"odd\": [1]}",
];

/// The schemas of the spec, with the members of each object that occur in the examples.
struct Spec {
    schemas: Map<String, Value>,
    instances: BTreeMap<String, Map<String, Value>>,
}

fn name_of(schema: &Value) -> Option<&str> {
    let direct = schema["$ref"].as_str();
    let wrapped = || schema["allOf"][0]["$ref"].as_str();
    direct.or_else(wrapped)?.rsplit('/').next()
}

impl Spec {
    fn load() -> Self {
        let document = spec();
        let mut spec = Self {
            schemas: document["components"]["schemas"]
                .as_object()
                .unwrap()
                .clone(),
            instances: BTreeMap::new(),
        };
        for (schema, _, bytes) in examples() {
            let value = serde_json::from_slice(&bytes).unwrap();
            spec.collect(&schema, &value);
        }
        spec
    }

    /// Keeps the fullest instance of each object.
    fn collect(&mut self, name: &str, value: &Value) {
        for (name, value) in self.parts(name, value) {
            if let Value::Object(members) = &value {
                let known = self.instances.get(&name).map_or(0, Map::len);
                let filled: Map<_, _> = members
                    .iter()
                    .filter(|(_, member)| !member.is_null())
                    .map(|(name, member)| (name.clone(), member.clone()))
                    .collect();
                if filled.len() > known {
                    self.instances.insert(name.clone(), filled);
                }
            }
        }
    }

    /// The schemas by name inside a value, each with its own value.
    fn parts(&self, name: &str, value: &Value) -> Vec<(String, Value)> {
        let mut found = vec![(name.to_owned(), value.clone())];
        let schema = &self.schemas[name];
        for part in schema["allOf"].as_array().into_iter().flatten() {
            found.extend(self.parts(name_of(part).unwrap(), value));
        }
        for (member, property) in self.members(name) {
            let Some(value) = value.get(&member).filter(|value| !value.is_null()) else {
                continue;
            };
            if let Some(inner) = name_of(&property) {
                found.extend(self.parts(inner, value));
            }
            for element in value.as_array().into_iter().flatten() {
                if let Some(inner) = name_of(&property["items"]) {
                    found.extend(self.parts(inner, element));
                }
            }
        }
        if let Some(inner) = name_of(&schema["items"]) {
            for element in value.as_array().into_iter().flatten() {
                found.extend(self.parts(inner, element));
            }
        }
        found
    }

    /// The members of an object by name; those of both for two in one object.
    fn members(&self, name: &str) -> Vec<(String, Value)> {
        let schema = &self.schemas[name];
        let own = schema["properties"].as_object().into_iter().flatten();
        let mut members: Vec<_> = own
            .map(|(name, member)| (name.clone(), member.clone()))
            .collect();
        for part in schema["allOf"].as_array().into_iter().flatten() {
            members.extend(self.members(name_of(part).unwrap()));
        }
        members
    }

    fn required(&self, name: &str) -> BTreeSet<&str> {
        let required = self.schemas[name]["required"].as_array();
        required
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    /// The lists in which the schema is an element, and how they are written.
    fn lists_of(&self, name: &str) -> Vec<(String, bool)> {
        let is_of = |items: &Value| name_of(&items["items"]) == Some(name);
        self.schemas
            .iter()
            .filter_map(|(list, schema)| match schema["x-rust"].as_str()? {
                "Listing" => is_of(&schema["properties"]["items"]).then(|| (list.clone(), true)),
                "Items" => is_of(schema).then(|| (list.clone(), false)),
                _ => None,
            })
            .collect()
    }

    /// The schemas that come in: the answers of operations and the events, with everything inside them. Not those that
    /// loyalty requests and the installation bring: they are read strictly.
    fn incoming(&self) -> BTreeSet<String> {
        let document = spec();
        let mut roots = Vec::new();
        for operation in document["paths"].as_object().unwrap().values() {
            for method in operation.as_object().unwrap().values() {
                for answer in method["responses"].as_object().into_iter().flatten() {
                    roots.push(&answer.1["content"]["application/json"]["schema"]);
                }
            }
        }
        let strict = ["reward", "redeem", "install", "loyalty"];
        for (name, webhook) in document["x-webhooks"].as_object().unwrap() {
            if !strict.iter().any(|word| name.contains(word)) {
                roots
                    .push(&webhook["post"]["requestBody"]["content"]["application/json"]["schema"]);
            }
        }
        let mut found = BTreeSet::new();
        let mut open: Vec<String> = roots
            .into_iter()
            .filter_map(name_of)
            .map(str::to_owned)
            .collect();
        while let Some(name) = open.pop() {
            if !found.insert(name.clone()) {
                continue;
            }
            let schema = &self.schemas[&name];
            open.extend(name_of(&schema["items"]).map(str::to_owned));
            for (_, member) in self.members(&name) {
                open.extend(name_of(&member).map(str::to_owned));
                open.extend(name_of(&member["items"]).map(str::to_owned));
            }
        }
        found
    }

    /// An object that the type takes, with as many members as the examples show.
    fn whole(&self, name: &str) -> Map<String, Value> {
        let mut whole = self.instances.get(name).cloned().unwrap_or_default();
        if whole.is_empty() {
            for part in self.schemas[name]["allOf"].as_array().into_iter().flatten() {
                whole.extend(self.whole(name_of(part).unwrap()));
            }
        }
        whole
    }
}

/// The object as text with one member's value as given: not through `Value`, which has no half characters.
fn with_member(object: &Map<String, Value>, name: &str, value: &str) -> String {
    let mut members: Vec<String> = object
        .iter()
        .filter(|(known, _)| *known != name)
        .map(|(known, value)| format!("{}:{value}", json!(known)))
        .collect();
    members.push(format!("{}:{value}", json!(name)));
    format!("{{{}}}", members.join(","))
}

fn without_member(object: &Map<String, Value>, name: &str) -> String {
    let mut rest = object.clone();
    rest.remove(name);
    Value::Object(rest).to_string()
}

/// Whether a number would be taken as a text.
fn is_taken_as_text(schema: &Schema, object: &Map<String, Value>, name: &str, value: &str) -> bool {
    value.parse::<f64>().is_ok()
        && schema
            .round_trip(with_member(object, name, &format!("\"{value}\"")).as_bytes())
            .is_ok()
}

/// Repairs a text and compares it with the text without the fault, and the place of the problem with the member's.
#[track_caller]
fn assert_repaired(schema: &Schema, faulty: &str, without: &str, pointer: &str, depth: &str) {
    let said = format!("{depth}{}: {pointer}: {faulty}", schema.name);
    let (repaired, problems) = schema
        .round_trip_repaired(faulty.as_bytes())
        .unwrap_or_else(|error| panic!("{said}: {error}"));
    let places: Vec<&str> = problems.iter().map(|problem| problem.pointer()).collect();
    // Of an object or array, only what does not fit in it is left out.
    let inside = format!("{pointer}/");
    assert!(
        !places.is_empty()
            && places
                .iter()
                .all(|place| *place == pointer || place.starts_with(&inside)),
        "{said}: {places:?}"
    );
    if places == [pointer] {
        let (expected, none) = schema.round_trip_repaired(without.as_bytes()).unwrap();
        assert!(none.is_empty(), "{said}");
        let [repaired, expected] =
            [repaired, expected].map(|json| String::from_utf8(json).unwrap());
        assert_eq!(repaired, expected, "{said}");
    }
}

#[test]
fn every_member_that_is_not_required_may_be_broken_alone() {
    let spec = Spec::load();
    let (mut members_seen, mut faults) = (0, 0);
    for name in spec.incoming() {
        let schema = Schema::find(&name).unwrap();
        let rust = spec.schemas[&name]["x-rust"].as_str();
        if !matches!(rust, None | Some("Merged")) || spec.members(&name).is_empty() {
            continue;
        }
        let whole = spec.whole(&name);
        assert!(!whole.is_empty(), "{name} has no instance");
        for (member, _) in spec.members(&name) {
            if spec.required(&name).contains(member.as_str()) {
                continue;
            }
            members_seen += 1;
            let without = without_member(&whole, &member);
            for value in VALUES {
                let faulty = with_member(&whole, &member, value);
                if schema.round_trip(faulty.as_bytes()).is_ok() {
                    continue;
                }
                if is_taken_as_text(schema, &whole, &member, value) {
                    let (_, problems) = schema.round_trip_repaired(faulty.as_bytes()).unwrap();
                    assert!(problems.is_empty(), "{name}/{member}: {value}");
                    continue;
                }
                faults += 1;
                let pointer = format!("/{member}");
                assert_repaired(schema, &faulty, &without, &pointer, "");
                for (list, enveloped) in spec.lists_of(&name) {
                    let list_of = |element: &str| match enveloped {
                        true => format!("{{\"items\":[{without},{element}]}}"),
                        false => format!("[{without},{element}]"),
                    };
                    let pointer = match enveloped {
                        true => format!("/items/1/{member}"),
                        false => format!("/1/{member}"),
                    };
                    let list = Schema::find(&list).unwrap();
                    let (faulty, without) = (list_of(&faulty), list_of(&without));
                    assert_repaired(list, &faulty, &without, &pointer, "in ");
                }
                for (outer, inner, list) in spec.holders_of(&name) {
                    let schema = Schema::find(&outer).unwrap();
                    let whole = spec.whole(&outer);
                    let holding = |element: &str| {
                        let value = if list {
                            format!("[{element}]")
                        } else {
                            element.to_owned()
                        };
                        with_member(&whole, &inner, &value)
                    };
                    let pointer = match list {
                        true => format!("/{inner}/0/{member}"),
                        false => format!("/{inner}/{member}"),
                    };
                    assert_repaired(
                        schema,
                        &holding(&faulty),
                        &holding(&without),
                        &pointer,
                        "inside ",
                    );
                }
            }
        }
    }
    assert!(
        members_seen > 150 && faults > 1_000,
        "{members_seen} members, {faults} faults"
    );
}

impl Spec {
    /// The objects that come in and hold the schema in a member, and whether it is an element of a list there.
    fn holders_of(&self, name: &str) -> Vec<(String, String, bool)> {
        let lists: Vec<String> = self
            .lists_of(name)
            .into_iter()
            .map(|(list, _)| list)
            .collect();
        let mut found = Vec::new();
        for outer in self.incoming() {
            if self.schemas[&outer]["x-rust"]
                .as_str()
                .is_some_and(|rust| rust != "Merged")
            {
                continue;
            }
            for (member, property) in self.members(&outer) {
                match name_of(&property) {
                    Some(inner) if inner == name => found.push((outer.clone(), member, false)),
                    Some(inner) if lists.iter().any(|list| list == inner) => {
                        found.push((outer.clone(), member, true));
                    }
                    _ => {}
                }
            }
        }
        found
    }
}

/// What is sent, what a file says and what the journal holds are decoded strictly: `decode` is what reads all three.
#[test]
fn what_is_sent_is_refused_with_the_same_fault() {
    let spec = Spec::load();
    let whole = spec.whole("CreateOrder");
    let schema = Schema::find("CreateOrder").unwrap();
    let text = Value::Object(whole.clone()).to_string();
    assert!(decode::<CreateOrder>(text.as_bytes()).is_ok());
    for (member, value) in [
        ("note", "901"),
        ("note", "\"\\ud83d\""),
        ("total", "\"1,250.50\""),
        ("total", "\"\""),
        ("total", "1e2"),
        ("total", "\"١٢\""),
        ("tax", "\"\""),
        ("discount", "{}"),
        (
            "products",
            "{\"0\": {\"id\": \"p\", \"quantity\": 1, \"total\": 1}}",
        ),
        ("payments", "false"),
        ("partner_reference", "7"),
    ] {
        let faulty = with_member(&whole, member, value);
        let error = decode::<CreateOrder>(faulty.as_bytes()).unwrap_err();
        assert!(
            error.path().starts_with(member),
            "{member}: {value}: {error}"
        );
        assert!(
            schema.round_trip(faulty.as_bytes()).is_err(),
            "{member}: {value}"
        );
    }
    // A required member is not repaired either.
    let faulty = with_member(&whole, "products", "{}");
    assert!(decode_repaired::<CreateOrder>(faulty.as_bytes()).is_err());
}
