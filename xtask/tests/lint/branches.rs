//! Rules that look at several things find each of them.

use xtask::lint;

use crate::fixture::{base, merge, told};

/// Applies a patch to the base and asserts that the rule tells this problem first.
#[track_caller]
fn finds(rule: &str, problem: &str, patch: &str) {
    let mut spec = base();
    merge(&mut spec.doc, serde_norway::from_str(patch).unwrap());
    let findings = lint::own_rules(&spec);
    let found = findings
        .iter()
        .any(|finding| finding.rule == rule && finding.problem == problem);
    assert!(found, "{rule}: {problem}\n{}", told(&findings));
}

#[test]
fn references() {
    finds(
        "ref-resolves",
        "`other.yaml#/Ticket` points to nothing",
        "components: { schemas: { Notes: { items: { $ref: 'other.yaml#/Ticket' } } } }",
    );
    finds(
        "ref-resolves",
        "`$ref` is not a string",
        "components: { schemas: { Notes: { items: { $ref: 7 } } } }",
    );
}

#[test]
fn operations() {
    let path = |inner: &str| format!("paths: {{ /tickets/list: {{ get: {{ {inner} }} }} }}");
    finds(
        "operation-id",
        "has no operationId",
        &path("operationId: null"),
    );
    finds("one-tag", "has no tag", &path("tags: []"));
    finds(
        "one-tag",
        "tag `Boats` is not declared",
        &path("tags: [Boats]"),
    );
    finds(
        "one-success",
        "has no success response",
        &path("responses: { '200': null }"),
    );
    finds(
        "one-success",
        "its success response has no content",
        &path("responses: { '200': { content: null } }"),
    );
    finds(
        "one-success",
        "its success response is `204`, not 200 or 201",
        &path("responses: { '200': null, '204': { description: None. } }"),
    );
    finds(
        "one-success",
        "has 2 success responses",
        &path("responses: { '201': { description: Another. } }"),
    );
    finds(
        "one-error",
        "has no error response",
        &path("responses: { default: null }"),
    );
    finds(
        "one-error",
        "its error response is `4XX`, not `default`",
        &path("responses: { default: null, 4XX: { $ref: '#/components/responses/Error' } }"),
    );
    finds(
        "security",
        "security scheme `key` is not declared",
        &path("security: [{ key: [] }]"),
    );
    finds(
        "security",
        "does not say how it is authenticated",
        "security: null",
    );
}

#[test]
fn bodies() {
    finds(
        "json-only",
        "its content is `application/json`, `text/html`",
        "components: { responses: { Error: { content: { text/html: {} } } } }",
    );
    finds(
        "named-body",
        "its request body has no schema",
        "paths: { '/tickets/{id}': { post: { requestBody: { content: { application/json: { schema: null } } } } } }",
    );
}

#[test]
fn parameters() {
    for key in ["style: form", "allowReserved: true", "content: {}"] {
        finds(
            "parameter-style",
            &format!("has `{}`", key.split(':').next().unwrap()),
            &format!("components: {{ parameters: {{ Page: {{ {key} }} }} }}"),
        );
    }
    let id = |inner: &str| {
        format!("paths: {{ '/tickets/{{id}}': {{ post: {{ parameters: [{inner}] }} }} }}")
    };
    finds(
        "path-parameters",
        "`{id}` is not declared as a path parameter",
        &id(""),
    );
    finds(
        "path-parameters",
        "path parameter `id` is optional",
        &id("{ name: id, in: path, description: The id., schema: { type: string } }"),
    );
    finds(
        "parameter-scalar",
        "is an array",
        &id(
            "{ name: id, in: path, required: true, description: Ids., schema: { $ref: '#/components/schemas/Notes' } }",
        ),
    );
    finds(
        "sensitive-unmarked",
        "is not marked",
        "components: { parameters: { Page: { name: phone } } }",
    );
}

#[test]
fn shapes() {
    let text = |inner: &str| {
        format!(
            "components: {{ schemas: {{ Note: {{ properties: {{ text: {{ {inner} }} }} }} }} }}"
        )
    };
    finds(
        "component-object",
        "has no properties",
        "components: { schemas: { Note: { properties: null } } }",
    );
    finds("typed", "is an array of anything", &text("type: array"));
    finds(
        "combinator",
        "has `oneOf`",
        &text("oneOf: [{ type: string }]"),
    );
    finds("combinator", "has `not`", &text("not: { type: string }"));
    finds(
        "combinator",
        "has `allOf`",
        &text("allOf: [{ $ref: '#/components/schemas/Secret' }, { type: string }]"),
    );
    finds("constraint", "has `maxLength`", &text("maxLength: 3"));
    finds("constraint", "has `minItems`", &text("minItems: 1"));
    finds(
        "strict-format",
        "has the format `int32`",
        &text("type: integer, format: int32"),
    );
    finds(
        "inline-object",
        "is an inline object",
        &text("type: array, items: { type: object }"),
    );
    finds(
        "integer-enum",
        "is an enum of integers",
        "components: { schemas: { TicketStatus: { enum: [1, 2] } } }",
    );
}

