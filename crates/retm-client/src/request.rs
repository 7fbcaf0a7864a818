//! A request that is built and not sent.

use std::fmt;

/// The request of an operation, built and not sent: from the function `request` of each builder.
///
/// `Debug` shows the operation's id and the method alone: URL and body may hold people's data.
#[non_exhaustive]
pub struct OperationRequest {
    /// The `operationId`, such as `list_orders`; [`Operation::find`](crate::Operation::find) knows the rest.
    pub operation_id: &'static str,
    /// Method, URL, headers and body, without a token.
    pub request: reqwest::Request,
}

impl fmt::Debug for OperationRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OperationRequest")
            .field("operation_id", &self.operation_id)
            .field("method", self.request.method())
            .finish_non_exhaustive()
    }
}
