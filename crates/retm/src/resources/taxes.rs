//! Taxes of a business.

use retm_types::{CreateTax, Tax, WriteReply};

use super::{list, write};
use crate::business::Business;
use crate::list::List;
use crate::request::Request;

/// Taxes of a business.
#[derive(Clone, Debug)]
pub struct Taxes(pub(super) Business);

impl Taxes {
    /// Lists the taxes (`list_taxes`; exists: documented, the rest assumed).
    pub fn list(&self) -> List<Tax> {
        list!(&self.0, list_taxes)
    }

    /// Creates a tax (`create_tax`; exists: documented, body and reply assumed).
    pub fn create(&self, tax: CreateTax) -> Request<CreateTax, WriteReply> {
        write!(&self.0, create_tax, tax)
    }
}
