//! What a business has sold.

use retm_types::Invoice;

use super::list;
use crate::business::Business;
use crate::list::List;

/// Invoices of a business.
#[derive(Clone, Debug)]
pub struct Invoices(pub(super) Business);

impl Invoices {
    /// Lists the invoices (`list_invoices`, documented).
    ///
    /// ```no_run
    /// # async fn example(acme: retm::Business) -> Result<(), retm::Error> {
    /// use futures::TryStreamExt;
    ///
    /// let mut invoices = acme.invoices().list().stream();
    /// while let Some(invoice) = invoices.try_next().await? {
    ///     println!("{:?}: {:?}", invoice.invoice_id, invoice.total_price);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> List<Invoice> {
        list!(&self.0, list_invoices)
    }
}
