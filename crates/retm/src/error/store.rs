//! Errors from the stores.

use super::{Error, ErrorKind};
use crate::store::StoreError;

impl Error {
    /// A failure of a store, with what it says.
    pub(crate) fn of_store(error: StoreError) -> Self {
        Self::new(ErrorKind::Store)
            .with_detail(error.to_string())
            .with_source(error)
    }
}
