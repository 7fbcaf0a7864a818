//! Ways to pay.

use retm_types::{CreatePaymentMethod, PaymentMethod, WriteReply};

use super::{list, write};
use crate::business::Business;
use crate::list::List;
use crate::request::Request;

/// Ways to pay.
#[derive(Clone, Debug)]
pub struct PaymentMethods(pub(super) Business);

impl PaymentMethods {
    /// Lists the payment methods (`list_payment_methods`; exists: documented, the rest assumed).
    pub fn list(&self) -> List<PaymentMethod> {
        list!(&self.0, list_payment_methods)
    }

    /// Creates a payment method (`create_payment_method`, documented; reply assumed).
    pub fn create(&self, method: CreatePaymentMethod) -> Request<CreatePaymentMethod, WriteReply> {
        write!(&self.0, create_payment_method, method)
    }
}
