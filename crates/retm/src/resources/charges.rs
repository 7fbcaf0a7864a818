//! Charges on orders.

use retm_types::{Charge, CreateCharge, WriteReply};

use super::{list, write};
use crate::business::Business;
use crate::list::List;
use crate::request::Request;

/// Charges on orders, such as a delivery charge.
#[derive(Clone, Debug)]
pub struct Charges(pub(super) Business);

impl Charges {
    /// Lists the charges (`list_charges`, documented).
    pub fn list(&self) -> List<Charge> {
        list!(&self.0, list_charges)
    }

    /// Creates a charge (`create_charge`; exists: documented, body and reply assumed).
    pub fn create(&self, charge: CreateCharge) -> Request<CreateCharge, WriteReply> {
        write!(&self.0, create_charge, charge)
    }
}
