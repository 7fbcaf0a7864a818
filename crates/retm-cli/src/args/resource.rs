//! Several resources share their commands; each help speaks of its own.

use clap::Command;

/// A resource whose commands others have, too.
struct Resource {
    name: &'static str,
    one: &'static str,
    /// A body to create one with.
    body: &'static str,
}

const SHARED: [Resource; 11] = [
    resource("invoices", "an invoice", ""),
    resource("categories", "a category", ""),
    resource("groups", "a group", ""),
    resource("branches", "a branch", ""),
    resource("devices", "a device", ""),
    resource("price-lists", "a price list", ""),
    resource("customers", "a customer", ""),
    resource(
        "order-types",
        "an order type",
        r#"{"name": {"en": "Delivery", "ar": "توصيل"}}"#,
    ),
    resource(
        "charges",
        "a charge",
        r#"{"name": {"en": "Delivery", "ar": "توصيل"}, "value": 15}"#,
    ),
    resource(
        "taxes",
        "a tax",
        r#"{"name": {"en": "VAT", "ar": "ضريبة"}, "value": 15, "type": 2}"#,
    ),
    resource(
        "payment-methods",
        "a payment method",
        r#"{"name": {"en": "Card", "ar": "بطاقة"}, "type": 2, "auto_open_drawer": 0, "ecr_enabled": 1}"#,
    ),
];

const fn resource(name: &'static str, one: &'static str, body: &'static str) -> Resource {
    Resource { name, one, body }
}

/// Fills in the placeholders of the texts that resources share.
pub(super) fn name_resources(mut command: Command) -> Command {
    for resource in &SHARED {
        command = command.mut_subcommand(resource.name, |group| {
            group.mut_subcommands(|leaf| resource.fill(leaf))
        });
    }
    command
}

impl Resource {
    fn fill(&self, leaf: Command) -> Command {
        let things = self.name.replace('-', " ");
        let fill = |text: &clap::builder::StyledStr| {
            text.to_string()
                .replace("{resource}", self.name)
                .replace("{things}", &things)
                .replace("{one}", self.one)
                .replace("{body}", self.body)
        };
        let (about, after) = (leaf.get_about().map(fill), leaf.get_after_help().map(fill));
        leaf.about(about.unwrap_or_default())
            .after_help(after.unwrap_or_default())
    }
}
