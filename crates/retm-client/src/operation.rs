//! What the spec says of an operation.

/// One operation of the spec. [`OPERATIONS`](crate::OPERATIONS) lists them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The `operationId`, such as `list_orders`.
    pub id: &'static str,
    /// The HTTP method, in capitals.
    pub method: &'static str,
    /// The path template, such as `/api/v2/products/{id}`.
    pub path: &'static str,
    /// The section of the API's portal that it belongs to.
    pub tag: &'static str,
    /// What it does, in a few words.
    pub summary: &'static str,
    /// How well it is known: `documented`, `sample` or `assumed`.
    pub provenance: &'static str,
}

impl Operation {
    /// The operation of that `operationId`.
    pub fn find(id: &str) -> Option<&'static Self> {
        crate::OPERATIONS
            .iter()
            .find(|operation| operation.id == id)
    }

    /// Whether it changes nothing, so that it may be sent again.
    pub fn is_safe(&self) -> bool {
        self.method == "GET"
    }
}
