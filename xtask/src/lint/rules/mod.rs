//! Our own rules, one per trap of the generator or of the wire format.

mod bodies;
mod examples;
mod extensions;
mod members;
mod naming;
mod operations;
mod parameters;
mod references;
mod sensitive;
mod shapes;
mod text;

use super::rule::Rule;

/// All of them, in the order in which they report.
pub(super) fn all() -> impl Iterator<Item = &'static Rule> {
    [
        references::RULES,
        operations::RULES,
        bodies::RULES,
        parameters::RULES,
        shapes::RULES,
        members::RULES,
        naming::RULES,
        extensions::RULES,
        sensitive::RULES,
        examples::RULES,
        text::RULES,
    ]
    .into_iter()
    .flatten()
}