#[test]
fn names() {
    finds(
        "component-name",
        "`Option` means something else in Rust",
        "components: { schemas: { Option: { type: object } } }",
    );
    let status = |inner: &str| {
        format!(
            "components: {{ schemas: {{ Ticket: {{ properties: {{ status: {{ {inner} }} }} }} }} }}"
        )
    };
    finds(
        "field-name",
        "x-rust-name `TheStatus` is no snake_case identifier",
        &status("x-rust-name: TheStatus"),
    );
    finds(
        "field-name",
        "x-aliases is no list of strings",
        &status("x-aliases: state"),
    );
    finds(
        "field-name",
        "`x-rust-name` on something that is no property",
        "components: { schemas: { Note: { x-rust-name: note } } }",
    );
    finds(
        "field-collision",
        "`count` and `status` both claim `count`",
        &status("x-aliases: [count]"),
    );
    finds(
        "field-collision",
        "`status` and `count` both become the field `count`",
        &status("x-rust-name: count"),
    );
}

#[test]
fn extensions() {
    finds(
        "x-rust-known",
        "`x-rust` on something that is no component",
        "components: { schemas: { Note: { properties: { text: { x-rust: Secret } } } } }",
    );
    for (component, patch, wanted) in [
        (
            "TicketListing",
            "properties: { items: { items: null } }",
            "x-rust `Listing` wants an array or an object with `items`, of a `$ref`",
        ),
        (
            "TicketWebhook",
            "allOf: [{ $ref: '#/components/schemas/Note' }]",
            "x-rust `Merged` wants `allOf` of two `$ref`s",
        ),
        (
            "TicketId",
            "type: boolean",
            "x-rust `Id` wants a string, an integer, or `oneOf` both",
        ),
    ] {
        finds(
            "x-rust-shape",
            wanted,
            &format!("components: {{ schemas: {{ {component}: {{ {patch} }} }} }}"),
        );
    }
    let codes =
        |inner: &str| format!("components: {{ schemas: {{ TicketStatus: {{ {inner} }} }} }}");
    finds(
        "x-codes",
        "has `x-codes` and is no integer with `x-rust`",
        &codes("type: string"),
    );
    finds(
        "x-codes",
        "code `one` is no integer",
        &codes("x-codes: { one: One }"),
    );
    finds(
        "x-codes",
        "two codes are named `Open`",
        &codes("x-codes: { '3': Open }"),
    );
    finds(
        "provenance",
        "has no x-provenance",
        "x-webhooks: { ticket: { post: { x-provenance: null } } }",
    );
    finds(
        "provenance",
        "x-provenance `heard` is unknown",
        "components: { parameters: { Page: { x-provenance: heard } } }",
    );
}

#[test]
fn sensitive_members() {
    let token = |inner: &str| {
        format!(
            "components: {{ schemas: {{ Ticket: {{ properties: {{ token: {{ {inner} }} }} }} }} }}"
        )
    };
    finds(
        "sensitive-type",
        "is marked `none` and typed as secret",
        &token("x-sensitive: none"),
    );
    finds(
        "sensitive-type",
        "x-sensitive `very` is unknown",
        &token("x-sensitive: very"),
    );
    finds(
        "sensitive-type",
        "is marked `secret` and its type does not redact that",
        &token("allOf: null, type: string"),
    );
    finds(
        "sensitive-type",
        "is not marked `secret`",
        "components: { schemas: { Note: { properties: { text: { allOf: [{ $ref: '#/components/schemas/Secret' }] } } } } }",
    );
    finds(
        "sensitive-type",
        "is not marked `personal`",
        "components: { schemas: { Personal: { x-sensitive: null } } }",
    );
    // The owner is personal only as long as all of its members are.
    finds(
        "sensitive-type",
        "is marked `personal` and its type does not redact that",
        "components: { schemas: { Owner: { properties: { age: { description: Years., nullable: true, type: integer } } } } }",
    );
    finds(
        "sensitive-unmarked",
        "is not marked",
        "components: { schemas: { Note: { properties: { text: { x-rust-name: email } } } } }",
    );
}

#[test]
fn examples() {
    let body = |inner: &str| {
        format!(
            "x-webhooks: {{ ticket: {{ post: {{ requestBody: {{ content: {{ application/json: {{ {inner} }} }} }} }} }} }}"
        )
    };
    finds(
        "example",
        "has no `x-example-file`",
        &body("x-example-file: null"),
    );
    finds(
        "example",
        "its `x-example-file` is none of its `examples`",
        &body("x-example-file: examples/ticket.json"),
    );
}

#[test]
fn texts() {
    for (place, patch) in [
        ("tag Tickets", "tags: [{ name: Tickets }]"),
        (
            "parameter Page",
            "components: { parameters: { Page: { description: null } } }",
        ),
        (
            "response Error",
            "components: { responses: { Error: { description: '' } } }",
        ),
        (
            "operation list_tickets",
            "paths: { /tickets/list: { get: { description: ' ' } } }",
        ),
        (
            "schema Note",
            "components: { schemas: { Note: { description: null } } }",
        ),
    ] {
        let mut spec = base();
        merge(&mut spec.doc, serde_norway::from_str(patch).unwrap());
        let findings = lint::own_rules(&spec);
        let found = findings
            .iter()
            .any(|finding| finding.rule == "described" && finding.place == place);
        assert!(found, "{place}: {}", told(&findings));
    }
    finds(
        "described",
        "has no summary",
        "paths: { /tickets/list: { get: { summary: null } } }",
    );
    let note = |text: &str| {
        format!("components: {{ schemas: {{ Note: {{ description: \"{text}\" }} }} }}")
    };
    finds(
        "code-block",
        "has fenced code",
        &note("As in\\n```\\nlet a;\\n```"),
    );
    finds(
        "rustdoc-markup",
        "has `<` outside of backticks",
        &note("A Vec<u8>."),
    );
    finds(
        "rustdoc-markup",
        "has `://` outside of backticks",
        &note("See https://example.invalid."),
    );
}
